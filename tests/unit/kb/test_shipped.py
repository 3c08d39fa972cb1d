"""What ships: small, quick to open, and right where everybody would notice."""

from __future__ import annotations

import tracemalloc

import pytest

from factwire.kb.build import SHIPPED_FILE, SHIPPED_TABLES, sources_in
from factwire.kb.catalogue import Catalogue
from factwire.kb.entries import rows_of
from factwire.kb.load import load_catalogue


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue()


def test_it_is_mapped_and_not_read() -> None:
    tracemalloc.start()
    try:
        load_catalogue()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1e6
    assert 1e6 < SHIPPED_FILE.stat().st_size < 150e6


@pytest.mark.parametrize(
    ("name", "entity_id"),
    [
        ("China", "Q148"), ("Burma", "Q836"), ("Türkiye", "Q43"), ("Kiev", "Q1899"), ("Kyiv", "Q1899"),
        ("USSR", "Q15180"), ("G7", "Q1764511"),
        ("Nigerien", "Q1032"), ("Nigerian", "Q1033"), ("South Sudanese", "Q958"), ("Joe Biden", "Q6279"),
        ("Republican", "Q29468"), ("Tbilisi", "Q994"), ("Netherlands", "Q55"), ("Denmark", "Q35"),
    ],
)  # fmt: skip
def test_well_known_name_has_its_id(shipped: Catalogue, name: str, entity_id: str) -> None:
    assert shipped.lookup(name)[0].record.id == entity_id


@pytest.mark.parametrize(
    ("capital", "country"), [("Q956", "Q148"), ("Q649", "Q159"), ("Q61", "Q30"), ("Q84", "Q145"), ("Q1899", "Q212")]
)
def test_capital_stands_for_its_country(shipped: Catalogue, capital: str, country: str) -> None:
    record = shipped.find(capital)
    assert record is not None
    assert country in record.stands_for


def test_every_table_states_its_source() -> None:
    for source in sources_in(SHIPPED_TABLES):
        assert source.text.startswith("#"), source.origin


def test_every_row_has_a_name_or_is_a_term_or_word() -> None:
    for source in sources_in(SHIPPED_TABLES):
        for number, row in rows_of(source):
            assert row.keys() & {"name", "person", "word"}, f"{source.origin}:{number}"
