"""``factwire kb``: what is loaded, what a name means, and a file made of own tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.wikidata import BROKEN, write_dump
from typer.testing import CliRunner

from factwire.cli.kb import app
from factwire.errors import ConfigurationError

RUNNER = CliRunner()


def run(*arguments: str) -> str:
    result = RUNNER.invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_info_tells_version_and_counts() -> None:
    shown = run("info")
    assert "version" in shown
    assert "entities" in shown


def test_lookup_shows_candidates_and_why_one_won() -> None:
    shown = run("lookup", "Beijing", "--context", "Beijing has warned its neighbours.")
    assert shown.splitlines()[0].startswith("Q148  China (country), metonym, through Q956: a capital or seat")
    assert shown.splitlines()[0].endswith("(metonym.seat)")
    assert "Q956" in shown.splitlines()[1]


def test_lookup_of_an_unknown_name_says_so() -> None:
    assert "does not know this name" in run("lookup", "Blorbington")


def test_lookup_without_a_context_takes_the_name_alone() -> None:
    assert run("lookup", "Kyiv").startswith("Q1899")


def test_build_compiles_own_tables(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "companies.tsv").write_text("id\tname\nQ900001\tBrimstead Pumps\n")
    target = tmp_path / "own.kb"
    shown = run("build", "--tables", str(tables), "--target", str(target), "--no-cities")
    assert "1 entities" in shown
    assert "Q900001" in run("lookup", "Brimstead Pumps", "--kb", str(target), "--context", "Brimstead Pumps rose.")


def test_bad_date_is_named() -> None:
    with pytest.raises(ConfigurationError, match="--published"):
        run("lookup", "Kyiv", "--published", "yesterday")


def test_build_from_a_dump_tells_what_it_did_and_passes_over_broken_lines(tmp_path: Path) -> None:
    dump, target = write_dump(tmp_path / "dump.json", broken=BROKEN), tmp_path / "world.kb"
    built = RUNNER.invoke(
        app, ["build", "--no-cities", "--wikidata", str(dump), "--keep", "class:Q5", "--target", str(target)]
    )
    assert built.exit_code == 1
    assert "lines read" in built.stderr
    assert "line 5 passed over: no JSON" in built.stderr
    assert "2 broken lines were passed over" in built.stderr
    assert run("info", "--kb", str(target)).count("Wikidata of 2026-03-01") == 1
    assert run("lookup", "Mira Harrowgate-Tan", "--kb", str(target)).startswith("Q900030")


def test_bad_filter_is_shown_with_its_place(tmp_path: Path) -> None:
    dump = write_dump(tmp_path / "dump.json")
    with pytest.raises(ConfigurationError, match="the filter, character 9"):
        run("build", "--no-cities", "--wikidata", str(dump), "--keep", "class:Q5)", "--target", str(tmp_path / "w.kb"))


def test_build_from_a_dump_leaves_what_ships_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--target"):
        run("build", "--no-cities", "--wikidata", str(write_dump(tmp_path / "dump.json")))
