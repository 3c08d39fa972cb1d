"""What a peer's handler calls: nothing (44 mentions and 8 claims out of the air), or quantulum3 plus a dictionary."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

MENTIONS, CLAIMS = 44, 8
"""Of one article of 4 KB, as our own core finds them on average."""
Facts = dict[str, list[dict[str, Any]]]


def finder() -> Callable[[str], Facts]:
    """Chosen by the variable PEER_FACTS: ``none`` or the path of a JSON array of names."""
    chosen = os.environ.get("PEER_FACTS", "none")
    return invented if chosen == "none" else found_by(json.loads(Path(chosen).read_text()))


def invented(text: str) -> Facts:
    mentions = [{"entity": f"Q{n % 20}", "start": n, "end": n + 5, "text": text[n : n + 5]} for n in range(MENTIONS)]
    claims = [
        {"value": str(n), "unit": "USD", "start": n, "end": n + 5, "text": text[n : n + 5]} for n in range(CLAIMS)
    ]
    return {"mentions": mentions, "claims": claims}


def found_by(names: list[str]) -> Callable[[str], Facts]:
    import spacy
    from quantulum3 import parser

    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns([{"label": "NAME", "pattern": n} for n in names])  # type: ignore[attr-defined]

    def find(text: str) -> Facts:
        spans = ((e.text, e.start_char, e.end_char) for e in pipeline(text).ents)
        return {
            "mentions": [{"entity": words, "start": start, "end": end, "text": words} for words, start, end in spans],
            "claims": [
                {"value": str(q.value), "unit": q.unit.name, "start": q.span[0], "end": q.span[1], "text": q.surface}
                for q in parser.parse(text)
            ],
        }

    return find
