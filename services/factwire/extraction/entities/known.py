"""The longest known name at a token, if it is written as one: capitals, dots and spaces as its entity allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.kb.catalogue import AliasKind, Candidate, Catalogue

_REACH: Final = 90
"""How many characters of folded text a known name may have."""
_INNER: Final = 4
"""Longer words inside a name are written large."""
_POSTAL: Final = 2
"""Letters of a state in an address: TX."""
_SHORT: Final = 5
"""A word in capitals of at most this length is an acronym, and no ordinary name shouted."""
_LEGAL_FORMS: Final = frozenset(["inc", "corp", "ltd", "plc", "llc"])


@dataclass(frozen=True, slots=True)
class KnownNames:
    tokens: Tokens
    catalogue: Catalogue
    shouted: frozenset[int]

    def at(self, first: int) -> tuple[int, tuple[Candidate, ...]] | None:
        """The end (exclusive) of the longest known name at ``first`` and what it may mean."""
        tokens = self.tokens
        at = tokens.at[first]
        for key in reversed(self.catalogue.prefixes(tokens.line[at : at + _REACH])):
            end = at + len(key)
            if end < len(tokens.line) and tokens.line[end] != " ":
                continue
            stop = first + key.count(" ") + 1
            if found := self._allowed(first, stop, key):
                return stop, found
        return None

    def _allowed(self, first: int, stop: int, key: str) -> tuple[Candidate, ...]:
        tokens = self.tokens
        if not tokens.capital[first] and stop - first == 1:
            return ()
        if stop - first > 1 and not (tokens.capital[first] or tokens.capital[stop - 1]):
            return ()
        if any(self._is_plain(index) for index in range(first + 1, stop - 1)):
            return ()
        found = self._with_article(first, self.catalogue.candidates(key))
        if not tokens.capital[stop - 1] and tokens.words[stop - 1].isalpha():
            found = tuple(c for c in found if not _is_told(c))
        if stop - first == 1 and tokens.text[tokens.ends[first] : tokens.ends[first] + 1] != ".":
            found = tuple(c for c in found if not _is_abbreviation(c))
        if stop - first == 1 and len(key) == _POSTAL and not self._is_addressed(first):
            found = tuple(c for c in found if not _is_postal(c))
        upper = all(word.isupper() for word in tokens.words[first:stop] if word[0].isalpha())
        if not upper:
            return tuple(c for c in found if not c.capitals)
        if first in self.shouted:
            return tuple(c for c in found if not c.capitals or self._is_acronym(key))
        if stop - first == 1 and len(key) <= _SHORT and not self._dateline(first, stop):
            return tuple(c for c in found if self._is_capital(c, key))
        return found

    def _is_addressed(self, first: int) -> bool:
        """Whether a word stands after a name and a comma, as a state does in an address: Houston, TX."""
        tokens = self.tokens
        after = first > 1 and tokens.keys[first - 1] == "," and tokens.capital[first - 2]
        return after and first not in self.shouted and tokens.words[first].isupper()

    def _with_article(self, first: int, found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """Of namesakes, one whose name begins with "The" is written with it: The Australian, an Australian."""
        written = first > 0 and self.tokens.words[first - 1] == "The"
        if len(found) == 1 and not written and self._is_only_word(first, found[0]):
            return ()
        if len(found) < 2 or (written and self.tokens.opens(first - 1)):
            return found
        return tuple(c for c in found if c.record.name.startswith("The ") == written) or found

    def _is_only_word(self, first: int, candidate: Candidate) -> bool:
        """Whether an entity is called by "The" and a common word, which without it is just the word: Age, Sun."""
        word = self.tokens.words[first]
        return candidate.record.name == f"The {word}" and self.catalogue.is_word(self.tokens.keys[first])

    def _is_plain(self, index: int) -> bool:
        """Whether a word inside a name is an ordinary one: "Russia's invasion of Ukraine" is told, not named."""
        word = self.tokens.words[index]
        return word.islower() and len(word) > _INNER

    def _is_capital(self, candidate: Candidate, key: str) -> bool:
        """Whether a short name may be written all in capitals: an acronym, or a firm that writes itself so (LIDL)."""
        if candidate.capitals or candidate.kind is AliasKind.ACRONYM or candidate.record.name.isupper():
            return True
        return candidate.record.subtype == "company" and not self.catalogue.is_word(key)

    def _is_acronym(self, key: str) -> bool:
        """Whether a key may be an acronym where all is in capitals: not AND, not INC."""
        return len(key) > 2 and key not in _LEGAL_FORMS and not self.catalogue.is_word(key)

    def _dateline(self, first: int, stop: int) -> bool:
        """Whether the tokens open a paragraph as a place in a dateline does: OSLO, May 3 (AFP) -"""
        return self.tokens.opens(first) and self.tokens.keys[stop : stop + 1] in ([","], [BREAK])


def _is_told(candidate: Candidate) -> bool:
    """With a small last word these are descriptions: the Indian government, Russian forces, the Russia-Ukraine war."""
    return candidate.record.type == "event" or candidate.record.subtype in ("government", "military")


def _is_postal(candidate: Candidate) -> bool:
    return (
        candidate.kind is AliasKind.ACRONYM
        and candidate.record.subtype in ("state", "province")
        and candidate.record.country in ("US", "CA")
    )


def _is_abbreviation(candidate: Candidate) -> bool:
    """A short form of a state (Calif., La.) is written with its dot."""
    return candidate.kind is AliasKind.ALIAS and candidate.record.subtype == "state"
