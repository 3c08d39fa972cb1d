"""Facets: what a claim may be asked for by, as ``name:value`` in one indexed array.

One inverted index answers every combination of them, and the planner needs no join to narrow a question.
"""

from __future__ import annotations

from typing import Final

KIND: Final = "kind"
UNIT: Final = "unit"
BASE: Final = "base"
"""The base unit: everything of one dimension."""
WHO: Final = "who"
"""Takes part in any role, or says it."""
ABOUT: Final = "about"
"""Takes part in any role. A role (``agent:Q148``) is a facet of its own."""
SAID: Final = "said"
"""Says it: an id, or the name as written, in lower case."""
FOR: Final = "for"
"""Whoever says it speaks for this country or body: see ``affiliations``."""
SOURCE: Final = "source"
MODALITY: Final = "modality"
REPEAT: Final = "repeat"
"""``yes`` where the article repeats another one."""
ROLES: Final = ("subject", "agent", "recipient", "holder", "place", "counterparty")
_LONGEST: Final = 200
"""Characters; an index entry must not grow with a text."""


def facet(name: str, value: str) -> str:
    return f"{name}:{value[:_LONGEST]}"


def name_facet(spoken: str) -> str:
    """A speaker by name, however it is capitalised."""
    return facet(SAID, " ".join(spoken.split()).lower())
