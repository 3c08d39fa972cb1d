"""Short forms: which name in full a family name, an acronym or the first word of a company is short for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from factwire.extraction.entities.acronyms import UNCOUNTED
from factwire.extraction.entities.chains import Chain
from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.scoring import Choice
from factwire.extraction.entities.spelling import is_slip
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.kb.catalogue import DEMONYMS, Catalogue, Record
from factwire.kb.keys import alias_key

_NAMESAKES: Final = 32
"""At most so many chains are kept for one short form: the work for a text stays linear."""
_TOWN: Final = 40
_LONG_WORD: Final = 5
_LETTERS: Final = 3
_ALIKE: Final = 5
_TITLED: Final = 2
"""Words of a name that is a title and one name: Pope Francis."""
_WIDE: Final = frozenset(["country", "state", "province", "continent"])
_GROUNDS: Final = frozenset(["region", "province", "district", "county", "oblast", "prefecture", "governorate"])
_SITTING: Final = frozenset(["in", "at", "near", "outside", "inside", "within", "throughout", "downtown"])
_PEOPLES: Final = frozenset(["tribe", "tribes", "nation"])
"""What a people's name is written without as well: the Northern Arapaho Tribe, the Arapaho."""
_TOWN_WORDS: Final = 2
_LISTING: Final = frozenset([",", "and", "or", "of"])
_LOST: Final = frozenset(["lost", "lose", "loses", "losing", "loss", "losses", "defeat", "defeats", "loan", "loaned"])
"""What a team does "to" another, or with a player: lost to Dortmund."""
_MEDIA: Final = frozenset(["broadcaster", "media", "news_agency"])
_HAS: Final = frozenset(["has", "had", "is", "was", "will", "would", "must", "may", "can", "could", "should"])
_GENERATION: Final = frozenset(["jr", "sr", "ii", "iii", "iv"])

_LEGAL_FORMS: Final = frozenset([
    "inc", "corp", "co", "ltd", "plc", "ag", "sa", "nv", "llc", "group", "corporation", "company", "holdings", "news",
])  # fmt: skip

Index = dict[str, list[Chain]]


@dataclass(slots=True)
class ShortForms:
    """Indices over the chains of one text. ``coined``: acronyms that the text makes of words that are no name."""

    tokens: Tokens
    grammar: EntityGrammar
    catalogue: Catalogue
    surnames: Index = field(default_factory=dict)
    given: Index = field(default_factory=dict)
    bodies: Index = field(default_factory=dict)
    defined: dict[str, Chain] = field(default_factory=dict)
    initials: dict[str, Chain] = field(default_factory=dict)
    coined: set[str] = field(default_factory=set)
    tails: dict[str, Chain] = field(default_factory=dict)
    newsrooms: dict[str, Chain] = field(default_factory=dict)
    teams: Index = field(default_factory=dict)
    spelled: dict[str, list[tuple[str, Chain]]] = field(default_factory=dict)
    _ending: dict[int, Chain] = field(default_factory=dict)

    # -- entering ------------------------------------------------------------------------------------------------------

    def enter(self, chain: Chain, name: Name) -> None:
        """Remembers a name in full, and by which short forms it may be met again."""
        keys = self.tokens.keys[name.first : name.stop]
        self._ending[name.stop] = chain
        if chain.type == "person":
            self._enter_person(chain, name, keys)
            return
        if not self._is_modifier(name):
            _enter(self.bodies, keys[0], chain)
        if len(keys) > 1 and keys[-1] in _PEOPLES:
            _enter(self.bodies, keys[-2], chain)
        if self._may_be_its_last_word(chain, keys):
            _enter(self.bodies, keys[-1], chain)
        if len(keys) > _TITLED and self._is_placing(chain, keys[0]):
            self.tails.setdefault(" ".join(keys[1:]), chain)
        if chain.type == "organization":
            self._enter_body(chain, keys)

    def _enter_person(self, chain: Chain, name: Name, keys: Sequence[str]) -> None:
        known = alias_key(chain.record.family) if chain.record else ""
        _enter(self.surnames, known or self.family(name), chain)
        if len(keys) > _TITLED:
            _enter(self.surnames, self.family(name), chain)
        if len(keys) > _TITLED and not self._is_royal(keys):
            self.tails.setdefault(" ".join(keys[:2]), chain)
            self.tails.setdefault(" ".join(keys[-2:]), chain)
            _enter(self.given, keys[1], chain)
            self.initials.setdefault("".join(key[0] for key in keys), chain)
        if len(keys) <= _TITLED or keys[-1] not in self.grammar.last:
            _enter(self.given, keys[1] if self._is_royal(keys) else keys[0], chain)

    def _enter_body(self, chain: Chain, keys: Sequence[str]) -> None:
        if chain.subtype == "sports_team":
            self._enter_team(chain, keys)
        if len(keys) > 1 and keys[-1] == "news":
            self.newsrooms.setdefault(" ".join(keys[:-1]), chain)
        letters = "".join(key[0] for key in keys if key not in UNCOUNTED)
        if len(letters) >= _LETTERS:
            self.initials.setdefault(letters, chain)

    def _enter_team(self, chain: Chain, keys: Sequence[str]) -> None:
        """A team may be called by its town alone: Dortmund, Leeds, New York."""
        for size in range(1, min(len(keys), _TOWN_WORDS + 1)):
            _enter(self.teams, " ".join(keys[:size]), chain)
        if len(keys) > 1:
            _enter(self.teams, keys[-1], chain)

    def _is_royal(self, keys: Sequence[str]) -> bool:
        """Whether a name begins with a title that is part of it: Saint Jerome, King Charles III."""
        return len(keys) > 1 and keys[0] in self.grammar.royal

    def titled(self, name: Name) -> Chain | None:
        """Somebody named in full without the title that this name begins with: Emperor Norton, St. Jerome."""
        keys = self.tokens.keys[name.first : name.stop]
        if len(keys) != _TITLED or not self._is_royal(keys):
            return None
        chains = self.surnames.get(keys[1]) or self.given.get(keys[1])
        return self._likeliest(chains, name) if chains and self._may_be_one(chains, name) else None

    def after_words(self, name: Name) -> Chain | None:
        """Somebody's short name after plain words in capitals or a trade: Railway Driver Okonski."""
        keys = self.tokens.keys[name.first : name.stop]
        if name.candidates or name.title or keys[0] in self.grammar.first:
            return None
        if keys[-2] not in self.grammar.occupations and not all(map(self._is_plain, keys[:-1])):
            return None
        chains = self.surnames.get(keys[-1]) or self.given.get(keys[-1])
        return self._likeliest(chains, name) if chains and not self._is_plain(keys[-1]) else None

    def _is_plain(self, key: str) -> bool:
        return self.catalogue.is_word(key) and self.catalogue.given_gender(key) is None

    def _is_placing(self, chain: Chain, key: str) -> bool:
        """Whether a first word says where: the American Red Cross and the Leeds Arts Week lose it later."""
        found = self.catalogue.candidates(key)
        if any(candidate.kind in DEMONYMS for candidate in found):
            return chain.type == "organization"
        return chain.record is None and bool(found) and found[0].record.type == "place"

    def spell(self, key: str, chain: Chain) -> None:
        """Remembers how a known name is written."""
        listed = self.spelled.setdefault(key[:2], [])
        if len(listed) < _NAMESAKES and all(there != key for there, _ in listed):
            listed.append((key, chain))

    def misspelled(self, key: str) -> Chain | None:
        """The known name that an unknown one is a slip of the pen for."""
        return next((chain for there, chain in self.spelled.get(key[:2], ()) if is_slip(key, there)), None)

    def _is_modifier(self, name: Name) -> bool:
        """Whether the first word of a body is an acronym that has a meaning of its own: ICT Authority, FBI Academy."""
        head = self.tokens.keys[name.stop - 1]
        return self.tokens.words[name.first].isupper() and head in self.grammar.last and head not in _LEGAL_FORMS

    def _may_be_its_last_word(self, chain: Chain, keys: Sequence[str]) -> bool:
        """Typhoon Haiyan is Haiyan later, the Pittsburgh Pirates the Pirates, a known senate the Senate."""
        if self.grammar.first.get(keys[0]) == "event":
            return True
        plural = len(keys[-1]) >= _LONG_WORD and keys[-1].endswith("s")
        headed = chain.record is not None and self.grammar.last.get(keys[-1]) == "organization"
        return chain.type == "organization" and (plural or headed)

    def define_acronyms(self, names: Sequence[Name]) -> Iterator[tuple[Chain, Record]]:
        """A name in full, then its acronym in brackets, or the other way round: the acronym is that name here.

        Yields chains that their acronym shows to be known: Social Democrat Party (SPÖ).
        """
        for name, after in pairwise(names):
            if self._is_bracketed(after):
                yield from self._define(name, after)
            elif after.first == name.stop + 1 and self._is_acronym_of(name, after):
                self.defined.setdefault(self.tokens.keys[name.first], self._ending[after.stop])

    def _is_acronym_of(self, name: Name, after: Name) -> bool:
        """Whether a word in capitals stands before brackets that spell it out: NFP (Notes from Poland)."""
        if name.size > 1 or after.stop not in self._ending or not self.tokens.words[name.first][:2].isupper():
            return False
        opened = self.tokens.words[after.first - 1].endswith(("(", "[", "<"))
        return opened and _abbreviates(self.tokens.keys[name.first], self.tokens.keys[after.first : after.stop])

    def _define(self, name: Name, after: Name) -> Iterator[tuple[Chain, Record]]:
        key = self.tokens.keys[after.first]
        chain = self._ending.get(name.stop) if after.first == name.stop + 1 else None
        if chain is None:
            if self._abbreviates_words(key, after.first - 1):
                self.coined.add(key)
        elif _abbreviates(key, self.tokens.keys[name.first : name.stop]):
            self.defined[key] = chain
        elif chain.record is None and chain.type == "organization":
            records = (candidate.record for candidate in after.candidates)
            yield from [(chain, record) for record in records if _is_spelling(chain.keys, record)][:1]

    def _is_bracketed(self, name: Name) -> bool:
        """Whether a name is a word in capitals after an opening bracket."""
        before = self.tokens.words[name.first - 1] if name.first else ""
        return name.size == 1 and before.endswith(("(", "[", "<")) and self.tokens.words[name.first][:2].isupper()

    def _abbreviates_words(self, key: str, stop: int) -> bool:
        """Whether the plain words before a bracket begin with the letters of the acronym: artificial pancreas (AP)."""
        words = self.tokens.keys[max(0, stop - len(key)) : stop]
        return len(key) > 1 and "".join(word[:1] for word in words) == key

    # -- looking up ----------------------------------------------------------------------------------------------------

    def chain_for(self, name: Name, key: str, choice: Choice | None) -> Chain | None:
        """The chain that a word is short for; ``choice`` is what it may mean by itself."""
        upper = self.tokens.words[name.first].isupper()
        if upper and key in self.defined:
            return self.defined[key]
        if (body := self._newsroom(key, choice) or self._unit(name, key)) is not None:
            return body
        known = choice is not None and choice.candidate.record.type != "person"
        placed = choice is not None and known and self._placed(name, key, choice)
        if key in self.surnames and not placed and self._may_be_one(self.surnames[key], name):
            return self._likeliest(self.surnames[key], name)
        if known and not (key in self.given and choice is not None and self._is_called_so(name, key, choice)):
            return None
        if key in self.given and self._is_ground(name, key):
            return None
        if key in self.given and (not self._is_plain(key) if not name.initial else not self.catalogue.is_word(key)):
            return self._likeliest(self.given[key], name)
        if choice is None and upper and key in self.initials and key not in self.grammar.capitals:
            return self.initials[key]
        if choice is None and key in self.bodies:
            plain = name.initial and self.catalogue.is_word(key) and not self._is_legislature(name, key)
            return None if plain else self._likeliest(self.bodies[key], name)
        return None

    def _is_legislature(self, name: Name, key: str) -> bool:
        """Whether a word that opens a sentence is the parliament named before, by its verb: Parliament has met."""
        return self._acts(name) and any(chain.subtype == "legislature" for chain in self.bodies[key])

    def _acts(self, name: Name) -> bool:
        """Whether a verb follows that only somebody is the subject of, or any auxiliary."""
        after = self.tokens.keys[name.stop] if name.stop < len(self.tokens) else BREAK
        return after in _HAS or after in self.grammar.speech or after in self.grammar.acts

    def _is_ground(self, name: Name, key: str) -> bool:
        """Whether a noun says that somebody's given name is a place's here: Vladimir region."""
        after = self.tokens.keys[name.stop] if name.stop < len(self.tokens) else BREAK
        return after in _GROUNDS and self.tokens.gap(name.stop) == " " and key not in self.surnames

    def _is_called_so(self, name: Name, key: str, choice: Choice) -> bool:
        """Whether a town or faith is rather the given name of somebody named in full: Sana (Khan), Christian (Holt)."""
        record = choice.candidate.record
        if not any(len(chain.keys) > 1 for chain in self.given[key]):
            return False
        if record.type == "group":
            return self._acts(name)
        return record.type == "place" and record.subtype not in _WIDE and not self._placed(name, key, choice)

    def team(self, name: Name) -> Chain | None:
        """The one team of a town that the text names in full, where nothing says that the town itself is meant."""
        chains = self.teams.get(self.tokens.key(name.first, name.stop)) if self.teams else None
        return chains[0] if chains and len(chains) == 1 and self._plays(name) else None

    def _plays(self, name: Name) -> bool:
        """Whether a town stands where a team does: no word for a place beside it, and no list."""
        keys, tokens = self.tokens.keys, self.tokens
        before = keys[name.first - 1] if name.first else BREAK
        if before in self.grammar.inside or before in _LISTING:
            return before == "to" and name.first > 1 and keys[name.first - 2] in _LOST
        after = keys[name.stop] if name.stop < len(tokens) else BREAK
        if after == "," or after in self.grammar.grounds or tokens.gap(name.stop).startswith("-"):
            return False
        return name.stop >= len(tokens) or not tokens.capital[name.stop]

    def _newsroom(self, key: str, choice: Choice | None) -> Chain | None:
        """The newsroom of a broadcaster, where the text names that: NBC News is NBC later."""
        found = self.newsrooms.get(key)
        if found is None or choice is None:
            return found
        return found if choice.candidate.record.subtype in _MEDIA else None

    def _unit(self, name: Name, key: str) -> Chain | None:
        """The body that a post beside a place belongs to: the Harlow Divisional Manager is of the Harlow Division."""
        unit = self.grammar.units.get(self.tokens.keys[name.stop]) if name.stop < len(self.tokens) else None
        return None if unit is None else next((c for c in self.bodies.get(key, ()) if c.keys == (key, unit)), None)

    def _placed(self, name: Name, key: str, choice: Choice) -> bool:
        """Whether somebody's family name is a known place here all the same: a country, or "in" before it."""
        if name.title:
            return False
        if choice.candidate.record.subtype == "country" and self.catalogue.given_gender(key) is None:
            return True
        before = self.tokens.keys[name.first - 1] if name.first else BREAK
        return before in _SITTING and choice.candidate.record.prior >= _TOWN

    def _may_be_one(self, chains: Sequence[Chain], name: Name) -> bool:
        """Whether the title fits anybody of that family name: Lord Whitlock is not Dame Angela Whitlock."""
        gender = self.grammar.title_gender(name.title)
        return not gender or any(chain.gender in ("", gender) for chain in chains)

    def _likeliest(self, chains: Sequence[Chain], name: Name) -> Chain:
        """Of namesakes: those whose gender the title fits, then the one named most often, then the first."""
        gender = self.grammar.title_gender(name.title)
        fitting = [c for c in chains if not gender or not c.gender or c.gender == gender] or list(chains)
        return max(fitting, key=lambda chain: len(chain.mentions))

    def same_person(self, name: Name) -> Chain | None:
        """Somebody named before with the same family name, whose given name this one shortens or adds to."""
        given, family = self.tokens.keys[name.first], self.family(name)
        for chain in self.surnames.get(family, ()):
            there = chain.keys
            if len(there) > 1 and family != given and self._is_same_given(given, there[0]):
                return chain
        for chain in self.given.get(given, ()):
            if is_slip(self.tokens.key(name.first, name.stop), " ".join(chain.keys)):
                return chain
        turned = tuple(self.tokens.keys[name.first : name.stop][::-1])
        return next((chain for chain in self.surnames.get(given, ()) if chain.keys == turned), None)

    def _is_same_given(self, given: str, there: str) -> bool:
        """Whether two given names may be one person's: equal, an initial of the other, or its nickname."""
        if given == there or (len(given) == 1 and there.startswith(given)):
            return True
        nicknames = self.grammar.nicknames
        return there in nicknames.get(given, ()) or given in nicknames.get(there, ())

    def same_body(self, name: Name) -> Chain | None:
        """A body, place or event named before, of whose name this is a shorter or barely longer form."""
        keys = tuple(self.tokens.keys[name.first : name.stop])
        return next((chain for chain in self.bodies.get(keys[0], ()) if _is_variant(keys, chain.keys)), None)

    def family(self, name: Name) -> str:
        """The last word as written, without "Jr": of Pierre L'Enfant it is ``l enfant``, of Lim Soo-jung ``lim``."""
        stop = name.stop
        if name.size > _TITLED and self.grammar.is_half(self.tokens, stop - 1):
            return self.tokens.keys[name.first]
        while stop - name.first > 1 and self.tokens.keys[stop - 1] in _GENERATION:
            stop -= 1
        first = stop - 1
        while first > name.first and not self.tokens.apart(first):
            first -= 1
        return self.tokens.key(first, stop)


def _enter(index: Index, key: str, chain: Chain) -> None:
    if len(key) < 2:
        return
    listed = index.setdefault(key, [])
    if len(listed) < _NAMESAKES and chain not in listed:
        listed.append(chain)


def _is_spelling(keys: Sequence[str], record: Record) -> bool:
    """Whether all words of a name begin as words of a known body's name do: Social Democrat for Democratic."""
    there = [word[:_ALIKE] for word in alias_key(record.name).split()]
    counted = [word for word in keys if word not in UNCOUNTED]
    return record.type == "organization" and len(counted) > 1 and all(word[:_ALIKE] in there for word in counted)


def _abbreviates(key: str, keys: Sequence[str]) -> bool:
    """Whether the letters of an acronym are initials of the name in order, but for one."""
    initials = [word[0] for word in keys if word[0].isalnum()]
    rest = iter(initials)
    return key[0] in initials and sum(letter in rest for letter in key) >= len(key) - 1


def _is_variant(keys: Sequence[str], there: Sequence[str]) -> bool:
    """Whether one name is the other with words left out at its end or middle, or in the plural."""
    short, long = (keys, there) if len(keys) <= len(there) else (there, keys)
    if len(short) < 2:
        return False
    if len(short) == len(long):
        return short[:-1] == long[:-1] and short[-1].rstrip("s") == long[-1].rstrip("s")
    return long[: len(short)] == short or (short[0] == long[0] and short[-1] == long[-1])
