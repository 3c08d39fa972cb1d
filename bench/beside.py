"""The core beside its peers, each a process of its own on the same texts, in CPU seconds: what a ratio is made of."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Any, Final

from tests.support.processes import ROOT

from bench.articles import texts
from factwire.extraction.model import Article, Document
from factwire.extraction.pipeline import open_pipeline
from factwire.extraction.text.layout import lay_out
from factwire.kb.build import read_shipped

PEERS: Final = Path(__file__).with_name("peers")
PEER_PYTHON: Final = ROOT / ".venv-peers" / "bin" / "python"
CLAIM_PEERS: Final = ("quantulum3", "recognizers-text")
FACTS: Final = frozenset({"times", "identifiers", "quantities", "attribution", "claims"})
ROUNDS: Final = 5


def known_names(most: int = 100_000) -> list[str]:
    """The main names in the shipped knowledge base that hold a capital letter, for those who look names up."""
    tables = read_shipped()
    found = {entry.record.name for entry in tables.entries.values()}
    return sorted(name for name in found if name != name.lower())[:most]


def core_rates() -> dict[str, float]:
    """KB of text a CPU second: what finds claims, what finds entities, everything."""
    pipeline = open_pipeline()
    stories = [Article(title=None, summary=None, body=text) for text in texts()]
    size = sum(len(text.encode()) for text in texts()) / 1024
    spent: dict[str, float] = {}
    for _ in range(ROUNDS):
        documents = [lay_out(story) for story in stories]
        for name, stage in pipeline.stages:
            seconds, documents = _timed(stage, documents)
            spent[name] = min(seconds, spent.get(name, seconds))
    return {
        "claims": size / sum(seconds for name, seconds in spent.items() if name in FACTS),
        "entities": size / spent["entities"],
        "all": size / sum(spent.values()),
    }


def _timed(stage: Callable[[Document], Document], documents: Sequence[Document]) -> tuple[float, list[Document]]:
    started = process_time()
    done = [stage(document) for document in documents]
    return process_time() - started, done


def peer_rates() -> dict[str, float]:
    """KB of text a CPU second of each peer."""
    with tempfile.TemporaryDirectory() as folder:
        names, stories = Path(folder) / "names.json", Path(folder) / "texts.json"
        names.write_text(json.dumps(known_names()))
        stories.write_text(json.dumps(texts()))
        rates = {peer: _run("claims.py", peer, stories) for peer in CLAIM_PEERS}
        return {**rates, "EntityRuler": _run("names.py", names, stories)}


def _run(program: str, *arguments: str | Path) -> float:
    command = [str(PEER_PYTHON), str(PEERS / program), *map(str, arguments)]
    answer: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return float(answer["kb_per_second"])


def beside() -> dict[str, dict[str, float]]:
    """``rates`` in KB a CPU second, and ``ratios`` of ours to each peer's."""
    core, peers = core_rates(), peer_rates()
    return {
        "rates": {**{f"factwire {name}": rate for name, rate in core.items()}, **peers},
        "ratios": {
            "claims to quantulum3": core["claims"] / peers["quantulum3"],
            "claims to recognizers-text": core["claims"] / peers["recognizers-text"],
            "entities to EntityRuler": core["entities"] / peers["EntityRuler"],
        },
    }
