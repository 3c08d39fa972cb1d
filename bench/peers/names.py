"""Names by spaCy's EntityRuler: ``names.py NAMES FILE``, both JSON arrays; prints KB of text a CPU second."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time

import spacy


def main(names: str, file: str) -> None:
    pipeline = spacy.blank("en")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "NAME", "pattern": name} for name in json.loads(Path(names).read_text())])  # type: ignore[attr-defined]
    texts = json.loads(Path(file).read_text())
    pipeline("Acme said so in London.")
    started = process_time()
    found = sum(len(document.ents) for document in pipeline.pipe(texts))
    spent = process_time() - started
    print(json.dumps({"kb_per_second": sum(len(t.encode()) for t in texts) / 1024 / spent, "found": found}))


if __name__ == "__main__":
    main(*sys.argv[1:])
