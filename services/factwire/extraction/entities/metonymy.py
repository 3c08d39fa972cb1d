"""Whether a place is meant as a place, or stands for those who act in its name: "Beijing warned" and "in Beijing".

Logistic regression over the words around it. A capital or seat of government in that sense is a mention of what it
stands for; a country's own name then is a metonym of itself (``via`` its own id).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.tokens import BREAK, Tokens

_SMALL_WORDS = frozenset([
    "in", "at", "near", "from", "to", "into", "outside", "across", "around", "through", "toward", "towards",
    "within", "inside", "of", "by", "with", "for", "and", "or", "on", "against", "between", "over", "the", "a",
    "an", "that", "which", "who", "is", "was", "are", "were", "has", "have", "had", "will", "would", "can",
    "could", "may", "might", "should", "must", "did", "does", "do", "not", "also", "as", "than", "but", "if",
    "when", "while", "after", "before", "under", "about", "like", "via", "per", "among", "including", "except",
    "versus", "vs", "both", "then", "since", "where",
])  # fmt: skip

_PLACING = frozenset([
    "in", "at", "near", "from", "to", "into", "outside", "across", "around", "through", "toward", "towards",
    "within", "inside", "of", "for", "on", "over",
])  # fmt: skip
_AUXILIARIES = frozenset([
    "has", "have", "had", "will", "would", "can", "could", "may", "might", "should", "must", "did", "does",
])  # fmt: skip

_ADDRESSES = frozenset([
    "urge", "urges", "urged", "urging", "persuade", "persuades", "persuaded", "persuading", "warn", "warns", "warned",
    "warning", "accuse", "accuses", "accused", "accusing", "tell", "told", "telling", "pressed", "pressing", "blames",
    "blamed", "blaming", "condemned", "criticised", "criticized", "assured", "reassured", "asked", "thanked", "anger",
    "angers", "angered", "alarmed", "antagonise", "antagonised", "antagonize", "antagonized", "appease", "appeased",
    "defy", "defies", "defied", "embarrassed", "infuriated", "irked", "irritated", "lobbied", "placate",
    "provoke", "provoked",
])  # fmt: skip
"""Verbs whose object is somebody: nobody warns a town."""

_QUARTERS = frozenset([
    "north", "south", "east", "west", "central", "downtown", "greater", "inner", "outer", "mid", "uptown", "suburban",
    "rural", "nearby",
])  # fmt: skip
"""Before a place's name they say which part of it is meant; what stands before them governs the name."""
SIDES = frozenset(["pro", "anti"])
"""Before a hyphen: for or against somebody."""
_SEATED = frozenset([
    "based", "born", "made", "listed", "bound", "registered", "headquartered", "bred", "trained", "wide",
])  # fmt: skip
"""After a hyphen: something is there, and nobody acts."""
_TOWARDS = frozenset(["to", "on", "against", "toward", "towards"])
_GOES_ON = frozenset(["speech", "act", "ends ed", "not", "been", "word"])


@dataclass(frozen=True, slots=True)
class SenseModel:
    tokens: Tokens
    grammar: EntityGrammar

    def acts(self, first: int, stop: int, subtype: str | None) -> bool:
        """Whether the place at these tokens stands for those who act."""
        if (side := self._side(first, stop)) is not None:
            return side
        weights = self.grammar.sense_weights
        return sum(weights.get(f, 0.0) for f in self.features(first, stop, subtype)) > 0

    def modifies(self, stop: int) -> bool:
        """Whether a name goes before a noun or another name as its modifier: US officials, the UK Supreme Court."""
        return (
            self._word(stop) != "edge"
            and self.tokens.gap(stop) == " "
            and self._word(stop) in ("word", "ends s", "capital")
        )

    def governs(self, first: int, stop: int) -> bool:
        """Whether a seat of government at these tokens is its government: subject of a verb of saying or acting."""
        if (side := self._side(first, stop)) is not None:
            return side
        first = self._outset(first)
        if self._is_dealt_with(first, stop):
            return True
        before = self._word(first - 1)
        day = first > 0 and self.tokens.keys[first - 1] in self.grammar.calendar
        if before in _PLACING or (before == "capital" and not day):
            return False
        return self._leads_verb(self._past_pair(stop)) or (first > 0 and self.tokens.keys[first - 1] in _ADDRESSES)

    def _leads_verb(self, stop: int) -> bool:
        """Whether a verb at ``stop`` has somebody for its subject: warned, would share, is furious."""
        after, next_ = self._word(stop), self._word(stop + 1)
        if after in ("speech", "act") or self._is_among(stop, self.grammar.states):
            return True
        if after in _AUXILIARIES and next_ in _GOES_ON:
            return True
        stands = self._is_among(stop + 1, self.grammar.stances)
        return after in ("is", "was") and (stands or self.tokens.keys[stop + 1 : stop + 3] == ["in", "talks"])

    def _past_pair(self, stop: int) -> int:
        """Past the day, or "and" with one more name, which shares the verb: Seoul and Tokyo would share."""
        keys, capital = self.tokens.keys, self.tokens.capital
        day = stop + (keys[stop : stop + 1] == ["on"])
        if day < len(keys) and keys[day] in self.grammar.calendar and capital[day]:
            return day + 1
        paired = keys[stop : stop + 1] == ["and"] and stop + 1 < len(keys) and capital[stop + 1]
        return stop + 2 if paired else stop

    def _is_dealt_with(self, first: int, stop: int) -> bool:
        """Whether a noun before says that it is a party: ties with Beijing, pressure on Tehran."""
        keys, grammar = self.tokens.keys, self.grammar
        before = keys[first - 1] if first > 0 else BREAK
        if before in ("with", "between"):
            return self._is_among(first - 2, grammar.dealings)
        if before == "from":
            return self._is_among(first - 2, grammar.favours) and not self.modifies(stop)
        if before in _TOWARDS:
            return self._is_among(first - 2, grammar.messages)
        shared = before == "and" and first > 2 and keys[first - 3] in ("with", "between")
        return shared and self.tokens.capital[first - 2] and self._is_among(first - 4, grammar.dealings)

    def _is_among(self, index: int, words: frozenset[str]) -> bool:
        return 0 <= index < len(self.tokens) and self.tokens.keys[index] in words

    def _side(self, first: int, stop: int) -> bool | None:
        """True in pro-Beijing, False in Beijing-based, None where no hyphen decides."""
        tokens = self.tokens
        if stop < len(tokens) and tokens.gap(stop) == "-" and tokens.keys[stop] in _SEATED:
            return False
        return True if first > 0 and tokens.gap(first) == "-" and tokens.keys[first - 1] in SIDES else None

    def features(self, first: int, stop: int, subtype: str | None) -> Iterator[str]:
        first = self._outset(first)
        before, after = self._word(first - 1), self._word(stop)
        yield "bias"
        yield f"is {'country' if subtype == 'country' else 'other'}"
        yield f"before {before}"
        yield f"after {after}"
        yield f"before 2 {self._word(first - 2)}"
        yield f"after 2 {self._word(stop + 1)}"
        yield f"between {before} {after}"
        if after == "'s":
            yield f"of {self._word(stop + 1)}"

    def _outset(self, first: int) -> int:
        """Where the phrase of a name begins with the part of a place that it may be about: in east London."""
        keys, grammar = self.tokens.keys, self.grammar
        while first > 0 and (keys[first - 1] in _QUARTERS or keys[first - 1] in grammar.directions):
            first -= 1
        return first

    def _word(self, index: int) -> str:
        keys = self.tokens.keys
        if not 0 <= index < len(keys):
            return "edge"
        key = keys[index]
        if key in _SMALL_WORDS or key in (BREAK, ","):
            return key
        if key == "s" and self.tokens.gap(index) == "'":
            return "'s"
        if key in self.grammar.speech:
            return "speech"
        if key in self.grammar.acts:
            return "act"
        if self.tokens.capital[index]:
            return "capital"
        return (
            "number"
            if key.isdigit()
            else "ends ed"
            if key.endswith("ed")
            else "ends s"
            if key.endswith("s")
            else "word"
        )
