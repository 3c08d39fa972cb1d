"""A knowledge base from a dump in the real format: what is in it, and that killing the build changes nothing."""

from __future__ import annotations

import bz2
import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.support.wikidata import BROKEN, ITEMS, item, link, write_dump

from factwire.errors import ConfigurationError, InvalidInput
from factwire.kb.catalogue import AliasKind, Catalogue
from factwire.kb.entries import Source, Tables, read_tables
from factwire.kb.load import load_catalogue
from factwire.operations.kb_build import Limits, Order, Progress, Report, build_from_dump

OWN = (
    Source("countries", "c.tsv", "id\tname\taliases\tiso2\tcapital\tprior\nQ148\tChina\tPRC\tCN\tQ956\t97\n"),
    Source(
        "places", "p.tsv",
        "id\tsubtype\tname\tcountry\tprior\ngeonames:1816670\tcity\tBeijing\tCN\t92\ngeonames:99\tcity\tElsewhere\tCN\t9\n",
    ),
    Source("words", "w.tsv", "word\nturkey\n"),
)  # fmt: skip
TINY = Limits(lines=4, names=6, keys=5)


def own() -> Tables:
    return read_tables(OWN)


def order(tmp_path: Path, keep: str = "sitelinks>=1", broken: tuple[bytes, ...] = (), **changes: object) -> Order:
    dump = write_dump(tmp_path / "wikidata-all.json", broken=broken)
    return replace(Order(dump, tmp_path / "world.kb", own(), keep, limits=TINY), **changes)  # type: ignore[arg-type]


@pytest.fixture
def world(tmp_path: Path) -> Catalogue:
    return load_catalogue(build_from_dump(order(tmp_path)).target)


def ids(catalogue: Catalogue, name: str) -> list[str]:
    return [candidate.record.id for candidate in catalogue.lookup(name)]


# -- what is in it -----------------------------------------------------------------------------------------------------


def test_person_has_all_that_the_dump_says(world: Catalogue) -> None:
    mira = world.find("Q900030")
    assert mira is not None
    assert (mira.type, mira.name, mira.country, mira.gender) == ("person", "Mira Harrowgate-Tan", "VL", "f")
    assert (mira.family, mira.born, mira.trade, mira.parent) == ("Harrowgate-Tan", "1959-05", "artist", "Q900040")
    assert [(t.office, t.of, t.start, t.end) for t in mira.terms] == [
        ("prime minister", "Q900020", "2019-02-01", "2023-06")
    ]
    assert mira.in_office(date(2020, 1, 1))
    for name in ("M. Harrowgate-Tan", "Saltwater Mira", "The Tide", "Harrowgate-Tan"):
        assert ids(world, name) == ["Q900030"]


def test_office_of_the_dump_tells_its_holder_on_a_day(world: Catalogue) -> None:
    held = world.holder("prime minister", "Q900020", date(2020, 1, 1))
    assert held is not None
    assert held.id == "Q900030"
    assert world.holder("prime minister", "Q900020", date(2024, 1, 1)) is None


def test_country_is_known_by_its_former_official_name(world: Catalogue) -> None:
    assert ids(world, "Saltmark") == ["Q900020"]
    (vellmar,) = (candidate.record for candidate in world.lookup("Saltmark"))
    assert vellmar.is_no_longer("saltmark", date(1961, 1, 2))


def test_namesakes_stand_in_the_order_of_their_sitelinks(world: Catalogue) -> None:
    assert ids(world, "Mira Harrowgate-Tan") == ["Q900030", "Q900031"]


def test_family_name_is_where_wikidata_says(world: Catalogue) -> None:
    assert [(c.record.id, c.kind) for c in world.lookup("Cho")] == [("Q900032", AliasKind.FAMILY)]


def test_country_has_its_demonym_and_its_capital_stands_for_it(world: Catalogue) -> None:
    vellmar, capital = world.find("Q900020"), world.find("Q900021")
    assert vellmar is not None
    assert capital is not None
    assert (vellmar.subtype, vellmar.country) == ("country", "VL")
    assert [(c.record.id, c.kind) for c in world.lookup("Vellmari")] == [("Q900020", AliasKind.DEMONYM)]
    assert world.lookup("vlr")[0].capitals
    assert capital.stands_for == ("Q900020",)
    assert ids(world, "vellmarisch") == []


def test_town_is_typed_by_the_class_above_its_own_and_lies_in_its_state(world: Catalogue) -> None:
    town = world.find("Q900024")
    assert town is not None
    assert (town.type, town.subtype, town.country, town.parent) == ("place", "city", "VL", "Q900022")


def test_body_is_typed_by_the_nearest_class(world: Catalogue) -> None:
    brewery, party = world.find("Q900041"), world.find("Q900040")
    assert brewery is not None
    assert party is not None
    assert (brewery.type, brewery.subtype) == ("organization", "company")
    assert (party.subtype, ids(world, "TWP")) == ("political_party", ["Q900040"])


@pytest.mark.parametrize(
    "name", ["ABC1", "Tarn", "Rue sans nom", "Nothing in Particular", "Ned Quillfeather", "Turkey"]
)
def test_item_of_no_use_and_common_word_are_left_out(world: Catalogue, name: str) -> None:
    assert ids(world, name) == []


def test_own_row_wins_and_gains_names(world: Catalogue) -> None:
    china = world.find("Q148")
    assert china is not None
    assert (china.name, china.prior) == ("China", 97)
    assert ids(world, "PRC") == ids(world, "Middle Kingdom") == ["Q148"]


def test_city_known_by_geonames_gets_its_wikidata_id(world: Catalogue) -> None:
    assert ids(world, "Beijing") == ids(world, "Northern Capital") == ["Q956"]
    assert world.find("geonames:1816670") is None
    assert world.find("geonames:99") is not None
    beijing = world.find("Q956")
    assert beijing is not None
    assert (beijing.name, beijing.prior, beijing.stands_for) == ("Beijing", 92, ("Q148",))


def test_own_row_is_filled_from_the_dump_where_it_says_nothing(tmp_path: Path) -> None:
    tables = read_tables([Source("people", "p.tsv", "id\tname\tborn\nQ900030\tMira Tan\t1960\n")])
    mira = load_catalogue(build_from_dump(order(tmp_path, own=tables)).target).find("Q900030")
    assert mira is not None
    assert (mira.name, mira.born, mira.gender, len(mira.terms)) == ("Mira Tan", "1960", "f", 1)


def test_users_folder_wins_over_both(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "people.tsv").write_text("id\tname\nQ900030\tMira the Second\n", "utf-8")
    catalogue = load_catalogue(build_from_dump(order(tmp_path)).target, folder)
    assert ids(catalogue, "Mira the Second") == ["Q900030"]
    assert catalogue.lookup("Saltwater Mira")[0].record.name == "Mira the Second"


def test_languages_give_names(tmp_path: Path) -> None:
    catalogue = load_catalogue(build_from_dump(order(tmp_path, languages=("en", "de"))).target)
    assert ids(catalogue, "Uwe Brandhofer") == ["Q900034"]
    assert ids(catalogue, "vellmarisch") == ["Q900020"]


def test_version_and_origin_tell_the_day_of_the_dump(world: Catalogue) -> None:
    assert world.version.startswith("20260301-")
    assert world.origin.startswith("Wikidata of 2026-03-01 (CC0), sitelinks>=1, en")


def test_key_with_very_many_meanings_keeps_the_most_prominent(tmp_path: Path) -> None:
    many = [item(f"Q{910000 + n}", "Ann Lee", n, P31=[link("Q5")]) for n in range(1, 100)]
    dump = write_dump(tmp_path / "d.json", many)
    catalogue = load_catalogue(build_from_dump(Order(dump, tmp_path / "w.kb", own(), "sitelinks>=1")).target)
    found = ids(catalogue, "Ann Lee")
    assert len(found) == 64
    assert {"Q910098", "Q910099"} == set(found[:2])
    assert "Q910001" not in found


@pytest.mark.parametrize(
    ("keep", "known", "unknown"),
    [
        ("class:Q5 and sitelinks>=1", ["Q900030", "Q900031"], ["Q900040", "Q900021"]),
        ("class:Q3957", ["Q900024"], ["Q900021", "Q900030"]),
        ("class:Q783794 or sitelinks>=80", ["Q900041", "Q900030", "Q900020"], ["Q900032"]),
        ("country:VL and type:place", ["Q900024", "Q900020"], ["Q900030", "Q900041"]),
        ("id:Q900033", ["Q900033"], ["Q900030"]),
        ("has:P39", ["Q900030"], ["Q900031"]),
        ("subtype:political_party", ["Q900040"], ["Q900041"]),
    ],
)
def test_filter_decides_what_is_kept(tmp_path: Path, keep: str, known: list[str], unknown: list[str]) -> None:
    catalogue = load_catalogue(build_from_dump(order(tmp_path, keep)).target)
    assert all(catalogue.find(entity_id) for entity_id in known)
    assert not any(catalogue.find(entity_id) for entity_id in unknown)


# -- how it is made ----------------------------------------------------------------------------------------------------


def test_little_is_held_at_once(tmp_path: Path) -> None:
    report = build_from_dump(order(tmp_path))
    findings, names, keys = report.most_held
    assert 0 < findings <= TINY.lines
    assert 0 < names <= TINY.names
    assert 0 < keys <= TINY.keys


def test_limits_do_not_change_what_is_found(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    small = load_catalogue(build_from_dump(order(tmp_path / "a")).target)
    large = load_catalogue(build_from_dump(order(tmp_path / "b", limits=Limits())).target)
    assert dict(small.counts()) == dict(large.counts())
    for name in (entity["labels"].get("en", {}).get("value", "-") for entity in ITEMS):
        assert small.lookup(name) == large.lookup(name)


def test_broken_lines_are_told_and_not_fatal(tmp_path: Path) -> None:
    report = build_from_dump(order(tmp_path, broken=BROKEN))
    assert report.broken == 2
    assert [fault.line for fault in report.faults] == [5, 6]
    assert load_catalogue(report.target).find("Q900030") is not None


@pytest.mark.parametrize(("ending", "squeeze"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_compressed_dump_gives_the_same_bytes(tmp_path: Path, ending: str, squeeze: Callable[[bytes], bytes]) -> None:
    plain = order(tmp_path)
    expected = build_from_dump(plain).target.read_bytes()
    squeezed = plain.dump.with_name(plain.dump.name + ending)
    squeezed.write_bytes(squeeze(plain.dump.read_bytes()))
    assert build_from_dump(replace(plain, dump=squeezed, own=own())).target.read_bytes() == expected


class Killed(BaseException):
    """Somebody pulled the plug."""


def killed_after(steps: int) -> Callable[[Progress], None]:
    left = iter(range(steps))

    def watch(_: Progress) -> None:
        if next(left, None) is None:
            raise Killed

    return watch


def test_killed_build_goes_on_and_gives_the_same_bytes(tmp_path: Path) -> None:
    plan = order(tmp_path, broken=BROKEN)
    expected = build_from_dump(plan)
    content = expected.target.read_bytes()
    expected.target.unlink()
    reports: list[Report] = []
    while not reports:
        try:
            reports.append(build_from_dump(replace(plan, own=own()), killed_after(2)))
        except Killed:
            assert not plan.target.exists()
    assert plan.target.read_bytes() == content
    assert (reports[0].lines, reports[0].broken, reports[0].faults) == (expected.lines, 2, expected.faults)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["wikidata-all.json", "world.kb"]


KILL = """
import os, signal, sys
from pathlib import Path
from factwire.operations.kb_build import Limits, Order, build_from_dump
from tests.unit.operations.test_kb_build import TINY, own

def watch(progress):
    if progress.lines >= 20:
        os.kill(os.getpid(), signal.SIGKILL)

build_from_dump(Order(Path(sys.argv[1]), Path(sys.argv[2]), own(), "sitelinks>=1", limits=TINY), watch)
"""


def test_killed_process_leaves_what_the_next_one_goes_on_from(tmp_path: Path) -> None:
    plan = order(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-c", KILL, str(plan.dump), str(plan.target)],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert ended.returncode == -9
    seen: list[Progress] = []
    resumed = build_from_dump(plan, seen.append).target.read_bytes()
    assert seen[0].resumed
    assert seen[0].lines == 20
    assert build_from_dump(replace(plan, own=own())).target.read_bytes() == resumed


def test_stopped_build_of_something_else_is_not_taken_up(tmp_path: Path) -> None:
    plan = order(tmp_path)
    with pytest.raises(Killed):
        build_from_dump(plan, killed_after(2))
    other = replace(plan, keep="sitelinks>=2", own=own())
    with pytest.raises(ConfigurationError, match="--fresh"):
        build_from_dump(other)
    assert build_from_dump(other, fresh=True).kept


@pytest.mark.parametrize(("ending", "squeeze"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_cut_dump_is_told_and_goes_on_once_it_is_whole(
    tmp_path: Path, ending: str, squeeze: Callable[[bytes], bytes]
) -> None:
    plan = order(tmp_path)
    whole = squeeze(plan.dump.read_bytes() * 40 if ending == ".gz" else plan.dump.read_bytes())
    dump = tmp_path / f"cut.json{ending}"
    dump.write_bytes(whole[: len(whole) // 2])
    plan = replace(plan, dump=dump)
    with pytest.raises(InvalidInput, match="cut off or damaged"):
        build_from_dump(plan)


def test_missing_dump_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such dump"):
        build_from_dump(replace(order(tmp_path), dump=tmp_path / "none.json"))
