"""How the services are, as they tell it themselves: each one's ``/readyz`` and ``/metrics``, asked when somebody looks.

The console keeps nothing and speaks to no broker: what is behind, how old, and what died is what enricher and sink say.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

FRESH_SECONDS: Final = 1.0
"""However many people look, a service is asked no more often."""
PATIENCE: Final = httpx.Timeout(1.5)
LONGEST_ANSWER: Final = 2_000_000
READY: Final = "ready"
NOT_READY: Final = "not ready"
AWAY: Final = "away"


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """One service: ready, not ready with ``reasons``, or away. ``samples`` are its metrics."""

    name: str
    state: str
    reasons: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """What all of them say together. None: nobody who would know has answered."""

    services: tuple[ServiceReport, ...]
    lag: int | None
    oldest_seconds: float | None
    end_to_end_seconds: float | None
    """Half of the articles took no longer, from the gateway to their row."""
    dead: Mapping[str, int] | None
    """Records that died since the services started, by reason."""


@dataclass(slots=True)
class Watch:
    """``addresses``: where each service listens, by name."""

    addresses: Mapping[str, str]
    clock: Callable[[], float]
    transport: httpx.AsyncBaseTransport | None = None
    _seen: tuple[float, Board] | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> Board:
        async with self._asking:
            if self._seen is None or self.clock() - self._seen[0] >= FRESH_SECONDS:
                self._seen = self.clock(), await self._ask()
            return self._seen[1]

    async def _ask(self) -> Board:
        async with httpx.AsyncClient(timeout=PATIENCE, transport=self.transport, trust_env=False) as client:
            reports = await asyncio.gather(*(_report(client, name, at) for name, at in self.addresses.items()))
        return board(tuple(reports))


def board(services: tuple[ServiceReport, ...]) -> Board:
    samples = [sample for service in services for sample in service.samples]
    lag = _values(samples, "factwire_consumer_lag_records")
    pending = _values(samples, "factwire_oldest_pending_age_seconds")
    dead = [sample for sample in samples if sample.name == "factwire_dead_letters_total"]
    return Board(
        services=services,
        lag=int(sum(lag)) if lag else None,
        oldest_seconds=max(pending, default=None),
        end_to_end_seconds=median(samples, "factwire_end_to_end_seconds"),
        dead=_by_label(dead, "reason") if dead else None,
    )


def median(samples: Iterable[Sample], histogram: str) -> float | None:
    """Of a histogram, between the borders of the bucket it falls into, as Prometheus reckons it."""
    buckets: dict[float, float] = {}
    for sample in samples:
        if sample.name == f"{histogram}_bucket":
            border = float(sample.labels["le"])
            buckets[border] = buckets.get(border, 0.0) + sample.value
    half = buckets.get(float("inf"), 0.0) / 2
    below, low = 0.0, 0.0
    for border, count in sorted(buckets.items()):
        if half and count >= half:
            return low if border == float("inf") else low + (border - low) * (half - below) / (count - below)
        below, low = count, border
    return None


async def _report(client: httpx.AsyncClient, name: str, at: str) -> ServiceReport:
    try:
        ready, metrics = await asyncio.gather(client.get(f"{at}/readyz"), client.get(f"{at}/metrics"))
        unready = ready.json()["unready"] if ready.status_code != 200 else {}
        samples = _samples(metrics.text) if len(metrics.content) <= LONGEST_ANSWER else ()
    except httpx.HTTPError as fault:
        return ServiceReport(name, AWAY, (f"{at} does not answer: {fault or type(fault).__name__}",))
    except (json.JSONDecodeError, KeyError, ValueError, TypeError) as fault:
        return ServiceReport(name, AWAY, (f"{at} answers, but not as a service of factwire does: {fault}",))
    reasons = tuple(f"{check}: {reason}" for check, reason in unready.items())
    return ServiceReport(name, NOT_READY if reasons else READY, reasons, tuple(samples))


def _samples(exposition: str) -> tuple[Sample, ...]:
    families = text_string_to_metric_families(exposition)
    return tuple(sample for family in families if family.name.startswith("factwire_") for sample in family.samples)


def _values(samples: Iterable[Sample], name: str) -> list[float]:
    return [sample.value for sample in samples if sample.name == name]


def _by_label(samples: Iterable[Sample], label: str) -> dict[str, int]:
    totals: dict[str, int] = {}
    for sample in samples:
        totals[sample.labels[label]] = totals.get(sample.labels[label], 0) + int(sample.value)
    return {name: total for name, total in totals.items() if total}
