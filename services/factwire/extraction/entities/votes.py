"""What the occurrences of one name say together: in one text the same words mean the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from factwire.extraction.entities.kinds import Guess, KindModel, Told
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.scoring import Choice, Scorer
from factwire.extraction.entities.tokens import Tokens
from factwire.kb.catalogue import AliasKind, Candidate

SURE: Final = 0.5
_OCCURRENCES: Final = 8
"""At most so many occurrences of a key are looked at: the work for a text stays linear."""
_PROMINENT: Final = 25
_TOLD: Final = 0.85
"""How far a detector is believed."""


@dataclass(slots=True)
class Votes:
    tokens: Tokens
    scorer: Scorer
    kinds: KindModel
    told: Mapping[str, Told] = field(default_factory=dict)
    """The kinds of unknown names, by key, where a detector or quotation marks say them."""
    occurrences: dict[str, list[Name]] = field(default_factory=dict)
    endings: set[str] = field(default_factory=set)
    """What names of three words and more leave without their first word."""
    _guesses: dict[str, Guess] = field(default_factory=dict)
    _tallies: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)

    def count(self, names: Sequence[Name]) -> None:
        """Takes all names of the text into account."""
        for name in names:
            self.occurrences.setdefault(self.key(name), []).append(name)
            if name.size > 2:
                self.endings.add(self.tokens.key(name.first + 1, name.stop))

    def key(self, name: Name) -> str:
        return self.tokens.key(name.first, name.stop)

    def guess(self, name: Name) -> Guess:
        """What kind of thing an unknown name is."""
        key = self.key(name)
        found = self._guesses.get(key)
        if found is None:
            told = self.told.get(key)
            guess = Guess(told.kind, _TOLD, _TOLD, told.rule) if told else self.kinds.guess(self.occurrences[key])
            found = self._guesses[key] = guess
        return found

    def choice(self, name: Name) -> Choice | None:
        """The candidate that the whole text speaks for, with the confidence here; None if it is none of them."""
        if not name.candidates:
            return None
        if (told := self.scorer.places.settled(name)) is not None:
            return next((c for c in self.scorer.rank(name) if c.candidate == told and c.probability >= SURE), None)
        tally = self._tally(self.key(name))
        ranked = self.scorer.rank(name)[::-1]
        if name.title:
            ranked = [choice for choice in ranked if not self.scorer.is_mistitled(name, choice.candidate)]
        if not ranked:
            return None
        here = {choice.candidate.record.id: choice for choice in ranked}
        weighed = [(*tally.get(entity_id, (c.probability, c.probability)), c) for entity_id, c in here.items()]
        mean, most, best = max(weighed, key=lambda w: (w[0], w[2].candidate.record.prior))
        return Choice(best.candidate, max(best.probability, mean)) if most >= SURE else None

    def prominent(self, name: Name, kind: str) -> Choice | None:
        """The likeliest well-known candidate of a kind, for a name that the text says is of that kind."""
        ranked = (c for c in self.scorer.rank(name) if c.candidate.record.type == kind)
        return next((c for c in ranked if _is_prominent(c) and not self._is_abroad(c.candidate)), None)

    def _is_abroad(self, candidate: Candidate) -> bool:
        """Whether a short name would be that of a body of a country that the text names only by the way."""
        return candidate.kind is AliasKind.SHORT and not self.scorer.context.concerns(candidate.record.country)

    def _tally(self, key: str) -> dict[str, tuple[float, float]]:
        """Mean and highest probability of each candidate over the occurrences of a key."""
        found = self._tallies.get(key)
        if found is None:
            listed: dict[str, list[float]] = {}
            for name in self.occurrences[key][:_OCCURRENCES]:
                best = {c.candidate.record.id: c.probability for c in reversed(self.scorer.rank(name))}
                for entity_id, probability in best.items():
                    listed.setdefault(entity_id, []).append(probability)
            found = self._tallies[key] = {i: (sum(ps) / len(ps), max(ps)) for i, ps in listed.items()}
        return found


def _is_prominent(choice: Choice) -> bool:
    """Well known, and not ruled out here (the ministry of a country that the text does not name)."""
    if choice.probability <= 0:
        return False
    return choice.candidate.record.prior >= _PROMINENT and choice.candidate.kind is not AliasKind.FAMILY
