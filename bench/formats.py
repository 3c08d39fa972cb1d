"""How well pages, ninjs and duplicates are read, against the practice data of a folder.

python -m bench.formats FOLDER [--show]        FOLDER holds html/, ninjs/ and clusters/; --show names what was missed
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

from factwire.enricher.recognition import ALIKE
from factwire.errors import InvalidInput
from factwire.extraction.text.fingerprints import fingerprint, similarity
from factwire.formats.html import Page, read_html, read_page
from factwire.formats.ninjs import read_ninjs

_WORD = re.compile(r"[぀-ヿ一-鿿가-힣]|\w+")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines())


@dataclass
class Tally:
    """Figures of one set of pages; ``missed`` are lines for a person."""

    pages: int = 0
    f1: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def judge(self, what: str, hit: bool, line: str) -> None:
        self.counts[what, "of"] += 1  # type: ignore[index]
        self.counts[what, "hit"] += hit  # type: ignore[index]
        if not hit:
            self.missed.append(f"{what}: {line}")

    def share(self, what: str) -> str:
        of = self.counts[what, "of"]  # type: ignore[index]
        hit = self.counts[what, "hit"]  # type: ignore[index]
        return f"{hit}/{of} {hit / of:.3f}" if of else "-"


def words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def f1(found: str, wanted: str) -> float:
    """Of the bags of words."""
    ours, theirs = words(found), words(wanted)
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def same_words(found: str | None, wanted: str) -> bool:
    """Letters and figures; dashes, quotation marks and spaces are written in many ways."""
    return _WORD.findall((found or "").casefold()) == _WORD.findall(wanted.casefold())


def judge_page(tally: Tally, row: dict[str, Any], page: Page) -> None:
    name = row["file"]
    if row.get("text"):
        tally.f1.append(f1(page.text, row["text"]))
        if tally.f1[-1] < 0.93:
            tally.missed.append(f"text: {tally.f1[-1]:.3f} {name} {len(page.text)} for {len(row['text'])}")
    for segment in row.get("must_contain") or ():
        tally.judge("must", _squeezed(segment) in _squeezed(page.text), f"{name} {segment!r}")
    for segment in row.get("must_not_contain") or ():
        tally.judge("must not", _squeezed(segment) not in _squeezed(page.text), f"{name} {segment!r}")
    if row.get("title"):
        tally.judge("title", same_words(page.title, row["title"]), f"{name} {page.title!r} for {row['title']!r}")
    if row.get("published_at"):
        day = page.published.date().isoformat() if page.published else None
        tally.judge("date", day == row["published_at"][:10], f"{name} {page.published} for {row['published_at']}")
    if row.get("authors") or row.get("author"):
        wanted = row.get("authors") or [row["author"]]
        tally.judge(
            "author", any(same_words(a, b) for a in page.authors for b in wanted), f"{name} {page.authors} for {wanted}"
        )
    if row.get("language"):
        tally.judge(
            "language", (page.language or "")[:2] == row["language"], f"{name} {page.language} for {row['language']}"
        )


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def judge_pages(folder: Path) -> Tally:
    tally = Tally()
    for row in rows(folder / "expected.jsonl"):
        tally.pages += 1
        raw = read_html(gzip.decompress((folder / "pages" / row["file"]).read_bytes()))
        try:
            judge_page(tally, row, read_page(raw.body or ""))
        except InvalidInput as fault:
            tally.judge("text", hit=False, line=f"{row['file']} {fault}")
    return tally


def html(folder: Path, *, show: bool) -> None:
    print(
        "pages: set, text F1, titles, dates, authors, languages, segments that must and must not be there, "
        "pages a CPU second"
    )
    for path in sorted(folder.glob("*/expected.jsonl")):
        began = process_time()
        tally = judge_pages(path.parent)
        rate = tally.pages / (process_time() - began)
        mean = sum(tally.f1) / len(tally.f1) if tally.f1 else None
        figures = [tally.share(what) for what in ("title", "date", "author", "language", "must", "must not")]
        print(f"  {path.parent.name:12} {'-' if mean is None else f'{mean:.3f}'}  {'  '.join(figures)}  {rate:.0f}")
        for line in tally.missed if show else ():
            print(f"      {line}")


def ninjs(folder: Path, *, show: bool) -> None:
    documents = [path for path in sorted(folder.rglob("*.json")) if "schema" not in path.parts]
    faults = {}
    for path in documents:
        try:
            article = read_ninjs(path.read_bytes())
        except InvalidInput as fault:
            faults[path.name] = str(fault)
        else:
            if show:
                print(f"      {path.name}: {article.model_dump(exclude_defaults=True, exclude={'body', 'extra'})}")
    print(
        f"ninjs: {len(documents) - len(faults)} of {len(documents)} documents are articles; refused: {faults or 'none'}"
    )


def clusters(folder: Path) -> None:
    """Pairs called duplicates, by what people or shingles say they are; F1 over all but the expanded versions."""
    called: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    articles, began = 0, process_time()
    for path in sorted(folder.glob("*/articles.jsonl")):
        prints = {row["id"]: fingerprint(row["body"]) for row in rows(path)}
        articles += len(prints)
        for row in rows(path.parent / "pairs.jsonl"):
            one, other = (prints[row.get(a) or row[b]] for a, b in (("a", "earlier"), ("b", "later")))
            alike = one is not None and other is not None and similarity(one, other) >= ALIKE
            band = one is not None and other is not None and bool(set(one.bands()) & set(other.bands()))
            pairs[row["label"]] += 1
            called[row["label"]] += alike and band
    print(f"duplicates: {articles} articles, {1000 * (process_time() - began) / articles:.2f} ms of CPU each")
    for label, number in pairs.items():
        print(f"  {label:22} {called[label]:4} of {number:4} called duplicates")
    wanted = ("exact_duplicate", "near_duplicate")
    hits, misses = sum(called[label] for label in wanted), sum(pairs[label] - called[label] for label in wanted)
    false = sum(called[label] for label in pairs if label not in (*wanted, "expanded_version"))
    print(f"  F1 {2 * hits / (2 * hits + misses + false):.3f}")


def main(folder: Path, *, show: bool) -> None:
    ninjs(folder / "ninjs", show=show)
    html(folder / "html", show=show)
    clusters(folder / "clusters")


if __name__ == "__main__":
    main(Path(sys.argv[1]), show="--show" in sys.argv)
