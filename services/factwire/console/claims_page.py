"""The claims explorer: a claim as a row, and the charts over the claims of one unit. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from factwire.console.addresses import claim_address, entity_address
from factwire.console.plots import Bars, Point, Scatter, histogram, scatter
from factwire.console.views import FoundClaim
from factwire.console.writing import SYMBOLS, write_number, write_period, write_speaker, write_unit
from factwire.storage.facts_summary import ClaimPoint

CHIPS: Final = 9
DOTS: Final = 300
"""Most claims in the time plot, the newest: a page has to stay light, and an eye sees no more."""
NEARBY: Final = 110
"""Characters of the sentence on each side of a number."""


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
    source: str
    day: str


@dataclass(frozen=True, slots=True)
class OtherUnit:
    code: str
    label: str
    count: int


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
        who=tuple(Participant(one.span.text, entity_address(one.entity_id)) for one in claim.arguments),
        what=_what(claim),
        value=write_number(claim),
        unit=write_unit(claim.unit),
        before=before,
        written=claim.span.text,
        after=after,
        period=write_period(claim.period),
        speaker=write_speaker(claim, {}),
        speaker_address=entity_address(speaker_id) if speaker_id else None,
        source=(article.source.name or article.source.id) if article.source else "",
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
    chosen = [point for name, point in drawable if name == shown]
    others = [(code, count) for code, count in counts.most_common(CHIPS) if code != shown]
    return Charts(
        label=unit_label(shown),
        shown=len(chosen),
        looked_at=len(points),
        others=tuple(OtherUnit(code, unit_label(code), count) for code, count in others),
        distribution=histogram((point.low + point.high) / 2 for point in chosen),
        times=scatter(chosen[:DOTS]),
    )


def unit_label(code: str) -> str:
    return SYMBOLS.get(code, code)


def _drawn(point: ClaimPoint) -> Point:
    """An open side is drawn as if the other were the value: the label says what was written."""
    low = float(point.low if point.low is not None else point.high or 0)
    high = float(point.high if point.high is not None else low)
    target = claim_address(point.article_id, point.claim_id)
    return Point(point.on, low, high, f"{point.written} ({point.on:%-d %b %Y})", target)


def _around(claim: FoundClaim) -> tuple[str, str]:
    """The sentence before and after its number, no more than a reader needs to trust it."""
    before, _, after = claim.evidence.partition(claim.span.text)
    before = before if len(before) <= NEARBY else "…" + before[-NEARBY:].partition(" ")[2]
    return before, after if len(after) <= NEARBY else after[:NEARBY].rpartition(" ")[0] + "…"


def _what(claim: FoundClaim) -> str:
    """What is measured, of what it is a part, what is counted."""
    concept = claim.concept.span.text if claim.concept else ""
    whole = f"of {claim.of.span.text}" if claim.of and claim.of.span.text != concept else ""
    return " ".join(filter(None, (concept, whole))) or claim.kind.replace("_", " ")
