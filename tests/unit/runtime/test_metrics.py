"""What every metric owes its readers: a meaning, a unit, closed labels, a place that sets it, a start at zero."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from factwire.runtime import metrics

PACKAGE = Path(metrics.__file__).parents[1]
METRICS = {name: value for name, value in vars(metrics).items() if isinstance(value, MetricWrapperBase)}
CLOSED = {
    "channel", "topic", "partition", "outcome", "type", "kind", "service", "reason", "stage", "route", "status",
    "condition",
}  # fmt: skip
UNITS = ("_seconds", "_records", "_partitions", "_paused", "_ready", "_build", "_bytes", "_feeds")


@pytest.mark.parametrize("name", METRICS)
def test_labels_are_closed_sets(name: str) -> None:
    assert set(METRICS[name]._labelnames) <= CLOSED


@pytest.mark.parametrize("name", METRICS)
def test_names_are_ours_and_end_in_their_unit(name: str) -> None:
    shown, kind = METRICS[name]._name, METRICS[name]._type
    assert shown.startswith("factwire_")
    assert kind == "counter" or shown.endswith(UNITS)


@pytest.mark.parametrize("name", METRICS)
def test_something_sets_it(name: str) -> None:
    """A metric that nobody sets is a promise nobody keeps: its name is used outside of its home."""
    used = re.compile(rf"\b{name}\b")
    sources = [path for path in PACKAGE.rglob("*.py") if path != Path(metrics.__file__)]
    assert any(used.search(path.read_text("utf-8")) for path in sources)


def test_a_consumers_counters_exist_before_they_count() -> None:
    metrics.count_from_zero("tested", "a-topic")
    assert REGISTRY.get_sample_value("factwire_rebalances_total", {"service": "tested"}) == 0
    assert REGISTRY.get_sample_value("factwire_records_deleted_unread_total", {"topic": "a-topic"}) == 0
    for reason in metrics.DEAD_REASONS:
        labels = {"service": "tested", "reason": reason}
        assert REGISTRY.get_sample_value("factwire_dead_letters_total", labels) == 0


def test_every_stage_at_which_a_record_can_fail_is_a_known_reason() -> None:
    """But ``publish``: what the gateway cannot write is answered there and never becomes a dead letter."""
    said = re.compile(r"stage=\"(\w+)\"|Reason(?:\.of)?\([^()]*?\"(\w+)\"[,)]|STAGE: Final = \"(\w+)\"")
    found = {
        word
        for path in PACKAGE.rglob("*.py")
        for match in said.finditer(path.read_text("utf-8"))
        for word in match.groups()
        if word
    }
    assert found - {"publish"} <= set(metrics.DEAD_REASONS)
