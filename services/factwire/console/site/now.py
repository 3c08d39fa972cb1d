"""*Now*: how much comes in, what waits, how old it is, what died, and how each service is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from factwire.console.plots import Bars, bars
from factwire.console.site.frame import Site
from factwire.console.watch import Board
from factwire.storage.pulse import Pulse

MINUTES: Final = 60


def add_routes(router: APIRouter, site: Site) -> None:
    async def shown(request: Request, template: str) -> HTMLResponse:
        visitor = await site.reader(request)
        pulse, board = await site.overview.pulse(), await site.watch.look()
        now = site.reading.clock()
        values = {"board": board, "pulse": pulse, "chart": chart(pulse, now), "at": now, **tiles(pulse, board, now)}
        return site.show(request, visitor, template, here="now", **values)

    @router.get("/now")
    async def now(request: Request) -> HTMLResponse:
        return await shown(request, "now.html")

    @router.get("/now/board")
    async def now_board(request: Request) -> HTMLResponse:
        """The part that changes, for the script that keeps it fresh."""
        return await shown(request, "now_board.html")


def chart(pulse: Pulse, now: datetime) -> Bars:
    """Articles of each minute of the last hour, the present minute last."""
    this = now.replace(second=0, microsecond=0)
    minutes = [this - timedelta(minutes=back) for back in reversed(range(MINUTES))]
    return bars([(f"{minute:%H:%M}", pulse.minutes.get(minute, 0)) for minute in minutes])


def tiles(pulse: Pulse, board: Board, now: datetime) -> dict[str, Any]:
    return {
        "last_minute": pulse.last_minute,
        "since_last": None if pulse.last_at is None else ago(now - pulse.last_at),
        "oldest": None if board.oldest_seconds is None else span(board.oldest_seconds),
        "usual": None if board.end_to_end_seconds is None else span(board.end_to_end_seconds),
        "dead_total": None if board.dead is None else sum(board.dead.values()),
    }


def ago(time: timedelta) -> str:
    seconds = max(0.0, time.total_seconds())
    return "just now" if seconds < 2 else f"{span(round(seconds))} ago"


def span(seconds: float) -> str:
    """'0.35 s', '12 s', '4 min', '3 h', '2 d'."""
    if seconds < 10:
        return f"{seconds:.2f}".rstrip("0").rstrip(".") + " s"
    for length, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
