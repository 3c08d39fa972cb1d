"""What an unknown name is the name of: a small linear model over features that a person can read.

The weights are a table (``weights.toml``), one row a feature and one column a kind; a kind's score is the sum of its
column over the features that hold, and softmax makes probabilities of the scores.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.kb.catalogue import Catalogue

KINDS: Final = ("person", "organization", "place", "event", "work", "none")
"""Columns of the table; ``none`` is no name at all."""
_PERSON: Final = KINDS.index("person")
_NONE: Final = len(KINDS) - 1
_OCCURRENCES: Final = 8
_JOINTS: Final = frozenset(["&", ","])
_SURE: Final = 0.9
_STORMS: Final = frozenset(["storm", "hurricane", "typhoon", "cyclone"])
_WORDY: Final = 5
"""Names of so many words are rarely somebody's."""
_PLACE_ENDINGS: Final = (
    "ville",
    "burg",
    "burgh",
    "shire",
    "stan",
    "ton",
    "land",
    "ham",
    "ford",
    "port",
    "abad",
    "grad",
    "pur",
    "istan",
    "bury",
    "wood",
)
_PATRONYMIC: Final = 6
_FAMILY_ENDINGS: Final = (
    "sson", "dottir", "ovich", "evich", "ovna", "evna", "enko", "shvili", "opoulos", "opoulou", "escu", "ovic", "evic",
    "owski", "ewski", "owska", "ewska", "wicz", "czyk", "oglu", "zadeh",
)  # fmt: skip
"""Ends of family names and patronymics, where the word is longer than a few letters."""
_GROUP_ENDINGS: Final = ("ism", "ist", "ists", "ian", "ians", "ese", "ish", "ite", "ites", "crat", "crats")


class Told(NamedTuple):
    """The kind of an unknown name that something else than the model says, and the rule that says it."""

    kind: str
    rule: str


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest kind (None: no name), its probability, that of being a name at all, and the rule behind it."""

    kind: str | None
    probability: float
    named: float
    rule: str


@dataclass(slots=True)
class KindModel:
    tokens: Tokens
    grammar: EntityGrammar
    catalogue: Catalogue

    def guess(self, names: Sequence[Name]) -> Guess:
        """The kind of a name by all its occurrences: the mean of their scores, so that one text gives one answer."""
        if self._is_storm(names[0]):
            return Guess("event", _SURE, _SURE, "unknown.event")
        sums = [0.0] * len(KINDS)
        for name in names[:_OCCURRENCES]:
            sums = [a + b for a, b in zip(sums, self._scores(name, len(names)), strict=True)]
        scores = [s / min(len(names), _OCCURRENCES) for s in sums]
        if self._is_body_of(names[0]):
            scores[_PERSON] = -math.inf
        top = max(scores)
        odds = [math.exp(s - top) for s in scores]
        total = sum(odds)
        best = max(range(_NONE), key=odds.__getitem__)
        kind = KINDS[best] if odds[_NONE] <= total / 2 else None
        return Guess(kind, odds[best] / total, 1 - odds[_NONE] / total, f"unknown.{KINDS[best]}")

    def _is_storm(self, name: Name) -> bool:
        """Whether a name is that of a storm, which has a given name as well: Storm Daniel, Typhoon Haiyan."""
        keys = self.tokens.keys
        return name.size > 1 and keys[name.first] in _STORMS and keys[name.stop - 1] not in self.grammar.last

    def _is_body_of(self, name: Name) -> bool:
        """Whether a name is "X of Y" with a word for a body, place or event as X, which nobody is called."""
        head, *rest = self.tokens.keys[name.first : name.stop]
        grammar = self.grammar
        return rest[:1] == ["of"] and head in grammar.of and (head in grammar.first or head in grammar.last)

    def _scores(self, name: Name, seen: int) -> list[float]:
        weights = self.grammar.kind_weights
        rows = [row for feature in self.features(name, seen) if (row := weights.get(feature))]
        return [sum(column) for column in zip(*rows, strict=True)] or [0.0] * len(KINDS)

    def features(self, name: Name, seen: int) -> Iterator[str]:
        """The names of the features that hold: of the name itself, of what stands around it, of the document."""
        yield "bias"
        yield f"seen {min(seen, 3)}"
        if name.title:
            yield "title"
        if name.headline:
            yield "headline"
        yield from self._inner(name)
        before, after = list(self._before(name.first)), list(self._after(name.stop))
        yield from before
        yield from after
        size = "one" if name.size == 1 else "more"
        for around in (*before[:1], *after[:1]):
            yield f"{size} {around}"

    def _inner(self, name: Name) -> Iterator[str]:
        first, stop = name.first, name.stop
        keys, words = self.tokens.keys[first:stop], self.tokens.words[first:stop]
        grammar, size = self.grammar, min(stop - first, 5)
        yield f"size {size}"
        yield f"last {grammar.last.get(_ending(keys), '-')}"
        if size > 1:
            yield f"first {grammar.first.get(keys[0], '-')}"
        if len(keys) > 2 and any(k in ("of", "for", "and", "&") for k in keys):
            heads = (grammar.first.get(k, grammar.last.get(k, "-")) for k in keys if k in grammar.of)
            yield f"joined {next(heads, 'x')}"
        gender = self.catalogue.given_gender(keys[0])
        yield f"given {size if gender is not None else 0}"
        if 1 < size < _WORDY:
            yield from self._family(keys, stop)
        common = [self.catalogue.is_word(k) for k in keys]
        yield f"common {'all' if all(common) else 'some' if any(common) else 'no'} {min(size, 3)}"
        if size > 1:
            yield f"common last {common[-1]}"
        if any(len(w) == 1 for w in words[:-1] if w not in _JOINTS) and size > 1:
            yield "initials"
        yield from self._shape(words, keys)
        if name.initial:
            yield f"opens {min(size, 2)} {'word' if common[0] else 'name'}"

    def _family(self, keys: list[str], stop: int) -> Iterator[str]:
        """Whether a name has a family name at its end, or at its beginning as in East Asia."""
        if keys[-1] in self.grammar.families or (len(keys[-1]) > _PATRONYMIC and keys[-1].endswith(_FAMILY_ENDINGS)):
            yield "family last"
        elif self._opens_with_family(keys, stop):
            yield "family first"

    def _opens_with_family(self, keys: list[str], stop: int) -> bool:
        known = keys[0] in self.grammar.families and keys[-1] not in self.grammar.last
        return known or self.grammar.is_half(self.tokens, stop - 1)

    def _shape(self, words: list[str], keys: list[str]) -> Iterator[str]:
        if all(w.isupper() for w in words):
            yield f"upper {min(len(words), 2)} {min(len(words[0]), 6)}"
        elif any(w[1:] != w[1:].lower() for w in words if len(w) > 2):
            yield "camel"
        if any(w[0].isdigit() for w in words):
            yield "digits"
        elif any(not w.isalpha() for w in words if w not in _JOINTS):
            yield "letters and digits"
        if any(k in self.grammar.particles for k in keys[1:]):
            yield "particle"
        last = keys[-1]
        if last.endswith(_PLACE_ENDINGS) and len(last) > 6:
            yield "ends place"
        if last.endswith(_GROUP_ENDINGS) and len(last) > 5:
            yield "ends group"
        elif last.endswith("s") and len(words) <= 2:
            yield f"plural {len(words)}"

    def _before(self, first: int) -> Iterator[str]:
        keys, grammar = self.tokens.keys, self.grammar
        if first == 0 or keys[first - 1] == BREAK:
            yield "after break"
            return
        before = keys[first - 1]
        if before == ",":
            yield f"after comma {'job' if first > 1 and keys[first - 2] in grammar.occupations else '-'}"
        elif before in ("the", "a", "an"):
            yield f"after {before}"
            if first > 1 and keys[first - 2] in grammar.inside:
                yield "after in the"
        elif before in grammar.inside:
            yield f"after {before}" if before in ("in", "at", "from", "to") else "after inside"
        elif before in grammar.occupations:
            yield "after job"
        elif before in grammar.speech:
            yield "after speech"
        elif before in ("of", "by", "with", "for", "and", "on", "s"):
            yield f"after {before}"
        elif not self.tokens.capital[first - 1] and before in grammar.last:
            yield f"after noun {grammar.last[before]}"
        else:
            yield "after word"

    def _after(self, stop: int) -> Iterator[str]:
        keys, grammar, tokens = self.tokens.keys, self.grammar, self.tokens
        if stop >= len(keys):
            return
        after = keys[stop]
        if after == "s" and tokens.gap(stop) == "'":
            yield "before 's"
        elif tokens.gap(stop).startswith("-"):
            yield f"before hyphen {after if after in ('based', 'led', 'backed') else '-'}"
        elif after in grammar.speech:
            yield "before speech"
        elif after in ("who", "whose"):
            yield "before who"
        elif after == ",":
            yield from self._after_comma(stop + 1)
        elif after == BREAK:
            yield "before bracket" if "(" in tokens.words[stop] else "before break"
            if tokens.words[stop].endswith("<"):
                yield "before ticker"
        else:
            yield self._word_after(stop)

    def _word_after(self, stop: int) -> str:
        after, grammar = self.tokens.keys[stop], self.grammar
        if after in ("and", "is", "was", "has", "had", "will", "in", "of", "to", "on", "at", "for"):
            return f"before {after}"
        if after in grammar.acts:
            return "before act"
        if self.tokens.capital[stop]:
            return "before capital"
        return "before ground" if after in grammar.grounds else "before word"

    def _ends_aside(self, index: int) -> bool:
        """Whether an aside ends here, as after somebody's age: Martha Okonski, 44, of Bristol."""
        return index >= len(self.tokens) or self.tokens.keys[index] in (",", BREAK, "of", "from", "and", "was", "who")

    def _after_comma(self, index: int) -> Iterator[str]:
        keys, tokens = self.tokens.keys, self.tokens
        if index >= len(keys):
            return
        key = keys[index]
        if key.isdigit() and len(key) < 3:
            yield "before age" if self._ends_aside(index + 1) else "before number"
        elif key in ("who", "whose") or key in self.grammar.occupations:
            yield "before comma job"
        elif key in ("a", "an", "the", "his", "her"):
            yield "before comma the"
        elif key in ("inc", "ltd", "llc", "corp"):
            yield "before inc"
        elif tokens.capital[index]:
            top = self.catalogue.candidates(key)[:1]
            yield (
                "before comma place"
                if top and top[0].record.type == "place" and top[0].record.prior > 30
                else "before comma name"
            )
        else:
            yield "before comma"


def _ending(keys: list[str]) -> str:
    """The last word, or what the single letters at the end spell: ``spa`` of S.p.A."""
    if len(keys[-1]) > 1:
        return keys[-1]
    first = len(keys)
    while first > 1 and len(keys[first - 1]) == 1:
        first -= 1
    return "".join(keys[first:]) or keys[-1]
