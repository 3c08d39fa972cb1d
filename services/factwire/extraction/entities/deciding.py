"""Decides what each proposed name means, full names before short ones, and puts it on its chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from factwire.extraction.entities.chains import Chain, Chains
from factwire.extraction.entities.context import Context
from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.kinds import KindModel
from factwire.extraction.entities.metonymy import SenseModel
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.scoring import Choice, Scorer
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.extraction.model import MentionForm, Span
from factwire.kb.catalogue import AliasKind, Catalogue
from factwire.kb.keys import alias_key

_SURE: Final = 0.5
_GENERATION: Final = frozenset("jr sr ii iii iv".split())
_ARTICLES: Final = frozenset("al el as ash ad an ar at az ul".split())
_AFTER_COMMA: Final = frozenset("inc incorporated llc ltd corp plc lp jr sr".split())
_DOTTED: Final = frozenset("inc corp co ltd jr sr calif bros".split())
_FORMS: Final[dict[AliasKind, MentionForm]] = {
    AliasKind.NAME: "name",
    AliasKind.ALIAS: "alias",
    AliasKind.ACRONYM: "acronym",
    AliasKind.DEMONYM: "demonym",
    AliasKind.DEMONYM_NOUN: "demonym",
    AliasKind.FAMILY: "surname",
    AliasKind.ADJECTIVE: "demonym",
}


@dataclass(slots=True)
class Decider:
    tokens: Tokens
    grammar: EntityGrammar
    catalogue: Catalogue
    context: Context
    scorer: Scorer
    kinds: KindModel
    senses: SenseModel
    chains: Chains
    seen: dict[str, int] = field(default_factory=dict)

    def decide(self, names: Sequence[Name]) -> Chains:
        """All names onto chains."""
        for name in names:
            key = self._key(name)
            self.seen[key] = self.seen.get(key, 0) + 1
        for name in names:
            if name.size > 1:
                self._full(name)
        self._define_acronyms(names)
        for name in names:
            if name.size == 1:
                self._short(name)
        return self.chains

    def _key(self, name: Name) -> str:
        return self.tokens.key(name.first, name.stop)

    # -- names of several words ----------------------------------------------------------------------------------------

    def _full(self, name: Name) -> None:
        if name.candidates:
            choice = self.scorer.rank(name)[0]
            if choice.probability >= _SURE:
                self._link(name, choice)
                return
        self._full_unknown(name)

    def _full_unknown(self, name: Name) -> None:
        guess = self.kinds.guess(name, self.seen[self._key(name)])
        if guess.kind is None:
            return
        kind = "work" if guess.kind == "work" else guess.kind
        written = self._written(name)
        chain = self._same_person(name) if kind == "person" else None
        chain = chain or self.chains.unknown(written, kind, self._gender(name))
        self.chains.mention(chain, self._span(name), "name", guess.probability, f"unknown {kind}")
        self._index(chain, name)

    def _same_person(self, name: Name) -> Chain | None:
        """An earlier full name with the same family name whose given name this one shortens or adds to."""
        keys = self.tokens.keys[name.first : name.stop]
        for chain in self.chains.surnames.get(self._family(keys), ()):
            there = alias_key(chain.name).split()
            if (
                there
                and len(there) > 1
                and (keys[0] == there[0] or (len(keys[0]) == 1 and there[0].startswith(keys[0])))
            ):
                return chain
        return None

    def _link(self, name: Name, choice: Choice) -> None:
        record, kind = choice.candidate.record, choice.candidate.kind
        chain = self.chains.known(record)
        span = self._span(name, record.name)
        rule = f"known {kind.name.lower().replace('_', ' ')}"
        if record.type == "place" and kind not in (AliasKind.DEMONYM, AliasKind.DEMONYM_NOUN):
            self._place(name, chain, span, choice, rule)
        else:
            self.chains.mention(chain, span, self._form(name, kind), choice.probability, rule)
        self._index(chain, name)

    def _form(self, name: Name, kind: AliasKind) -> MentionForm:
        return _FORMS[kind]

    def _place(self, name: Name, chain: Chain, span: Span, choice: Choice, rule: str) -> None:
        record = choice.candidate.record
        if self._dateline(name) or not self.senses.acts(name.first, name.stop, record.subtype):
            self.chains.mention(chain, span, self._form(name, choice.candidate.kind), choice.probability, rule)
            return
        stands = next((r for r in map(self.catalogue.find, record.stands_for) if r is not None), record)
        actor = self.chains.known(stands)
        self.chains.mention(actor, span, "metonym", choice.probability, "place that acts", record.id)

    def _dateline(self, name: Name) -> bool:
        """A place that opens a paragraph and is followed by a colon, a dash or an agency in brackets."""
        if not self.tokens.opens(name.first) or name.stop >= len(self.tokens):
            return False
        mark = self.tokens.words[name.stop]
        return mark.strip()[:1] in (":", "(", "-", "\u2013") and self.tokens.keys[name.stop] == BREAK

    # -- single words --------------------------------------------------------------------------------------------------

    def _short(self, name: Name) -> None:
        key = self.tokens.keys[name.first]
        ranked = self.scorer.rank(name)
        best = ranked[0] if ranked else None
        chain = self._chain_for(name, key, best)
        if chain is not None:
            self._attach(name, chain, key)
        elif best is not None and best.probability >= _SURE:
            self._link(name, best)
        else:
            self._short_unknown(name, key)

    def _chain_for(self, name: Name, key: str, best: Choice | None) -> Chain | None:
        """The chain whose full name this word is short for."""
        word = self.tokens.words[name.first]
        if key in self.chains.acronyms and word.isupper():
            return self.chains.acronyms[key]
        people = self.chains.surnames.get(key)
        strong = best is not None and best.probability >= _SURE and best.candidate.record.type != "person"
        if people and not (strong and self._placed(name)):
            return self._nearest(people, name)
        if strong:
            return None
        if key in self.chains.given and not self.catalogue.is_word(key):
            return self._nearest(self.chains.given[key], name)
        if key in self.chains.bodies and (best is None or best.probability < _SURE):
            return self._nearest(self.chains.bodies[key], name)
        return None

    def _placed(self, name: Name) -> bool:
        before = self.tokens.keys[name.first - 1] if name.first else BREAK
        return not name.title and before in self.grammar.inside

    def _nearest(self, chains: Sequence[Chain], name: Name) -> Chain:
        """Of namesakes: the one whose gender the title fits, then the last one named before."""
        gender = self._title_gender(name)
        fitting = [c for c in chains if not gender or not c.gender or c.gender == gender] or list(chains)
        earlier = [c for c in fitting if c.first_token <= name.first]
        return max(earlier, key=lambda c: c.first_token) if earlier else min(fitting, key=lambda c: c.first_token)

    def _attach(self, name: Name, chain: Chain, key: str) -> None:
        if chain.type == "person":
            form: MentionForm = "surname" if key in self.chains.surnames else "alias"
            rule = (
                "family name of somebody named in full" if form == "surname" else "given name of somebody named in full"
            )
        else:
            form = "acronym" if self.tokens.words[name.first].isupper() else "alias"
            rule = "acronym of a name in full" if form == "acronym" else "short for a name in full"
        confidence = max((m.confidence for m in chain.mentions), default=0.8)
        self.chains.mention(chain, self._span(name), form, 0.97 * confidence, rule)

    def _short_unknown(self, name: Name, key: str) -> None:
        if name.headline or len(key) < 2 or key in self.grammar.capitals or key in self.grammar.calendar:
            return
        if name.initial and self.catalogue.is_word(key) and not name.title:
            return
        guess = self.kinds.guess(name, self.seen[key])
        if guess.kind is None:
            return
        chain = self.chains.unknown(self._written(name), guess.kind, self._gender(name))
        self.chains.mention(chain, self._span(name), "name", guess.probability, f"unknown {guess.kind}")

    # -- what short forms are looked up in -----------------------------------------------------------------------------

    def _index(self, chain: Chain, name: Name) -> None:
        if name.size < 2:
            return
        keys = self.tokens.keys[name.first : name.stop]
        if not any(chain in listed for listed in (self.chains.surnames.get(self._family(keys), ()),)):
            chain.first_token = chain.first_token or name.first
        if chain.type == "person":
            family = alias_key(chain.record.family) if chain.record and chain.record.family else self._family(keys)
            self._enter(self.chains.surnames, family, chain)
            self._enter(self.chains.given, keys[0], chain)
        elif chain.type == "organization":
            self._enter(self.chains.bodies, keys[0], chain)
            self._acronym(chain, keys)

    def _enter(self, index: dict[str, list[Chain]], key: str, chain: Chain) -> None:
        listed = index.setdefault(key, [])
        if chain not in listed and len(key) > 1:
            listed.append(chain)

    def _acronym(self, chain: Chain, keys: Sequence[str]) -> None:
        letters = "".join(k[0] for k in keys if k not in ("of", "the", "and", "for", "&", ",", "on", "in"))
        if len(letters) > 2:
            self.chains.acronyms.setdefault(letters, chain)

    def _define_acronyms(self, names: Sequence[Name]) -> None:
        """A name in full, then its acronym in brackets: from there on the acronym is that name, whatever else it may be."""
        for name, after in zip(names, names[1:], strict=False):
            if after.size == 1 and after.first == name.stop + 1 and "(" in self.tokens.words[name.stop]:
                chain = self._chain_at(name)
                key = self.tokens.keys[after.first]
                if chain is not None and self.tokens.words[after.first][:2].isupper() and self._abbreviates(key, name):
                    self.chains.acronyms[key] = chain

    def _abbreviates(self, key: str, name: Name) -> bool:
        initials = [k[0] for k in self.tokens.keys[name.first : name.stop] if k[0].isalnum()]
        rest = iter(initials)
        return key[0] in initials and sum(letter in rest for letter in key) >= len(key) - 1

    def _chain_at(self, name: Name) -> Chain | None:
        span = self._span(name)
        for chain in self.chains.by_id.values():
            if any(m.span.overlaps(span) for m in chain.mentions):
                return chain
        return None

    # -- small things --------------------------------------------------------------------------------------------------

    def _family(self, keys: Sequence[str]) -> str:
        words = [k for k in keys if k not in _GENERATION] or list(keys)
        return words[-1]

    def _title_gender(self, name: Name) -> str:
        return next((self.grammar.gender[word] for word in name.title if word in self.grammar.gender), "")

    def _gender(self, name: Name) -> str:
        return self._title_gender(name) or self.catalogue.given_gender(self.tokens.keys[name.first]) or ""

    def _written(self, name: Name) -> str:
        start, end = self.tokens.span(name.first, name.stop)
        return " ".join(self.chains.text[start:end].split())

    def _span(self, name: Name, label: str = "") -> Span:
        """The offsets, with an article or "al-" that belongs to the name: The Hague, el-Sisi, Acme, Inc."""
        first, stop = name.first, name.stop
        tokens = self.tokens
        if first and tokens.words[first - 1] == "The" and (label.startswith("The ") or not tokens.opens(first - 1)):
            first -= 1
        elif first and tokens.keys[first - 1] in _ARTICLES and tokens.gap(first) == "-":
            first -= 1
        if tokens.keys[stop : stop + 1] == [","] and stop + 1 < len(tokens) and tokens.keys[stop + 1] in _AFTER_COMMA:
            stop += 2
        start, end = tokens.span(first, stop)
        return Span(start, end + self._last_dot(stop, end, stop - first))

    def _last_dot(self, stop: int, end: int, size: int) -> int:
        """1 if a dot after the last word belongs to it: U.S., Inc."""
        text, last = self.tokens.text, self.tokens.words[stop - 1]
        if text[end : end + 1] != ".":
            return 0
        dotted = len(last) == 1 and size > 1 and text[end - 2 : end - 1] == "."
        return int(dotted or self.tokens.keys[stop - 1] in _DOTTED)
