"""Where a run of capitals ends: the stretch that may be one name, with the small words that belong inside names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.tokens import Tokens
from factwire.kb.catalogue import Catalogue

_LONGEST: Final = 14
_DIGITS: Final = 3
_CAUSE: Final = 6
_CAUSE_WORDS: Final = 2
_FIRM_WORDS: Final = 3
_FIRMS: Final = frozenset(["co", "company", "sons", "corp", "corporation", "ltd", "inc", "plc"])
_TRADES: Final = frozenset(
    ["banking", "trust", "savings", "marine", "fire", "casualty", "general", "steamship", "loan"]
)
"""What a firm may do besides, between "and" and its legal form: Sumitomo Trust and Banking Co."""
_LINKS: Final = frozenset(["of", "for", "on"])


@dataclass(frozen=True, slots=True)
class Runs:
    tokens: Tokens
    grammar: EntityGrammar
    catalogue: Catalogue

    def end(self, first: int) -> int:
        """The end (exclusive) of the run that begins at token ``first``."""
        stop, limit = first + 1, min(len(self.tokens), first + _LONGEST)
        while stop < limit:
            after = self._next(first, stop, limit)
            if after == stop:
                break
            stop = after
        return stop

    def _next(self, first: int, stop: int, limit: int) -> int:
        """The token after what continues the run at ``stop``; ``stop`` itself if nothing does."""
        keys, capital = self.tokens.keys, self.tokens.capital
        key = keys[stop]
        if capital[stop]:
            return stop + 1
        if key == "&" and stop + 1 < limit and capital[stop + 1]:
            return stop + 2
        if key.isdigit():
            return stop + 1 if self._numbered(stop) else stop
        if key == "p" and self._is_spa(stop):
            return stop + 2
        if key in self.grammar.syllables and self._is_half(stop):
            return stop + 1
        if key in self.grammar.particles:
            return self._past_particles(stop, limit)
        if key in _LINKS and keys[stop - 1] in self.grammar.of:
            after = stop + 2 if keys[stop + 1 : stop + 2] == ["the"] else stop + 1
            fits = after < limit and capital[after] and keys[after] not in self.grammar.calendar
            return after + 1 if fits else stop
        if key == "for" and stop + 1 < limit and capital[stop + 1] and self._is_cause(first, stop):
            return stop + 2
        if key == "and" and stop + 1 < limit and capital[stop + 1] and self._goes_on(first, stop):
            return stop + 2
        return stop

    def _is_spa(self, index: int) -> bool:
        """Whether a small p stands inside the legal form of an Italian firm: Gruppo Ferrante S.p.A."""
        keys, tokens = self.tokens.keys, self.tokens
        spelled = keys[index - 1 : index + 2] == ["s", "p", "a"]
        return spelled and tokens.gap(index) == tokens.gap(index + 1) == "."

    def _is_half(self, index: int) -> bool:
        """Whether a syllable ends the given name that follows a family name: Lim Soo-jung."""
        tokens = self.tokens
        return self.grammar.is_half(tokens, index) and tokens.capital[index - 2] and tokens.gap(index - 1) == " "

    def _is_cause(self, first: int, stop: int) -> bool:
        """Whether "for" goes on with the name of a body that a plain word begins: Cinema for Peace Foundation."""
        keys, capital, limit = self.tokens.keys, self.tokens.capital, min(len(self.tokens), stop + _CAUSE)
        end = stop + 1
        while end < limit and capital[end]:
            end += 1
        headed = self.grammar.last.get(keys[end - 1]) == "organization" and end - stop > _CAUSE_WORDS
        return headed and stop - first == 1 and self.catalogue.is_word(keys[first]) and not self.tokens.opens(first)

    def _numbered(self, index: int) -> bool:
        """Whether digits belong to the name before them (Boeing 737), and are no day of a month."""
        keys = self.tokens.keys
        short = len(keys[index]) <= _DIGITS and self.tokens.gap(index) in (" ", "-")
        return short and not self.counts(index, "-") and keys[index - 1] not in self.grammar.calendar

    def counts(self, index: int, *marks: str) -> bool:
        """Whether digits begin a score or a decimal, by the mark behind them: Italy 2-0, the Nasdaq 1.1 percent."""
        keys, after = self.tokens.keys, index + 1
        numbers = after < len(keys) and keys[index].isdigit() and keys[after].isdigit()
        return numbers and self.tokens.gap(after) in marks

    def _past_particles(self, stop: int, limit: int) -> int:
        """Past "de", "van der" and the like, where a capital follows."""
        keys, particles = self.tokens.keys, self.grammar.particles
        after = stop + 2 if stop + 1 < limit and keys[stop + 1] in particles else stop + 1
        fits = after < limit and self.tokens.capital[after] and len(keys[stop]) > 1
        return after + 1 if fits else stop

    def _is_firm(self, index: int) -> bool:
        """Whether a firm's name ends after "and", with plain words at most before its legal form: and (Banking) Co."""
        keys, capital, limit = self.tokens.keys, self.tokens.capital, min(len(self.tokens), index + _FIRM_WORDS)
        end = index
        while end < limit and capital[end] and keys[end] not in _FIRMS:
            if not (keys[end] in self.grammar.fields or keys[end] in _TRADES):
                return False
            end += 1
        hyphened = end + 1 < len(keys) and self.tokens.gap(end + 1) == "-"
        return end < limit and capital[end] and keys[end] in _FIRMS and not hyphened

    def _goes_on(self, first: int, stop: int) -> bool:
        """Whether "and" goes on with the name: Department of Health and Human Services."""
        keys, grammar = self.tokens.keys, self.grammar
        if self._is_firm(stop + 1):
            return True
        if keys[stop - 1] in grammar.fields and keys[stop + 1] in grammar.fields and stop - first > 1:
            return True
        words = self.catalogue.is_word(keys[stop - 1]) and self.catalogue.is_word(keys[stop + 1])
        opening = any(key in grammar.joined for key in keys[first:stop])
        if "of" in keys[first:stop]:
            return words and (opening or any(key in grammar.of for key in keys[first:stop]))
        return words and opening and grammar.last.get(keys[stop + 1]) == "organization"
