"""Double family names that stand alone, where their halves are names too: Taylor-Brown after Georgia Taylor-Brown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import Tokens

_FULL: Final = 3
"""Words of a name with a double family name and one before it."""


@dataclass(frozen=True, slots=True)
class DoubleNames:
    """Rules over the tokens of one text."""

    tokens: Tokens

    def mend(self, names: Sequence[Name]) -> list[Name]:
        """The names in reading order, the halves of a family name that is told in full somewhere as one."""
        doubles = {self.tokens.key(name.stop - 2, name.stop) for name in names if self._is_double(name)}
        if not doubles:
            return list(names)
        out: list[Name] = []
        for name in names:
            if out and self._joins(out[-1], name) and self.tokens.key(name.stop - 2, name.stop) in doubles:
                before = out.pop()
                name = Name(before.first, name.stop, (), before.title, before.initial)
            out.append(name)
        return out

    def _is_double(self, name: Name) -> bool:
        return (
            name.stop - name.first >= _FULL
            and self.tokens.gap(name.stop - 1) == "-"
            and self.tokens.capital[name.stop - 1]
        )

    def _joins(self, before: Name, name: Name) -> bool:
        halves = before.size == name.size == 1 and before.stop == name.first
        return halves and self.tokens.gap(name.first) == "-"
