from __future__ import annotations

import json

import httpx

from factwire.runtime.health import Health, health_app, serving


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_loop_that_turns_is_alive() -> None:
    clock = Clock()
    health = Health("enricher", stall_timeout=10, clock=clock)
    health.tick()
    clock.now += 9
    assert health.alive


def test_a_loop_that_stands_still_is_dead() -> None:
    clock = Clock()
    health = Health("enricher", stall_timeout=10, clock=clock)
    health.tick()
    clock.now += 11
    assert not health.alive
    assert not health.ready


def test_waiting_at_the_start_is_alive_and_not_ready() -> None:
    health = Health("sink")
    assert health.alive
    assert not health.ready


def test_readiness_names_what_is_away() -> None:
    health = Health("sink")
    health.holds("start")
    health.fails("database", "connection refused")
    answer = health.answer("/readyz")
    assert answer is not None
    assert answer[0] == 503
    assert json.loads(answer[1])["unready"] == {"database": "connection refused"}
    health.holds("database")
    assert health.ready


async def test_paths_are_served_over_http() -> None:
    health = Health("sink")
    async with serving(health_app(health), "127.0.0.1", 0) as port, httpx.AsyncClient() as client:
        address = f"http://127.0.0.1:{port}"
        assert (await client.get(f"{address}/livez")).status_code == 200
        assert (await client.get(f"{address}/readyz")).status_code == 503
        assert "factwire_records_consumed" in (await client.get(f"{address}/metrics")).text
        assert (await client.get(f"{address}/")).status_code == 404


def test_metrics_say_how_long_the_loop_has_stood_and_whether_the_service_is_ready() -> None:
    clock = Clock()
    health = Health("measured", clock=clock)
    health.tick()
    health.holds("start")
    clock.now += 7
    status, body, _ = health.answer("/metrics") or (0, b"", "")
    assert status == 200
    assert b'factwire_loop_age_seconds{service="measured"} 7.0' in body
    assert b'factwire_ready{service="measured"} 1.0' in body
    health.fails("broker", "away")
    assert b'factwire_ready{service="measured"} 0.0' in (health.answer("/metrics") or (0, b"", ""))[1]
