"""Which voice a claim is told in: the innermost speech whose content it stands in, else the author's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from factwire.extraction.claims.drafts import Draft, Drafts, by_sentence
from factwire.extraction.model import Attribution, Document
from factwire.extraction.text.spans import OrderedSpans

_BACKGROUND: Final = 8
"""Words from a relative clause's comma to its number."""
_STATES: Final = frozenset({"has", "have", "is", "are"})


def attach_speakers(document: Document, drafts: Drafts) -> Drafts:
    """Sets ``attribution``."""
    voices = [(span, attribution) for attribution in document.attributions for span in attribution.content]
    if not voices:
        return drafts
    longest = max(span.end - span.start for span, _ in voices)
    ordered = OrderedSpans.of(span for span, _ in voices)
    found: list[Draft] = []
    for sentence in by_sentence(drafts):
        stretch = document.sentences[sentence[0].claim.sentence].span
        near = [voices[i][1] for i in ordered.starting_in(stretch.start - longest, stretch.end)]
        found.extend(_spoken(draft, near) for draft in sentence)
    return tuple(found)


def _spoken(draft: Draft, near: list[Attribution]) -> Draft:
    if _in_background(draft):
        near = [attribution for attribution in near if attribution.mode == "direct"]
    innermost = min(_covering(draft, near), key=lambda row: row[0], default=None)
    if innermost is None:
        return draft
    attribution = innermost[1]
    return draft.but(attribution.rule, attribution=attribution)


def _in_background(draft: Draft) -> bool:
    """``said they trust the levees, which have six feet of leeway``: what everybody knows is told by the author."""
    forms = draft.words.forms
    for at in range(draft.first - 1, max(0, draft.first - _BACKGROUND), -1):
        if forms[at] in (",", ";"):
            return forms[at + 1] in ("which", "who") and not _STATES.isdisjoint(forms[at + 2 : at + 4])
    return False


def _covering(draft: Draft, near: list[Attribution]) -> Iterator[tuple[int, Attribution]]:
    """Attributions over the claim's number, with how much else they cover."""
    number = draft.quantity.number
    for attribution in near:
        for span in attribution.content:
            if span.start <= number.start < span.end and not attribution.speaker.span.overlaps(draft.claim.span):
                yield span.end - span.start, attribution
