"""Sequences of idempotent producers."""

from __future__ import annotations

import pytest
from tests.unit.devstack.broker.making import batch

from factwire.devstack.broker.batches import Header, read_header
from factwire.devstack.broker.producers import Producers
from factwire.devstack.broker.protocol import Code, Refused


def header(sequence: int, *, count: int = 1, epoch: int = 0) -> Header:
    return read_header(batch(*[b"x"] * count, producer_id=5, epoch=epoch, sequence=sequence))


@pytest.fixture
def producers() -> Producers:
    """Producer 5 has sent the sequences 0 to 2, in batches of two and one."""
    known = Producers()
    known.note(header(0, count=2))
    known.note(header(2))
    return known


def test_next_sequence_is_taken(producers: Producers) -> None:
    assert producers.check(header(3)) is None


@pytest.mark.parametrize("sequence", [4, 1])
def test_gap_and_partial_repeat_are_refused(producers: Producers, sequence: int) -> None:
    with pytest.raises(Refused) as refused:
        producers.check(header(sequence))
    assert refused.value.code is Code.OUT_OF_ORDER_SEQUENCE_NUMBER


def test_whole_repeat_is_recognised(producers: Producers) -> None:
    assert producers.check(header(0, count=2)) == 0


def test_repeat_older_than_five_batches_is_refused() -> None:
    producers = Producers()
    for sequence in range(6):
        producers.note(header(sequence))
    assert producers.check(header(1)) == 0  # base offset as in the batch itself
    with pytest.raises(Refused):
        producers.check(header(0))


def test_new_epoch_starts_again_at_zero(producers: Producers) -> None:
    assert producers.check(header(0, epoch=1)) is None
    with pytest.raises(Refused):
        producers.check(header(3, epoch=1))


def test_older_epoch_is_fenced(producers: Producers) -> None:
    producers.note(header(0, epoch=1))
    with pytest.raises(Refused) as refused:
        producers.check(header(3, epoch=0))
    assert refused.value.code is Code.INVALID_PRODUCER_EPOCH


def test_producer_without_identity_is_never_refused() -> None:
    assert Producers().check(read_header(batch(b"x"))) is None


def test_unknown_producer_may_start_anywhere() -> None:
    assert Producers().check(header(17)) is None


def test_sequence_goes_on_at_zero_behind_the_largest() -> None:
    producers = Producers()
    producers.note(header(2**31 - 1))
    assert producers.check(header(0)) is None
