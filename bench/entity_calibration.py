"""Whether the confidence of entity mentions means something: how often mentions of each confidence are right.

python -m bench.entity_calibration FOLDER
python -m bench.entity_calibration FOLDER TABLE 0/4     with other weights, over one of four parts of the documents

A linked mention is right if an annotation that overlaps it means its entity (by id, or by a Wikipedia title that is one
of the entity's names), an unknown one if the annotation marks a name there. Where a mention ends is not judged here.
Printed are the expected calibration error (the mean distance between confidence and share right, over tenths of it)
and the tenths themselves.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bench.entity_weights import TABLE, Trainer, in_part, records_in
from factwire.extraction.entities.linking import link_mentions
from factwire.extraction.model import Entity, Mention
from factwire.kb.catalogue import Catalogue

SETS: Final = ("news-fair", "wiki-fair", "gum-other")
UNMARKED: Final = ("demonym", "title", "pronoun", "nominal")
"""Forms that the annotations leave out or mark otherwise."""

Gold = Mapping[str, Any]
Judged = tuple[bool, float, bool]
"""Whether a mention is linked, its confidence, whether it is right."""


def judged_mentions(shared: Path, table: Path = TABLE, part: str = "0/1") -> Iterator[Judged]:
    """Every mention in the annotated stretches of the three sets that the annotation says something of."""
    trainer, weights = Trainer.load(), tomllib.loads(table.read_text("utf-8"))
    kinds = {name: tuple(row) for name, row in weights["kind"].items()}
    grammar = replace(trainer.grammar, kind_weights=kinds, link_weights=weights["link"], sense_weights=weights["sense"])
    for name in SETS:
        for record in records_in(shared / f"dev-entities/gold/{name}.jsonl"):
            if not in_part(record["id"], part):
                continue
            linked = link_mentions(trainer.laid_out(record), grammar=grammar, catalogue=trainer.catalogue)
            for entity in linked.entities:
                for mention in entity.mentions:
                    if (judged := _judged(entity, mention, record, trainer.catalogue)) is not None:
                        yield judged


def _judged(entity: Entity, mention: Mention, record: Gold, catalogue: Catalogue) -> Judged | None:
    start, end = mention.span.start, mention.span.end
    annotated = not record.get("spans") or any(a <= start and end <= b for a, b in record["spans"])
    marked = [gold for gold in record["gold"] if gold["start"] < end and start < gold["end"]]
    if not annotated or mention.form in UNMARKED or any(gold.get("optional") for gold in marked):
        return None
    entity_id = mention.via or entity.entity_id
    if not entity_id.startswith("Q"):
        return False, mention.confidence, bool(marked)
    if marked and not any(gold.get("qid") or gold.get("wiki") or gold.get("nil") for gold in marked):
        return None
    return True, mention.confidence, any(_means(gold, entity_id, catalogue) for gold in marked)


def _means(gold: Gold, entity_id: str, catalogue: Catalogue) -> bool:
    """Whether an annotation means an entity, by its id or by a title without what tells it from its namesakes."""
    if gold.get("qid") or not gold.get("wiki"):
        return bool(gold.get("qid") == entity_id)
    title = str(gold["wiki"]).replace("_", " ").partition(" (")[0].partition(", ")[0]
    return any(candidate.record.id == entity_id for candidate in catalogue.lookup(title))


def tenths(judged: Iterable[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, mentions) for each tenth of confidence that has mentions."""
    buckets: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in judged:
        buckets.setdefault(min(int(confidence * 10), 9), []).append((confidence, right))
    return [
        (sum(c for c, _ in found) / len(found), sum(r for _, r in found) / len(found), len(found))
        for _, found in sorted(buckets.items())
    ]


def main(shared: Path, *chosen: str) -> None:
    table = Path(chosen[0]) if chosen else TABLE
    judged = list(judged_mentions(shared, table, *chosen[1:2]))
    shares = {
        "all mentions": judged,
        "linked": [j for j in judged if j[0]],
        "unknown": [j for j in judged if not j[0]],
    }
    for name, listed in shares.items():
        rows = tenths((confidence, right) for _, confidence, right in listed)
        error = sum(abs(confidence - share) * count for confidence, share, count in rows) / max(1, len(listed))
        print(f"{name}: {len(listed)} mentions, expected calibration error {error:.3f}")
        for confidence, share, count in rows:
            print(f"  confidence {confidence:.2f}  right {share:.2f}  of {count}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
