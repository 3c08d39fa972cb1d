"""Holidays: Easter by the church's rule, n-th weekdays, and a user's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from factwire.errors import VocabularyFault
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.times.expressions import TimeGrammar
from factwire.extraction.times.feasts import easter, orthodox_easter


@pytest.mark.parametrize(
    "day", [date(2000, 4, 23), date(2008, 3, 23), date(2019, 4, 21), date(2024, 3, 31), date(2038, 4, 25)]
)
def test_easter_falls_where_the_church_puts_it(day: date) -> None:
    assert easter(day.year) == day


@pytest.mark.parametrize("day", [date(2016, 5, 1), date(2019, 4, 28), date(2024, 5, 5)])
def test_orthodox_easter_falls_where_the_church_puts_it(day: date) -> None:
    assert orthodox_easter(day.year) == day


def test_users_own_feast_is_added(tmp_path: Path) -> None:
    own(tmp_path, "feasts", '[feasts]\n"founders day" = { date = [6, 2] }\n')
    grammar = TimeGrammar.compile(load_lexicons(tmp_path))
    assert "founders day" in grammar.guards.feasts


@pytest.mark.parametrize(
    ("table", "content"),
    [
        ("feasts", '[feasts]\n"founders day" = "2 June"\n'),
        ("words", "[wekday]\nmonday = 0\n"),
        ("modifiers", '[week]\nunit = "X"\nearly = [1, 2]\n'),
        ("guards", "[fiscal_year]\nFR = { month = 13 }\n"),
    ],
)
def test_bad_line_is_named_with_its_file(tmp_path: Path, table: str, content: str) -> None:
    path = own(tmp_path, table, content)
    with pytest.raises(VocabularyFault, match=str(path)):
        TimeGrammar.compile(load_lexicons(tmp_path))


def own(folder: Path, table: str, content: str) -> Path:
    path = folder / "times" / f"{table}.toml"
    path.parent.mkdir()
    path.write_text(content, "utf-8")
    return path
