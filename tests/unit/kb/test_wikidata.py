"""One line of a dump: what it gives, what is passed over unread, and what is a fault."""

from __future__ import annotations

from contextlib import suppress

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.wikidata import BROKEN, ITEMS, OTHERS, day, item, link, spoken, statement

from factwire.errors import InvalidInput
from factwire.kb.keep import parse_filter
from factwire.kb.wikidata import Finding, Json, Reading, iso_date, read_line

READING = Reading(parse_filter("sitelinks>=1"))


def read(entity: Json, keep: str = "sitelinks>=1", *languages: str) -> Finding | None:
    line = orjson.dumps(entity) + b",\n"
    return read_line(line, Reading(parse_filter(keep), languages or ("en",)))


def brief(entity: Json, *languages: str) -> Json:
    found = read(entity, "sitelinks>=0", *languages)
    assert found is not None
    assert found.item is not None
    return found.item


@pytest.mark.parametrize("line", [b"[\n", b"]\n", b"\n", b"", *(orjson.dumps(other) for other in OTHERS)])
def test_brackets_properties_and_redirects_give_nothing(line: bytes) -> None:
    assert read_line(line, READING) is None


@pytest.mark.parametrize("line", [*BROKEN, b'{"type":"item","id":"Q1","claims":{"P279":7}}', b'"}'])
def test_damaged_line_is_a_fault(line: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_line(line, READING)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_finding_nothing_or_a_fault(line: bytes) -> None:
    with suppress(InvalidInput):
        read_line(line, READING)


@given(st.integers(0, 600), st.sampled_from([orjson.dumps(entity) for entity in ITEMS]))
def test_line_cut_anywhere_gives_a_finding_nothing_or_a_fault(cut: int, line: bytes) -> None:
    with suppress(InvalidInput):
        read_line(line[:cut], READING)


def test_item_with_too_few_sitelinks_is_passed_over() -> None:
    few = item("Q1", "Ned", 3, P31=[link("Q5")], sites=["commonswiki", "enwikiquote"])
    assert read(few, "sitelinks>=4") is None
    assert read(few, "sitelinks>=3") is not None


def test_class_is_read_whatever_is_kept() -> None:
    found = read(item("Q900001", "port town", P279=[link("Q3957")]), "sitelinks>=50")
    assert found == Finding(900001, parents=(3957,), label="port town")


def test_class_that_the_filter_asks_for_may_still_turn_out() -> None:
    town = item("Q900024", "Tarnmouth", 1, P31=[link("Q900001")])
    assert read(town, "class:Q3957") is not None
    assert read(town, "class:Q3957 and sitelinks>=2") is None


def test_deprecated_statements_do_not_count_and_preferred_ones_come_first() -> None:
    ranked = [statement(link("Q1"), "deprecated"), statement(link("Q2")), statement(link("Q3"), "preferred")]
    assert brief(item("Q9", "Ned", P31=[link("Q5")], P27=ranked))["P27"] == ["Q3", "Q2"]


def test_unknown_value_is_no_value() -> None:
    assert "P21" not in brief(item("Q9", "Ned", P31=[link("Q5")], P21=[statement(None)]))


def test_old_dump_has_numbers_for_ids() -> None:
    old = {"value": {"entity-type": "item", "numeric-id": 30}}
    assert brief(item("Q9", "Ned", P31=[link("Q5")], P27=[old]))["P27"] == ["Q30"]


def test_names_come_in_the_order_of_the_languages_and_mul_stands_for_all() -> None:
    many = item("Q9", {"de": "Köln", "en": "Cologne", "fr": "Cologne", "mul": "Koeln"}, 1, P31=[link("Q515")])
    assert brief(many, "de", "en")["name"] == "Köln"
    assert brief(many, "de", "en")["aliases"] == ["Cologne", "Koeln"]
    assert brief(many, "it")["name"] == "Koeln"
    assert read(item("Q9", {"fr": "Rue"}, 1, P31=[link("Q79007")])) is None


def test_name_that_tables_cannot_hold_is_left_out() -> None:
    names = ["a|b", "x" * 101, "—", "  Two   words "]
    assert brief(item("Q9", "Ned", 1, names, P31=[link("Q5")]))["aliases"] == ["Two words"]


def test_name_that_was_given_up_has_its_time() -> None:
    times = {"P580": day("1900-00-00", 9), "P582": day("1961-01-01")}
    names = [statement(spoken("Saltmark"), "normal", times), statement(spoken("Vellmar"), "normal", {})]
    assert brief(item("Q9", "Vellmar", P31=[link("Q5")], P1448=names))["former"] == [["Saltmark", "1900", "1961-01-01"]]


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        (day("1959-05-07"), "1959-05-07"),
        (day("1959-05-00", 10), "1959-05"),
        (day("1959-00-00", 9), "1959"),
        (day("1950-00-00", 8), ""),
        (day("-0044-03-15"), ""),
    ],
)
def test_date_is_as_precise_as_its_statement(value: Json, iso: str) -> None:
    assert iso_date(value["value"]) == iso


@pytest.mark.parametrize("value", [None, "2001", {}, {"time": 7}])
def test_no_date_is_empty(value: object) -> None:
    assert iso_date(value) == ""
