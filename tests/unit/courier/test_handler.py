"""What an answer means for a delivery."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from factwire.courier.handler import MOST_PAUSE, Patience, judge

PATIENCE = Patience(attempts=10, first=5.0)


def verdict(status: int | None, attempts: int = 1, fault: str | None = None):
    return judge(status, fault, attempts, PATIENCE, random.Random(1))


@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_2xx_takes_it(status):
    assert verdict(status).fault is None


@pytest.mark.parametrize("status", [301, 302, 400, 404, 429, 500, 503])
def test_anything_else_is_tried_again(status):
    assert str(status) in verdict(status).fault
    assert verdict(status).pause is not None


def test_no_answer_is_tried_again_and_says_why():
    assert verdict(None, fault="no answer in time").fault == "no answer in time"


def test_pauses_grow_fourfold_up_to_half_a_day_and_are_spread():
    seconds = [verdict(500, attempts).pause.total_seconds() for attempts in range(1, 10)]
    for pause, meant in zip(seconds, [5, 20, 80, 320, 1280, 5120, 20480, MOST_PAUSE, MOST_PAUSE], strict=True):
        assert 0.8 * meant <= pause <= 1.2 * meant
    assert judge(500, None, 1, PATIENCE, random.Random(2)).pause != timedelta(seconds=seconds[0])


def test_it_is_given_up_after_the_last_attempt():
    assert verdict(500, attempts=10).pause is None
    assert not verdict(500, attempts=10).gone


def test_410_ends_all_calls():
    assert verdict(410).gone
