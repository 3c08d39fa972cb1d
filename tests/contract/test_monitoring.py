"""What an operator sees: alerts that fire when they must, and nothing that names a metric which does not exist."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from factwire.runtime import metrics

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy/monitoring"
IMAGE = "prom/prometheus:v2.53.3"
SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
    "info": ("_info",),
}
EXPOSED = {
    f"{metric._name}{suffix}": {*metric._labelnames}
    for metric in vars(metrics).values()
    if isinstance(metric, MetricWrapperBase)
    for suffix in SUFFIXES[metric._type]
}
PROMETHEUS_LABELS = {"job", "instance", "le"}


def yaml_of(name: str) -> Any:
    return yaml.safe_load((MONITORING / name).read_text("utf-8"))


def alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml_of("alerts.yml")["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MONITORING / "grafana/dashboards/factwire.json").read_text("utf-8"))
    return found


def expressions() -> Iterator[str]:
    yield from (alert["expr"] for alert in alerts())
    for panel in dashboard()["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    mounted = ["--volume", f"{MONITORING}:/monitoring:ro", "--workdir", "/monitoring"]
    command = ["docker", "run", "--rm", "--network", "none", *mounted, "--entrypoint", "promtool", IMAGE, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.docker
@pytest.mark.parametrize(
    "check", ["check config prometheus.yml", "check rules alerts.yml", "test rules alerts.test.yml"]
)
def test_promtool_agrees(check: str) -> None:
    ran = promtool(*check.split())
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("expression", [*expressions()])
def test_only_metrics_and_labels_that_exist_are_named(expression: str) -> None:
    for name, selector in re.findall(r"\b(factwire_\w+)(\{[^}]*\})?", expression):
        assert name in EXPOSED, f"no metric is exposed as {name}"
        asked = set(re.findall(r"(\w+)\s*(?:=|!=|=~|!~)\"", selector))
        assert asked <= EXPOSED[name] | PROMETHEUS_LABELS, f"{name} has no label {asked - EXPOSED[name]}"


@pytest.mark.parametrize("expression", [*expressions()])
def test_only_labels_that_exist_are_grouped_by(expression: str) -> None:
    known = set().union(*(EXPOSED[name] for name in re.findall(r"\bfactwire_\w+", expression))) | PROMETHEUS_LABELS
    for listed in re.findall(r"\bby \(([^)]*)\)", expression):
        assert set(re.split(r",\s*", listed)) <= known


def test_each_alert_has_a_case_that_fires_and_one_that_does_not() -> None:
    cases = [case for test in yaml_of("alerts.test.yml")["tests"] for case in test["alert_rule_test"]]
    names = {alert["alert"] for alert in alerts()}
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == names
    assert {case["alertname"] for case in cases if not case["exp_alerts"]} == names


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_each_alert_says_how_bad_it_is_and_what_to_do(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"warning", "critical"}
    page, _, anchor = alert["annotations"]["runbook"].partition("#")
    section = re.search(rf"^### {alert['alert']}\n\n(.+?)(?=^###|\Z)", (ROOT / page).read_text("utf-8"), re.M | re.S)
    assert anchor == alert["alert"].lower()
    assert section is not None
    assert "**Do:**" in section[1]


def test_every_service_of_the_stack_is_scraped() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    serving = {name for name, one in compose.items() if one.get("command") == [name]}
    scraped = {
        job["job_name"]: job["dns_sd_configs"][0]["names"] for job in yaml_of("prometheus.yml")["scrape_configs"]
    }
    assert scraped == {name: [name] for name in serving}


def test_the_stack_runs_the_prometheus_that_the_rules_were_tested_with() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    assert compose["prometheus"]["image"] == IMAGE


def test_panels_do_not_overlap_and_have_their_own_ids() -> None:
    panels = dashboard()["panels"]
    taken = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)
