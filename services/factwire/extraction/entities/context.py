"""What a document is about, as far as namesakes are told apart by it: countries, known ids, the day, the outlet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from factwire.extraction.entities.names import Name
from factwire.kb.catalogue import AliasKind, Candidate

_SURE_PRIOR = 50
_ONLY_PRIOR = 40
"""What is less known still speaks for its country, if nothing else has its name."""


@dataclass(slots=True)
class Context:
    """``countries`` counts mentions by ISO code; ``full`` holds the ids of people named in full.

    ``regions`` are the states of towns that are named and have no namesake.
    """

    day: date | None
    outlet: str | None
    countries: Counter[str] = field(default_factory=Counter)
    parents: Counter[str] = field(default_factory=Counter)
    regions: set[str] = field(default_factory=set)
    full: set[str] = field(default_factory=set)
    surnames: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, names: Iterable[Name], keys: list[str], day: date | None, outlet: str | None) -> Context:
        """Reads the names that leave little doubt."""
        context = cls(day, outlet)
        for name in names:
            if name.size > 1:
                context.surnames.add(keys[name.stop - 1])
                context.given.add(keys[name.first])
            if name.candidates:
                context._count(name)
        return context

    def _count(self, name: Name) -> None:
        top = name.candidates[0]
        if top.record.subtype == "city" and len(name.candidates) == 1:
            self.regions.add(top.record.parent)
        if name.size > 1:
            self.full.update(c.record.id for c in name.candidates if c.record.type == "person")
        alone = len(name.candidates) == 1 and top.record.subtype != "city"
        sure = _ONLY_PRIOR if alone else _SURE_PRIOR
        if top.record.prior >= sure and top.kind not in (AliasKind.FAMILY, AliasKind.SHORT):
            self.parents[top.record.id] += 1
            if top.record.country and not any(_rivals(top, other) for other in name.candidates[1:]):
                self.countries[top.record.country] += 1

    def leads(self, country: str) -> bool:
        """Whether no country is named more often; the outlet's own where none is named."""
        most = max(self.countries.values(), default=0)
        return self.countries[country] == most if most else country == self.outlet

    def concerns(self, country: str) -> bool:
        """Whether no country is named more than twice as often."""
        return self.countries[country] * 2 >= max(self.countries.values(), default=0)

    def knows_country(self, country: str) -> bool:
        return bool(country) and (self.countries[country] > 0 or country == self.outlet)


def _rivals(top: Candidate, other: Candidate) -> bool:
    """Whether another well-known place of another country has the same name: then the name speaks for neither."""
    record = other.record
    return record.type == "place" and record.prior >= _SURE_PRIOR and record.country != top.record.country
