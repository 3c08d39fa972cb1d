"""The core's table of contents: what happens to an article, in order.

Each stage takes the document and returns it richer; none knows another. Everything a stage needs to know (grammars,
the knowledge base) is compiled once, in :func:`build_pipeline`, and bound to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from factwire.extraction.attribution.speakers import SpeechGrammar, attribute_speech
from factwire.extraction.claims.binding import ClaimGrammar, bind_claims
from factwire.extraction.entities.detectors import Detector, open_detector
from factwire.extraction.entities.linking import EntityGrammar, link_mentions
from factwire.extraction.entities.offices import name_office_holders
from factwire.extraction.entities.pronouns import name_pronouns
from factwire.extraction.lexicons import Lexicons, load_lexicons
from factwire.extraction.model import Article, Document
from factwire.extraction.quantities.identifiers import IdentifierGrammar, find_identifiers
from factwire.extraction.quantities.quantities import QuantityGrammar, find_quantities
from factwire.extraction.text.language import Languages, detect_language, is_english
from factwire.extraction.text.layout import lay_out
from factwire.extraction.text.sections import SectionGrammar, mark_sections
from factwire.extraction.text.sentences import SentenceGrammar, split_sentences
from factwire.extraction.times.expressions import TimeGrammar, find_times
from factwire.kb.catalogue import Catalogue
from factwire.kb.load import load_catalogue

Stage: TypeAlias = Callable[[Document], Document]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Named stages in order, and the versions of what they know."""

    stages: tuple[tuple[str, Stage], ...]
    rules_version: str
    kb_version: str

    def __call__(self, article: Article) -> Document:
        document = lay_out(article)
        for _, stage in self.stages:
            document = stage(document)
        return document


def in_english(stage: Stage) -> Stage:
    """The stage for texts it has a grammar for; others pass through, because a wrong fact is worse than none."""
    return lambda document: stage(document) if is_english(document) else document


def build_pipeline(lexicons: Lexicons, catalogue: Catalogue, detector: Detector | None = None) -> Pipeline:
    """Compiles the grammars and binds them to the stages. Raises :class:`VocabularyFault` on a bad table.

    ``detector`` finds names beside our rules, and is part of their version.
    """
    entities, quantities = EntityGrammar.compile(lexicons), QuantityGrammar.compile(lexicons)
    identifiers = IdentifierGrammar.compile(lexicons, quantities.vocabulary)
    return Pipeline(
        stages=(
            ("language", partial(detect_language, languages=Languages())),
            ("sections", partial(mark_sections, grammar=SectionGrammar.compile(lexicons))),
            ("sentences", partial(split_sentences, grammar=SentenceGrammar.compile(lexicons))),
            ("times", in_english(partial(find_times, grammar=TimeGrammar.compile(lexicons)))),
            ("identifiers", in_english(partial(find_identifiers, grammar=identifiers))),
            ("quantities", in_english(partial(find_quantities, grammar=quantities))),
            (
                "entities",
                in_english(partial(link_mentions, grammar=entities, catalogue=catalogue, detector=detector)),
            ),
            ("offices", in_english(partial(name_office_holders, catalogue=catalogue))),
            ("attribution", in_english(partial(attribute_speech, grammar=SpeechGrammar.compile(lexicons)))),
            ("pronouns", in_english(partial(name_pronouns, catalogue=catalogue))),
            ("claims", in_english(partial(bind_claims, grammar=ClaimGrammar.compile(lexicons)))),
        ),
        rules_version=f"{lexicons.version}+{detector.version}" if detector else lexicons.version,
        kb_version=catalogue.version,
    )


def open_pipeline(
    lexicons: Sequence[Path] = (), kb: Path | None = None, overlays: Sequence[Path] = (), detector: str = ""
) -> Pipeline:
    """The core with all it knows, read from files once: what ships, with the users' folders laid over it.

    ``detector``: a model on disk as well, ``spacy:FOLDER`` or ``gliner:FOLDER``.
    """
    model = open_detector(detector) if detector else None
    return build_pipeline(load_lexicons(*lexicons), load_catalogue(kb, *overlays), model)
