"""What somebody sees of a backfill that takes hours."""

from __future__ import annotations

import io
from collections.abc import Iterator

from factwire.cli.backfill_progress import EVERY, showing
from factwire.operations.backfill import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def at(done: int, published: int, refused: int = 0) -> Progress:
    return Progress(file="archive/2024.jsonl", done_bytes=done, total_bytes=1000, published=published, refused=refused)


def lines(moments: Iterator[tuple[float, Progress]]) -> list[str]:
    """What a log gets: ``moments`` are seconds to let pass, and how far it is then."""
    log, watch = io.StringIO(), Watch()
    with showing(log, watch) as show:
        for seconds, progress in moments:
            watch.seconds += seconds
            show(progress)
    return log.getvalue().splitlines()


def test_a_log_gets_a_line_now_and_then_with_rate_share_and_time_left():
    assert lines(iter([(EVERY * 6, at(100, 1200))])) == ["backfill: 1,200 articles, 20/s, 10%, some 9 min left"]


def test_a_log_is_not_flooded():
    often = ((1.0, at(step, step)) for step in range(int(EVERY * 3)))
    assert len(lines(often)) == 3


def test_refused_articles_count_for_the_rate_and_not_as_published():
    assert lines(iter([(10, at(500, 0, refused=50))])) == ["backfill: 0 articles, 5/s, 50%, some 0 min left"]


def test_before_anything_is_read_nothing_is_promised():
    assert lines(iter([(EVERY, at(0, 0))])) == ["backfill: 0 articles, 0/s, 0%"]


def test_an_archive_without_a_byte_divides_by_nothing():
    empty = Progress(file="empty.jsonl", done_bytes=0, total_bytes=0)
    assert lines(iter([(EVERY, empty)])) == ["backfill: 0 articles, 0/s, 0%"]


def test_a_terminal_gets_a_bar_with_the_file_and_the_rate():
    terminal, watch = Terminal(), Watch()
    with showing(terminal, watch) as show:
        watch.seconds += 60
        show(at(100, 1200))
    shown = terminal.getvalue()
    assert "2024.jsonl" in shown
    assert "10%" in shown
    assert "1,200 articles, 20/s" in shown
