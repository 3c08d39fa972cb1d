"""Common nouns in capitals, which name nobody: "she was a Boy Scout", "Cathode stocks fell" beside "cathode mills"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import not_
from typing import Final

from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.kb.catalogue import Catalogue

_INDEFINITE: Final = frozenset(["a", "an"])


@dataclass(frozen=True, slots=True)
class CommonNouns:
    """Rules over the tokens of one text."""

    tokens: Tokens
    grammar: EntityGrammar
    catalogue: Catalogue

    def drop(self, names: Sequence[Name]) -> Iterator[Name]:
        """The names without those that the text somewhere puts as one of many."""
        common = {self._key(name) for name in names if self._is_one_of_many(name)} | self._written_small(names)
        return (name for name in names if name.candidates or self._key(name) not in common)

    def _written_small(self, names: Sequence[Name]) -> set[str]:
        """Unknown single words that only ever open a sentence, and are written small elsewhere, one or many."""
        single = [name for name in names if name.size == 1 and not name.candidates and not name.title]
        doubtful = {self._key(name) for name in single if name.initial and not self.tokens.words[name.first].isupper()}
        doubtful -= {self._key(name) for name in single if not name.initial}
        if not doubtful:
            return doubtful
        doubtful -= {key for name in names if name.size > 1 for key in self.tokens.keys[name.first : name.stop]}
        small = set(compress(self.tokens.keys, map(not_, self.tokens.capital)))
        forms = {form: key for key in doubtful for form in (key, f"{key}s", key.removesuffix("s")) if form in small}
        if not forms:
            return set()
        return {forms[key] for index, key in enumerate(self.tokens.keys) if key in forms and self._is_small(index)}

    def _is_small(self, index: int) -> bool:
        """Whether a word is written small, and is no part of an address of the web."""
        tokens = self.tokens
        end = tokens.ends[index]
        address = tokens.text[end : end + 1] == "." and tokens.text[end + 1 : end + 2].isalnum()
        return not tokens.capital[index] and tokens.apart(index) and not address

    def _key(self, name: Name) -> str:
        return self.tokens.key(name.first, name.stop)

    def _is_one_of_many(self, name: Name) -> bool:
        """Whether an unknown name of plain words stands after "a" and before no noun of its own."""
        if name.candidates or name.title or name.size < 2 or name.first == 0:
            return False
        keys = self.tokens.keys
        if keys[name.first - 1] not in _INDEFINITE or not self._ends(name.stop):
            return False
        words = keys[name.first : name.stop]
        return words[-1] not in self.grammar.last and self._are_plain(words)

    def _are_plain(self, words: Iterable[str]) -> bool:
        return all(self.catalogue.is_word(word) and self.catalogue.given_gender(word) is None for word in words)

    def _ends(self, stop: int) -> bool:
        """Whether a pause or a function word follows, and no brackets with an acronym, which only names have."""
        if stop < len(self.tokens) and self.tokens.words[stop].endswith("("):
            return False
        after = self.tokens.keys[stop] if stop < len(self.tokens) else BREAK
        return after in (BREAK, ",") or after in self.grammar.openers
