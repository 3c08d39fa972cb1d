"""Sentences."""

from __future__ import annotations

from dataclasses import dataclass

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document


@dataclass(frozen=True, slots=True)
class SentenceGrammar:
    @classmethod
    def compile(cls, lexicons: Lexicons) -> SentenceGrammar:
        return cls()


def split_sentences(document: Document, *, grammar: SentenceGrammar) -> Document:
    return document
