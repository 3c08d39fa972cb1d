"""A benchmark fails where a ratio to a peer has fallen by a quarter, and nowhere else."""

import pytest
from bench.report import fallen


@pytest.mark.parametrize(("now", "told"), [(30.0, False), (22.6, False), (22.4, True), (1.0, True)])
def test_a_ratio_that_fell_by_more_than_a_quarter_is_told(now: float, told: bool) -> None:
    assert bool(fallen({"claims to quantulum3": now}, {"claims to quantulum3": 30.0})) is told


def test_a_ratio_never_recorded_cannot_fall() -> None:
    assert fallen({"new": 0.1}, {"old": 30.0}) == []


def test_the_line_says_by_how_much() -> None:
    assert fallen({"claims": 15.0}, {"claims": 30.0}) == ["claims: 15.00, recorded 30.00: down by 50%"]
