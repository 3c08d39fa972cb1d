"""Names of laws that hold small words, where capitals alone cut them short: the Fairness in Housing Act.

The article before it and the head at its end say that all between is one name, whoever it is named after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import BREAK, Tokens

_HEADS: Final = frozenset(["act", "bill"])
_INNER: Final = frozenset(["in", "for", "from", "against", "to", "and", "of", "on", "by", "with"])
_DETERMINERS: Final = frozenset(["the", "a", "his", "her", "its", "their"])
_LONGEST: Final = 10


@dataclass(frozen=True, slots=True)
class LawNames:
    """Rules over the tokens of one text."""

    tokens: Tokens

    def mend(self, names: Sequence[Name]) -> list[Name]:
        """The names in reading order, those of laws in their whole length."""
        out: list[Name] = []
        for name in names:
            if (first := self._law_from(name)) is not None:
                while out and out[-1].stop > first:
                    out.pop()
                name = Name(first, name.stop, (), (), self.tokens.opens(first))
            out.append(name)
        return out

    def _law_from(self, name: Name) -> int | None:
        """Where the law begins that ends with this name, if it begins before it; None if it is no law."""
        if self.tokens.keys[name.stop - 1] not in _HEADS or not self._is_inner(name.first - 1):
            return None
        first = self._begin(name.first - 1, name.stop - _LONGEST)
        determined = first > 0 and self.tokens.keys[first - 1] in _DETERMINERS
        return first if determined and self.tokens.capital[first] else None

    def _begin(self, index: int, least: int) -> int:
        """The first token of a stretch of capitals and small words that ends at ``index``."""
        while index > max(0, least) and (self.tokens.capital[index - 1] or self._is_inner(index - 1)):
            index -= 1
        return index

    def _is_inner(self, index: int) -> bool:
        """Whether a token is a small word between two words of a name."""
        if index <= 0 or self.tokens.keys[index] not in _INNER or self.tokens.capital[index]:
            return False
        return self.tokens.keys[index - 1] != BREAK and self.tokens.capital[index - 1]
