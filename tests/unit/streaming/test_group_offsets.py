"""The guard over aiokafka's offset fetch: what makes it raise, and that it refuses a version it was not made for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import aiokafka
import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import GroupLoadInProgressError, NotCoordinatorForGroupError

from factwire.errors import ConfigurationError
from factwire.streaming.group_offsets import _guarded, guard_offset_fetch


class OffsetFetchResponse_v3(SimpleNamespace):  # noqa: N801 - aiokafka's own spelling, by which it is recognised
    pass


class Coordinator:
    dead = False

    def coordinator_dead(self) -> None:
        self.dead = True


async def fetch(response: Any, coordinator: Coordinator | None = None) -> Any:
    async def send(_: Any, __: Any) -> Any:
        return response

    return await _guarded(send)(coordinator or Coordinator(), "request")


async def test_a_loading_coordinator_is_an_error_and_not_no_offset() -> None:
    with pytest.raises(GroupLoadInProgressError):
        await fetch(OffsetFetchResponse_v3(error_code=14, topics=[]))


async def test_a_coordinator_that_moved_is_asked_for_again() -> None:
    coordinator = Coordinator()
    with pytest.raises(NotCoordinatorForGroupError):
        await fetch(OffsetFetchResponse_v3(error_code=16, topics=[]), coordinator)
    assert coordinator.dead


async def test_good_answers_and_other_requests_pass() -> None:
    good = OffsetFetchResponse_v3(error_code=0, topics=["t"])
    assert await fetch(good) is good
    other = SimpleNamespace(error_code=14)
    assert await fetch(other) is other


def test_the_errors_it_raises_are_ones_aiokafka_retries() -> None:
    assert GroupLoadInProgressError.retriable
    assert NotCoordinatorForGroupError.retriable


def test_it_is_in_force_once_and_only_once() -> None:
    guard_offset_fetch()
    first = GroupCoordinator._send_req
    guard_offset_fetch()
    assert GroupCoordinator._send_req is first
    assert first.guarded


def test_an_unknown_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aiokafka, "__version__", "0.15.0")
    with pytest.raises(ConfigurationError, match=r"aiokafka 0\.15\.0"):
        guard_offset_fetch()
