"""``news.article.enriched.v1``: an article with its entities, times and numeric claims, each traced to its words."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from factwire.events.fields import Confidence, DecimalString, Event, Offset
from factwire.events.raw_article import ArticleMetadata


class Span(Event):
    """Code points into the article's ``text``, ``end`` exclusive: ``text[start:end]`` equals ``text`` of the span."""

    start: Offset
    end: Offset
    text: str


class Section(Event):
    kind: str
    """title, summary, dateline, body, subhead, boilerplate, duplicate; readers accept others."""
    start: Offset
    end: Offset


class Mention(Event):
    span: Span
    form: str
    """name, alias, acronym, surname, demonym, metonym, title, pronoun, nominal."""
    confidence: Confidence
    via: str | None = None
    """Id of the place that a metonym is written with."""
    rule: str | None = None
    """Name of the rule that decided."""


class Entity(Event):
    entity_id: str
    """A Wikidata id (Q148), another register's with its prefix (geonames:3183284), or a stable nil: id."""
    type: str
    """person, organization, place, group, event, product, work; readers accept others."""
    subtype: str | None = None
    name: str
    confidence: Confidence
    salience: Confidence
    mentions: tuple[Mention, ...]


class Time(Event):
    span: Span
    type: str
    """date, time, duration, set."""
    timex: str
    """TIMEX3 value."""
    begin: date | None = None
    end: date | None = None
    """Closed ISO days; null if not placed on the calendar."""
    granularity: str
    anchor: str
    """published_at, context, absolute."""
    rule: str | None = None


class Unit(Event):
    system: str
    """ISO4217, UCUM, count, none."""
    code: str | None = None
    label: str | None = None
    """As written."""
    per: Unit | None = None
    assumed: bool = False


class Whole(Event):
    """What a percent or fraction is a part of."""

    span: Span
    claim_id: UUID | None = None


class Concept(Event):
    """What is measured."""

    span: Span
    head: str


class Argument(Event):
    role: str
    """subject, agent, recipient, holder, place, counterparty."""
    entity_id: str
    span: Span


class Period(Event):
    time: int | None = None
    """Index into ``times``."""
    begin: date | None = None
    end: date | None = None
    edtf: str | None = None
    """EDTF level 1."""
    granularity: str
    role: str
    """measured, as_of, compared_to, deadline."""
    assumed: bool = False


class Speaker(Event):
    span: Span
    entity_id: str | None = None
    name: str


class Attribution(Event):
    speaker: Speaker
    cue: Span
    mode: str
    """direct, indirect, document."""


class Claim(Event):
    """One numeric statement."""

    claim_id: UUID
    span: Span
    """The number with its unit and comparator."""
    sentence: Offset
    """Index into ``sentences``: the evidence."""
    kind: str
    value: DecimalString | None = None
    """A point, already scaled; null for ranges."""
    lower: DecimalString | None = None
    upper: DecimalString | None = None
    lower_inclusive: bool = True
    upper_inclusive: bool = True
    comparator: str
    approximate: bool = False
    hedge: str | None = None
    vague: bool = False
    precision: Annotated[int, Field(ge=0)]
    """Significant digits as written."""
    unit: Unit
    direction: str | None = None
    role: str = "level"
    group_id: str | None = None
    equivalent_of: UUID | None = None
    of: Whole | None = None
    concept: Concept | None = None
    arguments: tuple[Argument, ...] = ()
    period: Period | None = None
    attribution: Attribution | None = None
    """Null: the author's own voice."""
    modality: str = "asserted"
    polarity: str = "positive"
    confidence: Confidence
    rules: tuple[str, ...]
    """Names of the rules that fired."""


class Enrichment(Event):
    """What made this event: enough to make it again."""

    enricher_version: str
    rules_version: str
    kb_version: str
    duration_ms: float | None = None
    warnings: tuple[str, ...] = ()


class DuplicateOf(Event):
    """The article that said the same before."""

    article_id: str
    similarity: Confidence
    """Share of word triples that both have, as estimated; 1 for the same words."""
    kind: str
    """exact: word for word; near: the same story with changes. Readers accept others."""


class EnrichedArticle(ArticleMetadata):
    """The article's metadata, its text, and what was found in it."""

    text: str
    """What every offset points into."""
    text_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    sections: tuple[Section, ...] = ()
    sentences: tuple[tuple[Offset, Offset], ...] = ()
    entities: tuple[Entity, ...] = ()
    times: tuple[Time, ...] = ()
    claims: tuple[Claim, ...] = ()
    enrichment: Enrichment
    duplicate_of: DuplicateOf | None = None
    """The article of another id that was first seen with this text; null also where nobody looked."""
