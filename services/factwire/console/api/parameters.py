"""Parameters that several resources share, what they mean as a filter, and the address of the next page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import Query, Request

from factwire.console.unit_words import unit_code
from factwire.errors import InvalidInput
from factwire.events.units import require_convertible, scale_named
from factwire.runtime.web.patterns import NUMBER, WITHOUT_NUL
from factwire.runtime.web.problems import INVALID, Fault, Problem
from factwire.storage.filters import ArticleFilter, ClaimFilter

Word = Annotated[str | None, Query(max_length=200, pattern=WITHOUT_NUL)]
Number = Annotated[str | None, Query(pattern=NUMBER, examples=["1200000000", "-0.5"])]
"""A decimal string, as on the wire."""
Kind = Literal[
    "money", "percent", "percentage_point", "count", "measure", "multiple", "fraction", "rate", "index", "duration",
    "age", "score", "rank", "one_of",
]  # fmt: skip
Type = Literal["person", "organization", "place", "group", "event", "product", "work"]
Modality = Literal["asserted", "forecast", "target", "estimate", "possible", "unconfirmed", "hypothetical"]
Limit = Annotated[int, Query(ge=1, le=500, description="Most items of a page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="Where to go on: from `next` of the page before.")]
Step = Annotated[Literal["day", "week", "month"], Query(description="How long a step is; weeks begin on Monday.")]
Role = Literal["about", "said", "subject", "agent", "recipient", "holder", "place", "counterparty"]
Text = Annotated[Word, Query(description='Words of the article, as in a search box: "quoted phrases", or, a minus.')]
Since = Annotated[date | None, Query(description="The article was published on this day or later (UTC).")]
Until = Annotated[date | None, Query(description="The article was published on this day or earlier (UTC).")]
Duplicates = Annotated[bool, Query(description="false leaves out articles that repeat another one.")]
Unit = Annotated[
    str | None,
    Query(
        alias="in",
        max_length=50,
        min_length=1,
        pattern=WITHOUT_NUL,
        description="Also give the numbers in this unit of measure: a UCUM code (km, kg, [mi_i], km/h) or a name "
        "(miles). No currencies.",
    ),
]


def article_filter(
    text: Text = None,
    entity: Annotated[Word, Query(description="Id of an entity that it mentions, such as Q148.")] = None,
    source: Annotated[Word, Query(description="Id of the outlet.")] = None,
    language: Annotated[Word, Query(description="BCP 47, such as en.")] = None,
    published_from: Since = None,
    published_to: Until = None,
    duplicates: Duplicates = True,
) -> ArticleFilter:
    _refuse_inverted([("published_from", published_from, published_to)])
    return ArticleFilter(
        text=text or None,
        entity_id=entity,
        source_id=source,
        language=language,
        since=_begin(published_from),
        until=_end(published_to),
        duplicates=duplicates,
    )


def claim_filter(
    article: Annotated[Word, Query(description="Of this article.")] = None,
    entity: Annotated[Word, Query(description="Id of an entity that takes part or says it, such as Q148.")] = None,
    role: Annotated[
        Role | None,
        Query(description="As what `entity` takes part: `about` is any role, `said` that it is the one who speaks."),
    ] = None,
    kind: Annotated[Kind | None, Query(description="What sort of number it is.")] = None,
    unit: Annotated[
        Word,
        Query(
            description="Code of the unit (USD, %, km, drone), or its name (dollars, kilometres, drones). "
            "With `min` or `max`, and of one unit per another: every unit of that dimension."
        ),
    ] = None,
    min: Annotated[
        Number,
        Query(description="The claim may be this or more, in `unit`; without one in base units: m, kg, s, K, USD …"),
    ] = None,
    max: Annotated[Number, Query(description="The claim may be this or less, likewise.")] = None,
    begin: Annotated[date | None, Query(description="The period touches this day or a later one.")] = None,
    end: Annotated[date | None, Query(description="The period touches this day or an earlier one.")] = None,
    published_from: Since = None,
    published_to: Until = None,
    speaker: Annotated[Word, Query(description="Who says it: id, or name as written in any capitals.")] = None,
    speaker_for: Annotated[
        Word,
        Query(
            description="Id of a country or body (Q30), or a country's two letters (US): said by it, its ministries "
            "and agencies, its unnamed officials, or persons in office there when the article was published."
        ),
    ] = None,
    source: Annotated[Word, Query(description="Id of the outlet.")] = None,
    modality: Annotated[Modality | None, Query(description="How it is put; a plain statement is asserted.")] = None,
    min_confidence: Annotated[float | None, Query(ge=0, le=1, description="At least so sure.")] = None,
    text: Text = None,
    duplicates: Duplicates = True,
) -> ClaimFilter:
    if role is not None and entity is None:
        raise refused("role", "role says as what an entity takes part: give `entity` too")
    lowest, highest = _decimal(min), _decimal(max)
    _refuse_inverted(
        [("min", lowest, highest), ("begin", begin, end), ("published_from", published_from, published_to)]
    )
    unit = unit_code(unit) if unit else None
    bounded = lowest is not None or highest is not None
    scale = scale_named(unit) if unit is not None and (bounded or "/" in unit) else None
    return ClaimFilter(
        article_id=article,
        entity_id=entity,
        role=role,
        kind=kind,
        unit=unit if scale is None else None,
        base=scale.base if scale else None,
        lowest=scale.to_base(lowest) if scale and lowest is not None else lowest,
        highest=scale.to_base(highest) if scale and highest is not None else highest,
        begin=begin,
        end=end,
        since=_begin(published_from),
        until=_end(published_to),
        speaker=speaker,
        speaker_for=speaker_for.upper() if speaker_for and len(speaker_for) == 2 else speaker_for,
        source_id=source,
        modality=modality,
        min_confidence=min_confidence,
        text=text or None,
        duplicates=duplicates,
    )


def wanted_unit(code: Unit = None) -> str | None:
    """The code of the unit to convert into. Ends the request with a problem if nothing can be."""
    if code is None:
        return None
    wanted = unit_code(code)
    try:
        require_convertible(wanted)
    except InvalidInput as error:
        raise refused("in", error.reason) from error
    return wanted


def refused(parameter: str, reason: str) -> Problem:
    return Problem(INVALID, reason, errors=[Fault(pointer=f"#{parameter}", detail=reason)])


def next_page(request: Request, cursor: str | None) -> str | None:
    """The same question from the cursor on, as a path: no proxy can make it wrong."""
    return f"{request.url.path}?{request.url.include_query_params(cursor=cursor).query}" if cursor else None


def _refuse_inverted(pairs: Iterable[tuple[str, Any, Any]]) -> None:
    for name, low, high in pairs:
        if low is not None and high is not None and low > high:
            raise refused(name, "the lower limit is above the upper one")


def _decimal(number: str | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def _begin(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min, UTC)


def _end(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.max, UTC)
