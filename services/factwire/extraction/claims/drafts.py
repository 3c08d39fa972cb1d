"""A claim in the making: the quantity it came from, and where it stands among the words of its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

from factwire.extraction.model import (
    Claim,
    Comparator,
    Document,
    Quantity,
    Span,
)
from factwire.extraction.text.spans import OrderedSpans
from factwire.extraction.text.words import Words


class Draft(NamedTuple):
    """``first`` and ``stop`` (exclusive): the claim's words. ``verb``: the word that says it moves, or that governs it.

    ``dated``, ``counted``: the words of the sentence that lie in a time, in any quantity.
    """

    quantity: Quantity
    claim: Claim
    words: Words
    first: int
    stop: int
    dated: frozenset[int]
    counted: frozenset[int]
    verb: int | None = None

    def but(self, *rules: str, **changes: Any) -> Draft:
        """The draft with fields of its claim replaced and rule names added."""
        return self._replace(claim=self.claim._replace(rules=(*self.claim.rules, *rules), **changes))

    def widened(self, first: int, stop: int) -> Draft:
        """The draft with a span that covers the words ``first`` to ``stop`` as well."""
        words, span = self.words, self.claim.span
        start = words.starts[first] if first < self.first else span.start
        end = words.ends[stop - 1] if stop > self.stop else span.end
        wide = Span(min(span.start, start), max(span.end, end))
        claim = self.claim._replace(span=wide)
        return self._replace(claim=claim, first=min(first, self.first), stop=max(stop, self.stop))

    def before(self, count: int) -> tuple[str, ...]:
        """Up to ``count`` words before the claim, in lower case."""
        return self.words.forms[max(0, self.first - count) : self.first]

    def after(self, count: int) -> tuple[str, ...]:
        """Up to ``count`` words behind the claim, in lower case."""
        return self.words.forms[self.stop : self.stop + count]


Drafts: TypeAlias = tuple[Draft, ...]


def open_drafts(document: Document) -> Drafts:
    """One draft for each quantity of a section that speaks, in reading order."""
    speaking = [q for q in document.quantities if document.sentences[q.sentence].speaks]
    ordered = sorted(speaking, key=lambda q: (q.sentence, q.span))
    times = OrderedSpans.of(t.span for t in document.times)
    drafts: list[Draft] = []
    for index, quantities in groupby(ordered, key=lambda q: q.sentence):
        drafts.extend(_of_sentence(document, index, list(quantities), times))
    return tuple(drafts)


def _of_sentence(
    document: Document, index: int, quantities: Sequence[Quantity], times: OrderedSpans
) -> Iterable[Draft]:
    span = document.sentences[index].span
    words = Words.of(document.folded, span)
    dated = words.inside(times.within(span))
    counted = words.inside(q.span for q in quantities)
    for quantity in quantities:
        first = words.last_before(quantity.span.start) + 1
        stop = max(first + 1, words.first_from(quantity.span.end))
        yield Draft(quantity, _plain(quantity), words, first, stop, dated, counted)


def _plain(quantity: Quantity) -> Claim:
    point = quantity.value is not None
    comparator: Comparator = "eq" if point else "between"
    return Claim(
        span=quantity.span,
        sentence=quantity.sentence,
        kind=quantity.kind,
        value=quantity.value,
        lower=quantity.value if point else quantity.lower,
        upper=quantity.value if point else quantity.upper,
        lower_inclusive=point or quantity.lower is not None,
        upper_inclusive=point or quantity.upper is not None,
        comparator=comparator,
        approximate=quantity.approximate,
        hedge=None,
        vague=quantity.vague,
        precision=quantity.precision,
        unit=quantity.unit,
        rules=quantity.rules,
    )


def by_sentence(drafts: Drafts) -> list[list[Draft]]:
    """Drafts of one sentence each, in reading order."""
    return [list(group) for _, group in groupby(drafts, key=lambda d: d.claim.sentence)]
