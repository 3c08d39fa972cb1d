"""Who speaks for whom, out of the knowledge base into the database: what the filter ``speaker_for`` leans on."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from psycopg.types.range import DateRange

from factwire.kb.catalogue import Catalogue, Record, Term
from factwire.kb.load import load_catalogue
from factwire.storage.affiliations import AffiliationRow, replace_affiliations
from factwire.storage.settings import DatabaseSettings

OFFICIAL: Final = frozenset(
    {
        "government", "government_agency", "ministry", "military", "legislature", "central_bank", "court",
        "intelligence_agency", "country", "building",
    }
)  # fmt: skip
"""Subtypes that speak for their country. A building does where it stands for something: the Kremlin."""
_ALWAYS: Final = DateRange(None, None)


def load_affiliations(settings: DatabaseSettings, kb_path: Path | None = None, *overlays: Path) -> int:
    """Replaces what the database knows by what the knowledge base says; how many rows. Articles that are stored later
    are found by it; `factwire reprocess` brings those of before up to date.
    """
    return replace_affiliations(settings, affiliations(load_catalogue(kb_path, *overlays)))


def affiliations(catalogue: Catalogue) -> Iterator[AffiliationRow]:
    """Countries for themselves, official bodies for their country, persons while in office."""
    records = {record.id: record for record in _records(catalogue)}
    countries = {r.country: r.id for r in records.values() if r.subtype == "country" and r.country}
    for record in records.values():
        if record.subtype in OFFICIAL:
            yield from _country(record.id, record.country, countries, None, _ALWAYS)
        for place in record.stands_for:
            yield AffiliationRow(record.id, place, None, _ALWAYS)
            yield from _country(record.id, record.country, countries, None, _ALWAYS)
        for term in record.terms:
            yield from _term(record.id, term, records, countries)


def term_days(term: Term) -> DateRange:
    """The days of a term, whose ends may be days, months or years."""
    end = _last_day(term.end)
    return DateRange(_first_day(term.start), end + timedelta(days=1) if end else None)


def _term(
    person: str, term: Term, records: Mapping[str, Record], countries: Mapping[str, str]
) -> Iterator[AffiliationRow]:
    body, days = records.get(term.of), term_days(term)
    if not days.isempty and days.lower and days.upper and days.lower >= days.upper:
        return  # a term that ends before it begins
    yield AffiliationRow(person, term.of, term.office, days)
    if body is not None and (body.type == "place" or body.subtype in OFFICIAL):
        yield from _country(person, body.country, countries, term.office, days)


def _country(
    entity_id: str, country: str, countries: Mapping[str, str], office: str | None, days: DateRange
) -> Iterator[AffiliationRow]:
    """A country by its id and by its letters."""
    for of in (country, countries.get(country, "")):
        if of:
            yield AffiliationRow(entity_id, of, office, days)


def _records(catalogue: Catalogue) -> Iterator[Record]:
    """Every record as the last layer has it."""
    for layer in catalogue.layers:
        for number in range(layer.counts()["entities"]):
            record = layer.record(number)
            yield catalogue.find(record.id) or record


def _first_day(written: str) -> date | None:
    parts = [int(part) for part in written.split("-") if part]
    return date(*(*parts, 1, 1)[:3]) if parts else None


def _last_day(written: str) -> date | None:
    parts = [int(part) for part in written.split("-") if part]
    if not parts:
        return None
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else monthrange(year, month)[1])
