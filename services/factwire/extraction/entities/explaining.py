"""How a name resolves and why: its candidates with their scores and the features that made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.linking import find_names, link_mentions, prepare
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.scoring import Scorer
from factwire.extraction.entities.tokens import Tokens, tokenize
from factwire.extraction.model import Document, Entity, Mention, Span
from factwire.kb.catalogue import Candidate, Catalogue

_REASONS = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """One candidate: its probability in the text, and the features that weigh most, with their weights."""

    candidate: Candidate
    probability: float
    reasons: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means in a text: the entity and mention it became (None: no mention), and all its candidates."""

    entity: Entity | None
    mention: Mention | None
    verdicts: tuple[Verdict, ...]


def resolve_name(document: Document, where: Span, *, grammar: EntityGrammar, catalogue: Catalogue) -> Resolution:
    """How the name at ``where`` resolves in the document (sections and sentences are used if they are there)."""
    tokens = tokenize(document.folded)
    names = find_names(document, tokens, grammar, catalogue)
    scorer = prepare(document, tokens, names, grammar, catalogue).votes.scorer
    name = next((n for n in names if Span(*tokens.span(n.first, n.stop)).overlaps(where)), None)
    verdicts = _verdicts(scorer, name) if name else _listed(tokens, where, catalogue, scorer)
    linked = link_mentions(document, grammar=grammar, catalogue=catalogue)
    entity, mention = _mention_at(linked.entities, where)
    return Resolution(entity, mention, verdicts)


def _verdicts(scorer: Scorer, name: Name) -> tuple[Verdict, ...]:
    ranked = scorer.rank(name)
    places = {id(candidate): rank for rank, candidate in enumerate(name.candidates)}
    return tuple(
        Verdict(c.candidate, c.probability, scorer.reasons(name, c.candidate, places[id(c.candidate)])[:_REASONS])
        for c in ranked
    )


def _listed(tokens: Tokens, where: Span, catalogue: Catalogue, scorer: Scorer) -> tuple[Verdict, ...]:
    """The candidates of a name that the text does not use as one (a common word, a part of a longer name)."""
    first, stop = tokens.index_from(where.start), tokens.index_from(where.end)
    name = Name(first, stop, catalogue.candidates(tokens.key(first, stop)))
    return _verdicts(scorer, name) if first < stop else ()


def _mention_at(entities: Sequence[Entity], where: Span) -> tuple[Entity | None, Mention | None]:
    found = ((e, m) for e in entities for m in e.mentions if m.span.overlaps(where))
    return next(found, (None, None))
