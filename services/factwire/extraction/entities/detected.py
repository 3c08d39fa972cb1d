"""Names of a detector joined to those of the rules: ours stay, new ones are added, unknown ones get a type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from factwire.extraction.entities.detectors import Detected
from factwire.extraction.entities.kinds import Told
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.tokens import BREAK, Tokens
from factwire.kb.catalogue import Catalogue

_RULE: Final = "unknown.detected"


def join_detected(
    names: Sequence[Name], detected: Iterable[Detected], tokens: Tokens, catalogue: Catalogue
) -> tuple[list[Name], dict[str, Told]]:
    """All names in reading order, never overlapping, and the types of those that the knowledge base does not know."""
    owner = {index: name for name in names for index in range(name.first, name.stop)}
    joined, told = list(names), dict[str, Told]()
    for found in sorted(detected):
        first, stop = tokens.index_from(found.span.start), tokens.index_from(found.span.end)
        if first >= stop or BREAK in tokens.keys[first:stop]:
            continue
        key = tokens.key(first, stop)
        there = {id(owner[index]): owner[index] for index in range(first, stop) if index in owner}
        if not there:
            fitting = tuple(c for c in catalogue.candidates(key) if c.record.type == found.type)
            name = Name(first, stop, fitting, (), tokens.opens(first))
            joined.append(name)
            owner.update(dict.fromkeys(range(first, stop), name))
            told.setdefault(key, Told(found.type, _RULE))
        elif [(n.first, n.stop, n.candidates) for n in there.values()] == [(first, stop, ())]:
            told.setdefault(key, Told(found.type, _RULE))
    return sorted(joined, key=lambda name: name.first), told
