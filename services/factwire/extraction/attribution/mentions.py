"""Entity mentions by their place in the text: whom a phrase names, and who was named last."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from factwire.extraction.model import Entity, Mention, Span, Speaker

_SPEAKING: Final = ("person", "organization")
_REACH: Final = 60
"""Mentions among which somebody who was described is looked for."""
_DESCRIBED: Final = 60
"""Characters to either side of a name that may describe it."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Entity mentions by offset."""

    starts: tuple[int, ...]
    rows: tuple[tuple[Mention, Entity], ...]
    types: dict[str, str]

    @classmethod
    def of(cls, entities: Sequence[Entity]) -> Mentions:
        rows = sorted(((m, e) for e in entities for m in e.mentions), key=lambda row: row[0].span)
        return cls(tuple(m.span.start for m, _ in rows), tuple(rows), {e.entity_id: e.type for e in entities})

    def type_of(self, entity_id: str | None) -> str | None:
        return self.types.get(entity_id) if entity_id else None

    def named_in(self, phrase: Span, folded: str) -> tuple[Entity, Mention] | None:
        """The entity that the phrase names: a person in it, else whatever its last words name ("the WHO")."""
        first = bisect_right(self.starts, phrase.start - 1)
        inside = []
        for mention, entity in self.rows[first:]:
            if mention.span.start >= phrase.end:
                break
            if mention.span.end <= phrase.end + 2 and mention.form != "pronoun":
                inside.append((entity, mention))
        people = [row for row in inside if row[0].type == "person" and not _is_listed(folded, phrase, row[1].span)]
        if people:
            return people[0]
        whole = [
            row
            for row in inside
            if row[1].span.end >= phrase.end and _only_article(folded, phrase.start, row[1].span.start)
        ]
        return whole[0] if whole else None

    def starting_at(self, starts: Sequence[int]) -> tuple[Entity, Mention] | None:
        """The person or organization with a mention at one of ``starts``."""
        for start in starts:
            at = bisect_left(self.starts, start)
            if at < len(self.rows) and self.starts[at] == start and self.rows[at][1].type in _SPEAKING:
                return self.rows[at][1], self.rows[at][0]
        return None

    def ending_at(self, stop: int) -> Speaker | None:
        """The person or organization whose mention ends there."""
        at = bisect_left(self.starts, stop) - 1
        if at < 0 or self.rows[at][0].span.end != stop or self.rows[at][1].type not in _SPEAKING:
            return None
        mention, entity = self.rows[at]
        return Speaker(mention.span, entity.entity_id, entity.name)

    def described_as(self, noun: str, before: int, folded: str) -> Entity | None:
        """The person last named as a ``noun``: ``Mayor Ann Holt``, ``Ann Holt, the mayor of Leeds``."""
        at = bisect_left(self.starts, before) - 1
        for mention, entity in self.rows[max(0, at - _REACH) : at + 1][::-1]:
            if entity.type == "person" and noun in _description(folded, mention.span):
                return entity
        return None

    def named_most(self, before: int) -> Entity | None:
        """The organization with most mentions before an offset; of equals the one named first."""
        at = bisect_left(self.starts, before)
        bodies = Counter(e.entity_id for _, e in self.rows[max(0, at - _REACH) : at] if e.type == "organization")
        most = max(bodies, key=lambda name: bodies[name], default=None)
        return next((entity for _, entity in self.rows if entity.entity_id == most), None)

    def last_person(self, before: int) -> Speaker | None:
        for at in range(bisect_right(self.starts, before) - 1, -1, -1):
            mention, entity = self.rows[at]
            if entity.type == "person":
                return Speaker(mention.span, entity.entity_id, entity.name)
        return None


def _description(folded: str, name: Span) -> set[str]:
    """The words of a title before a name, and those of the apposition behind it, in lower case."""
    ahead = folded[max(0, name.start - _DESCRIBED) : name.start].lower().replace(",", ".").rpartition(".")[2]
    behind = folded[name.end : name.end + _DESCRIBED].lower()
    apposed = behind[2:].partition(",")[0].partition(".")[0] if behind.startswith(", ") else ""
    return {*ahead.split()[-1:], *apposed.split()}


def _only_article(folded: str, start: int, end: int) -> bool:
    return folded[start:end].strip().lower() in ("", "the", "a", "an", "both")


def _is_listed(folded: str, phrase: Span, name: Span) -> bool:
    """``the Board for Margarine, Fats and Oils``: a single word in the list inside a longer name is no person."""
    single = not any(c.isspace() for c in folded[name.start : name.end])
    return single and folded[phrase.start : name.start].endswith(", ") and folded.startswith(" and ", name.end)
