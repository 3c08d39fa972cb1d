from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from factwire.console.plots import (
    BINS,
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Point,
    bars,
    compact,
    histogram,
    scatter,
)

NUMBERS = st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=40)
DAYS = st.dates()


@given(NUMBERS)
@example([0.0, 5e-324])
@example([-1.7e308, 1.7e308])
def test_histogram_counts_every_finite_number_inside_its_frame(numbers):
    drawn = histogram(numbers)
    finite = [number for number in numbers if abs(number) < float("inf")]
    if drawn is None:
        assert len(set(finite)) < 2
        return
    assert len(drawn.bars) == BINS
    assert sum(bar.count for bar in drawn.bars) == len(finite)
    for bar in drawn.bars:
        assert LEFT <= bar.x <= WIDTH - RIGHT
        assert TOP - 0.1 <= bar.y <= HEIGHT - BOTTOM + 0.1
    assert all(LEFT <= tick.at <= WIDTH - RIGHT for tick in drawn.ticks)
    assert len(drawn.ticks) <= 13


@given(st.lists(st.tuples(DAYS, st.floats(), st.floats()), max_size=20))
@example([(date(2024, 3, 1), 0.0, 5e-324), (date(2024, 3, 2), 0.0, 5e-324)])
@example([(date(2024, 3, 1), 1e20, 1e20), (date(2024, 3, 2), 1e20, 1e20)])
@example([(date(2024, 3, 1), -1.7e308, 1.7e308), (date(2024, 3, 2), 0.0, 1.0)])
def test_scatter_keeps_every_dot_inside_its_frame(given_points):
    drawn = scatter([Point(when, low, high, "", "") for when, low, high in given_points])
    if drawn is None:
        return
    for dot in drawn.dots:
        assert LEFT <= dot.x <= WIDTH - RIGHT
        assert TOP <= dot.y <= HEIGHT - BOTTOM
        assert TOP <= dot.top <= HEIGHT - BOTTOM
    assert 1 <= len(drawn.across) <= 7


def test_numbers_over_magnitudes_stand_on_powers_of_ten():
    drawn = histogram([1, 50, 3_000, 2_000_000, 5e9])
    assert drawn is not None
    labels = [tick.label for tick in drawn.ticks]
    assert labels == ["1", "100", "10 k", "1 m", "100 m"]


def test_one_number_far_away_does_not_flatten_the_others():
    drawn = histogram([-1.0, *range(100), 1e12])
    assert drawn is not None
    assert drawn.bars[-1].count < 10
    assert max(bar.count for bar in drawn.bars) < 20


def test_years_months_and_days_are_ticked_as_people_count_them():
    def ticks(first, last):
        drawn = scatter([Point(day, 1, 2, "", "") for day in (first, last)])
        return [tick.label for tick in drawn.across]

    assert ticks(date(2019, 6, 1), date(2023, 6, 1)) == ["2020", "2021", "2022", "2023"]
    assert ticks(date(2024, 1, 20), date(2024, 4, 2)) == ["Feb 2024", "Mar 2024", "Apr 2024"]
    assert ticks(date(2024, 3, 1), date(2024, 3, 3)) == ["1 Mar", "2 Mar", "3 Mar"]
    assert ticks(date(2024, 3, 1), date(2024, 3, 1)) == ["1 Mar 2024"]


def test_highest_bar_fills_the_drawing_and_empty_ones_have_no_height():
    drawn = bars([("a", 0), ("b", 4), ("c", 1)])
    assert [bar.height for bar in drawn.bars] == [0, 100, 25]
    assert drawn.most == 4
    assert bars([]).bars == ()
    assert [bar.height for bar in bars([("a", 0)]).bars] == [0]


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (0.35, "0.35"), (7, "7"), (2.5, "2.5"), (1200, "1,200"), (250_000, "250 k"), (4.1e9, "4.1 bn"),
     (1e12, "1 tn"), (3e17, "3e17"), (-5e6, "-5 m")],
)  # fmt: skip
def test_large_numbers_are_written_short(number, written):
    assert compact(number) == written
