"""What readers may ask for, and what it means in SQL: each part of a filter is one condition on an index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, not_, or_, select

from factwire.storage import facets
from factwire.storage.facets import facet, name_facet
from factwire.storage.tables import Article, ArticleEntity, Claim, Embargo

moment = func.coalesce(Article.published_at, Article.received_at, Article.stored_at)
"""When an article was published, else received, else stored; lists are sorted by it."""
_instant = func.tstzrange(Claim.moment, Claim.moment, literal_column("'[]'"))
"""A claim's moment as its index over periods has it: no built-in operator class puts a plain moment beside a range."""


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """What articles are wanted; what is None does not restrict. ``since`` is the first moment, ``until`` the last.

    Without ``duplicates``, articles that repeat another one are left out.
    """

    text: str | None = None
    entity_id: str | None = None
    source_id: str | None = None
    language: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    duplicates: bool = True


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """What claims are wanted; what is None does not restrict.

    ``role`` says as what ``entity_id`` takes part: a role of an argument, ``about`` (any of them) or ``said``.
    ``lowest`` and ``highest`` meet the bounds of a claim, in the base unit of what it measures; ``base`` is that unit.
    ``begin`` and ``end`` meet its period. ``speaker`` is an id or a name, ``speaker_for`` the country or body that
    whoever says it speaks for.
    """

    article_id: str | None = None
    entity_id: str | None = None
    role: str | None = None
    kind: str | None = None
    unit: str | None = None
    base: str | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    begin: date | None = None
    end: date | None = None
    since: datetime | None = None
    until: datetime | None = None
    speaker: str | None = None
    speaker_for: str | None = None
    source_id: str | None = None
    modality: str | None = None
    min_confidence: float | None = None
    text: str | None = None
    duplicates: bool = True


def article_conditions(wanted: ArticleFilter, at: datetime) -> list[ColumnElement[bool]]:
    """Of visible articles, those that are wanted."""
    return [visible(at), *_article_parts(wanted)]


def claim_conditions(wanted: ClaimFilter, at: datetime) -> list[ColumnElement[bool]]:
    """Of claims in visible articles, those that are wanted."""
    return [*claim_scope(wanted, at), *claim_parts(wanted), *_stretch_of_periods(wanted)]


def claim_scope(wanted: ClaimFilter, at: datetime) -> list[ColumnElement[bool]]:
    """Where in the list the claims stand that may be shown. Claims of withdrawn articles are gone."""
    shown = or_(Claim.hidden_until.is_(None), Claim.hidden_until <= at)
    return [shown, *between(Claim.moment, wanted.since, wanted.until)]


def claim_parts(wanted: ClaimFilter, of: Any = Claim) -> list[ColumnElement[bool]]:
    """What the claims are, wherever they stand; ``of``: the claims, or some of them."""
    asked = _facets(wanted)
    return [*([of.facets.contains(asked)] if asked else []), *_claim_parts(wanted, of)]


def only_facets(wanted: ClaimFilter) -> bool:
    """Whether the inverted index alone knows which claims are wanted."""
    beside = (wanted.lowest, wanted.highest, wanted.begin, wanted.end, wanted.min_confidence, wanted.text)
    return wanted.duplicates and beside == (None,) * len(beside)


def visible(at: datetime) -> ColumnElement[bool]:
    embargo = Article.embargoed_until
    return and_(Article.withdrawn_at.is_(None), or_(embargo.is_(None), embargo <= at))


def unhidden(at: datetime) -> ColumnElement[bool]:
    """Of an article's entities: articles under embargo are few, and hashed once; withdrawn ones have none."""
    return ArticleEntity.article_id.not_in(select(Embargo.article_id).where(Embargo.ends_at > at))


def holds_words(words: str) -> ColumnElement[bool]:
    """Words as people type them into a search box: quoted phrases, ``or``, a minus."""
    return Article.search.op("@@")(func.websearch_to_tsquery("english", words))


def _article_parts(wanted: ArticleFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.text:
        yield holds_words(wanted.text)
    if wanted.entity_id is not None:
        yield exists().where(
            ArticleEntity.article_id == Article.article_id, ArticleEntity.entity_id == wanted.entity_id
        )
    if wanted.source_id is not None:
        yield Article.source_id == wanted.source_id
    if not wanted.duplicates:
        yield Article.duplicate_of.is_(None)
    if wanted.language is not None:
        yield Article.language == wanted.language
    yield from between(moment, wanted.since, wanted.until)


def _claim_parts(wanted: ClaimFilter, of: Any) -> Iterator[ColumnElement[bool]]:
    if wanted.article_id is not None:
        yield of.article_id == wanted.article_id
    yield from _bounds(wanted, of)
    if wanted.begin is not None or wanted.end is not None:
        yield of.period.op("&&")(func.daterange(wanted.begin, wanted.end, "[]"))
    if not wanted.duplicates:
        yield not_(of.facets.contains([facet(facets.REPEAT, "yes")]))
    if wanted.min_confidence is not None:
        yield of.confidence >= wanted.min_confidence
    if wanted.text:
        yield of.article_id.in_(select(Article.article_id).where(*_holding(wanted.text, wanted)))


def _holding(words: str, wanted: ClaimFilter) -> Iterator[ColumnElement[bool]]:
    """Articles with the words that can have wanted claims: their moment is the claims', and they name the entity."""
    yield holds_words(words)
    if wanted.entity_id is not None:
        yield Article.entity_ids.contains([wanted.entity_id])
    yield from between(moment, wanted.since, wanted.until)


def _facets(wanted: ClaimFilter) -> list[str]:
    asked = [
        (facets.KIND, wanted.kind),
        (facets.UNIT, wanted.unit),
        (facets.BASE, wanted.base),
        (wanted.role or facets.WHO, wanted.entity_id),
        (facets.FOR, wanted.speaker_for),
        (facets.SOURCE, wanted.source_id),
        (facets.MODALITY, wanted.modality),
    ]
    found = [facet(name, value) for name, value in asked if value is not None]
    return found + ([_speaker(wanted.speaker)] if wanted.speaker is not None else [])


def _speaker(speaker: str) -> str:
    """An id as it is, a name in any capitals. No name looks like an id."""
    is_id = speaker[:1] == "Q" and speaker[1:].isdigit()
    return facet(facets.SAID, speaker) if is_id or ":" in speaker else name_facet(speaker)


def _bounds(wanted: ClaimFilter, of: Any) -> Iterator[ColumnElement[bool]]:
    """A bound that a claim leaves out ("more than 5") is not met by 5."""
    if wanted.base is not None:
        yield of.base_unit == wanted.base  # as its facet says; the index over unit and bound knows it by this column
    if wanted.lowest is not None:
        touches = and_(of.base_high == wanted.lowest, not_(of.upper_inclusive))
        yield and_(of.base_high >= wanted.lowest, not_(touches))
    if wanted.highest is not None:
        touches = and_(of.base_low == wanted.highest, not_(of.lower_inclusive))
        yield and_(of.base_low <= wanted.highest, not_(touches))


def _stretch_of_periods(wanted: ClaimFilter) -> Iterator[ColumnElement[bool]]:
    """The scope once more, as the index over periods knows it: it then reads those of this stretch of the list only.

    Beside facets it is not worth its while: what they leave over is less than a tree is slow.
    """
    if (wanted.begin or wanted.end) and (wanted.since or wanted.until) and not _facets(wanted):
        yield _instant.op("&&")(func.tstzrange(wanted.since, wanted.until, "[]"))


def between(column: Any, since: datetime | None, until: datetime | None) -> Iterator[ColumnElement[bool]]:
    """From the first moment to the last, both included."""
    if since is not None:
        yield column >= since
    if until is not None:
        yield column <= until
