"""Which language the text is in."""

from __future__ import annotations

from factwire.extraction.model import Document


def detect_language(document: Document) -> Document:
    return document
