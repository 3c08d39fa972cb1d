"""Whether the confidence of entity mentions means something: how often mentions of each confidence are right.

python -m bench.entity_calibration FOLDER

A linked mention is right if its id is the annotated one, an unknown one if the annotation marks a name there. Printed
are the expected calibration error (the mean distance between confidence and share right, over tenths of confidence)
and the tenths themselves.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from factwire.enricher.mapping import to_article
from factwire.events.raw_article import RawArticle
from factwire.extraction.model import Entity, Mention
from factwire.extraction.pipeline import open_pipeline

SETS: Final = ("news-fair", "wiki-fair", "gum-other")
UNMARKED: Final = ("demonym", "title", "pronoun", "nominal")
"""Forms that the annotations leave out or mark otherwise."""

Gold = Mapping[str, Any]
Judged = tuple[bool, float, bool]
"""Whether a mention is linked, its confidence, whether it is right."""


def judged_mentions(shared: Path) -> Iterator[Judged]:
    """Every mention in the annotated stretches of the three sets that the annotation says something of."""
    pipeline = open_pipeline()
    for name in SETS:
        for line in (shared / f"dev-entities/gold/{name}.jsonl").read_text("utf-8").splitlines():
            record = json.loads(line)
            published = f"{record['date']}T00:00:00Z" if record.get("date") else None
            event = RawArticle(article_id=record["id"], body=record["text"], language="en", published_at=published)
            document = pipeline(to_article(event))
            for entity in document.entities:
                for mention in entity.mentions:
                    if (judged := _judged(entity, mention, record)) is not None:
                        yield judged


def _judged(entity: Entity, mention: Mention, record: Gold) -> Judged | None:
    start, end = mention.span.start, mention.span.end
    annotated = not record.get("spans") or any(a <= start and end <= b for a, b in record["spans"])
    marked = [gold for gold in record["gold"] if gold["start"] < end and start < gold["end"]]
    if not annotated or mention.form in UNMARKED or any(gold.get("optional") for gold in marked):
        return None
    entity_id = mention.via or entity.entity_id
    if not entity_id.startswith("Q"):
        return False, mention.confidence, bool(marked)
    gold: Gold = next((gold for gold in marked if (start, end) in _spans(gold)), {})
    if gold and not (gold.get("qid") or gold.get("wiki") or gold.get("nil")):
        return None
    right = gold.get("qid") == entity_id or _plain(gold.get("wiki", "")) == _plain(entity.name)
    return True, mention.confidence, bool(gold) and right


def _spans(gold: Gold) -> set[tuple[int, int]]:
    return {(gold["start"], gold["end"]), *((start, end) for start, end in gold.get("alt", ()))}


def _plain(title: str) -> str:
    """A title without what tells it from its namesakes: Jackson (film), Jackson, Mississippi."""
    return title.replace("_", " ").partition(" (")[0].partition(", ")[0].casefold().removeprefix("the ")


def tenths(judged: Iterable[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, mentions) for each tenth of confidence that has mentions."""
    buckets: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in judged:
        buckets.setdefault(min(int(confidence * 10), 9), []).append((confidence, right))
    return [
        (sum(c for c, _ in found) / len(found), sum(r for _, r in found) / len(found), len(found))
        for _, found in sorted(buckets.items())
    ]


def main(shared: Path) -> None:
    judged = list(judged_mentions(shared))
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
    main(Path(sys.argv[1]))
