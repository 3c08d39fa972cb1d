"""``make bench``: how fast it is, beside what else one would take, part by part.

    python -m bench                        every part, under 15 minutes on a quiet machine; the table into the docs
    python -m bench --only core,gateway    these again; the other parts keep the figures of the last run
    python -m bench --short                the core beside its peers, as CI runs it
    python -m bench --size 0.05            with a twentieth of the articles, to see that it runs; nothing is kept

Exit code 1 where a part failed, or a ratio to a peer has fallen by a quarter below the recorded one. ``--record`` keeps
this run's ratios as the ones to compare with.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from time import perf_counter

from bench import report
from bench.parts import PARTS, Part, Results
from bench.progress import say


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that containers and services end too
    options = _options()
    chosen = [part for part in PARTS if part.name in options.only and (part.short or not options.short)]
    found = {part.name: run(part, options.size) for part in chosen}
    if options.short:
        found = _again_where_fallen(chosen, found)
    print("\n".join(report.lines(found)))
    worse = report.fallen(report.ratios(found), report.recorded_ratios())
    failed = [fault for part in found.values() for fault in part.get("failed", [])]
    if options.size == 1:
        _keep(found, short=options.short, record=options.record)
    for line in [*(f"failed: {fault}" for fault in failed), *(f"fallen: {line}" for line in worse)]:
        print(line, file=sys.stderr)
    return 1 if worse or failed else 0


def run(part: Part, size: float) -> Results:
    """The part's figures; where it fails, why. What one part does must not cost the others theirs."""
    say(f"{part.name}: {part.words}")
    began, load = perf_counter(), os.getloadavg()[0]
    try:
        found = part.run(size)
    except Exception as fault:  # noqa: BLE001 - told at the end, with exit code 1
        say(f"{part.name} failed: {fault!r}")
        found = {"failed": [f"{part.name}: {type(fault).__name__}: {(str(fault).splitlines() or [''])[0]}"]}
    seconds = perf_counter() - began
    say(f"{part.name}: {seconds:.0f} s")
    return {**found, "load": round(load, 1), "took_seconds": round(seconds)}


def _again_where_fallen(chosen: Sequence[Part], found: dict[str, Results]) -> dict[str, Results]:
    """A second try, since a busy machine can do that too; of each ratio the better one counts."""
    if not report.fallen(report.ratios(found), report.recorded_ratios()):
        return found
    say("a ratio has fallen: once more")
    return {part.name: report.better(found[part.name], run(part, 1)) for part in chosen}


def _keep(found: dict[str, Results], *, short: bool, record: bool) -> None:
    report.keep(found, report.LAST)
    if record:
        report.keep(found, report.RECORDED)
    if short:
        return
    last = report.kept(report.LAST)
    if missing := [part.name for part in PARTS if part.name not in last]:
        say(f"the table in {report.PAGE.name} is left as it is: never run here: {', '.join(missing)}")
    else:
        report.write_page(last)


def _options() -> argparse.Namespace:
    names = [part.name for part in PARTS]
    parser = argparse.ArgumentParser(
        "python -m bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", default=",".join(names), help=f"parts by name: {', '.join(names)}")
    parser.add_argument("--short", action="store_true", help="the parts that need no containers and little time")
    parser.add_argument("--size", type=float, default=1.0, help="times as many articles")
    parser.add_argument("--record", action="store_true", help="keep this run's ratios to compare with")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := sorted(set(options.only) - set(names)):
        parser.error(f"no part is called {', '.join(unknown)}; there are {', '.join(names)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
