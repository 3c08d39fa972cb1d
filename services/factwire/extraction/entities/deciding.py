"""Decides what each proposed name means, full names before short ones, and puts it on its chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from factwire.extraction.entities.chains import Chain, Chains
from factwire.extraction.entities.context import Context
from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.kinds import Guess, KindModel
from factwire.extraction.entities.metonymy import SenseModel
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.scoring import Choice, Scorer
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.extraction.model import MentionForm, Span
from factwire.kb.catalogue import AliasKind, Catalogue, Record
from factwire.kb.keys import alias_key

_SURE: Final = 0.5
_OCCURRENCES: Final = 8
_PROMINENT: Final = 25
_TOWN: Final = 40
_SHORT_WORD: Final = 4
_SITTING: Final = frozenset(["in", "at", "near", "outside", "inside", "within", "throughout", "downtown"])
_GENERATION: Final = frozenset(["jr", "sr", "ii", "iii", "iv"])
_ARTICLES: Final = frozenset(["al", "el", "as", "ash", "ad", "an", "ar", "at", "az", "ul"])
_AFTER_COMMA: Final = frozenset(["inc", "incorporated", "llc", "ltd", "corp", "plc", "lp", "jr", "sr"])
_DOTTED: Final = frozenset(["inc", "corp", "co", "ltd", "jr", "sr", "calif", "bros"])
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
    occurrences: dict[str, list[Name]] = field(default_factory=dict)
    own_acronyms: set[str] = field(default_factory=set)
    _guesses: dict[str, Guess] = field(default_factory=dict)
    _choices: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)

    def decide(self, names: Sequence[Name]) -> Chains:
        """All names onto chains."""
        for name in names:
            self.occurrences.setdefault(self._key(name), []).append(name)
        for name in names:
            if not self._is_short(name):
                self._full(name)
        self._define_acronyms(names)
        for name in names:
            if self._is_short(name):
                self._short(name)
        return self.chains

    def _key(self, name: Name) -> str:
        return self.tokens.key(name.first, name.stop)

    def _is_short(self, name: Name) -> bool:
        """Whether a name is written as one word; L'Enfant and Jean-Luc are."""
        return not any(gap.isspace() for gap in map(self.tokens.gap, range(name.first + 1, name.stop)))

    def _guess(self, name: Name) -> Guess:
        key = self._key(name)
        found = self._guesses.get(key)
        if found is None:
            found = self._guesses[key] = self.kinds.guess(self.occurrences[key])
        return found

    def _choice(self, name: Name) -> Choice | None:
        """The candidate that the whole text speaks for, with the confidence here; None if it is none of them."""
        if not name.candidates:
            return None
        means = self._means(self._key(name))
        here = {choice.candidate.record.id: choice for choice in self.scorer.rank(name)}
        best = max(here.values(), key=lambda c: (means[c.candidate.record.id][0], c.candidate.record.prior))
        mean, most = means[best.candidate.record.id]
        return Choice(best.candidate, max(best.probability, mean)) if most >= _SURE else None

    def _means(self, key: str) -> dict[str, tuple[float, float]]:
        """Mean and highest probability of each candidate over the occurrences of a key."""
        found = self._choices.get(key)
        if found is None:
            listed: dict[str, list[float]] = {}
            for name in self.occurrences[key][:_OCCURRENCES]:
                best = {c.candidate.record.id: c.probability for c in reversed(self.scorer.rank(name))}
                for entity_id, probability in best.items():
                    listed.setdefault(entity_id, []).append(probability)
            found = self._choices[key] = {i: (sum(ps) / len(ps), max(ps)) for i, ps in listed.items()}
        return found

    # -- names of several words ----------------------------------------------------------------------------------------

    def _full(self, name: Name) -> None:
        choice = self._choice(name)
        if choice is not None:
            self._link(name, choice)
        else:
            self._full_unknown(name)

    def _full_unknown(self, name: Name) -> None:
        guess = self._guess(name)
        if guess.kind is None:
            return
        if self._link_by_kind(name, guess):
            return
        chain = self._same_person(name) if guess.kind == "person" else self._same_body(name)
        chain = chain or self.chains.unknown(self._written(name), guess.kind, self._gender(name))
        self.chains.mention(chain, self._span(name), "name", guess.named, f"unknown {guess.kind}")
        self._index(chain, name)

    def _link_by_kind(self, name: Name, guess: Guess) -> bool:
        """A known entity of the kind that the text speaks for is likelier than an unknown namesake of it."""
        fitting = [c for c in self.scorer.rank(name) if c.candidate.record.type == guess.kind and self._prominent(c)]
        if fitting:
            self._link(name, fitting[0])
        return bool(fitting)

    def _prominent(self, choice: Choice) -> bool:
        return choice.candidate.record.prior >= _PROMINENT and choice.candidate.kind is not AliasKind.FAMILY

    def _same_person(self, name: Name) -> Chain | None:
        """Somebody named before with the same family name, whose given name this one shortens or adds to."""
        given = self.tokens.keys[name.first]
        for chain in self.chains.surnames.get(self._family(name), ()):
            there = alias_key(chain.name).split()
            if len(there) > 1 and (given == there[0] or (len(given) == 1 and there[0].startswith(given))):
                return chain
        turned = self.tokens.keys[name.first : name.stop][::-1]
        return next((c for c in self.chains.surnames.get(given, ()) if alias_key(c.name).split() == turned), None)

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
        literal = self._dateline(name) or not self._acts(name, record)
        if literal:
            self.chains.mention(chain, span, self._form(name, choice.candidate.kind), choice.probability, rule)
            return
        stands = next((r for r in map(self.catalogue.find, record.stands_for) if r is not None), record)
        self.chains.mention(
            self.chains.known(stands), span, "metonym", choice.probability, "place that acts", record.id
        )

    def _acts(self, name: Name, record: Record) -> bool:
        if record.stands_for:
            return self.senses.governs(name.first, name.stop)
        return self.senses.acts(name.first, name.stop, record.subtype)

    def _dateline(self, name: Name) -> bool:
        """A place that opens a paragraph and is followed by a colon, a dash or an agency in brackets."""
        if not self.tokens.opens(name.first) or name.stop >= len(self.tokens):
            return False
        mark = self.tokens.words[name.stop]
        return mark.strip()[:1] in (":", "(", "-", "\u2013") and self.tokens.keys[name.stop] == BREAK

    # -- single words --------------------------------------------------------------------------------------------------

    def _short(self, name: Name) -> None:
        key = self._key(name)
        choice = None if key in self.own_acronyms else self._choice(name)
        chain = self._chain_for(name, key, choice)
        if chain is not None:
            self._attach(name, chain, key)
        elif choice is not None:
            self._link(name, choice)
        else:
            self._short_unknown(name, key)

    def _chain_for(self, name: Name, key: str, choice: Choice | None) -> Chain | None:
        """The chain whose full name this word is short for."""
        chains, upper = self.chains, self.tokens.words[name.first].isupper()
        if upper and key in chains.defined:
            return chains.defined[key]
        known = choice is not None and choice.candidate.record.type != "person"
        if key in chains.surnames and not (choice is not None and known and self._placed(name, choice)):
            return self._likeliest(chains.surnames[key], name)
        if known:
            return None
        if key in chains.given and not self.catalogue.is_word(key):
            return self._likeliest(chains.given[key], name)
        if choice is None and upper and key in chains.initials and key not in self.grammar.capitals:
            return chains.initials[key]
        if choice is None and key in chains.bodies and not self._is_plain(name):
            return self._likeliest(chains.bodies[key], name)
        return None

    def _is_plain(self, name: Name) -> bool:
        """Whether a word is too common to be short for a name by itself: National, North, Red."""
        return name.initial and self.catalogue.is_word(self._key(name))

    def _placed(self, name: Name, choice: Choice) -> bool:
        """Whether somebody's family name is a known place here all the same: a country, or "in" before it."""
        if name.title:
            return False
        if choice.candidate.record.subtype == "country" and self.catalogue.given_gender(self._key(name)) is None:
            return True
        before = self.tokens.keys[name.first - 1] if name.first else BREAK
        return before in _SITTING and choice.candidate.record.prior >= _TOWN

    def _likeliest(self, chains: Sequence[Chain], name: Name) -> Chain:
        """Of namesakes: those whose gender the title fits, then the one named in full most often, then first."""
        gender = self._title_gender(name)
        fitting = [c for c in chains if not gender or not c.gender or c.gender == gender] or list(chains)
        return max(fitting, key=lambda c: (len(c.mentions), -min(m.span.start for m in c.mentions)))

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
        guess = self._guess(name)
        if guess.kind is None or (key not in self.own_acronyms and self._link_by_kind(name, guess)):
            return
        chain = self.chains.unknown(self._written(name), guess.kind, self._gender(name))
        self.chains.mention(chain, self._span(name), "name", guess.named, f"unknown {guess.kind}")

    # -- what short forms are looked up in -----------------------------------------------------------------------------

    def _same_body(self, name: Name) -> Chain | None:
        """A body, place or event named before, of whose name this is a shorter or barely longer form."""
        keys = self.tokens.keys[name.first : name.stop]
        for chain in self.chains.bodies.get(keys[0], ()):
            there = alias_key(chain.name).split()
            if len(there) > 1 and _is_variant(keys, there):
                return chain
        return None

    def _index(self, chain: Chain, name: Name) -> None:
        if self._is_short(name):
            return
        keys = self.tokens.keys[name.first : name.stop]
        if chain.type == "person":
            known = alias_key(chain.record.family) if chain.record else ""
            self._enter(self.chains.surnames, known or self._family(name), chain)
            self._enter(self.chains.given, keys[0], chain)
        else:
            self._enter(self.chains.bodies, keys[0], chain)
            if self.grammar.first.get(keys[0]) == "event":
                self._enter(self.chains.bodies, keys[-1], chain)
        if chain.type == "organization":
            plural = len(keys[-1]) > _SHORT_WORD and keys[-1].endswith("s")
            if plural or (chain.record is not None and self.grammar.last.get(keys[-1]) == "organization"):
                self._enter(self.chains.bodies, keys[-1], chain)
            self._acronym(chain, keys)

    def _enter(self, index: dict[str, list[Chain]], key: str, chain: Chain) -> None:
        if len(key) > 1 and chain not in index.setdefault(key, []):
            index[key].append(chain)

    def _acronym(self, chain: Chain, keys: Sequence[str]) -> None:
        letters = "".join(k[0] for k in keys if k not in ("of", "the", "and", "for", "&", ",", "on", "in"))
        if len(letters) > 2:
            self.chains.initials.setdefault(letters, chain)

    def _define_acronyms(self, names: Sequence[Name]) -> None:
        """A name in full, then its acronym in brackets: from there on the acronym is that name, whatever else it is."""
        for name, after in pairwise(names):
            if not self._is_bracketed(after):
                continue
            key = self.tokens.keys[after.first]
            chain = self._chain_at(name) if after.first == name.stop + 1 else None
            if chain is not None and self._abbreviates(key, name):
                self.chains.defined[key] = chain
            elif chain is None and self._abbreviates_words(key, after.first - 1):
                self.own_acronyms.add(key)

    def _is_bracketed(self, name: Name) -> bool:
        """Whether a name is a word in capitals after an opening bracket."""
        before = self.tokens.words[name.first - 1] if name.first else ""
        return name.size == 1 and before.endswith("(") and self.tokens.words[name.first][:2].isupper()

    def _abbreviates_words(self, key: str, stop: int) -> bool:
        """Whether the plain words before a bracket begin with the letters of the acronym: artificial pancreas (AP)."""
        words = self.tokens.keys[max(0, stop - len(key)) : stop]
        return len(key) > 1 and "".join(word[:1] for word in words) == key

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

    def _family(self, name: Name) -> str:
        """The last word as written, without "Jr": of Pierre L'Enfant it is ``l enfant``."""
        stop = name.stop
        while stop - name.first > 1 and self.tokens.keys[stop - 1] in _GENERATION:
            stop -= 1
        first = stop - 1
        while first > name.first and not self.tokens.gap(first).isspace():
            first -= 1
        return self.tokens.key(first, stop)

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
        if first and (self._has_article(first, label) or self._has_al(first)):
            first -= 1
        if tokens.keys[stop : stop + 1] == [","] and stop + 1 < len(tokens) and tokens.keys[stop + 1] in _AFTER_COMMA:
            stop += 2
        start, end = tokens.span(first, stop)
        return Span(start, end + self._last_dot(stop, end, stop - first))

    def _has_article(self, first: int, label: str) -> bool:
        """Whether a "The" before the name is part of it: by its label, or written large in mid-sentence."""
        inside = label.startswith("The ") or not self.tokens.opens(first - 1)
        return self.tokens.words[first - 1] == "The" and inside

    def _has_al(self, first: int) -> bool:
        return self.tokens.keys[first - 1] in _ARTICLES and self.tokens.gap(first) == "-"

    def _last_dot(self, stop: int, end: int, size: int) -> int:
        """1 if a dot after the last word belongs to it: U.S., Inc."""
        text, last = self.tokens.text, self.tokens.words[stop - 1]
        if text[end : end + 1] != ".":
            return 0
        dotted = len(last) == 1 and size > 1 and text[end - 2 : end - 1] == "."
        return int(dotted or self.tokens.keys[stop - 1] in _DOTTED)


def _is_variant(keys: Sequence[str], there: Sequence[str]) -> bool:
    """Whether one name is the other with words left out at its end or middle, or in the plural."""
    short, long = (keys, there) if len(keys) <= len(there) else (there, keys)
    if len(short) == len(long):
        return list(short[:-1]) == list(long[:-1]) and short[-1].rstrip("s") == long[-1].rstrip("s")
    if len(short) < 2:
        return False
    return list(long[: len(short)]) == list(short) or (short[0] == long[0] and short[-1] == long[-1])
