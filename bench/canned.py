"""The enricher without enrichment: the real one, whose core answers a text it has seen before from memory.

What is left is the plumbing: decoding, mapping, validation, transactions. Whatever the core finds in a text, an answer
has as many mentions and claims as a story of the wire usually has, so that figures of two versions compare. The
knowledge is patched at import, because the workers' processes import this file too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle
from typing import Final

from factwire.cli.configuration import configure
from factwire.enricher import app
from factwire.enricher.settings import EnricherSettings
from factwire.enricher.workers import Knowledge
from factwire.extraction.model import Article, Claim, Document, Entity
from factwire.extraction.pipeline import Pipeline

MENTIONS: Final = 44
CLAIMS: Final = 8


class Remembering(Pipeline):
    """A pipeline that enriches every text once."""

    __slots__ = ()
    _seen: dict[str, Document] = {}  # noqa: RUF012 - one pipeline a process

    def __call__(self, article: Article) -> Document:
        known = self._seen.get(article.body or "")
        if known is None:
            known = self._seen[article.body or ""] = canned(super().__call__(article))
        return known


def canned(document: Document) -> Document:
    """The document with exactly :data:`MENTIONS` and :data:`CLAIMS`; it must have an entity and a claim."""
    return replace(document, entities=_entities(document.entities), claims=_claims(document.claims))


def _entities(found: Sequence[Entity]) -> tuple[Entity, ...]:
    """Where mentions are missing, entities are named again in turn; where there are too many, the longest rows lose."""
    mentions = [list(entity.mentions) for entity in found]
    turn = cycle(mentions)
    while sum(map(len, mentions)) < MENTIONS:
        again = next(turn)
        again.append(again[0])
    while sum(map(len, mentions)) > MENTIONS:
        max(mentions, key=len).pop()
    return tuple(replace(entity, mentions=tuple(named)) for entity, named in zip(found, mentions, strict=True) if named)


def _claims(found: Sequence[Claim]) -> tuple[Claim, ...]:
    """Without references to each other; what is said again spans one letter more, as its id is made from the span."""
    claims = [claim._replace(equivalent_of=None, of=claim.of and replace(claim.of, claim=None)) for claim in found]
    turn = cycle(claims[:])
    while len(claims) < CLAIMS:
        again = next(turn)
        claims.append(again._replace(span=again.span._replace(end=again.span.end + 1)))
    return tuple(claims[:CLAIMS])


def remembering(knowledge: Knowledge) -> Pipeline:
    made = _pipeline(knowledge)
    return Remembering(made.stages, made.rules_version, made.kb_version)


_pipeline = Knowledge.pipeline
Knowledge.pipeline = remembering  # type: ignore[method-assign]

if __name__ == "__main__":
    app.run(configure(EnricherSettings))
