"""Who is said to say what."""

from __future__ import annotations

from dataclasses import dataclass

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document


@dataclass(frozen=True, slots=True)
class SpeechGrammar:
    @classmethod
    def compile(cls, lexicons: Lexicons) -> SpeechGrammar:
        return cls()


def attribute_speech(document: Document, *, grammar: SpeechGrammar) -> Document:
    return document
