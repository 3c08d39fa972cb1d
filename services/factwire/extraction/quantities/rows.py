"""Lists of words inside a section of a table, checked, so that a slip in a user's folder names its line."""

from __future__ import annotations

from factwire.extraction.lexicons import Table


def listed(table: Table, section: str, key: str) -> frozenset[str]:
    """The words of ``section.key`` in lower case; a fault if they are no list of words."""
    words = table.section(section).get(key, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise table.fault(key, f"'{key}' under [{section}] must be a list of words")
    return frozenset(word.lower() for word in words)
