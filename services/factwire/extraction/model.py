"""What the core speaks in: an immutable document that each stage returns richer than it came.

Every offset counts code points into ``Document.text``, ``end`` exclusive, and ``text[start:end]`` is the evidence.
Nothing in here knows an event, a clock or a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

SectionKind: TypeAlias = Literal["title", "summary", "dateline", "body", "subhead", "boilerplate", "duplicate"]
Granularity: TypeAlias = Literal[
    "second", "minute", "hour", "daypart", "day", "weekend", "week", "month", "quarter", "half", "season", "year",
    "decade", "century", "range",
]  # fmt: skip
TimeType: TypeAlias = Literal["date", "time", "duration", "set"]
Anchor: TypeAlias = Literal["published_at", "context", "absolute"]
ClaimKind: TypeAlias = Literal[
    "money", "percent", "percentage_point", "count", "measure", "multiple", "fraction", "rate", "index",
    "duration", "age", "score", "rank", "one_of",
]  # fmt: skip
Comparator: TypeAlias = Literal["eq", "gt", "ge", "lt", "le", "between"]
UnitSystem: TypeAlias = Literal["ISO4217", "UCUM", "count", "none"]
Direction: TypeAlias = Literal["up", "down"]
Role: TypeAlias = Literal["level", "delta", "from", "to"]
ArgumentRole: TypeAlias = Literal["subject", "agent", "recipient", "holder", "place", "counterparty"]
PeriodRole: TypeAlias = Literal["measured", "as_of", "compared_to", "deadline"]
SpeechMode: TypeAlias = Literal["direct", "indirect", "document"]
Modality: TypeAlias = Literal["asserted", "forecast", "target", "estimate", "possible", "unconfirmed", "hypothetical"]
Polarity: TypeAlias = Literal["positive", "negative"]
EntityType: TypeAlias = Literal["person", "organization", "place", "group", "event", "product", "work"]
MentionForm: TypeAlias = Literal[
    "name", "alias", "acronym", "surname", "demonym", "metonym", "title", "pronoun", "nominal"
]


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Article:
    """What the core is given. ``country`` (ISO 3166-1 alpha-2) is the outlet's: it decides what a bare "$" is."""

    title: str | None = None
    summary: str | None = None
    body: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    published_on: date | None = None
    """The day at the outlet, where that is not the day in UTC."""
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the text with one role; the sections of a document cover it without gap or overlap."""

    kind: SectionKind
    span: Span

    @property
    def speaks(self) -> bool:
        """Whether claims may be drawn from it and mentions in it count towards salience."""
        return self.kind not in ("boilerplate", "duplicate")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, trimmed of white space, with the kind of the section it stands in."""

    span: Span
    section: SectionKind

    @property
    def speaks(self) -> bool:
        return self.section not in ("boilerplate", "duplicate")


@dataclass(frozen=True, slots=True)
class Time:
    """A date, clock time, duration or set. ``begin`` and ``end`` are closed calendar days, None if not placed."""

    span: Span
    type: TimeType
    timex: str
    begin: date | None
    end: date | None
    granularity: Granularity
    anchor: Anchor
    rule: str
    window: tuple[date, date] | None = None
    """What a rolling duration ("the past two months") reaches over, which TIMEX3 leaves off the calendar."""

    @property
    def days(self) -> tuple[date, date] | None:
        """First and last day that a number with this time holds for, None if they are not known."""
        return (self.begin, self.end or self.begin) if self.begin else self.window


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name that holds a number (Boeing 737, G7, Article 5): no claim is drawn from inside it."""

    span: Span
    rule: str


@dataclass(frozen=True, slots=True)
class Unit:
    """``code``: ISO 4217, UCUM, or the head noun in the singular; ``label``: as written; ``per``: another unit."""

    system: UnitSystem
    code: str | None
    label: str | None
    per: Unit | None = None
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or a range of two, with its unit: what is written, before anybody says what it means.

    ``span`` covers number, unit and counted noun phrase; comparators and hedges are added by the claims stage.
    ``lower``/``upper`` are set always: a point has both equal to ``value``; a range has ``value`` None.
    """

    span: Span
    number: Span
    sentence: int
    kind: ClaimKind
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    unit: Unit
    precision: int
    approximate: bool = False
    vague: bool = False
    noun: Span | None = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where an entity is named. ``via``: id of the place that a metonym is written with."""

    span: Span
    form: MentionForm
    confidence: float
    rule: str
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """Everything the document says of one id, mentions in reading order."""

    entity_id: str
    type: EntityType
    subtype: str | None
    name: str
    confidence: float
    salience: float
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Speaker:
    span: Span
    entity_id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """Somebody is said to say the text in ``content`` (one span per sentence or quotation part it covers)."""

    speaker: Speaker
    cue: Span
    mode: SpeechMode
    content: tuple[Span, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Whole:
    """What a percent or fraction is a part of; ``claim`` is an index into the document's claims."""

    span: Span
    claim: int | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """What is measured: the phrase and its head noun."""

    span: Span
    head: str


@dataclass(frozen=True, slots=True)
class Argument:
    role: ArgumentRole
    entity_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Period:
    """When the number held. ``time`` is an index into the document's times; ``edtf`` is EDTF level 1."""

    time: int | None
    begin: date | None
    end: date | None
    edtf: str | None
    granularity: Granularity
    role: PeriodRole
    assumed: bool = False


class Claim(NamedTuple):
    """One numeric statement. ``group`` joins a delta with its level; ``equivalent_of`` is an index into the claims.

    A named tuple, because ten passes change it one after the other, and this is what is cheapest to change.
    """

    span: Span
    sentence: int
    kind: ClaimKind
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    lower_inclusive: bool
    upper_inclusive: bool
    comparator: Comparator
    approximate: bool
    hedge: str | None
    vague: bool
    precision: int
    unit: Unit
    direction: Direction | None = None
    role: Role = "level"
    group: int | None = None
    equivalent_of: int | None = None
    of: Whole | None = None
    concept: Concept | None = None
    arguments: tuple[Argument, ...] = ()
    period: Period | None = None
    attribution: Attribution | None = None
    modality: Modality = "asserted"
    polarity: Polarity = "positive"
    confidence: float = 1.0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A number that is no claim, and why: what ``factwire explain`` answers when somebody asks."""

    span: Span
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class Part:
    """Where title, summary or body lie in the text."""

    kind: Literal["title", "summary", "body"]
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    """An article on its way through the pipeline. ``folded`` has the length of ``text``, look-alikes mapped 1:1."""

    article: Article
    text: str
    folded: str
    parts: tuple[Part, ...]
    language: str | None = None
    sections: tuple[Section, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    times: tuple[Time, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    entities: tuple[Entity, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    claims: tuple[Claim, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def published_on(self) -> date | None:
        """The publication day that relative dates are counted from."""
        if self.article.published_on or self.article.published_at is None:
            return self.article.published_on
        return self.article.published_at.date()


def decimal_string(number: Decimal | None) -> str | None:
    """Plain notation without exponent or trailing zeros: what Postgres and every JSON reader take alike."""
    if number is None:
        return None
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain
