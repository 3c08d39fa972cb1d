"""The claims explorer: a claim as a row, and the charts over the claims of one unit. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final
from urllib.parse import urlsplit

from factwire.console.addresses import claim_address, entity_address
from factwire.console.plots import Bars, Point, Scatter, histogram, scatter
from factwire.console.views import ArticleReference, FoundClaim
from factwire.console.writing import SYMBOLS, shorten, write_number, write_period, write_speaker, write_unit
from factwire.events.units import dimension_of
from factwire.storage.facts_summary import ClaimPoint

CHIPS: Final = 9
DOTS: Final = 300
"""Most claims in the time plot, the newest: a page has to stay light, and an eye sees no more."""
NEARBY: Final = 110
"""Characters of the sentence on each side of a number."""
LONGEST_TITLE: Final = 60
TIMES: Final = (("years", 31_557_600.0), ("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0), ("seconds", 1.0))


@dataclass(frozen=True, slots=True)
class Participant:
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Row:
    """One claim in the table, as words. ``before``, ``written`` and ``after``: its sentence, shortened round it."""

    address: str
    who: tuple[Participant, ...]
    what: str
    value: str
    unit: str
    before: str
    written: str
    after: str
    period: str
    speaker: str
    speaker_address: str | None
    title: str
    source: str
    day: str


@dataclass(frozen=True, slots=True)
class OtherUnit:
    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Ruler:
    """What a base unit is drawn in: ``size`` of it each."""

    label: str
    size: float


@dataclass(frozen=True, slots=True)
class Charts:
    """Over the claims of one base unit: ``shown`` of the ``looked_at`` newest. ``others``: what else could be drawn."""

    label: str
    shown: int
    looked_at: int
    others: tuple[OtherUnit, ...]
    distribution: Bars | None
    times: Scatter | None


def row(claim: FoundClaim) -> Row:
    article, said = claim.article, claim.attribution
    speaker_id = said.speaker.entity_id if said else None
    before, after = _around(claim)
    return Row(
        address=claim_address(article.article_id, claim.claim_id),
        who=tuple(_who(claim)),
        what=_what(claim),
        value=_unbroken(write_number(claim)),
        unit=write_unit(claim.unit),
        before=before,
        written=claim.span.text,
        after=after,
        period=write_period(claim.period),
        speaker=write_speaker(claim, {}),
        speaker_address=entity_address(speaker_id) if speaker_id else None,
        title=shorten(article.title or "", LONGEST_TITLE),
        source=_source(article),
        day=f"{article.published_at:%-d %b %Y}" if article.published_at else "no date",
    )


def charts(points: Sequence[ClaimPoint], unit: str | None = None) -> Charts | None:
    """Of the claims in ``unit``, else in the one that most of them have; None where there is nothing to draw."""
    bounded = (point for point in points if point.low is not None or point.high is not None)
    drawable = [(point.unit, _drawn(point)) for point in bounded if point.unit]
    counts = Counter(name for name, _ in drawable)
    if not counts:
        return None
    shown = unit if unit is not None and unit in counts else counts.most_common(1)[0][0]
    found = [point for name, point in drawable if name == shown]
    ruler = _ruler(shown, found)
    chosen = [replace(point, low=point.low / ruler.size, high=point.high / ruler.size) for point in found]
    others = [(code, count) for code, count in counts.most_common(CHIPS) if code != shown]
    return Charts(
        label=ruler.label,
        shown=len(chosen),
        looked_at=len(points),
        others=tuple(OtherUnit(code, unit_label(code), count) for code, count in others),
        distribution=histogram((point.low + point.high) / 2 for point in chosen),
        times=scatter(chosen[:DOTS]),
    )


def unit_label(base: str) -> str:
    """A base unit as readers know it: "USD", "%", "USD per m3"; one of the table by what it measures: "length in m"."""
    dimension = dimension_of(base)
    code = SYMBOLS.get(base) or base.replace("/", " per ")
    return f"{dimension} in {code}" if dimension not in (None, "ratio") else code


def _ruler(base: str, points: Sequence[Point]) -> Ruler:
    """Time is drawn in the longest unit that half of the claims reach: nobody reads years in seconds."""
    if base != "s":
        return Ruler(unit_label(base), 1.0)
    usual = median(abs(point.high) for point in points)
    name, size = next(((name, size) for name, size in TIMES if size <= usual), TIMES[-1])
    return Ruler(f"time in {name}", size)


def _who(claim: FoundClaim) -> Iterator[Participant]:
    """Each entity once, however many parts it has."""
    first = {one.entity_id: one.span.text for one in reversed(claim.arguments)}
    for entity_id in dict.fromkeys(one.entity_id for one in claim.arguments):
        yield Participant(first[entity_id], entity_address(entity_id))


def _source(article: ArticleReference) -> str:
    """The outlet, else where the article stands."""
    if article.source is not None:
        return article.source.name or article.source.id
    return (urlsplit(article.url or "").hostname or "").removeprefix("www.")


def _unbroken(number: str) -> str:
    """A number keeps its sign beside it; a range may break behind its dash."""
    return number.replace(" ", "\N{NO-BREAK SPACE}").replace(
        "\N{NO-BREAK SPACE}–\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}– "
    )


def _drawn(point: ClaimPoint) -> Point:
    """An open side is drawn as if the other were the value: the label says what was written."""
    low = float(point.low if point.low is not None else point.high or 0)
    high = float(point.high if point.high is not None else low)
    target = claim_address(point.article_id, point.claim_id)
    return Point(point.on, low, high, f"{point.written} ({point.on:%-d %b %Y})", target)


def _around(claim: FoundClaim) -> tuple[str, str]:
    """The sentence before and after its number, no more than a reader needs to trust it: "1" is not in "18"."""
    words = re.escape(claim.span.text)
    found = re.search(rf"(?<!\w){words}(?!\w)", claim.evidence) or re.search(words, claim.evidence)
    at = found.start() if found else len(claim.evidence)
    before, after = claim.evidence[:at], claim.evidence[at + len(claim.span.text) :]
    before = before if len(before) <= NEARBY else "…" + before[-NEARBY:].partition(" ")[2]
    return before, after if len(after) <= NEARBY else after[:NEARBY].rpartition(" ")[0] + "…"


def _what(claim: FoundClaim) -> str:
    """What is measured, of what it is a part, what is counted."""
    concept = claim.concept.span.text if claim.concept else ""
    whole = f"of {claim.of.span.text}" if claim.of and claim.of.span.text != concept else ""
    return " ".join(filter(None, (concept, whole))) or claim.kind.replace("_", " ")
