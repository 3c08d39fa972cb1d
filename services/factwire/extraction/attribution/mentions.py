"""Entity mentions by their place in the text: whom a phrase names, and who was named last."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from factwire.extraction.model import Entity, Mention, Span, Speaker


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

    def last_person(self, before: int) -> Speaker | None:
        for at in range(bisect_right(self.starts, before) - 1, -1, -1):
            mention, entity = self.rows[at]
            if entity.type == "person":
                return Speaker(mention.span, entity.entity_id, entity.name)
        return None


def _only_article(folded: str, start: int, end: int) -> bool:
    return folded[start:end].strip().lower() in ("", "the", "a", "an", "both")


def _is_listed(folded: str, phrase: Span, name: Span) -> bool:
    """``the Board for Margarine, Fats and Oils``: a single word in the list inside a longer name is no person."""
    single = not any(c.isspace() for c in folded[name.start : name.end])
    return single and folded[phrase.start : name.start].endswith(", ") and folded.startswith(" and ", name.end)
