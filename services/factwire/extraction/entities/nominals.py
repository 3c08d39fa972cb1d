"""Bodies that are called by a noun after they were named: "the ministry", "the bank".

A noun means the body of its kind that was named last; where two of the kind were named side by side, it means neither.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from factwire.extraction.entities.chains import Chain
from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.names import LEGAL_FORMS
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.extraction.model import Span

_REACH: Final = 16
"""At most so many mentions back a body is looked for: the work for a text stays linear."""
_BESIDE: Final = 160
"""Two bodies within so many characters are named side by side."""
_CONFIDENCE: Final = 0.8
_FIRMS: Final = frozenset(["company", "firm"])

Row = tuple[int, int, Chain]


@dataclass(frozen=True, slots=True)
class Nominals:
    """Rules over the tokens of one text."""

    tokens: Tokens
    grammar: EntityGrammar

    def add(self, chains: Iterable[Chain]) -> None:
        """Gives every such noun to the chain of the body that it means, as a mention of form ``nominal``."""
        rows = sorted(
            ((m.span.start, m.span.end, chain) for chain in chains for m in chain.mentions), key=lambda row: row[:2]
        )
        bodies = [row for row in rows if row[2].type == "organization"]
        if not bodies:
            return
        starts = [row[0] for row in bodies]
        taken = {start for start, _, _ in rows}
        for index in self._nouns(taken):
            chain = self._meant(self.tokens.keys[index], bodies, bisect_left(starts, self.tokens.starts[index]))
            if chain is not None:
                span = Span(self.tokens.starts[index], self.tokens.ends[index])
                chain.mention(span, "nominal", _CONFIDENCE, "noun.body")

    def _nouns(self, taken: set[int]) -> Iterator[int]:
        """Tokens that are such a noun after "the", written small, and no part of a longer phrase."""
        keys, words, nouns = self.tokens.keys, self.tokens.words, self.grammar.nominals
        for index in range(1, len(keys)):
            named = keys[index] in nouns and keys[index - 1] == "the" and words[index].islower()
            if named and self.tokens.starts[index] not in taken and self._is_whole(index):
                yield index

    def _is_whole(self, index: int) -> bool:
        """Whether the phrase ends with the noun: not the ministry of finance, not the bank account."""
        after = self.tokens.keys[index + 1] if index + 1 < len(self.tokens) else BREAK
        if after in (BREAK, ",", "s"):
            return True
        if after == "of" or not self.tokens.gap(index + 1).isspace() or self.tokens.capital[index + 1]:
            return False
        grammar = self.grammar
        return after in grammar.openers or after in grammar.speech or after in grammar.acts or after.endswith("ed")

    def _meant(self, noun: str, bodies: list[Row], before: int) -> Chain | None:
        """The body of the noun's kind that was named last, if it was named alone."""
        fitting = [
            bodies[at] for at in range(before - 1, max(-1, before - 1 - _REACH), -1) if self._fits(noun, bodies[at])
        ]
        if not fitting:
            return None
        start, _, chain = fitting[0]
        rivals = (at for at, _, other in fitting[1:] if other is not chain)
        return None if any(start - at < _BESIDE for at in rivals) else chain

    def _fits(self, noun: str, row: Row) -> bool:
        chain = row[2]
        if chain.subtype in self.grammar.nominals[noun] or noun in chain.keys[:1] + chain.keys[-1:]:
            return True
        return noun in _FIRMS and chain.subtype is None and not LEGAL_FORMS.isdisjoint(chain.keys[-1:])
