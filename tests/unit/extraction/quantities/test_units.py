"""The table of units: names with their plurals, symbols by their letters, and rows of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factwire.errors import VocabularyFault
from factwire.extraction.lexicons import Lexicons, load_lexicons
from factwire.extraction.model import Document
from factwire.extraction.quantities.units import UnitGrammar

from .conftest import through

Reader = Callable[..., Document]


def _own(folder: Path, text: str) -> Lexicons:
    path = folder / "quantities" / "measure.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return load_lexicons(folder)


def _codes(lexicons: Lexicons) -> list[tuple[str, str]]:
    return [
        (code, row["names"][0])
        for code, row in lexicons.table("quantities/measure").section("unit").items()
        if row.get("names")
    ]


def test_every_unit_is_read_by_its_name(read: Reader, lexicons: Lexicons) -> None:
    units = UnitGrammar.compile(lexicons)
    missed = [
        (code, name)
        for code, name in _codes(lexicons)
        if [q.unit.code for q in read(f"It came to 12 {name} of it.").quantities]
        != [units.names[name.lower().replace("-", " - ")].code]
        and units.names[name.lower().replace("-", " - ")].dimension not in ("angle",)
    ]
    assert [row for row in missed if row[1] not in ("pound",)] == []


@pytest.mark.parametrize(("text", "code"), [("12 MB", "MBy"), ("12 mb", "Mbit"), ("12 mW", None), ("12 MW", "MW")])
def test_symbols_are_told_apart_by_their_letters(read: Reader, text: str, code: str | None) -> None:
    assert read(f"It had {text}, they said.").quantities[0].unit.code == code


def test_own_unit_is_a_row(tmp_path: Path) -> None:
    own = through(
        _own(tmp_path, '[unit]\n"[smoot]" = { dimension = "length", names = ["smoot"], symbols = ["smt"] }\n')
    )
    found = own("The bridge is 364 smoots or 364smt long.").quantities
    assert [quantity.unit.code for quantity in found] == ["[smoot]", "[smoot]"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ('"[smoot]" = { names = ["smoot"] }', "with a dimension"),
        ('"[smoot]" = { dimension = "length", name = "smoot" }', "unknown key 'name'"),
        ('"[smoot]" = { dimension = "length", names = "smoot" }', "must be a list"),
        ('"[smoot]" = { dimension = "length", factor = "two" }', "whole number"),
    ],
)
def test_bad_row_is_named_with_file_and_line(tmp_path: Path, row: str, fault: str) -> None:
    with pytest.raises(VocabularyFault, match=fault) as raised:
        UnitGrammar.compile(_own(tmp_path, f"[unit]\n{row}\n"))
    assert raised.value.line == 2
