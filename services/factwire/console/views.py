"""Translates: rows as storage gives them into the contract's models, which both the read API and the pages use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from factwire.events.enriched_article import Claim, DuplicateOf
from factwire.events.fields import Event, Moment
from factwire.events.raw_article import ArticleMetadata, Source
from factwire.events.stored import claim_parts, duplicate_part, metadata_parts, source_part
from factwire.events.units import convert

Record: TypeAlias = Mapping[str, Any]


class ArticleSummary(ArticleMetadata):
    """An article in a list: without text, with how much was found in it."""

    enriched_at: Moment
    claim_count: int
    entity_count: int
    duplicate_of: DuplicateOf | None = None


class ArticleReference(Event):
    """The article that a claim stands in."""

    article_id: str
    revision: int
    title: str | None = None
    url: str | None = None
    source: Source | None = None
    published_at: Moment | None = None


class Converted(Event):
    """A claim's numbers in the unit that was asked for, beside those that were written."""

    unit: str
    value: str | None = None
    lower: str | None = None
    upper: str | None = None


class FoundClaim(Claim):
    """A claim outside its article: with the sentence that is its evidence, and where that stands."""

    evidence: str
    article: ArticleReference
    speaks_for: tuple[str, ...] = ()
    """Countries and bodies that whoever says it speaks for: ids, and two letters for countries."""
    converted: Converted | None = None
    """With `in`: the same in that unit; null if the claim measures something else."""


class ArticleList(Event):
    """A page of articles, newest first. ``next`` is the address of the following page."""

    data: tuple[ArticleSummary, ...]
    next: str | None = None


class ClaimList(Event):
    """A page of claims, newest article first. ``next`` is the address of the following page."""

    data: tuple[FoundClaim, ...]
    next: str | None = None


def article_summary(record: Record) -> ArticleSummary:
    extra = {name: record[name] for name in ("enriched_at", "claim_count", "entity_count")}
    return ArticleSummary.model_validate({**metadata_parts(record), **extra, "duplicate_of": duplicate_part(record)})


class EntitySummary(Event):
    """An entity in a list."""

    entity_id: str
    type: str
    subtype: str | None = None
    name: str
    article_count: int


class EntityList(Event):
    """A page of entities by name. ``next`` is the address of the following page."""

    data: tuple[EntitySummary, ...]
    next: str | None = None


class EntityProfile(EntitySummary):
    """Who an entity is and how much is said about it and by it. Claims are counted up to 10,000."""

    names: tuple[str, ...] = ()
    """As written in its newest articles, most frequent first."""
    first_seen: Moment
    last_seen: Moment
    claims_about: int
    claims_by: int


class TimelinePoint(Event):
    begin: date
    """First day of the step, in UTC."""
    count: int


class Timeline(Event):
    """Counts over time, by when the articles were published. Steps with none are left out."""

    of: str
    """articles or claims."""
    step: str
    data: tuple[TimelinePoint, ...]


class UnitCount(Event):
    base_unit: str | None
    """Base unit of what is measured; null for bare numbers."""
    count: int


class Bar(Event):
    begin: str
    end: str
    """Decimal strings; the last bar includes its end."""
    count: int


class Distribution(Event):
    """The numbers of the newest claims that match, up to 1,000 of them, in the base unit most of them share."""

    claims: int
    """How many claims were looked at."""
    units: tuple[UnitCount, ...]
    base_unit: str | None
    scale: str
    """linear, or log where the numbers span orders of magnitude."""
    bars: tuple[Bar, ...]
    lowest: str | None = None
    median: str | None = None
    highest: str | None = None


def found_claim(record: Record, unit: str | None = None) -> FoundClaim:
    """``unit``: a code to convert into as well."""
    article = {name: record[name] for name in ("article_id", "revision", "title", "url", "published_at")}
    claim = FoundClaim.model_validate(
        {
            **claim_parts(record, record["arguments"]),
            "evidence": record["evidence"] or "",
            "article": {**article, "source": source_part(record)},
            "speaks_for": [one.removeprefix("for:") for one in record["facets"] if one.startswith("for:")],
        }
    )
    return claim if unit is None else claim.model_copy(update={"converted": converted(claim, unit)})


def converted(claim: Claim, to: str) -> Converted | None:
    """The claim's numbers in ``to``; None if it measures something else."""
    difference = claim.role == "delta"
    numbers = {name: getattr(claim, name) for name in ("value", "lower", "upper")}
    turned = {
        name: convert(Decimal(number), claim.unit, to, difference=difference)
        for name, number in numbers.items()
        if number is not None
    }
    if not turned or None in turned.values():
        return None
    return Converted(unit=to, **{name: f"{number:f}" for name, number in turned.items()})


def entity_summary(record: Record) -> EntitySummary:
    return EntitySummary.model_validate(record)


def entity_profile(record: Record) -> EntityProfile:
    return EntityProfile.model_validate(record)


def summary_facts(summary: ArticleSummary, moment: datetime) -> tuple[str, ...]:
    """The line under a title in the list."""
    source = (summary.source.name or summary.source.id) if summary.source else None
    when = f"{'' if summary.published_at else 'received '}{moment:%-d %B %Y, %H:%M} UTC"
    return tuple(filter(None, (source, summary.provider, when, summary.language)))
