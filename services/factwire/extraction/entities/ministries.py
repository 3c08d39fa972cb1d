"""Ministries in small letters before their country, which make one name: the ministry of defence of Belarus.

Wires that are translated, and many outlets, write no capital there; alone, the country would stand for its ministry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import BREAK, Tokens

_HEADS: Final = frozenset(["ministry", "department"])
_FIELD: Final = 5
"""Words of a ministry's field at most: "labour and social affairs"."""


@dataclass(frozen=True, slots=True)
class Ministries:
    """Rules over the tokens of one text."""

    tokens: Tokens

    def mend(self, names: Sequence[Name]) -> list[Name]:
        """The names in reading order, those of countries after their ministry in its whole length."""
        return [self._whole(name) for name in names]

    def _whole(self, name: Name) -> Name:
        if self.tokens.keys[name.first - 1 : name.first] != ["of"] or not _is_country(name):
            return name
        head = self._head(name.first - 1)
        return name if head is None else replace(name, first=head, candidates=(), initial=False)

    def _head(self, stop: int) -> int | None:
        """Where "ministry of", a field in small letters before ``stop``, begins."""
        keys = self.tokens.keys
        for index in range(stop - 1, max(1, stop - _FIELD - 1), -1):
            if keys[index] == BREAK or self.tokens.capital[index]:
                return None
            if keys[index] == "of":
                return index - 1 if keys[index - 1] in _HEADS and not self.tokens.capital[index - 1] else None
        return None


def _is_country(name: Name) -> bool:
    return any(candidate.record.subtype == "country" for candidate in name.candidates[:1])
