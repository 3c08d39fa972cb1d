"""Guesses the year, or the week, that the writer left out: "Friday", "March 5", "in September", "the third quarter".

The news writes what is near. A bare name is the last one not after publication, or the next where the sentence
looks ahead; a date with its day is the nearest, because the year would be written if it were far.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from factwire.extraction.times.intervals import Interval, day, half, month, month_end, quarter, season, year
from factwire.extraction.times.readings import Look, Open, Reading, placed, unplaced

_LONG_PAST: Final = {"past": 300, None: 250, "future": 45}
"""Days after which a bare date is taken to lie ahead instead, by the way the sentence looks."""
_NEAR_MONTHS: Final = 4
"""A bare month in a phrase without a verb lies ahead if it is at most so many months away."""


def near_weekday(published: date | None, weekday: int, look: Look) -> Reading:
    """The last such day not after publication; the next not before it if the sentence looks ahead."""
    if published is None:
        return unplaced(f"XXXX-WXX-{weekday + 1}")
    back = (published.weekday() - weekday) % 7
    moment = published + timedelta((7 - back) % 7 if look == "future" else -back)
    return placed(day(moment), anchor="published_at", open=("weekday", weekday, 0))


def near_day(published: date | None, number: int, day_: int, look: Look) -> Reading:
    """A month and a day: the nearest, with a lean to the past."""
    date(2000, number, day_)
    if published is None:
        return unplaced(f"XXXX-{number:02d}-{day_:02d}")
    past = _last_such(published, number, day_)
    ahead = _last_such(date(published.year + 1, published.month, min(published.day, 28)), number, day_)
    if ahead <= published:
        ahead = _last_such(date(published.year + 2, 1, 1), number, day_)
    moment = past if (published - past).days <= _LONG_PAST[look] else ahead
    return placed(day(moment), anchor="published_at", open=("day", number, day_))


def near_month(published: date | None, number: int, look: Look) -> Reading:
    """A month alone: this one, else the last, else (looking ahead) the next."""
    if published is None:
        return unplaced(f"XXXX-{number:02d}", "month")
    ahead = (number - published.month) % 12
    forward = look == "future" or (look is None and ahead <= _NEAR_MONTHS)
    year_ = published.year + (published.month + ahead - 1) // 12
    return placed(
        month(year_ if forward or ahead == 0 else year_ - 1, number), anchor="published_at", open=("month", number, 0)
    )


def near_quarter(published: date | None, number: int, look: Look) -> Reading:
    """The last quarter of that number that has begun; the next that has not ended if the sentence looks ahead."""
    if published is None:
        return unplaced(f"XXXX-Q{number}", "quarter")
    return placed(_near(published, look, [quarter(published.year + n, number) for n in (-1, 0, 1)]),
                  anchor="published_at", open=("quarter", number, 0))  # fmt: skip


def near_half(published: date | None, number: int, look: Look) -> Reading:
    if published is None:
        return unplaced(f"XXXX-H{number}", "half")
    return placed(_near(published, look, [half(published.year + n, number) for n in (-1, 0, 1)]),
                  anchor="published_at", open=("half", number, 0))  # fmt: skip


def near_season(published: date | None, name: str, look: Look) -> Reading:
    if published is None:
        return unplaced(f"XXXX-{name}", "season")
    return placed(_near(published, look, [season(published.year + n, name) for n in (-1, 0, 1)]), anchor="published_at")


def last_quarter(published: date) -> Interval:
    """The last quarter that was over on the day: the one that companies then report."""
    number = (published.month - 1) // 3
    return quarter(published.year, number) if number else quarter(published.year - 1, 4)


def of_year(open_: Open, year_: int) -> Interval:
    made = _of_year(open_[0], year_, open_[1], open_[2])
    return made if made is not None else year(year_)


def _of_year(kind: str, year_: int, first: int, second: int) -> Interval | None:
    if kind == "day":
        return day(date(year_, first, second))
    if kind == "month":
        return month(year_, first)
    if kind == "quarter":
        return quarter(year_, first)
    return half(year_, first) if kind == "half" else None


def _near(published: date, look: Look, candidates: list[Interval]) -> Interval:
    if look == "future":
        return next(c for c in candidates if c.end >= published)
    return next(c for c in reversed(candidates) if c.begin <= published)


def _last_such(published: date, number: int, day_: int) -> date:
    """The last such day not after ``published``; for 29 February that of the last leap year."""
    for year_ in range(published.year, published.year - 9, -1):
        if day_ <= month_end(year_, number).day and date(year_, number, day_) <= published:
            return date(year_, number, day_)
    raise ValueError("no such day within eight years")
