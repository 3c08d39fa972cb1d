"""Names that a text spells out beside their acronym, where capitals alone cut them short: Notes from Poland (NFP).

The letters of an acronym in brackets say where the name before them begins; those of an acronym before brackets say
that all that is in them is one name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import BREAK, Tokens

_FEWEST: Final = 3
"""Two letters are the initials of too many words."""
_LONGEST: Final = 12
UNCOUNTED: Final = frozenset(["of", "the", "and", "for", "&", ",", "on", "in"])
"""Small words that often have no letter in an acronym."""


@dataclass(frozen=True, slots=True)
class SpelledNames:
    """Rules over the tokens of one text."""

    tokens: Tokens

    def mend(self, names: Sequence[Name]) -> list[Name]:
        """The names in reading order, those that their acronym shows to be longer in their whole length."""
        out: list[Name] = []
        for name in names:
            if out and name.first < out[-1].stop:
                continue
            if self._is_acronym(name) and self._is_bracketed(name.first):
                self._widen(out, name)
            elif out and self._is_acronym(out[-1]) and (end := self._bracket_end(out[-1], name)):
                name = Name(out[-1].stop + 1, end, (), ())
            out.append(name)
        return out

    def _is_acronym(self, name: Name) -> bool:
        return name.size == 1 and self.tokens.words[name.first].isupper()

    def _is_bracketed(self, index: int) -> bool:
        return index > 0 and self.tokens.words[index - 1].endswith(("(", "[", "<"))

    def _widen(self, out: list[Name], acronym: Name) -> None:
        """Makes one name of the words before a bracket whose initials are exactly the acronym's letters."""
        stop = acronym.first - 1
        first = self._spelled_from(stop, self.tokens.keys[acronym.first])
        if first is None:
            return
        kept = len(out)
        while kept and out[kept - 1].stop > first:
            kept -= 1
        inside = out[kept:]
        if not inside or inside[0].first < first or (len(inside) == 1 and inside[0].size == stop - first):
            return
        out[kept:] = [Name(first, stop, (), (), self.tokens.opens(first))]

    def _spelled_from(self, stop: int, key: str) -> int | None:
        """Where the words begin that end at ``stop`` and have these initials, with small words or without."""
        if len(key) < _FEWEST:
            return None
        starts = (self._count_back(stop, len(key), skip) for skip in (frozenset[str](), UNCOUNTED))
        return next((first for first in starts if first is not None and self._spells(first, stop, key)), None)

    def _count_back(self, stop: int, count: int, skip: frozenset[str]) -> int | None:
        keys, first = self.tokens.keys, stop
        while count and first > max(0, stop - _LONGEST) and keys[first - 1] != BREAK:
            first -= 1
            count -= keys[first] not in skip
        return None if count else first

    def _spells(self, first: int, stop: int, key: str) -> bool:
        keys, capital = self.tokens.keys[first:stop], self.tokens.capital
        counted = [word for word in keys if len(keys) == len(key) or word not in UNCOUNTED]
        return capital[first] and capital[stop - 1] and "".join(word[0] for word in counted) == key

    def _bracket_end(self, acronym: Name, name: Name) -> int | None:
        """Where a bracket ends that holds one name in full after its acronym; None if it holds something else."""
        keys, first = self.tokens.keys, acronym.stop + 1
        if not self._is_bracketed(first) or not first <= name.first <= first + 1:
            return None
        limit = min(len(keys), first + _LONGEST)
        stop = next((index for index in range(first, limit) if keys[index] == BREAK), limit)
        closed = stop < len(keys) and self.tokens.words[stop].startswith((")", "]"))
        return stop if closed and self._abbreviates(keys[acronym.first], first, stop) else None

    def _abbreviates(self, key: str, first: int, stop: int) -> bool:
        """Whether the acronym's letters are initials in order, its first and last those of the first and last word."""
        keys, capital = self.tokens.keys[first:stop], self.tokens.capital
        if len(key) < _FEWEST or len(keys) < _FEWEST or not (capital[first] and capital[stop - 1]):
            return False
        rest = iter([word[0] for word in keys])
        ends = keys[0][0] == key[0] and keys[-1][0] == key[-1]
        return ends and all(letter in rest for letter in key)
