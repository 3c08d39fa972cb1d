"""Chains: the mentions of one entity in one document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from factwire.extraction.model import Mention, MentionForm, Span
from factwire.kb.catalogue import Record
from factwire.kb.keys import alias_key, unknown_id


@dataclass(slots=True, eq=False)
class Chain:
    """One entity of the document. ``record`` is None for one that the knowledge base does not know."""

    entity_id: str
    type: str
    subtype: str | None
    name: str
    keys: tuple[str, ...]
    record: Record | None = None
    gender: str = ""
    mentions: list[Mention] = field(default_factory=list)

    def mention(self, span: Span, form: MentionForm, confidence: float, rule: str, via: str | None = None) -> None:
        """Adds a mention."""
        self.mentions.append(Mention(span, form, round(confidence, 4), rule, via))


@dataclass(slots=True)
class Chains:
    """All chains of a document by id."""

    by_id: dict[str, Chain] = field(default_factory=dict)

    def known(self, record: Record) -> Chain:
        """The chain of a record."""
        found = self.by_id.get(record.id)
        if found is None:
            keys = tuple(alias_key(record.name).split())
            found = Chain(record.id, record.type, record.subtype, record.name, keys, record, record.gender)
            self.by_id[record.id] = found
        return found

    def unknown(self, name: str, kind: str, gender: str = "") -> Chain:
        """The chain of a name that the knowledge base does not know."""
        entity_id = unknown_id(name, kind)
        found = self.by_id.get(entity_id)
        if found is None:
            found = Chain(entity_id, kind, None, name, tuple(alias_key(name).split()), gender=gender)
            self.by_id[entity_id] = found
        return found

    def recognise(self, chain: Chain, record: Record) -> None:
        """Gives an unknown chain the record that it turns out to be, and the mentions of the record's own chain."""
        there = self.by_id.get(record.id)
        del self.by_id[chain.entity_id]
        if there is not None:
            chain.mentions += there.mentions
        chain.entity_id, chain.subtype, chain.name, chain.record = record.id, record.subtype, record.name, record
        self.by_id[record.id] = chain

    def in_order(self) -> Iterator[Chain]:
        """Chains that have mentions, by their first one."""
        return iter(
            sorted((c for c in self.by_id.values() if c.mentions), key=lambda c: min(m.span for m in c.mentions))
        )
