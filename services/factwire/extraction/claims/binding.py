"""From quantities to claims: small passes over drafts, in the order in which a reader asks.

What bounds it? Does it move? Is it a conversion, a part of something? What is measured, who says so, when, how surely?
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from factwire.extraction.claims.arguments import ArgumentGrammar, find_arguments
from factwire.extraction.claims.changes import ChangeGrammar, find_changes
from factwire.extraction.claims.comparators import ComparatorGrammar, find_comparators
from factwire.extraction.claims.concepts import find_concepts
from factwire.extraction.claims.confidence import ConfidenceGrammar, weigh
from factwire.extraction.claims.drafts import Drafts, open_drafts
from factwire.extraction.claims.ellipsis import share_units
from factwire.extraction.claims.equivalents import join_equivalents
from factwire.extraction.claims.exclusions import ExclusionGrammar, drop_no_claims
from factwire.extraction.claims.modality import ModalityGrammar, find_modality
from factwire.extraction.claims.periods import PeriodGrammar, find_periods
from factwire.extraction.claims.twosided import join_bounds
from factwire.extraction.claims.voices import attach_speakers
from factwire.extraction.claims.wholes import NounGrammar, find_wholes
from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document


@dataclass(frozen=True, slots=True)
class ClaimGrammar:
    """What each pass knows."""

    exclusions: ExclusionGrammar
    comparators: ComparatorGrammar
    changes: ChangeGrammar
    nouns: NounGrammar
    periods: PeriodGrammar
    arguments: ArgumentGrammar
    modality: ModalityGrammar
    confidence: ConfidenceGrammar

    @classmethod
    def compile(cls, lexicons: Lexicons) -> ClaimGrammar:
        """Raises :class:`VocabularyFault` on a bad table."""
        return cls(
            exclusions=ExclusionGrammar.compile(lexicons),
            comparators=ComparatorGrammar.compile(lexicons),
            changes=ChangeGrammar.compile(lexicons),
            nouns=NounGrammar.compile(lexicons),
            periods=PeriodGrammar.compile(lexicons),
            arguments=ArgumentGrammar.compile(lexicons),
            modality=ModalityGrammar.compile(lexicons),
            confidence=ConfidenceGrammar.compile(lexicons),
        )


def bind_claims(document: Document, *, grammar: ClaimGrammar) -> Document:
    """Fills ``claims``, in reading order; numbers that turn out to be none go to ``dropped`` with the reason."""
    drafts, dropped = drop_no_claims(document, open_drafts(document), grammar.exclusions)
    drafts = _bind(document, drafts, grammar)
    return replace(document, claims=tuple(d.claim for d in drafts), dropped=(*document.dropped, *dropped))


def _bind(document: Document, drafts: Drafts, grammar: ClaimGrammar) -> Drafts:
    drafts = find_comparators(document, drafts, grammar.comparators)
    drafts = join_bounds(document, drafts)
    drafts = find_changes(document, drafts, grammar.changes)
    drafts = share_units(document, drafts, grammar.nouns)
    drafts = join_equivalents(document, drafts)
    drafts = find_wholes(document, drafts, grammar.nouns)
    drafts = find_concepts(document, drafts, grammar.nouns)
    drafts = attach_speakers(document, drafts)
    drafts = find_periods(document, drafts, grammar.periods)
    drafts = find_arguments(document, drafts, grammar.arguments)
    drafts = find_modality(document, drafts, grammar.modality)
    return weigh(document, drafts, grammar.confidence)
