"""Which of its candidates a known name means, if any: prior, kind of name, type, country, office and term, neighbours.

Logistic regression over features that a person can read; the weights are a table (``weights.toml``), and the
probability is the confidence that events carry.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from factwire.extraction.entities.containment import Containment
from factwire.extraction.entities.context import Context
from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.metonymy import SIDES
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.kb.catalogue import DEMONYMS, AliasKind, Candidate, Catalogue, Record

_CLOSED = 0.9
_LARGE_TOWN = 30
_RIVAL = 50
_SMALL = 2
_AUXILIARIES = frozenset([
    "and", "was", "has", "had", "will", "would", "did", "does", "can", "could", "may", "might", "who", "that", "but",
    "with", "from", "for", "also", "then", "when", "were", "have", "should", "must",
])  # fmt: skip
_PEOPLES = frozenset(["ethnic_group", "religion", "religious_group"])
_ABROAD = 2
_DETERMINERS = frozenset(["a", "an", "the", "another", "every"])
"""Before the word for somebody of a country, which is then no given name: a Finn, the Dane."""
_OUTDONE = 0.3
_AT_HOME = 0.6
_WORLDWIDE = 80
"""Parties at least this well known (Republicans, Democrats) are meant wherever their adjective is written."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate and the probability that it is meant."""

    candidate: Candidate
    probability: float


@dataclass(slots=True)
class Scorer:
    tokens: Tokens
    grammar: EntityGrammar
    catalogue: Catalogue
    context: Context
    places: Containment
    _ranked: dict[int, tuple[Name, list[Choice]]] = field(default_factory=dict)

    def rank(self, name: Name) -> list[Choice]:
        """All candidates, the likeliest first; on a tie the more prominent one. Asked for again, it is remembered."""
        known = self._ranked.get(id(name))
        if known is None:
            known = self._ranked[id(name)] = (name, self._rank(name))  # the name is kept, so that its id stays its own
        return known[1]

    def _rank(self, name: Name) -> list[Choice]:
        told = self.places.settled(name)
        if told is not None and not name.title:
            choices = [Choice(c, self._told(name, c, rank, told)) for rank, c in enumerate(name.candidates)]
        else:
            choices = [Choice(c, self._confidence(name, c, rank)) for rank, c in enumerate(name.candidates)]
        return sorted(choices, key=lambda c: (-c.probability, -c.candidate.record.prior))

    def _told(self, name: Name, candidate: Candidate, rank: int, told: Candidate) -> float:
        """The probability where the text says which place is meant: that one, whatever its namesakes are."""
        return max(self._probability(name, candidate, rank), _CLOSED) if candidate == told else 0.0

    def decides_by_rule(self, name: Name, candidate: Candidate) -> bool:
        """Whether a rule settles a candidate, so that the weights have no say in it."""
        if self.places.settled(name) is not None:
            return True
        closed, stray = self._is_closed(name, candidate), self._is_stray(name, candidate)
        return closed or stray or self._is_foreign(candidate) or self._is_untimely(name, candidate)

    def _is_foreign(self, candidate: Candidate) -> bool:
        """The short name or adjective of a national body in a text that does not name the nation."""
        record = candidate.record
        national = candidate.kind is AliasKind.SHORT
        national |= (
            candidate.kind is AliasKind.ADJECTIVE and record.type == "organization" and record.prior < _WORLDWIDE
        )
        return national and not self.context.knows_country(record.country)

    def _confidence(self, name: Name, candidate: Candidate, rank: int) -> float:
        """The model's probability; never a low one where the name of a country or a people is written as such."""
        if self.is_mistitled(name, candidate) or self._is_stray(name, candidate) or self._is_foreign(candidate):
            return 0.0
        if self._is_untimely(name, candidate):
            return 0.0
        probability = self._probability(name, candidate, rank)
        if self._is_closed(name, candidate) or self.holds_title(name, candidate) or self._is_articled(name, candidate):
            return max(probability, _CLOSED)
        if candidate.record.subtype == "country" and any(self._outdoes(r, candidate) for r in name.candidates):
            return min(probability, _OUTDONE)
        if self._is_outshone(name, candidate):
            return min(probability, _OUTDONE)
        if self._is_paired(name, candidate) or self._is_at_home(name, candidate):
            return max(probability, _AT_HOME)
        return probability

    def is_mistitled(self, name: Name, candidate: Candidate) -> bool:
        """Whether a title stands before the name that the candidate cannot have: no person, or Mrs before a man's."""
        if not name.title:
            return False
        record, gender = candidate.record, self.grammar.title_gender(name.title)
        return record.type != "person" or bool(gender and record.gender not in ("", gender))

    def _is_articled(self, name: Name, candidate: Candidate) -> bool:
        """Whether the article that is part of a name is written large inside a sentence: he told The Sun."""
        first, words = name.first, self.tokens.words
        if first == 0 or words[first - 1] != "The" or self.tokens.opens(first - 1) or name.headline:
            return False
        return candidate.record.name == f"The {' '.join(words[first : name.stop])}"

    def _is_untimely(self, name: Name, candidate: Candidate) -> bool:
        """Whether the candidate had not yet taken the name on the day, or had left it to a namesake who had it then."""
        record, day = candidate.record, self.context.day
        if day is None or not record.dated:
            return False
        key = self.tokens.key(name.first, name.stop)
        if record.is_not_yet(key, day):
            return True
        return record.is_no_longer(key, day) and any(c.record.bears(key, day) for c in name.candidates)

    def holds_title(self, name: Name, candidate: Candidate) -> bool:
        """Whether somebody of that name held the office said here on the day: President Reagan, his administration."""
        day = self.context.day
        if day is None or candidate.kind is not AliasKind.FAMILY:
            return False
        held = [term.office for term in candidate.record.terms if term.holds_on(day)]
        if self.tokens.keys[name.stop : name.stop + 1] == ["administration"] and "president" in held:
            return True
        return bool(name.title) and any(_is_office(" ".join(name.title), office) for office in held)

    def _is_paired(self, name: Name, candidate: Candidate) -> bool:
        """Whether a hyphen ties a name to that of another or to a side: the Merkel-Macron plan, anti-Trump."""
        if candidate.kind is not AliasKind.FAMILY or candidate.record.prior < _RIVAL:
            return False
        if self.tokens.gap(name.first) == "-" and self.tokens.keys[name.first - 1] in SIDES:
            return candidate is name.candidates[0]
        for hyphen, other in ((name.first, name.first - 1), (name.stop, name.stop)):
            if 0 <= other < len(self.tokens) and self.tokens.gap(hyphen) == "-" and self._is_surname(other):
                return True
        return False

    def _is_surname(self, index: int) -> bool:
        found = self.catalogue.candidates(self.tokens.keys[index])
        return bool(found) and found[0].kind is AliasKind.FAMILY and found[0].record.prior >= _RIVAL

    def _is_at_home(self, name: Name, candidate: Candidate) -> bool:
        """A body of the country that the text is about, whose namesake is known the world over: Congress in India."""
        if not self._leads_as_body(candidate) or candidate.kind is AliasKind.ACRONYM:
            return False
        rivals = (c for c in name.candidates if c.record.prior >= _WORLDWIDE and c.record.type == "organization")
        return any(self._is_outshone(name, rival) for rival in rivals)

    def _is_outshone(self, name: Name, candidate: Candidate) -> bool:
        """Whether a namesake fits the text so much better that this one is out of the question."""
        record = candidate.record
        if record.id.startswith("geonames:"):
            return not self._lies_there(name, record) and self._is_lesser_town(name, candidate)
        if record.type != "organization" or not record.country or self.context.leads(record.country):
            return False
        return any(self._leads_as_body(c) for c in name.candidates)

    def _is_lesser_town(self, name: Name, candidate: Candidate) -> bool:
        """A town named like a country, or in a country that the text does not name while a namesake's is."""
        if any(c.record.subtype == "country" and self._is_closed(name, c) for c in name.candidates):
            return True
        if self.context.knows_country(candidate.record.country):
            return False
        places = (c.record for c in name.candidates if c.record.type == "place")
        return any(self.context.knows_country(place.country) for place in places)

    def _leads_as_body(self, candidate: Candidate) -> bool:
        """Whether a candidate is a body of the country that the text is about."""
        record = candidate.record
        return record.type == "organization" and bool(record.country) and self.context.leads(record.country)

    def _is_closed(self, name: Name, candidate: Candidate) -> bool:
        """Countries, peoples and faiths are closed lists: they are not lost to history, sport or a given name."""
        if candidate.record.type == "group":
            return self._is_people(name, candidate)
        if candidate.kind in DEMONYMS:
            singular = (
                candidate.kind is AliasKind.DEMONYM_NOUN
                and self.catalogue.given_gender(self.tokens.keys[name.first]) is not None
            )
            return not name.title and not (singular and self._before_key(name) not in _DETERMINERS)
        if candidate.record.subtype != "country" or candidate.kind is AliasKind.FAMILY or name.title:
            return False
        if any(self._outdoes(rival, candidate) for rival in name.candidates):
            return False
        key = self.tokens.keys[name.first]
        return name.size > 1 or not (key in self.context.surnames and self.catalogue.given_gender(key) is not None)

    def _before_key(self, name: Name) -> str:
        return self.tokens.keys[name.first - 1] if name.first else BREAK

    def _is_people(self, name: Name, candidate: Candidate) -> bool:
        """A people or a faith, whose name means nothing else: Muslim and Kurds, not Christian or Sharks."""
        if candidate.record.subtype not in _PEOPLES or name.title or name.headline:
            return False
        given = self.catalogue.given_gender(self.tokens.keys[name.first]) is not None and not self._modifies(name)
        alone = all(other.record.type == "group" for other in name.candidates)
        return (
            alone and not given and not (name.initial and name.size == 1 and name.candidates[0].record.prior < _RIVAL)
        )

    def _modifies(self, name: Name) -> bool:
        """Whether a noun follows: Muslim women."""
        if self._after(name.stop) != "then word" or self.tokens.keys[name.first] in self.context.given:
            return False
        key = self.tokens.keys[name.stop]
        return len(key) > _SMALL and key not in self.grammar.acts and key not in _AUXILIARIES and not key.endswith("ed")

    def _outdoes(self, rival: Candidate, country: Candidate) -> bool:
        """Whether a namesake of a country is likelier: Georgia in a text on Atlanta and on no other country."""
        record, context = rival.record, self.context
        if record.type != "place" or record.subtype == "country" or record.prior < _RIVAL:
            return False
        others = sum(1 for code in context.countries if code not in (record.country, country.record.country))
        if record.id in context.regions and not others:
            return not context.countries[country.record.country]
        return (
            context.knows_country(record.country) and not context.countries[country.record.country] and others < _ABROAD
        )

    def _is_stray(self, name: Name, candidate: Candidate) -> bool:
        """A small town counts only where something speaks for it: its region, its country, "in" before it."""
        record = candidate.record
        saintly = self.tokens.keys[name.first] in self.grammar.royal
        if (name.size > 1 and not saintly) or not record.id.startswith("geonames:") or record.prior >= _LARGE_TOWN:
            return False
        if self._lies_there(name, record):
            return False
        key = self.tokens.keys[name.first]
        if not saintly and self._is_other(key):
            return True
        return not (self._before(name.first) == "inside" or self.context.knows_country(record.country))

    def _lies_there(self, name: Name, record: Record) -> bool:
        """Whether a place lies in a state or country that follows after a comma: Houston, Texas."""
        return any(record.parent == r.id or record.country == r.country for r in self.places.regions(name.stop))

    def _is_other(self, key: str) -> bool:
        """Whether a word is more likely a common one, a given name or somebody's family name."""
        return (
            self.catalogue.is_word(key) or self.catalogue.given_gender(key) is not None or key in self.context.surnames
        )

    def _probability(self, name: Name, candidate: Candidate, rank: int) -> float:
        weights = self.grammar.link_weights
        score = sum(weights.get(feature, 0.0) for feature in self.features(name, candidate, rank))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))

    def reasons(self, name: Name, candidate: Candidate, rank: int) -> tuple[tuple[str, float], ...]:
        """The rules that settle a candidate, or the features that hold for it and their weights, the heaviest first."""
        if self.is_mistitled(name, candidate):
            return (("verdict.titled", 0.0),)
        if (told := self.places.settled(name)) is not None:
            return (("verdict.placed" if told == candidate else "verdict.elsewhere", 0.0),)
        if self._is_untimely(name, candidate):
            return (("verdict.untimely", 0.0),)
        if self._is_stray(name, candidate):
            return (("verdict.stray-town", 0.0),)
        if self._is_foreign(candidate):
            return (("verdict.foreign", 0.0),)
        closed = [("verdict.closed", 0.0)] if self._is_closed(name, candidate) else []
        weights = self.grammar.link_weights
        weighed = [(feature, weights.get(feature, 0.0)) for feature in self.features(name, candidate, rank)]
        return (*closed, *sorted(weighed, key=lambda pair: -abs(pair[1])))

    def features(self, name: Name, candidate: Candidate, rank: int) -> Iterator[str]:
        """The names of the features that hold for one candidate."""
        record, kind = candidate.record, candidate.kind
        single = name.size == 1
        grouped = "demonym" if kind in DEMONYMS else kind.name.lower()
        yield "bias"
        yield f"{grouped} {record.type} {'one' if single else 'more'}"
        yield f"prior {min(9, record.prior // 10)} {'one' if single else 'more'}"
        yield f"rank {min(rank, 2)}"
        if record.id.startswith("geonames:"):
            yield "small city"
        if single:
            yield from self._single(name, candidate)
        yield from self._fit(name, candidate)
        yield from self._coherence(name, candidate)

    def _single(self, name: Name, candidate: Candidate) -> Iterator[str]:
        key = self.tokens.keys[name.first]
        where = "headline" if name.headline else "opens" if name.initial else "inside"
        country = "country" if candidate.record.subtype == "country" else "other"
        if self.catalogue.is_word(key) and candidate.kind not in DEMONYMS and candidate.kind is not AliasKind.ACRONYM:
            yield f"common word {where} {country}"
        if candidate.record.type != "person" and self.catalogue.given_gender(key) is not None:
            yield f"given name {country}"
        if key in self.context.surnames and candidate.record.type != "person":
            yield "somebody's family name"

    def _fit(self, name: Name, candidate: Candidate) -> Iterator[str]:
        """What stands around the name, by the candidate's type."""
        kind = candidate.record.type
        if name.title:
            yield f"titled {kind}"
            if kind == "person":
                yield self._title_fit(name, candidate)
        yield f"{self._before(name.first)} {kind}"
        yield f"{self._after(name.stop)} {kind}"

    def _title_fit(self, name: Name, candidate: Candidate) -> str:
        """Whether the title is an office that the person is known to have held, and the gender of Mr and Mrs."""
        record = candidate.record
        gender = self.grammar.title_gender(name.title)
        if gender and record.gender and gender != record.gender:
            return "title of the other gender"
        offices = {word for term in record.terms for word in term.office.split()}
        if name.title[-1] in offices:
            return "title fits an office"
        return "title without an office" if record.terms and not gender else "title"

    def _before(self, first: int) -> str:
        key = self.tokens.keys[first - 1] if first else BREAK
        if key in self.grammar.inside:
            return "inside"
        if key in self.grammar.occupations:
            return "job"
        return {BREAK: "open", ",": "comma", "the": "the", "of": "of", "s": "s"}.get(key, "word")

    def _after(self, stop: int) -> str:
        keys = self.tokens.keys
        key = keys[stop] if stop < len(keys) else BREAK
        if key in self.grammar.speech:
            return "says"
        if key == "s":
            return "'s"
        if key == "," and stop + 1 < len(keys) and self.tokens.capital[stop + 1]:
            return "comma name"
        return {BREAK: "end", ",": "then comma"}.get(
            key, "then capital" if stop < len(keys) and self.tokens.capital[stop] else "then word"
        )

    def _coherence(self, name: Name, candidate: Candidate) -> Iterator[str]:
        record, context = candidate.record, self.context
        if candidate.kind is AliasKind.FAMILY:
            key = self.tokens.keys[name.first]
            given = self.catalogue.given_gender(key) is not None and not self.catalogue.is_word(key)
            alone = "alone, a given name" if given else "alone"
            yield f"family {'named in full' if record.id in context.full else alone}"
        if record.country and record.subtype != "country":
            near = (
                "lead"
                if context.leads(record.country)
                else "same"
                if context.knows_country(record.country)
                else "other"
            )
            yield f"{near} country {'small' if record.prior < 30 else 'big'} {record.type}"
            if candidate.kind is AliasKind.SHORT:
                yield f"{near} country short"
        if record.type == "place" and self.places.regions(name.stop):
            yield "lies there" if self._lies_there(name, record) else "lies elsewhere"
        if record.terms and context.day is not None:
            yield "in office" if record.in_office(context.day) else "out of office"
        if record.born and context.day is not None and record.born[:4].isdigit():
            yield "old" if context.day.year - int(record.born[:4]) > 100 else "of age"


def _is_office(title: str, office: str) -> bool:
    """Whether a title says an office: its own words, or its last one alone, which a deputy is not called by."""
    last = " " not in title and office.endswith(f" {title}") and not office.startswith(("vice ", "deputy "))
    return title == office or last
