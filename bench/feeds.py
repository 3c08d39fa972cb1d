"""Reads every feed of a folder and counts: files, entries, what was refused and why, dates read and left unread.

python -m bench.feeds FOLDER
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from time import process_time

from factwire.errors import InvalidInput
from factwire.formats.feed import Feed, read_feed

_FEEDS = {".xml", ".atom", ".rss", ".rdf", ".json"}


def feeds_in(folder: Path) -> list[Path]:
    """What a feed's file may be called; the answers beside them are not."""
    return [p for p in sorted(folder.rglob("*")) if p.suffix in _FEEDS and ".expected" not in p.name and _is_input(p)]


def _is_input(path: Path) -> bool:
    return path.suffix != ".json" or not path.with_suffix(".xml").exists()


def main(folder: Path) -> None:
    counts: Counter[str] = Counter()
    seconds = 0.0
    for path in feeds_in(folder):
        content = path.read_bytes()
        counts["files"] += 1
        counts["bytes"] += len(content)
        began = process_time()
        try:
            feed = read_feed(content, "https://feeds.example/" + path.name)
        except InvalidInput as fault:
            counts["refused files"] += 1
            print(f"  refused  {path.relative_to(folder)}: {fault}")
        else:
            _count(feed, counts)
        seconds += process_time() - began
    for name, count in counts.items():
        print(f"{count:8} {name}")
    print(f"{counts['bytes'] / 1e6 / seconds:8.1f} MB a CPU second")


def _count(feed: Feed, counts: Counter[str]) -> None:
    counts["files with entries" if feed.entries else "feeds that hold no entry"] += 1
    counts["entries"] += len(feed.entries)
    for entry in feed.entries:
        article = entry.article
        if article is None:
            counts[f"refused entries: {entry.fault}"] += 1
            continue
        counts["articles"] += 1
        counts["with a link"] += article.url is not None
        counts["with a date"] += article.published_at is not None
        counts["with a date kept as written"] += "published_raw" in article.extra.get("feed", {})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
