"""Chains: the mentions of one entity in one document, and the short forms by which later mentions may find it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from factwire.extraction.model import Mention, MentionForm, Span
from factwire.kb.catalogue import Record
from factwire.kb.keys import unknown_id


@dataclass(slots=True)
class Chain:
    """One entity of the document. ``record`` is None for one that the knowledge base does not know."""

    entity_id: str
    type: str
    subtype: str | None
    name: str
    record: Record | None = None
    gender: str = ""
    mentions: list[Mention] = field(default_factory=list)


@dataclass(slots=True)
class Chains:
    """All chains of a document by id, with the indices that short forms are looked up in."""

    text: str
    by_id: dict[str, Chain] = field(default_factory=dict)
    surnames: dict[str, list[Chain]] = field(default_factory=dict)
    given: dict[str, list[Chain]] = field(default_factory=dict)
    bodies: dict[str, list[Chain]] = field(default_factory=dict)
    defined: dict[str, Chain] = field(default_factory=dict)
    initials: dict[str, Chain] = field(default_factory=dict)

    def known(self, record: Record) -> Chain:
        """The chain of a record."""
        found = self.by_id.get(record.id)
        if found is None:
            found = Chain(record.id, record.type, record.subtype, record.name, record, record.gender)
            self.by_id[record.id] = found
        return found

    def unknown(self, name: str, kind: str, gender: str = "") -> Chain:
        """The chain of a name that the knowledge base does not know."""
        entity_id = unknown_id(name, kind)
        found = self.by_id.get(entity_id)
        if found is None:
            found = self.by_id[entity_id] = Chain(entity_id, kind, None, name, gender=gender)
        return found

    def mention(
        self, chain: Chain, span: Span, form: MentionForm, confidence: float, rule: str, via: str | None = None
    ) -> None:
        """Adds a mention to a chain."""
        chain.mentions.append(Mention(span, form, round(confidence, 4), rule, via))

    def in_order(self) -> Iterator[Chain]:
        """Chains that have mentions, by their first one."""
        return iter(
            sorted((c for c in self.by_id.values() if c.mentions), key=lambda c: min(m.span for m in c.mentions))
        )
