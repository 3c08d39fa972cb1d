"""Proposes names: what the knowledge base knows, the longest first, and runs of capitals that it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.kb.catalogue import AliasKind, Candidate, Catalogue

_REACH: Final = 90
"""How many characters of folded text a known name may have."""
_LONGEST_RUN: Final = 14
_DEMONYMS: Final = (AliasKind.DEMONYM, AliasKind.DEMONYM_NOUN, AliasKind.ADJECTIVE)
_ROYAL: Final = frozenset("pope king queen prince princess saint st emperor lady lord duke sultan".split())
_POLITE: Final = frozenset("mr mrs ms miss dr sir".split())
_DOUBTFUL: Final = frozenset(
    "general major king prince princess queen lord chief private justice lady father count duke saint st marshal captain judge sheriff coach "
    "executive attorney press state home foreign health education energy trade transport labor labour water air world head lead city county "
    "company group national federal security military army navy police fire house senate supreme grand crown staff district party first second".split()
)
"""Titles and parts of titles that begin names of bodies and places just as well."""
_YOUNGER: Final = frozenset("jr sr ii iii iv".split())


@dataclass(slots=True)
class Name:
    """A stretch of tokens taken for a name. No candidates: the knowledge base does not know it."""

    first: int
    stop: int
    candidates: tuple[Candidate, ...]
    title: tuple[str, ...] = ()
    initial: bool = False
    headline: bool = False

    @property
    def size(self) -> int:
        return self.stop - self.first


@dataclass(slots=True)
class NameFinder:
    """Walks the tokens of one text from left to right and cuts every run of capitals into names."""

    tokens: Tokens
    grammar: EntityGrammar
    catalogue: Catalogue
    headline: frozenset[int]
    shouted: frozenset[int]

    def find(self) -> Iterator[Name]:
        """Names in reading order; they do not overlap."""
        index, count = 0, len(self.tokens)
        capital, keys, particles = self.tokens.capital, self.tokens.keys, self.grammar.particles
        while index < count:
            if not capital[index]:
                if keys[index] in particles and index + 1 < count and capital[index + 1] and self._known_at(index):
                    index = yield from self._take_known(index)
                else:
                    index += 1
            elif index in self.headline:
                index = yield from self._headline(index)
            else:
                index = yield from self._run(index)

    # -- the run of capitals -------------------------------------------------------------------------------------------

    def _run(self, first: int) -> Iterator[Name]:  # type: ignore[misc]
        stop = self.run_end(first)
        index = first
        while index < stop:
            index = yield from self._piece(index, stop)
        return index

    def run_end(self, first: int) -> int:
        """Where the run of capitals that begins at ``first`` ends, small words inside names included."""
        keys, capital = self.tokens.keys, self.tokens.capital
        stop, limit = first + 1, min(len(keys), first + _LONGEST_RUN)
        while stop < limit:
            if capital[stop]:
                stop += 1
            elif keys[stop] == "&" and stop + 1 < limit and capital[stop + 1]:
                stop += 2
            elif (
                keys[stop].isdigit()
                and self.tokens.gap(stop) in (" ", "-")
                and len(keys[stop]) < 4
                and not self._date(stop)
            ):
                stop += 1
            else:
                inner = self._small_words(first, stop, limit)
                if inner == stop:
                    break
                stop = inner
        return stop

    def _date(self, index: int) -> bool:
        return self.tokens.keys[index - 1] in self.grammar.calendar

    def _small_words(self, first: int, stop: int, limit: int) -> int:
        """The token after the small words at ``stop`` if a capital follows that belongs to the name, else ``stop``."""
        keys, capital, grammar = self.tokens.keys, self.tokens.capital, self.grammar
        key = keys[stop]
        if key in grammar.particles and stop + 1 < limit:
            after = stop + 2 if keys[stop + 1] in grammar.particles else stop + 1
            if after < limit and capital[after] and len(key) > 1:
                return after + 1
        if key in ("of", "for", "on") and self._heads_of(first, stop):
            after = stop + 2 if keys[stop + 1 : stop + 2] == ["the"] else stop + 1
            if after < limit and capital[after] and keys[after] not in grammar.calendar:
                return after + 1
        if key == "and" and stop + 1 < limit and capital[stop + 1]:
            if self._goes_on(first, stop):
                return stop + 2
        return stop

    def _goes_on(self, first: int, stop: int) -> bool:
        """Whether "and" goes on with the name: Department of Health and Human Services, Chamber of Commerce and Industry."""
        keys, grammar = self.tokens.keys, self.grammar
        headed = any(k in grammar.of for k in keys[first:stop])
        opening = any(k in grammar.joined for k in keys[first:stop])
        words = self.catalogue.is_word(keys[stop - 1]) and self.catalogue.is_word(keys[stop + 1])
        if "of" in keys[first:stop]:
            return (headed or opening) and words
        return opening and words and grammar.last.get(keys[stop + 1]) == "organization"

    def _heads_of(self, first: int, stop: int) -> bool:
        """Whether "of" goes on with the name: Bank of England, Ministry of Defence."""
        return (
            self.tokens.keys[stop - 1] in self.grammar.of and self.grammar.title_end(self.tokens, first, stop) != stop
        )

    # -- one piece of a run --------------------------------------------------------------------------------------------

    def _piece(self, first: int, stop: int) -> Iterator[Name]:  # type: ignore[misc]
        keys, grammar = self.tokens.keys, self.grammar
        known = self._known_at(first)
        if known is None or known.stop - known.first == 1:
            if keys[first] in grammar.openers and (known is None or not self.tokens.words[first].isupper()):
                return first + 1
            if keys[first] in grammar.calendar and (stop == first + 1 or known is None):
                return first + 1
        title = grammar.title_end(self.tokens, first, stop)
        if title > first and (known is None or known.stop <= title) and not self._is_body(first, stop):
            index = yield from self._titled(first, title, stop)
            return index
        if known is not None:
            index = yield from self._after_known(known, stop)
            return index
        index = yield from self._unknown(first, stop, ())
        return index

    def _titled(self, first: int, title: int, stop: int) -> Iterator[Name]:  # type: ignore[misc]
        """A title: with the domain after "of" it leads to the name, which it is evidence for and no part of."""
        keys = self.tokens.keys
        end = self._domain_end(title)
        words = tuple(keys[first:title])
        if end == stop and title - first > 1 and keys[first] in _POLITE:
            yield Name(title - 1, title, (), words[:-1])
            return end
        run = self.run_end(end) if end < len(keys) and self.tokens.capital[end] and not self._ends(end) else end
        if run == end or keys[end] in self.grammar.calendar:
            return max(end, first + 1)
        royal = keys[title - 1] in _ROYAL and (run - end == 1 or keys[end + 1] in _YOUNGER or keys[end + 1] in _ROMAN)
        known = self._known_at(title - 1) if keys[title - 1] in _ROYAL else None
        if known is not None and known.size > 1 or royal:
            yield known or Name(title - 1, min(run, end + 2), (), words)
            return known.stop if known else min(run, end + 2)
        found = self._known_at(end)
        if found is not None and found.stop >= run:
            found.title = words
            yield found
            return found.stop
        if found is not None and found.size > 1:
            found.title = words
            yield found
            return found.stop
        index = yield from self._unknown(end, run, words)
        return index

    def _ends(self, index: int) -> bool:
        return self.tokens.keys[index - 1] == BREAK

    def _domain_end(self, title: int) -> int:
        """Past "of State" and the like, when a name follows."""
        keys, domains = self.tokens.keys, self.grammar.title_domains
        if keys[title : title + 1] != ["of"]:
            return title
        index = title + 2 if keys[title + 1 : title + 2] == ["the"] else title + 1
        end = index
        while end < len(keys) and end - index < 4 and (keys[end] in domains or keys[end] == "and"):
            end += 1
        return end if end > index else title

    def _is_body(self, first: int, stop: int) -> bool:
        """Whether the whole run is a body or place rather than a titled person: General Motors Co, King County."""
        last = self.tokens.keys[stop - 1]
        return (
            stop - first > 1
            and self.grammar.last.get(last) in ("organization", "place", "event")
            and last not in self.grammar.title_heads
        )

    def _after_known(self, known: Name, stop: int) -> Iterator[Name]:  # type: ignore[misc]
        """A known name at the beginning of a run: alone, as a modifier, or only the beginning of a longer name."""
        if known.stop >= stop or self._stands_alone(known, stop):
            yield known
            return known.stop
        end = self._unknown_end(known.first, stop)
        if end <= known.stop:
            yield known
            return known.stop
        yield Name(known.first, end, (), (), known.initial)
        return end

    def _stands_alone(self, known: Name, stop: int) -> bool:
        keys, grammar, rest = self.tokens.keys, self.grammar, known.stop
        if (
            keys[rest] in grammar.openers
            or keys[rest] in grammar.calendar
            or grammar.title_end(self.tokens, rest, stop) > rest
        ):
            return True
        if self.tokens.gap(rest) not in (" ", "-", ". ", "'", "."):
            return True
        if stop - rest == 1 and keys[rest] in grammar.trailers and known.candidates[0].kind not in _DEMONYMS:
            return True
        headed = grammar.last.get(keys[stop - 1]) in ("organization", "place", "event")
        follower = self._known_at(rest)
        if (
            follower is not None
            and follower.stop >= stop
            and (follower.size > 1 or self.tokens.gap(rest) == "-" or follower.candidates[0].record.prior > 40)
        ):
            return not headed or known.candidates[0].kind in _DEMONYMS or self.tokens.gap(rest) == "-"
        kinds = {c.kind for c in known.candidates}
        modifier = kinds <= set(_DEMONYMS) or self._is_state_acronym(known)
        if modifier:
            return not headed
        if known.candidates[0].record.type == "person" and known.size > 1:
            return not headed
        return self.tokens.gap(rest) == "-" and not headed

    def _is_state_acronym(self, known: Name) -> bool:
        top = known.candidates[0]
        return top.kind is AliasKind.ACRONYM and top.record.prior >= 80

    def _unknown(self, first: int, stop: int, title: tuple[str, ...]) -> Iterator[Name]:  # type: ignore[misc]
        end = self._unknown_end(first, stop)
        yield Name(first, end, (), title, self.tokens.opens(first))
        return end

    def _unknown_end(self, first: int, stop: int) -> int:
        """Where an unknown name that begins at ``first`` ends: before a title, a weekday, a longer known name."""
        keys, grammar = self.tokens.keys, self.grammar
        for index in range(first + 1, stop):
            if keys[index] in _YOUNGER or not self.tokens.capital[index]:
                continue
            if keys[index] in grammar.openers and not self.tokens.words[index].isupper() and keys[index - 1] not in ("of", "for", "&", "and"):
                return index
            if keys[index] in grammar.calendar and index == stop - 1 and keys[index] != "may":
                return index
            title = grammar.title_end(self.tokens, index, stop)
            if (
                title > index
                and keys[index - 1] not in ("of", "and", "the", "&")
                and (title < stop or keys[title - 1] not in grammar.last)
            ):
                if (
                    title < stop
                    or index > first + 0
                    and keys[index]
                    not in ("king", "prince", "major", "miller", "lord", "pope", "earl", "don", "judge", "bishop")
                ):
                    return index
            known = self._known_at(index)
            if (
                known is not None
                and known.size > 1
                and keys[index - 1] not in ("of", "and", "the", "&", "for")
                and known.stop >= stop
                and known.candidates[0].record.type == "person"
            ):
                return index
        return stop

    # -- headlines and known names -------------------------------------------------------------------------------------

    def _headline(self, first: int) -> Iterator[Name]:  # type: ignore[misc]
        """In a title in capitals only known names count, and a given name with what looks like a family name."""
        known = self._known_at(first)
        if known is not None and (known.size > 1 or not self._common(first) or self._closed(known)):
            known.headline = True
            yield known
            return known.stop
        after = first + 1
        if self._looks_like_person(first, after):
            end = after + 1
            yield Name(first, end, (), (), False, True)
            return end
        yield Name(first, after, (), (), True, True)
        return after

    def _closed(self, known: Name) -> bool:
        top = known.candidates[0]
        return top.kind in _DEMONYMS or top.record.subtype == "country"

    def _looks_like_person(self, first: int, after: int) -> bool:
        tokens = self.tokens
        return (
            after < len(tokens)
            and tokens.capital[after]
            and tokens.gap(after) == " "
            and self.catalogue.given_gender(tokens.words[first]) is not None
            and not self._common(first)
            and not self._common(after)
        )

    def _common(self, index: int) -> bool:
        key = self.tokens.keys[index]
        return key in self.grammar.openers or self.catalogue.is_word(key)

    def _take_known(self, index: int) -> Iterator[Name]:  # type: ignore[misc]
        known = self._known_at(index)
        assert known is not None, "the caller has looked"
        yield known
        return known.stop

    def _known_at(self, first: int) -> Name | None:
        """The longest known name at ``first`` that is written as its entity allows."""
        tokens = self.tokens
        at = tokens.at[first]
        for key in reversed(self.catalogue.prefixes(tokens.line[at : at + _REACH])):
            end = at + len(key)
            if end < len(tokens.line) and tokens.line[end] != " ":
                continue
            stop = first + key.count(" ") + 1
            allowed = self._allowed(first, stop, key)
            if allowed:
                return Name(first, stop, allowed, (), tokens.opens(first))
        return None

    def _allowed(self, first: int, stop: int, key: str) -> tuple[Candidate, ...]:
        written = self.tokens.words[first:stop]
        upper = all(word.isupper() for word in written if word[0].isalpha())
        if not (self.tokens.capital[first] or stop - first > 1) or not self._joined(first, stop):
            return ()
        if (
            stop - first > 1
            and not self.tokens.capital[stop - 1]
            and written[-1][0].isalpha()
            and not self._lower_tail(first, stop)
        ):
            return ()
        found = self.catalogue.candidates(key)
        if stop - first == 1 and self.tokens.text[self.tokens.ends[first] : self.tokens.ends[first] + 1] != ".":
            found = tuple(c for c in found if not self._shortened(c))
        if upper and first not in self.shouted and stop - first == 1 and len(key) <= 5 and not self._dateline(first, stop):
            return tuple(c for c in found if c.capitals or c.kind is AliasKind.ACRONYM or c.record.name.isupper())
        if not upper:
            return tuple(c for c in found if not c.capitals)
        return found if first not in self.shouted else tuple(c for c in found if not c.capitals or len(key) > 2)

    def _dateline(self, first: int, stop: int) -> bool:
        """Whether the tokens open a paragraph as a place in a dateline does: OSLO, May 3 (AFP) -"""
        return self.tokens.opens(first) and self.tokens.keys[stop : stop + 1] in ([","], [BREAK])

    def _shortened(self, candidate: Candidate) -> bool:
        """A short form of a state (Calif., La.) is written with its dot."""
        return candidate.kind is AliasKind.ALIAS and candidate.record.subtype == "state"

    def _joined(self, first: int, stop: int) -> bool:
        return all("\n" not in self.tokens.gap(i) and "/" not in self.tokens.gap(i) for i in range(first + 1, stop))

    def _lower_tail(self, first: int, stop: int) -> bool:
        """A known name may end in lower case only after another capital: "Labour party", "Xi'an", "Al Qaeda"."""
        return self.tokens.capital[first]


_ROMAN: Final = frozenset("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xxiii".split())
