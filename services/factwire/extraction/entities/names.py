"""Cuts runs of capitals into names: what the knowledge base knows, the longest first, and what it does not know."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.known import KnownNames
from factwire.extraction.entities.runs import Runs
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.kb.catalogue import DEMONYMS, AliasKind, Candidate, Catalogue

_WELL_KNOWN: Final = 60
_FULL: Final = 2
"""Words of somebody's full name after that of a body: CNBC Jon Fortt."""
_NAMED: Final = 40
_NATIONAL: Final = 80
_HEADED: Final = frozenset(["organization", "place", "event"])
_GLUE: Final = frozenset([" ", "-", ". ", "'", "."])
LEGAL_FORMS: Final = frozenset([
    "inc", "corp", "corporation", "co", "ltd", "limited", "plc", "llc", "ag", "gmbh", "nv", "spa", "sa", "bv", "ab",
    "asa", "oyj", "se", "kk",
])  # fmt: skip
"""At the end of a firm's name, where they may be left out."""
_INNER: Final = frozenset(["of", "and", "the", "&", "for"])


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
    """Walks the tokens of one text from left to right; each step takes a name, or a word that is none."""

    tokens: Tokens
    grammar: EntityGrammar
    catalogue: Catalogue
    headline: frozenset[int]
    runs: Runs
    known: KnownNames
    names: list[Name] = field(default_factory=list)
    told: dict[str, dict[str, Name]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        tokens: Tokens,
        grammar: EntityGrammar,
        catalogue: Catalogue,
        headline: frozenset[int],
        shouted: frozenset[int],
    ) -> NameFinder:
        """A finder for one text; ``headline`` and ``shouted`` are tokens whose capitals say little or nothing."""
        runs, known = Runs(tokens, grammar, catalogue), KnownNames(tokens, catalogue, shouted)
        return cls(tokens, grammar, catalogue, headline, runs, known)

    def find(self) -> list[Name]:
        """Names in reading order; they do not overlap."""
        self._read(in_headline=False)
        if self.headline:
            self._remember()
            self._read(in_headline=True)
            self.names.sort(key=lambda name: name.first)
        return self.names

    def _read(self, *, in_headline: bool) -> None:
        """Takes the names outside titles in capitals, or those inside them."""
        index, count, headline = 0, len(self.tokens), self.headline
        capital, keys, particles = self.tokens.capital, self.tokens.keys, self.grammar.particles
        while index < count:
            if (index in headline) is not in_headline:
                index += 1
            elif capital[index]:
                index = self._headline(index) if in_headline else self._run(index)
            elif keys[index] in particles and index + 1 < count and capital[index + 1]:
                index = self._particle(index)
            else:
                index += 1

    def _remember(self) -> None:
        """Notes the names of several words, so that a title in capitals may repeat them."""
        for name in self.names:
            if name.size > 1:
                told = self.told.setdefault(self.tokens.keys[name.first], {})
                told[self.tokens.key(name.first, name.stop)] = name
                if name.size > 2 and self.tokens.keys[name.stop - 1] in LEGAL_FORMS:
                    told[self.tokens.key(name.first, name.stop - 1)] = replace(name, stop=name.stop - 1)

    def _told_at(self, first: int) -> Name | None:
        """The longest name of the text that a title in capitals repeats at ``first``."""
        line, at = self.tokens.line, self.tokens.at[first]
        for key, name in sorted(self.told.get(self.tokens.keys[first], {}).items(), key=lambda item: -len(item[0])):
            if line.startswith(key, at) and line[at + len(key) : at + len(key) + 1] in ("", " "):
                return Name(first, first + name.size, name.candidates, (), False, True)
        return None

    def _take(self, name: Name) -> int:
        self.names.append(name)
        return name.stop

    def _known_at(self, first: int) -> Name | None:
        found = self.known.at(first)
        return Name(first, found[0], found[1], (), self.tokens.opens(first)) if found else None

    def _particle(self, first: int) -> int:
        """A small word before a capital is part of a name only where the name is known: al-Qaeda, de Blasio."""
        known = self._known_at(first)
        return self._take(known) if known else first + 1

    # -- the run of capitals -------------------------------------------------------------------------------------------

    def _run(self, first: int) -> int:
        stop = self.runs.end(first)
        while first < stop:
            first = self._piece(first, stop)
        return first

    def _piece(self, first: int, stop: int) -> int:
        """The next piece of a run: a word that is no name, a title with its name, a known name, an unknown one."""
        known = self._known_at(first)
        if (known is None or known.size == 1) and self._is_no_name(first, stop, known):
            return first + 1
        title = self.grammar.title_end(self.tokens, first, stop)
        if title > first and (known is None or known.stop <= title) and not self._is_body(first, stop):
            return self._titled(first, title, stop)
        if known is not None:
            return self._after_known(known, stop)
        if self._only_opens(first, stop) or self._is_direction(first, stop) or self._is_trade(first, stop):
            return first + 1
        return self._unknown(first, stop, ())

    def _is_no_name(self, first: int, stop: int, known: Name | None) -> bool:
        """Function words and days of the week are none, unless the known name is written in capitals (US)."""
        key = self.tokens.keys[first]
        if key in self.grammar.openers and not self._owns(first, stop):
            return known is None or not self.tokens.words[first].isupper()
        if key not in self.grammar.calendar:
            return False
        articled = known is not None and first > 0 and self.tokens.words[first - 1] == "The"
        return not articled and (stop == first + 1 or known is None)

    def _owns(self, first: int, stop: int) -> bool:
        """Whether a plural goes on with what is theirs: the Teachers' Union."""
        return stop > first + 1 and self.tokens.gap(first + 1) == "' "

    def _only_opens(self, first: int, stop: int) -> bool:
        """Whether a common word merely opens the sentence, before a well-known name: Unveiling US findings."""
        key = self.tokens.keys[first]
        if stop - first < 2 or not self.tokens.opens(first) or not self.tokens.gap(first + 1).isspace():
            return False
        if key in self.grammar.first or key in self.grammar.last:
            return False
        if not (self._common(first) or key.endswith(("ing", "ed"))):
            return False
        after = self._known_at(first + 1)
        return after is not None and after.stop >= stop and after.candidates[0].record.prior >= _WELL_KNOWN

    def _is_direction(self, first: int, stop: int) -> bool:
        """Southern Poland is Poland; what has a name of its own (Northern Ireland) is known."""
        if self.tokens.keys[first] not in self.grammar.directions or stop - first < 2:
            return False
        after = self._known_at(first + 1)
        return after is not None and after.stop >= stop and after.candidates[0].record.subtype == "country"

    def _is_trade(self, first: int, stop: int) -> bool:
        """A trade before somebody's name is no part of it: Actor Sana Khan, Legislator Tanya Chan."""
        keys = self.tokens.keys
        if keys[first] not in self.grammar.occupations or stop - first not in (3, 4):
            return False
        if self.catalogue.given_gender(self.tokens.words[first + 1]) is not None:
            return True
        strange = not any(self.catalogue.is_word(key) or key in self.grammar.last for key in keys[first + 1 : stop])
        return self.tokens.opens(first) and (strange or keys[stop - 1] in self.grammar.families)

    # -- titles --------------------------------------------------------------------------------------------------------

    def _titled(self, first: int, title: int, stop: int) -> int:
        """A title leads to the name, which it is evidence for and no part of."""
        keys, grammar = self.tokens.keys, self.grammar
        end = self._domain_end(title)
        if end == stop and title - first > 1 and keys[first] in grammar.polite:
            return self._take(Name(title - 1, title, (), tuple(keys[first : title - 1])))
        run = self._name_after(end)
        if run == end:
            return max(end, first + 1)
        words = tuple(keys[first:title])
        royal = self._royal(title, end, run, words)
        if royal is not None:
            return self._take(royal)
        found = self._known_at(end)
        if found is not None and (found.stop >= run or found.size > 1):
            found.title = words
            return self._take(found)
        return self._unknown(end, run, words)

    def _name_after(self, end: int) -> int:
        """Where the run ends that follows a title; ``end`` itself if no name follows."""
        keys, capital = self.tokens.keys, self.tokens.capital
        if end >= len(keys) or not capital[end] or keys[end - 1] == BREAK or keys[end] in self.grammar.calendar:
            return end
        return self.runs.end(end)

    def _royal(self, title: int, end: int, run: int, words: tuple[str, ...]) -> Name | None:
        """Pope Francis, Prince William: the title is part of a name that has no family name."""
        keys, grammar = self.tokens.keys, self.grammar
        if keys[title - 1] not in grammar.royal:
            return None
        known = self._known_at(title - 1)
        if known is not None and known.size > 1:
            return known
        if run - end == 1 or keys[end + 1] in grammar.numbers:
            return Name(title - 1, min(run, end + 2), (), words)
        return None

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
        keys, grammar = self.tokens.keys, self.grammar
        if keys[first] not in grammar.doubtful or stop - first < 2:
            return False
        return grammar.last.get(keys[stop - 1]) in _HEADED and keys[stop - 1] not in grammar.title_heads

    # -- known and unknown names ---------------------------------------------------------------------------------------

    def _after_known(self, known: Name, stop: int) -> int:
        """A known name at the beginning of a run: alone, as a modifier, or only the beginning of a longer name."""
        if self._is_branch(known, stop) or self._is_legal_form(known, stop) or self._is_longer(known, stop):
            return self._take(Name(known.first, stop, known.candidates, (), known.initial))
        if known.stop < stop and not self._stands_alone(known, stop):
            end = self._unknown_end(known.first, stop)
            if end > known.stop:
                return self._take(Name(known.first, end, (), (), known.initial))
        return self._take(known)

    def _is_branch(self, known: Name, stop: int) -> bool:
        """Whether a firm's name goes on with the country of a branch: Netto Poland, Tesco Polska."""
        rest = known.stop
        if stop - rest != 1 or known.candidates[0].record.subtype != "company" or self.tokens.gap(rest) != " ":
            return False
        if self.tokens.keys[rest] in self.grammar.branches:
            return True
        country = self._known_at(rest)
        if country is None or country.candidates[0].record.subtype != "country":
            return False
        return country.candidates[0].kind is AliasKind.NAME and self._is_followed_plainly(stop)

    def _is_legal_form(self, known: Name, stop: int) -> bool:
        """Whether nothing but "Ltd", "S.p.A." and the like follows a firm's name in its run."""
        rest = self.tokens.keys[known.stop : stop]
        form = "".join(rest) if len(rest) == 1 or all(len(key) == 1 for key in rest) else ""
        return form in LEGAL_FORMS and known.candidates[0].record.type == "organization"

    def _is_longer(self, known: Name, stop: int) -> bool:
        """Whether one more family name follows that of somebody named in full: Luisa González Alcívar."""
        rest, keys, grammar = known.stop, self.tokens.keys, self.grammar
        if stop - rest != 1 or known.size < _FULL or known.candidates[0].record.type != "person":
            return False
        named = self.tokens.gap(rest) == " " and not self.tokens.words[rest].isupper()
        plain = self._common(rest) or keys[rest] in grammar.calendar or keys[rest] in grammar.trailers
        return named and not plain and keys[rest] not in grammar.last and self._known_at(rest) is None

    def _is_followed_plainly(self, stop: int) -> bool:
        """Whether a pause, a verb of saying or a function word follows, and no noun that takes a name before it."""
        key = self.tokens.keys[stop] if stop < len(self.tokens) else BREAK
        return key in (BREAK, ",") or key in self.grammar.openers or key in self.grammar.speech

    def _stands_alone(self, known: Name, stop: int) -> bool:
        """Whether what follows a known name in its run is something else."""
        rest, top = known.stop, known.candidates[0]
        if self._breaks_off(rest, stop, top) or self.runs.counts(rest, "-"):
            return True
        if top.record.prior >= _NAMED and self.runs.counts(rest, "."):
            return True
        hyphened = self.tokens.gap(rest) == "-"
        headed = self.grammar.last.get(self.tokens.keys[stop - 1]) in _HEADED
        follower = self._known_at(rest)
        if follower is not None and follower.stop >= stop and self._is_firm(follower, hyphened):
            if not hyphened and self._is_full_name(known, follower):
                return False
            return hyphened or not headed or top.kind in DEMONYMS or _is_national(follower, top)
        if top.kind in DEMONYMS and self.tokens.keys[stop - 1] == "party" and stop - rest > 1:
            return True
        if top.kind is AliasKind.DEMONYM_NOUN and self._is_given(known) and stop - rest == 1:
            return False
        if all(c.kind in DEMONYMS for c in known.candidates) or _is_state_acronym(top):
            return not headed
        if top.record.type == "organization" and stop - rest == _FULL and self._looks_like_person(rest):
            return not headed
        if top.record.type == "person" and known.size > 1:
            return not headed
        return hyphened and not headed

    def _is_full_name(self, known: Name, follower: Name) -> bool:
        """Whether a given name and a family name follow each other, whoever else is called so: Andrew Bolton."""
        if _is_surname(follower):
            return self._is_given(known)
        named = follower.size == 1 and any(candidate.kind is AliasKind.FAMILY for candidate in follower.candidates)
        return named and known.size == 1 and self.catalogue.given_gender(self.tokens.keys[known.first]) is not None

    def _is_given(self, known: Name) -> bool:
        """Whether a known name of one word may be the given name before a family name: John, Chad, Sana (Khan)."""
        if known.size > 1:
            return False
        if _is_surname(known) or known.candidates[0].record.subtype == "city":
            return True
        return self.catalogue.given_gender(self.tokens.keys[known.first]) is not None

    def _breaks_off(self, rest: int, stop: int, top: Candidate) -> bool:
        """A function word, a weekday, a title or "Administration" does not go on with the name before it."""
        keys, grammar = self.tokens.keys, self.grammar
        if (self.tokens.capital[rest] and keys[rest] in grammar.openers) or keys[rest] in grammar.calendar:
            return not self._is_head(rest, stop)
        if grammar.title_end(self.tokens, rest, stop) > rest or self.tokens.gap(rest) not in _GLUE:
            return True
        return stop - rest == 1 and keys[rest] in grammar.trailers and top.kind not in DEMONYMS

    def _is_head(self, index: int, stop: int) -> bool:
        """Whether a body's name ends in words that open sentences as well: Hampshire Police, Kent Police Department."""
        keys, last = self.tokens.keys, self.grammar.last
        return last.get(keys[index]) == "organization" and last.get(keys[stop - 1]) == "organization"

    def _is_firm(self, follower: Name, hyphened: bool) -> bool:
        return follower.size > 1 or hyphened or follower.candidates[0].record.prior > _NAMED

    def _unknown(self, first: int, stop: int, title: tuple[str, ...]) -> int:
        return self._take(Name(first, self._unknown_end(first, stop), (), title, self.tokens.opens(first)))

    def _unknown_end(self, first: int, stop: int) -> int:
        """Where an unknown name ends: before a title, a function word, a weekday, a person named in full."""
        capital, keys = self.tokens.capital, self.tokens.keys
        for index in range(first + 1, stop):
            if not capital[index] or keys[index] in self.grammar.numbers:
                continue
            if (index == stop - 1 and self._is_trailer(index)) or self._begins_other(first, index, stop):
                return index
        return stop

    def _is_trailer(self, index: int) -> bool:
        """The last word of a run that is no part of the name: a weekday, Administration, FRS."""
        key, grammar = self.tokens.keys[index], self.grammar
        if key in grammar.calendar:
            return key != "may"
        if key in grammar.trailers:
            return self.tokens.keys[index - 1] not in grammar.title_parts
        return key in grammar.postnominals and self.tokens.words[index].isupper()

    def _begins_other(self, first: int, index: int, stop: int) -> bool:
        """Whether something else begins at ``index`` in a run of capitals."""
        keys, grammar = self.tokens.keys, self.grammar
        if keys[index - 1] in _INNER:
            return False
        if keys[index] in grammar.openers and not self.tokens.words[index].isupper():
            return not self._is_head(index, stop)
        title = grammar.title_end(self.tokens, index, stop)
        if title < stop and keys[title] in LEGAL_FORMS:
            return False
        if title > index and (title < stop or keys[title - 1] not in grammar.last):
            return title < stop or keys[index] not in grammar.surnames
        known = self._known_at(index)
        return (
            known is not None and known.size > 1 and known.stop >= stop and known.candidates[0].record.type == "person"
        )

    # -- headlines -----------------------------------------------------------------------------------------------------

    def _headline(self, first: int) -> int:
        """In a title in capitals only known names count, and a given name with what looks like a family name."""
        known = self._known_at(first)
        told = self._told_at(first)
        if told is not None and (known is None or known.size <= told.size):
            return self._take(told)
        if known is not None and (known.size > 1 or not self._common(first) or _is_closed(known)):
            known.headline = True
            return self._take(known)
        stop = first + 2 if self._looks_like_person(first) else first + 1
        return self._take(Name(first, stop, (), (), stop == first + 1, True))

    def _looks_like_person(self, first: int) -> bool:
        after, tokens = first + 1, self.tokens
        if after >= len(tokens) or not tokens.capital[after] or tokens.gap(after) != " ":
            return False
        given = self.catalogue.given_gender(tokens.words[first]) is not None
        return given and not self._common(first) and not self._common(after)

    def _common(self, index: int) -> bool:
        key = self.tokens.keys[index]
        return key in self.grammar.openers or self.catalogue.is_word(key)


def _is_state_acronym(candidate: Candidate) -> bool:
    """US, UK, EU, UN: before another name they modify it."""
    return candidate.kind is AliasKind.ACRONYM and candidate.record.prior >= _NATIONAL


def _is_national(follower: Name, country: Candidate) -> bool:
    """Whether a known body follows the name of its country: United States National Hurricane Center."""
    body, nation = follower.candidates[0].record, country.record
    built = body.type == "organization" or body.subtype == "building"
    return nation.subtype == "country" and built and body.country == nation.country


def _is_surname(known: Name) -> bool:
    """Whether a known name is a family name and nothing else; two in a row are somebody's full name: James Smith."""
    return all(candidate.kind is AliasKind.FAMILY for candidate in known.candidates)


def _is_closed(known: Name) -> bool:
    top = known.candidates[0]
    return top.kind in DEMONYMS or top.record.subtype == "country"
