"""The tables that ship are well formed: ids, lists, dates and references hold over all of them together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import pytest

from factwire.kb.build import SHIPPED_TABLES, sources_in
from factwire.kb.entries import rows_of

ID: Final = re.compile(r"Q[1-9]\d*|geonames:[1-9]\d*")
DATE: Final = re.compile(r"[1-9]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
COUNTRY: Final = re.compile(r"[A-Z]{2}")
LISTS: Final = ("aliases", "acronyms", "adjectives", "demonyms", "demonym_nouns", "ticker")
TRADES: Final = {
    "politician", "executive", "central_banker", "military", "activist", "judge", "scientist", "athlete", "artist",
    "religious", "royal", "journalist", "criminal",
}  # fmt: skip
HAND_MADE: Final = ("people", "organizations", "companies", "parties", "groups", "events", "products", "works")
LARGEST_TABLE: Final = 500_000


class Line(NamedTuple):
    table: str
    kind: str
    number: int
    cells: dict[str, str]

    def __str__(self) -> str:
        return f"{self.table}:{self.number}"


@cache
def lines() -> tuple[Line, ...]:
    return tuple(
        Line(source.origin.rsplit("/", 1)[-1], source.kind, number, cells)
        for source in sources_in(SHIPPED_TABLES)
        if source.kind not in ("words", "given")
        for number, cells in rows_of(source)
    )


def entities() -> Iterator[Line]:
    return (line for line in lines() if line.kind not in ("offices", "names"))


def offices() -> Iterator[Line]:
    return (line for line in lines() if line.kind == "offices")


@cache
def known() -> frozenset[str]:
    """What a reference may be: an id of a row, or the name of a row that has no id."""
    return frozenset(line.cells.get("id") or line.cells["name"] for line in entities())


def dated_names() -> Iterator[Line]:
    return (line for line in lines() if line.kind == "names")


def faults(found: Iterator[str]) -> None:
    told = list(found)
    assert not told, "\n".join(told[:20])


def test_every_kind_of_table_has_rows() -> None:
    counts = Counter(line.kind for line in lines())
    for kind in (*HAND_MADE, "places", "offices"):
        assert counts[kind] > 100, kind


def test_ids_are_of_a_public_register() -> None:
    faults(
        f"{line}: {line.cells['id']}"
        for line in entities()
        if "id" in line.cells and not ID.fullmatch(line.cells["id"])
    )


def test_one_id_has_one_name() -> None:
    names: dict[str, set[str]] = defaultdict(set)
    for line in entities():
        if "id" in line.cells:
            names[line.cells["id"]].add(line.cells["name"])
    faults(f"{entity_id}: {sorted(found)}" for entity_id, found in names.items() if len(found) > 1)


def test_one_id_is_of_one_kind() -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for line in entities():
        if "id" in line.cells:
            kind = {"countries": "places", "territories": "places", "companies": "organizations"}.get(line.kind)
            kinds[line.cells["id"]].add(kind or line.kind)
    faults(f"{entity_id}: {sorted(found)}" for entity_id, found in kinds.items() if len(found) > 1)


@pytest.mark.parametrize("kind", HAND_MADE)
def test_a_name_stands_once_in_its_kind(kind: str) -> None:
    names = Counter(line.cells["name"].casefold() for line in entities() if line.kind == kind)
    faults(name for name, times in names.items() if times > 1)


def test_lists_have_no_empty_items_and_no_repeats() -> None:
    def broken() -> Iterator[str]:
        for line in entities():
            for column in LISTS:
                items = line.cells.get(column, "x").split("|")
                if any(item != item.strip() or not item for item in items) or len(items) != len(set(items)):
                    yield f"{line}: {column} {line.cells[column]}"

    faults(broken())


def test_names_and_aliases_have_a_letter_or_digit() -> None:
    faults(
        f"{line}: {name}"
        for line in entities()
        for name in (line.cells["name"], *line.cells.get("aliases", "x").split("|"))
        if not re.search(r"\w", name)
    )


def test_countries_are_codes_of_two_letters() -> None:
    faults(
        f"{line}: {line.cells['country']}"
        for line in entities()
        if "country" in line.cells and not COUNTRY.fullmatch(line.cells["country"])
    )


def test_priors_lie_between_0_and_100() -> None:
    faults(
        f"{line}: {line.cells.get('prior')}"
        for line in entities()
        if not (line.cells.get("prior", "").isdigit() and 0 <= int(line.cells["prior"]) <= 100)
    )


def test_people_have_a_gender_and_a_known_trade() -> None:
    faults(
        f"{line}: {line.cells.get('gender')} {line.cells.get('trade')}"
        for line in entities()
        if line.kind == "people"
        and (line.cells.get("gender") not in ("m", "f", "x") or line.cells.get("trade") not in TRADES)
    )


def test_dates_of_birth_and_of_office_parse() -> None:
    faults(
        f"{line}: {column} {line.cells[column]}"
        for line in lines()
        for column in ("born", "start", "end")
        if column in line.cells and not DATE.fullmatch(line.cells[column])
    )


def test_no_term_ends_before_it_starts() -> None:
    faults(
        f"{line}: {line.cells}"
        for line in offices()
        if "end" in line.cells and line.cells["end"] < line.cells["start"][: len(line.cells["end"])]
    )


def test_no_office_is_held_before_the_holder_is_grown() -> None:
    born = {
        line.cells.get("id") or line.cells["name"]: line.cells["born"]
        for line in entities()
        if line.kind == "people" and "born" in line.cells
    }
    faults(
        f"{line}: {line.cells} born {born[line.cells['person']]}"
        for line in offices()
        if line.cells["person"] in born and int(line.cells["start"][:4]) - int(born[line.cells["person"]][:4]) < 15
    )


def test_offices_are_lower_case_words_with_a_start() -> None:
    proper = re.compile(r"\b(United Nations|United States|Brexit|Canterbury|Israel|Japan|India)\b")
    faults(
        f"{line}: {line.cells}"
        for line in offices()
        if not re.fullmatch(r"[a-z' -]+", proper.sub("", line.cells.get("office", "")).strip())
        or "start" not in line.cells
    )


@pytest.mark.parametrize("column", ["person", "of"])
def test_references_of_offices_resolve(column: str) -> None:
    faults(f"{line}: {line.cells[column]}" for line in offices() if line.cells.get(column, "") not in known())


def test_dated_names_are_of_known_entities_and_end_after_they_start() -> None:
    faults(
        f"{line}: {line.cells}"
        for line in dated_names()
        if line.cells["entity"] not in known()
        or not ({"start", "end"} & line.cells.keys())
        or ("end" in line.cells and line.cells.get("start", "") > line.cells["end"])
    )


@pytest.mark.parametrize("column", ["party", "parent", "stands_for", "capital", "seats"])
def test_references_of_entities_resolve(column: str) -> None:
    faults(
        f"{line}: {reference}"
        for line in entities()
        for reference in line.cells.get(column, "").split("|")
        if reference and reference not in known()
    )


def test_tables_stay_small_and_name_their_source() -> None:
    for path in SHIPPED_TABLES.glob("*.tsv"):
        content = path.read_bytes()
        assert len(content) < LARGEST_TABLE, path.name
        assert content.startswith(b"# "), path.name


def test_place_stands_for_its_own_country_or_a_body_in_it() -> None:
    """A seat of power speaks for somebody there: not for a country elsewhere, whatever filled the column."""
    country = {
        line.cells["id"]: line.cells.get("iso2") or line.cells.get("country", "")
        for line in entities()
        if "id" in line.cells
    }
    faults(
        f"{line}: {line.cells['name']} stands for {reference}"
        for line in entities()
        for reference in line.cells.get("stands_for", "").split("|")
        if country.get(reference) and country[reference] != line.cells.get("country")
    )
