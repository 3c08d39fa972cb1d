"""The core beside its peers, each a process of its own on the same texts, in CPU seconds: what a ratio is made of."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.support.processes import ROOT

from bench.articles import texts
from bench.core import stage_rates
from factwire.kb.build import read_shipped

PEERS: Final = Path(__file__).with_name("peers")
PEER_PYTHON: Final = ROOT / ".venv-peers" / "bin" / "python"
CLAIM_PEERS: Final = ("quantulum3", "recognizers-text")


def known_names(most: int = 100_000) -> list[str]:
    """The main names in the shipped knowledge base that hold a capital letter, for those who look names up."""
    tables = read_shipped()
    found = {entry.record.name for entry in tables.entries.values()}
    return sorted(name for name in found if name != name.lower())[:most]


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
    """``rates`` in KB a CPU second, ours by stage, and ``ratios`` of ours to each peer's."""
    core, peers = stage_rates(), peer_rates()
    return {
        "rates": {**{f"factwire: {name}": rate for name, rate in core.items()}, **peers},
        "ratios": {
            "claims to quantulum3": core["times and claims"] / peers["quantulum3"],
            "claims to recognizers-text": core["times and claims"] / peers["recognizers-text"],
            "entities to EntityRuler": core["entities"] / peers["EntityRuler"],
        },
    }
