"""What a claim can be found by: its facets, who speaks in it, and its bounds in the base unit of what it measures."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final

from factwire.events.enriched_article import Claim, EnrichedArticle, Speaker
from factwire.events.units import scale_of
from factwire.storage import facets
from factwire.storage.facets import facet, name_facet
from factwire.storage.write import Row

_OWN_VOICE: Final = frozenset({"person", "organization"})
"""Types that speak whatever word stands beside them: "a spokesman for Apple", "Biden's campaign"."""
_ENDLESS: Final = Decimal("Infinity")


def findable(event: EnrichedArticle, claim: Claim) -> Row:
    """The columns of a claim that only searching needs."""
    said = speakers(event, claim)
    return {"speakers": said, "facets": sorted(set(_facets(event, claim, said))), **_in_base_unit(claim)}


def speakers(event: EnrichedArticle, claim: Claim) -> list[str]:
    """Ids of whoever says it: the speaker, and who is named within the words for the speaker."""
    if claim.attribution is None:
        return []
    speaker = claim.attribution.speaker
    official = _official().search(speaker.span.text) is not None
    within = [
        entity.entity_id
        for entity in event.entities
        if (official or entity.type in _OWN_VOICE)
        and any(_inside(mention.span.start, mention.span.end, speaker) for mention in entity.mentions)
    ]
    return list(dict.fromkeys([speaker.entity_id] if speaker.entity_id else [])) + [
        one for one in within if one != speaker.entity_id
    ]


def _facets(event: EnrichedArticle, claim: Claim, said: list[str]) -> Iterator[str]:
    yield facet(facets.KIND, claim.kind)
    yield facet(facets.MODALITY, claim.modality)
    if claim.unit.code:
        yield facet(facets.UNIT, claim.unit.code)
    if scale := scale_of(claim.unit):
        yield facet(facets.BASE, scale.base)
    if event.duplicate_of:
        yield facet(facets.REPEAT, "yes")
    if event.source:
        yield facet(facets.SOURCE, event.source.id)
    for argument in claim.arguments:
        for name in (facets.WHO, facets.ABOUT, argument.role):
            yield facet(name, argument.entity_id)
    for entity_id in said:
        for name in (facets.WHO, facets.SAID, facets.FOR):
            yield facet(name, entity_id)
    if claim.attribution:
        yield name_facet(claim.attribution.speaker.name)


def _in_base_unit(claim: Claim) -> Row:
    scale = scale_of(claim.unit)
    difference = claim.role == "delta"

    def based(bound: str | None, without: Decimal) -> Decimal:
        if bound is None:
            return without
        return scale.to_base(Decimal(bound), difference=difference) if scale else Decimal(bound)

    return {
        "base_unit": scale.base if scale else None,
        "base_low": based(claim.lower, -_ENDLESS),
        "base_high": based(claim.upper, _ENDLESS),
    }


def _inside(start: int, end: int, speaker: Speaker) -> bool:
    return speaker.span.start <= start and end <= speaker.span.end


@cache
def _official() -> re.Pattern[str]:
    """One pattern over the whole table."""
    words = tomllib.loads(files("factwire.sink").joinpath("officials.toml").read_text("utf-8"))["words"]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
