"""The reason of each rule, by the name that facts carry: what a reader is told who asks why.

Every table called ``rules`` holds families of rules with a line each. A name is ``family.rule``; the rules that read
numbers go by their own names. The rules of times have none: their names say what they match.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from factwire.extraction.lexicons import Lexicons

_TABLES = ("quantities/rules", "entities/rules", "attribution/rules", "claims/rules")


def reasons_of(lexicons: Lexicons) -> Mapping[str, str]:
    """All reasons, in the order of their tables."""
    return {name: reason for table in _TABLES for name, reason in _told(lexicons, table)}


def _told(lexicons: Lexicons, table: str) -> Iterator[tuple[str, str]]:
    for family in lexicons.table(table).content:
        for rule, reason in lexicons.table(table).section(family).items():
            yield (rule if table.startswith("quantities") else f"{family}.{rule}"), str(reason)
