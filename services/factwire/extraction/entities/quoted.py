"""Titles of works in quotation marks beside a word for a work: the film "Dune", the "Dune" franchise.

Quotation marks alone say too little: what is quoted is mostly speech, a nickname or a word held at arm's length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.kinds import Told
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import BREAK, Tokens

_LONGEST: Final = 8
_TOLD: Final = Told("work", "unknown.quoted-work")
_MARKS: Final = ('"', "'")
_BESIDE: Final = 2
"""The word for a work is one of so many before or after the marks."""


@dataclass(frozen=True, slots=True)
class QuotedWorks:
    """Rules over the tokens of one text."""

    tokens: Tokens
    grammar: EntityGrammar

    def mend(self, names: Sequence[Name], told: dict[str, Told]) -> list[Name]:
        """The names in reading order with such titles among them; ``told`` learns that they are works."""
        if self.grammar.works.isdisjoint(self.tokens.keys):
            return list(names)
        titles = [title for index in self._openings() if (title := self._title(index)) is not None]
        if not titles:
            return list(names)
        told.update((self.tokens.key(title.first, title.stop), _TOLD) for title in titles)
        inside = {index for title in titles for index in range(title.first, title.stop)}
        kept = [name for name in names if name.first not in inside and name.stop - 1 not in inside]
        return sorted([*kept, *titles], key=lambda name: name.first)

    def _openings(self) -> list[int]:
        words = self.tokens.words
        return [index for index, key in enumerate(self.tokens.keys) if key == BREAK and words[index].endswith(_MARKS)]

    def _title(self, opening: int) -> Name | None:
        """The title after an opening mark, if a mark like it closes it and a word for a work stands beside it."""
        tokens, first = self.tokens, opening + 1
        limit = min(len(tokens), first + _LONGEST)
        stop = next((i for i in range(first, limit) if self._closes(i, tokens.words[opening][-1])), limit)
        if stop in (first, limit) or not (tokens.capital[first] and tokens.capital[stop - 1]):
            return None
        return Name(first, stop, ()) if self._is_work(opening, stop) else None

    def _closes(self, index: int, mark: str) -> bool:
        return self.tokens.keys[index] == BREAK and self.tokens.words[index].strip().startswith(mark)

    def _is_work(self, opening: int, closing: int) -> bool:
        keys, works = self.tokens.keys, self.grammar.works
        before = keys[max(0, opening - _BESIDE) : opening]
        after = keys[closing + 1 : closing + 1 + _BESIDE]
        leads = any(key in works for key in before)
        return leads or (BREAK not in after[:1] and any(key in works for key in after))
