"""Names of firms that list their partners, where the comma cuts them in two: Kessler, Boone & Partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import Tokens
from factwire.kb.catalogue import AliasKind

_AFTER: Final = 2
"""The ampersand stands behind the one name that follows the comma."""


@dataclass(frozen=True, slots=True)
class PartnerNames:
    """Rules over the tokens of one text."""

    tokens: Tokens
    grammar: EntityGrammar

    def mend(self, names: Sequence[Name]) -> list[Name]:
        """The names in reading order, those of firms with the partners before the comma."""
        if "&" not in self.tokens.keys:
            return list(names)
        out: list[Name] = []
        for name in names:
            if out and self._is_rest(name) and self._is_partner(out[-1], name):
                before = out.pop()
                name = Name(before.first, name.stop, (), (), before.initial)
            out.append(name)
        return out

    def _is_rest(self, name: Name) -> bool:
        """Whether a name is "Boone & Partners": one word, an ampersand, and what only firms are called."""
        keys = self.tokens.keys[name.first : name.stop]
        return len(keys) > _AFTER and keys[1] == "&" and self.grammar.last.get(keys[_AFTER]) == "organization"

    def _is_partner(self, before: Name, name: Name) -> bool:
        """Whether a family name or an unknown one of one word stands before the comma."""
        named = all(candidate.kind is AliasKind.FAMILY for candidate in before.candidates)
        alone = before.size == 1 and named and not before.title
        return alone and before.stop == name.first - 1 and self.tokens.keys[before.stop] == ","
