"""Decides what each proposed name means, full names before short ones, and puts it on its chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from factwire.extraction.entities.chains import Chain, Chains
from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.kinds import Guess
from factwire.extraction.entities.metonymy import SenseModel
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.scoring import Choice
from factwire.extraction.entities.short_forms import ShortForms
from factwire.extraction.entities.spans import NameSpans
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.extraction.entities.votes import Votes
from factwire.extraction.model import MentionForm, Span
from factwire.kb.catalogue import DEMONYMS, AliasKind, Candidate, Catalogue, Record

_SHORTENED: Final = 0.97
"""A short form is a little less certain than the name it stands for."""
_PLACED: Final = 0.85
_LONG: Final = 6
_DASHES: Final = frozenset([":", "(", "-", "\u2013"])
_FORMS: Final[dict[AliasKind, MentionForm]] = {
    AliasKind.NAME: "name",
    AliasKind.ALIAS: "alias",
    AliasKind.ACRONYM: "acronym",
    AliasKind.DEMONYM: "demonym",
    AliasKind.DEMONYM_NOUN: "demonym",
    AliasKind.FAMILY: "surname",
    AliasKind.ADJECTIVE: "demonym",
    AliasKind.SHORT: "alias",
}
_KNOWN: Final = {kind: f"known.{kind.name.lower().replace('_', '-')}" for kind in AliasKind}
_BY_KIND: Final = "known.by-kind"


@dataclass(slots=True)
class Decider:
    """The rules bound to one document."""

    tokens: Tokens
    grammar: EntityGrammar
    catalogue: Catalogue
    votes: Votes
    senses: SenseModel
    spans: NameSpans
    shorts: ShortForms
    chains: Chains

    def decide(self, names: Sequence[Name]) -> Chains:
        """All names onto chains."""
        self.votes.count(names)
        for name in sorted(names, key=self._is_late):
            if not self._is_word(name):
                self._full(name)
        for chain, record in self.shorts.define_acronyms(names):
            self.chains.recognise(chain, record)
        for name in sorted(filter(self._is_word, names), key=lambda name: not name.candidates):
            self._short(name)
        return self.chains

    def _is_word(self, name: Name) -> bool:
        """Whether a name is written as one word; L'Enfant and Jean-Luc are."""
        return not any(map(self.tokens.apart, range(name.first + 1, name.stop)))

    def _is_late(self, name: Name) -> bool:
        """Whether a name is decided by names in full elsewhere: titled ones, plain words, ends of others."""
        if self._is_titled(name):
            return True
        ends = self.votes.key(name) in self.votes.endings
        return not name.candidates and (ends or self.catalogue.is_word(self.tokens.keys[name.first]))

    def _is_titled(self, name: Name) -> bool:
        """Whether a title is part of a name that no table knows: decided after those with a family name."""
        return self.tokens.keys[name.first] in self.grammar.royal and self.votes.choice(name) is None

    # -- names of several words ----------------------------------------------------------------------------------------

    def _full(self, name: Name) -> None:
        if self._is_unlisted_town(name):
            return
        tail = self.shorts.tails.get(self.votes.key(name))
        if tail is None and self._is_titled(name):
            tail = self.shorts.titled(name)
        if tail is not None:
            self._attach(name, tail, self.votes.key(name))
            return
        if (person := self.shorts.after_words(name)) is not None:
            particle = self.tokens.keys[name.first] in self.grammar.particles
            last = name if particle else replace(name, first=name.stop - 1)
            self._attach(last, person, self.tokens.keys[name.stop - 1])
            return
        bare = self._bare(name)
        if bare is not None:
            chain = self.chains.unknown(self._written(bare), "person")
            self.shorts.enter(self._unknown(name, "person", self.votes.guess(bare), chain), name)
            return
        choice = self.votes.choice(name)
        guess = None if choice else self.votes.guess(name)
        if guess is not None and guess.kind is not None:
            choice = self.votes.prominent(name, guess.kind)
        if choice is not None:
            self.shorts.enter(self._link(name, choice, _BY_KIND if guess else None), name)
        elif guess is not None and guess.kind is not None:
            same = (self.shorts.same_person(name) if guess.kind == "person" else None) or self.shorts.same_body(name)
            self.shorts.enter(self._unknown(name, guess.kind, guess, same), name)

    def _bare(self, name: Name) -> Name | None:
        """The same name without its title, where the text takes it for somebody's: Jerome beside St. Jerome."""
        if not self._is_titled(name) or name.size != 2:
            return None
        bare = self.votes.occurrences.get(self.tokens.keys[name.stop - 1])
        if bare is None or self.votes.choice(bare[0]) is not None or self.votes.guess(bare[0]).kind != "person":
            return None
        return bare[0]

    def _unknown(self, name: Name, kind: str, guess: Guess, chain: Chain | None = None) -> Chain:
        key = self.votes.key(name)
        rule = guess.rule if chain and key == " ".join(chain.keys) else "short.variant"
        if chain is None:
            chain, rule = self.shorts.misspelled(key), "short.slip"
        if chain is None:
            chain, rule = self.chains.unknown(self._written(name), kind, self._gender(name)), guess.rule
        chain.mention(self.spans.span(name), "name", guess.named, rule)
        return chain

    def _link(self, name: Name, choice: Choice, rule: str | None = None) -> Chain:
        record, kind = choice.candidate.record, choice.candidate.kind
        chain = self.chains.known(record)
        if kind not in DEMONYMS:
            self.shorts.spell(self.votes.key(name), chain)
        span = self.spans.span(name, record.name)
        team = self.shorts.team(name) if record.subtype == "city" and not self._is_dateline(name) else None
        if team is not None:
            team.mention(span, "alias", _SHORTENED * choice.probability, "short.team")
            return team
        placed = record.type == "place" and kind not in DEMONYMS and not self._is_dateline(name)
        if placed and self._acts(name, record, kind):
            self._metonym(record, span, choice.probability)
        else:
            chain.mention(span, _FORMS[kind], choice.probability, rule or self._known_rule(name, choice.candidate))
        return chain

    def _known_rule(self, name: Name, candidate: Candidate) -> str:
        """The rule that settles which known name it is; where none does, the kind of name that the words are."""
        scorer = self.votes.scorer
        if scorer.places.settled(name) is not None:
            return "known.placed"
        return "known.in-office" if scorer.holds_title(name, candidate) else _KNOWN[candidate.kind]

    def _metonym(self, record: Record, span: Span, confidence: float) -> None:
        """A mention of what the place stands for: its country, or itself where that is a country."""
        stands = next((found for found in map(self.catalogue.find, record.stands_for) if found is not None), record)
        rule = "metonym.seat" if record.stands_for else "metonym.place"
        self.chains.known(stands).mention(span, "metonym", confidence, rule, record.id)

    def _acts(self, name: Name, record: Record, kind: AliasKind) -> bool:
        if record.stands_for:
            return self.senses.governs(name.first, name.stop)
        modifies = kind is AliasKind.ACRONYM and self.senses.modifies(name.stop)
        return not modifies and self.senses.acts(name.first, name.stop, record.subtype)

    def _is_dateline(self, name: Name) -> bool:
        """A place that opens a paragraph and is followed by a colon, a dash or an agency in brackets."""
        if not self.tokens.opens(name.first) or name.stop >= len(self.tokens):
            return False
        return self.tokens.keys[name.stop] == BREAK and self.tokens.words[name.stop].strip()[:1] in _DASHES

    # -- single words --------------------------------------------------------------------------------------------------

    def _is_unlisted_town(self, name: Name) -> bool:
        """Takes the town of a state that no table has for itself, whatever its name means alone: Paris, Kentucky."""
        if name.title or self.votes.key(name) in self.shorts.surnames or self.votes.key(name) in self.shorts.given:
            return False
        town = self.votes.scorer.places.unlisted(name)
        if town is not None:
            chain = self.chains.unknown(town, "place")
            chain.mention(self.spans.span(name), "name", _PLACED, "unknown.town")
        return town is not None

    def _short(self, name: Name) -> None:
        if self._is_unlisted_town(name):
            return
        key = self.votes.key(name)
        coined = key in self.shorts.coined
        choice = None if coined else self.votes.choice(name)
        chain = self.shorts.chain_for(name, key, choice)
        if chain is not None:
            self._attach(name, chain, key)
        elif choice is not None:
            self._link(name, choice)
        elif not self._is_no_name(name, key):
            self._short_unknown(name, coined=coined)

    def _attach(self, name: Name, chain: Chain, key: str) -> None:
        """A short form of a name in full."""
        confidence = _SHORTENED * chain.mentions[0].confidence if chain.mentions else _SHORTENED
        form, rule = self._short_form(name, chain, key)
        chain.mention(self.spans.span(name), form, confidence, rule)

    def _short_form(self, name: Name, chain: Chain, key: str) -> tuple[MentionForm, str]:
        if chain.type == "person":
            return self._short_of_person(name, key)
        if self.tokens.words[name.first].isupper():
            return "acronym", self._acronym_rule(key)
        return ("alias", "short.word") if name.size == 1 else ("alias", "short.part")

    def _short_of_person(self, name: Name, key: str) -> tuple[MentionForm, str]:
        if key in self.shorts.surnames:
            return "surname", "short.family-name"
        if self._is_titled(name):
            return "alias", "short.titled"
        if not self._is_word(name):
            return "alias", "short.part"
        return ("alias", "short.given-name") if key in self.shorts.given else ("acronym", self._acronym_rule(key))

    def _acronym_rule(self, key: str) -> str:
        return "short.defined" if key in self.shorts.defined else "short.acronym"

    def _is_no_name(self, name: Name, key: str) -> bool:
        """A single word that says too little: in a headline, a common word that opens a sentence, CEO, March."""
        if name.headline and not self._is_told(name, key):
            return True
        if len(key) < 2 or key in self.grammar.capitals or key in self.grammar.calendar:
            return True
        return name.initial and not name.title and (self._is_common(key) or self._is_participle(name, key))

    def _is_participle(self, name: Name, key: str) -> bool:
        """Whether a word that opens a sentence goes with a small one after it: Disparaging comments were made."""
        after = self.tokens.keys[name.stop : name.stop + 1]
        if not (key.endswith(("ing", "ly")) and len(key) > _LONG and after and after[0].isalpha()):
            return False
        grammar = self.grammar
        acts = any(after[0] in words for words in (grammar.speech, grammar.acts, grammar.openers))
        plain = not acts and not self.tokens.capital[name.stop]
        return plain and all(other.initial for other in self.votes.occurrences[key])

    def _is_told(self, name: Name, key: str) -> bool:
        """Whether a word of a title in capitals is a name in the text as well."""
        return any(not other.headline for other in self.votes.occurrences[key]) and not self._is_common(key)

    def _is_common(self, key: str) -> bool:
        """Whether a word or its singular is a common word."""
        return self.catalogue.is_word(key) or (key.endswith("s") and self.catalogue.is_word(key[:-1]))

    def _short_unknown(self, name: Name, *, coined: bool) -> None:
        guess = self.votes.guess(name)
        if guess.kind is None:
            return
        choice = None if coined else self.votes.prominent(name, guess.kind)
        if choice is not None:
            self._link(name, choice, _BY_KIND)
        else:
            self._unknown(name, guess.kind, guess)

    # -- small things --------------------------------------------------------------------------------------------------

    def _gender(self, name: Name) -> str:
        given = self.catalogue.given_gender(self.tokens.keys[name.first])
        return self.grammar.title_gender(name.title) or given or ""

    def _written(self, name: Name) -> str:
        start, end = self.tokens.span(name.first, name.stop)
        return " ".join(self.tokens.text[start:end].split())
