"""Which claims stand on the next page: slices of the list, each longer than the last, until a page is full.

What is dense fills a page from a short slice, which is walked through. A longer one is narrowed by the index over what
is asked together with that over time; of what is rare there is so little that all of it is found and sorted at once.
How long the next slice is, and when the rest is asked for, follows from what the slices before have held, and not from
a planner's guess at a combination.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, Uuid, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from factwire.storage.filters import ClaimFilter, between, claim_conditions, claim_parts, claim_scope, only_facets
from factwire.storage.tables import Claim

ClaimPlace: TypeAlias = tuple[datetime, str, int, UUID]
"""Where a claim stands in the list."""

FIRST: Final = 500
"""Claims of the list in the first slice."""
WALKED: Final = 2
"""So many slices are walked through, where they hold anything: reading the index over what is common takes longer."""
GROWTH: Final = 8
"""A slice ends so many times as far down as the one before it, at most, until the density is known."""
AMPLE: Final = 1.3
"""Times as far as the density seen so far says."""
FEW: Final = 2_500
"""So many are found and sorted at once in about ten milliseconds."""
UNSEEN: Final = 3
"""What is found less often than this in a slice may still be as frequent (the rule of three)."""
SURE: Final = 30
"""What was found so often is as dense as it seems, within a fifth."""
ORDER: Final = (Claim.moment.desc(), Claim.article_id, Claim.span_start, Claim.claim_id)
Columns: TypeAlias = tuple[InstrumentedAttribute[Any], ...]

ClaimKey: TypeAlias = tuple[UUID, datetime]
"""A claim and its moment: tables by month are opened only where it can be."""
KEY: Final = (Claim.claim_id, Claim.moment)

any_keys: Final = func.any(bindparam("keys", type_=ARRAY(Uuid)))
"""One of the ids that are given as ``keys``."""
_FIRST_MOMENT: Final = bindparam("first", type_=Claim.moment.type)
_LAST_MOMENT: Final = bindparam("last", type_=Claim.moment.type)
_ASKED: Final = (
    Claim.claim_id, Claim.article_id, Claim.span_start, Claim.moment, Claim.facets, Claim.base_unit, Claim.base_low,
    Claim.base_high, Claim.lower_inclusive, Claim.upper_inclusive, Claim.period, Claim.confidence,
)  # fmt: skip
"""What filters look at."""
_PLACE: Final = (Claim.moment, Claim.article_id, Claim.span_start, Claim.claim_id)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The list from ``begins`` down to ``edge``, where the first slice ends, and to ``oldest``."""

    begins: datetime
    edge: datetime
    oldest: datetime


async def newest_claims(
    connection: AsyncConnection,
    wanted: ClaimFilter,
    *,
    limit: int,
    at: datetime,
    before: ClaimPlace | None = None,
    shown: Columns = KEY,
) -> list[Any]:
    """What is ``shown`` of the first ``limit`` claims that are wanted, after ``before``, in the order of the list."""
    left = wanted if before is None else replace(wanted, until=min(before[0], wanted.until or before[0]))
    stretch = await _stretch(connection, left) if wanted.article_id is None else None
    found: list[Any] = []
    below: datetime | None = None
    slices = 0
    while len(found) < limit:
        part = replace(left, since=stretch.edge if stretch else left.since, until=below or left.until)
        dense = slices == 0 or len(found) >= UNSEEN
        way = walked_claims if stretch and slices < WALKED and dense else sorted_claims
        query = way(part, limit=limit - len(found), before=before, at=at, below=below, shown=shown)
        found += await connection.execute(query)
        if stretch is None:
            return found
        most = _most_growth(slices, len(found))
        slices, below, stretch = slices + 1, stretch.edge, _longer(stretch, wanted, len(found), limit, most)
    return found


def among(keys: Sequence[ClaimKey]) -> dict[str, Any]:
    """What :data:`any_keys` and :func:`in_their_months` are given; of no keys at all nothing needs to be asked."""
    moments = [when for _, when in keys]
    return {"keys": [claim_id for claim_id, _ in keys], "first": min(moments), "last": max(moments)}


def in_their_months(column: Any) -> ColumnElement[bool]:
    """Whether a moment lies between the first and the last that :func:`among` was given, or is not kept."""
    return or_(column.is_(None), column.between(_FIRST_MOMENT, _LAST_MOMENT))


def walked_claims(
    wanted: ClaimFilter,
    *,
    limit: int,
    at: datetime,
    before: ClaimPlace | None = None,
    below: datetime | None = None,
    shown: Columns = KEY,
) -> Select[Any]:
    """As :func:`sorted_claims`: every claim of the stretch is looked at."""
    columns = dict.fromkeys((*_ASKED, *shown))
    listed = _placed(select(*columns).where(*claim_scope(wanted, at)), before, below).offset(0).subquery("listed")
    return _page(_of(listed, shown).where(*claim_parts(wanted, listed.c)), listed.c, limit)


def sorted_claims(
    wanted: ClaimFilter,
    *,
    limit: int,
    at: datetime,
    before: ClaimPlace | None = None,
    below: datetime | None = None,
    shown: Columns = KEY,
) -> Select[Any]:
    """Wanted claims with a moment before ``below``: all are found by the indexes, and then sorted."""
    columns = dict.fromkeys((*_PLACE, *shown))
    every = _placed(select(*columns).where(*claim_conditions(wanted, at)), before, below).offset(0).subquery("every")
    return _page(_of(every, shown), every.c, limit)


def _of(rows: Subquery, shown: Columns) -> Select[Any]:
    return select(*(rows.c[column.key] for column in shown))


def _placed(query: Any, before: ClaimPlace | None, below: datetime | None) -> Any:
    if below is not None:
        query = query.where(Claim.moment < below)
    return query if before is None else query.where(Claim.moment <= before[0], _after(before))


def _page(query: Select[Any], of: Any, limit: int) -> Select[Any]:
    """The offset that ``of`` ends with is a fence: neither filter nor order reach through it."""
    return query.order_by(of.moment.desc(), of.article_id, of.span_start, of.claim_id).limit(limit)


def _most_growth(slices: int, found: int) -> float:
    """What has been seen often tells how much further to look; what is too thin to be walked through, a slice less."""
    if found >= SURE:
        return math.inf
    return GROWTH if slices or found >= UNSEEN else GROWTH**2


def _longer(stretch: Stretch, wanted: ClaimFilter, found: int, limit: int, most: float) -> Stretch | None:
    """The stretch with an edge further down; None where the rest is to be asked for at once."""
    seen, whole = stretch.begins - stretch.edge, stretch.begins - stretch.oldest
    if not seen or (only_facets(wanted) and max(found, UNSEEN) * (whole / seen) <= FEW):
        return None
    reach = seen * min(most, max(2.0, AMPLE * limit / max(found, 1)))
    return replace(stretch, edge=stretch.begins - reach) if reach < whole else None


async def _stretch(connection: AsyncConnection, wanted: ClaimFilter) -> Stretch | None:
    """None where the list is no longer than a slice."""
    within = list(between(Claim.moment, wanted.since, wanted.until))
    listed = select(Claim.moment).where(*within).order_by(Claim.moment.desc())
    oldest = select(Claim.moment).where(*within).order_by(Claim.moment)
    places: tuple[Select[Any], ...] = (listed.limit(1), listed.offset(FIRST).limit(1), oldest.limit(1))
    begins, edge, oldest = (await connection.execute(select(*(place.scalar_subquery() for place in places)))).one()
    return None if begins is None or edge is None or oldest is None else Stretch(begins, edge, oldest)


def _after(place: ClaimPlace) -> ColumnElement[bool]:
    last, *rest = place
    within = tuple_(Claim.article_id, Claim.span_start, Claim.claim_id) > tuple_(*rest)
    return or_(Claim.moment < last, and_(Claim.moment == last, within))
