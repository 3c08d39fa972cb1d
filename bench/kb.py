"""A knowledge base of millions of names: how long it takes to build, how large it is, how fast it answers.

    python -m bench.kb --aliases 5000000

A dump of invented items in the real format is written to a temporary folder (about 350 bytes an alias), built, measured
and deleted. Building and looking up run in processes of their own, so that each one's memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from factwire.kb.build import read_shipped
from factwire.kb.keys import alias_key
from factwire.kb.load import load_catalogue
from factwire.operations.kb_build import Order, Progress, build_from_dump

NAMES_AN_ITEM = 3
CLASSES = ("Q5", "Q5", "Q5", "Q515", "Q532", "Q4830453", "Q11424", "Q43229")
ASKED = 200_000
LINE = (
    '{"type":"item","id":"Q%d","labels":{"en":{"language":"en","value":"%s"}},"descriptions":{"en":{"language":"en",'
    '"value":"something invented for a measurement"}},"aliases":{"en":[%s]},"claims":{"P31":[{"mainsnak":{"snaktype":'
    '"value","property":"P31","datavalue":{"value":{"entity-type":"item","id":"%s"},"type":"wikibase-entityid"}},'
    '"type":"statement","rank":"normal"}],"P17":[{"mainsnak":{"snaktype":"value","property":"P17","datavalue":{"value":'
    '{"entity-type":"item","id":"Q148"},"type":"wikibase-entityid"}},"type":"statement","rank":"normal"}]},'
    '"sitelinks":{%s},"lastrevid":1,"modified":"2026-01-01T00:00:00Z"},\n'
)
SYLLABLES = [c + v + e for c in "bcdfghklmnprstvw" for v in "aeiou" for e in ("", "n", "r", "s", "l")]


def write_dump(path: Path, aliases: int) -> None:
    """Items with three names each, of two or three invented words."""
    chance = random.Random(5)
    with path.open("w", encoding="utf-8", buffering=1 << 20) as out:
        out.write("[\n")
        for number in range(aliases // NAMES_AN_ITEM):
            name, *others = (_name(chance) for _ in range(NAMES_AN_ITEM))
            listed = ",".join(f'{{"language":"en","value":"{other}"}}' for other in others)
            sites = ",".join(f'"{s}wiki":{{"site":"{s}wiki","title":"T"}}' for s in SYLLABLES[: chance.randint(1, 4)])
            out.write(LINE % (1_000_000_000 + number, name, listed, chance.choice(CLASSES), sites))
        out.write("]\n")


def _name(chance: random.Random) -> str:
    words = (
        "".join(chance.choices(SYLLABLES, k=chance.randint(1, 3))).capitalize() for _ in range(chance.randint(2, 3))
    )
    return " ".join(words)


def build(folder: Path) -> dict[str, object]:
    """Builds the file; seconds a step, megabytes at most."""
    ended: dict[str, float] = {}
    started = perf_counter()

    def watch(at: Progress) -> None:
        ended[at.step] = perf_counter() - started

    report = build_from_dump(Order(folder / "dump.json", folder / "big.kb", read_shipped(), "sitelinks>=1"), watch)
    return {
        "build_seconds": round(perf_counter() - started, 1),
        "seconds_until_end_of": {step: round(seconds, 1) for step, seconds in ended.items()},
        "build_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "most_findings_names_keys_held": report.most_held,
        "items_kept": report.kept,
        "file_mb": round((folder / "big.kb").stat().st_size / 1e6, 1),
    }


def look_up(folder: Path) -> dict[str, object]:
    """Opens the file and asks it: the memory of each step, and how many answers a second."""
    before = resident_mb()
    started = perf_counter()
    catalogue = load_catalogue(folder / "big.kb")
    loaded = perf_counter() - started
    opened = resident_mb()
    keys = list(_some_keys(folder / "dump.json"))
    prepared = resident_mb()
    started = perf_counter()
    found = sum(1 for key in keys if catalogue.candidates(key))
    spent = perf_counter() - started
    started = perf_counter()
    known = sum(1 for key in keys if key in catalogue.prefixes(f"{key} went on to say that"))
    walked = perf_counter() - started
    return {
        "aliases": dict(catalogue.counts())["aliases"],
        "load_ms": round(loaded * 1000, 2),
        "resident_mb_by_opening": opened - before,
        "resident_mb_by_asking": resident_mb() - prepared,
        "asked": len(keys),
        "found": [found, known],
        "look_ups_a_second": round(len(keys) / spent),
        "prefix_searches_a_second": round(len(keys) / walked),
    }


def _some_keys(dump: Path) -> Iterator[str]:
    """Keys from all over the dump, in an order of their own."""
    chance = random.Random(6)
    size, step = dump.stat().st_size, dump.stat().st_size // ASKED + 1
    places = list(range(0, size, step))
    chance.shuffle(places)
    with dump.open("rb") as file:
        for place in places:
            file.seek(place)
            file.readline()
            parts = file.readline().split(b'"value":"', 2)
            if len(parts) > 1:
                yield alias_key(parts[1].split(b'"', 1)[0].decode())


def resident_mb() -> int:
    """Megabytes of this process that are in memory, mapped files among them (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() >> 20


def measure(aliases: int) -> dict[str, object]:
    """All figures, from a dump that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="factwire-kb-") as name:
        folder = Path(name)
        started = perf_counter()
        write_dump(folder / "dump.json", aliases)
        figures: dict[str, object] = {
            "dump_mb": round((folder / "dump.json").stat().st_size / 1e6),
            "dump_written_in": round(perf_counter() - started, 1),
            "load_average": [round(load, 1) for load in os.getloadavg()],
        }
        return {**figures, **_apart("build", folder), **_apart("look_up", folder)}


def _apart(step: str, folder: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.kb", "--step", step, "--folder", str(folder)], check=True, capture_output=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--aliases", type=int, default=5_000_000)
    options.add_argument("--step", choices=["build", "look_up"], help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    steps = {"build": build, "look_up": look_up}
    figures = steps[asked.step](asked.folder) if asked.step else measure(asked.aliases)
    print(json.dumps(figures, indent=None if asked.step else 2))


if __name__ == "__main__":
    main()
