"""The counted noun phrase behind a number: where it ends, which word is its head, and that head in the singular.

No part-of-speech model: a phrase runs to its plural (or, behind "one", to the word before a verb, a preposition or a
mark), and plurals are told by their ending and two short lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from factwire.extraction.lexicons import Lexicons, Table
from factwire.extraction.quantities.rows import listed
from factwire.extraction.quantities.tokens import Tokens

LONGEST: Final = 7
_OBJECTS: Final = frozenset(["the", "a", "an", "his", "her", "its", "their", "this", "that", "these", "those"])
_FARTHEST: Final = 20
_NAMED: Final = 2
_COUNTED: Final = 3
"""Marks in a scene's barrier that a phrase may go across: identifiers ("two F-16 jets") and numbers in a modifier."""
_SIBILANT: Final = re.compile(r"(?:ss|sh|ch|x|zz)es$")
_VERBAL: Final = re.compile(r"[^aeiou]ed$|[aeiou][a-z]ed$|[a-z]{3}ied$|[aeiou]ed$")
_NEVER_PLURAL: Final = ("ss", "us", "is", "ous")


@dataclass(frozen=True, slots=True)
class Noun:
    """Tokens ``first`` to before ``last``; ``head`` in the singular; ``said`` is false for "twelve more"."""

    first: int
    last: int
    head: str
    said: bool = True


@dataclass(frozen=True, slots=True)
class NounGrammar:
    """The words of ``nouns.toml``."""

    stops: frozenset[str]
    soft: frozenset[str]
    participles: frozenset[str]
    verbs: frozenset[str]
    irregular: Mapping[str, str]
    invariant: frozenset[str]
    unsaid: frozenset[str]
    singulars: frozenset[str]
    modifying: tuple[str, ...]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> NounGrammar:
        table = lexicons.table("quantities/nouns")
        return cls(
            stops=frozenset(table.words("stops")),
            soft=frozenset(table.words("soft")),
            participles=frozenset(table.words("participles")),
            verbs=frozenset(table.words("verbs")),
            irregular=_irregular(table),
            invariant=listed(table, "invariant", "words"),
            unsaid=listed(table, "invariant", "unsaid"),
            singulars=listed(table, "singular", "words"),
            modifying=table.words("modifying"),
        )

    def singular(self, word: str) -> str:
        """The singular of an English plural, in the letters it was given in; a singular stays as it is."""
        low = word.lower()
        found = self.irregular.get(low)
        if found is not None:
            return found
        if not self.is_plural(low) or low in self.invariant:
            return word
        if low.endswith("ies") and len(low) > 4:
            return word[:-3] + "y"
        if _SIBILANT.search(low):
            return word[:-2]
        if low.endswith(("men", "women")) and len(low) > 4:
            return word[:-2] + "an"
        return word[:-1]

    def is_plural(self, low: str) -> bool:
        """Whether a lower-case word can head "two ...": by ending, or by name."""
        if low in self.irregular or low in self.invariant:
            return True
        if low.endswith("s"):
            return len(low) > 2 and not low.endswith(_NEVER_PLURAL) and low not in self.singulars and "'" not in low
        return low.endswith("men") and len(low) > 4 and low not in ("specimen", "regimen", "yemen", "abdomen")

    def read(self, tokens: Tokens, at: int, barrier: bytearray, *, one: bool) -> Noun | None:
        """The phrase at ``at``; ``barrier`` marks tokens it must not enter; ``one``: the number before is 1."""
        end = min(tokens.size, at + LONGEST)
        last = index = at
        while index < end:
            if barrier[index]:
                index = self._across(tokens, at, index, barrier)
                if index <= last:
                    break
                last = index
                if not one and barrier[index - 1] == _NAMED and tokens.low[index - 1] == "s":
                    return Noun(at, index, _named(tokens, at, index, barrier))
                continue
            low = tokens.low[index]
            joined = tokens.hyphened(index) or _joint(tokens, index)
            if one and index > at and low.endswith("ing") and self._governs(tokens, index):
                break
            stops = not joined and (not low[0].isalpha() or self._ends(low, index > at, one=one))
            if (
                stops
                and not self._goes_on(tokens, index, barrier)
                and not (not one and index > at and self._coordinates(tokens, index, barrier))
            ):
                break
            if not one and self.is_plural(low) and not tokens.hyphened(index):
                return self._plural(tokens, at, index, barrier)
            index += 1
            last = index
        if one and last > at:
            return self._head(tokens, at, last)
        return None

    def _goes_on(self, tokens: Tokens, index: int, barrier: bytearray) -> bool:
        """Whether a word that mostly ends a phrase is a modifier here."""
        soft = tokens.low[index] in self.soft and self._modifies(tokens, index, barrier)
        return soft or self._acronym(tokens, index)

    def _coordinates(self, tokens: Tokens, index: int, barrier: bytearray) -> bool:
        """Whether "and" joins two modifiers of one noun: "seven ruling and opposition parties"."""
        if tokens.low[index] not in ("and", "or") or index + 1 >= tokens.size or barrier[index + 1]:
            return False
        before, behind = tokens.text[index - 1], tokens.low[index + 1]
        modifier = (before[0].isupper() and not before.isupper()) or before.endswith(self.modifying)
        return modifier and before[0].isalpha() and self._noun_like(behind) and not self.verbal(behind)

    def _acronym(self, tokens: Tokens, index: int) -> bool:
        """Whether a stop is capitals beside small letters: "US voters", "IS militants", "IT firms"."""
        raw = tokens.text[index]
        return len(raw) > 1 and raw.isupper() and raw.isalpha() and not tokens.raw(index + 1).isupper()

    def _governs(self, tokens: Tokens, index: int) -> bool:
        """Whether a word in -ing has an object behind it ("one Marine telling Fox News")."""
        follower = tokens.word(index + 1)
        return follower[:1].isalpha() and (follower in _OBJECTS or self._noun_like(follower))

    def _modifies(self, tokens: Tokens, index: int, barrier: bytearray) -> bool:
        """Whether a word that mostly ends a phrase stands right before a plural noun."""
        behind = index + 1
        if behind >= tokens.size or barrier[behind]:
            return False
        return self._noun_like(tokens.low[behind]) and self.is_plural(tokens.low[behind])

    def _across(self, tokens: Tokens, at: int, index: int, barrier: bytearray) -> int:
        """Behind an identifier, or behind a number that is part of a modifier ("quarter-point", "magnitude 2+")."""
        mark, last = barrier[index], index
        while last < min(len(barrier), index + _FARTHEST) and barrier[last] == mark:
            last += 1
        if mark == _NAMED:
            return last
        if mark == _COUNTED and tokens.word(last) == "-" and tokens.glued(last - 1) and tokens.glued(last):
            return last + 1 + (last + 1 < tokens.size)
        if mark == _COUNTED and index > at and tokens.low[index - 1] == "magnitude":
            return last + (tokens.word(last) == "+")
        return index

    def _ends(self, low: str, behind: bool, *, one: bool) -> bool:
        """Whether the phrase stops before a word. A verb in -s has no plural subject, so there it is a noun."""
        if low in self.stops:
            return True
        if one:
            many = behind and self.is_plural(low) and low not in self.invariant
            return many or low in self.verbs or low in self.participles or self._ends_one(low, behind)
        return low in self.verbs and not low.endswith("s")

    def _ends_one(self, low: str, behind: bool) -> bool:
        return behind and (self.verbal(low) or low.endswith("ly"))

    def verbal(self, low: str) -> bool:
        """Whether a word looks like a past form."""
        return len(low) > 4 and bool(_VERBAL.search(low))

    def _plural(self, tokens: Tokens, at: int, index: int, barrier: bytearray) -> Noun:
        """Goes on while plural follows plural ("sports fans", "arms dealers"), across an unsaid noun too."""
        last = index + 1
        while last < min(tokens.size, at + LONGEST) and not barrier[last]:
            low = tokens.low[last]
            ahead = tokens.low[last + 1] if last + 1 < tokens.size and not barrier[last + 1] else ""
            if self._noun_like(low) and self.is_plural(low) and low not in self.unsaid:
                last += 1
            elif (
                tokens.low[last - 1] in self.unsaid
                and self._noun_like(low)
                and self._noun_like(ahead)
                and self.is_plural(ahead)
            ):
                last += 2
            else:
                break
        return self._head(tokens, at, last)

    def _noun_like(self, low: str) -> bool:
        return bool(low) and low[0].isalpha() and low not in self.stops and (low not in self.verbs or low.endswith("s"))

    def _head(self, tokens: Tokens, at: int, last: int) -> Noun:
        first = last - 1
        while first - 2 >= at and tokens.low[first - 1] == "-" and tokens.glued(first - 1) and tokens.glued(first - 2):
            first -= 2
        head = tokens.text[last - 1]
        before = "".join(tokens.text[first : last - 1])
        if head.lower() in self.unsaid:
            return Noun(at, last, "", said=False)
        return Noun(at, last, before + self.singular(head))


def _joint(tokens: Tokens, index: int) -> bool:
    """Whether the token is a hyphen inside a word."""
    return tokens.low[index] == "-" and tokens.glued(index - 1) and tokens.glued(index)


def _named(tokens: Tokens, at: int, last: int, barrier: bytearray) -> str:
    """An identifier in the plural as a head ("B-17s"), without its -s."""
    first = last - 1
    while first > at and barrier[first - 1] == _NAMED and tokens.glued(first - 1):
        first -= 1
    return "".join(tokens.text[first:last])[:-1]


def _irregular(table: Table) -> dict[str, str]:
    found = dict(table.section("irregular"))
    for plural, singular in found.items():
        if not isinstance(singular, str):
            raise table.fault(plural, f"'{plural}' under [irregular] must be a word")
    return found
