"""The manifests: built by kustomize, held against the API's schemas, and against what this build really has."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from factwire.cli.configuration import all_models
from factwire.cli.main import COMMANDS
from factwire.events.topics import ENRICHED, RAW
from factwire.runtime.settings import ServiceSettings
from factwire.runtime.web.probes import PROBES
from factwire.streaming.settings import ConsumerSettings

DEPLOY = Path(__file__).parents[2] / "deploy" / "kubernetes"
API_VERSION = "1.31"
OUTSIDE = {"ScaledObject"}
"""Kinds that are KEDA's, not the API's."""
WORKLOADS = {"Deployment", "StatefulSet", "Job"}
BUILD = ["kubectl", "kustomize"] if shutil.which("kubectl") else ["kustomize", "build"]

if not (os.environ.get("CI") or shutil.which(BUILD[0])):
    pytest.skip("needs kubectl or kustomize", allow_module_level=True)


@cache
def built() -> tuple[dict[str, Any], ...]:
    rendered = subprocess.run(
        [*BUILD, str(DEPLOY / "overlays" / "example")], check=True, capture_output=True, text=True
    )
    return tuple(yaml.safe_load_all(rendered.stdout))


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    return [found for found in built() if found["kind"] in kinds]


def named(found: dict[str, Any]) -> str:
    return f"{found['kind']}/{found['metadata']['name']}"


def pod(workload: dict[str, Any]) -> dict[str, Any]:
    return workload["spec"]["template"]["spec"]  # type: ignore[no-any-return]


def containers() -> list[Any]:
    return [
        pytest.param(workload, container, id=named(workload))
        for workload in of_kind(*WORKLOADS)
        for container in pod(workload)["containers"]
    ]


@pytest.mark.parametrize("found", [f for f in built() if f["kind"] not in OUTSIDE], ids=named)
def test_an_object_is_what_the_api_takes(found):
    kubernetes_validate.validate(found, API_VERSION, strict=True)


def test_the_validator_refuses_what_the_api_would():
    broken = {**of_kind("Deployment")[0], "spec": {"replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, API_VERSION, strict=True)


@pytest.mark.parametrize(("workload", "container"), containers())
def test_a_container_runs_a_command_there_is(workload, container):
    assert container["args"][0] in COMMANDS


@pytest.mark.parametrize(("workload", "container"), containers())
def test_a_container_has_no_more_rights_than_it_needs(workload, container):
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert not container["securityContext"]["allowPrivilegeEscalation"]
    assert pod(workload)["securityContext"]["runAsNonRoot"]
    assert pod(workload)["automountServiceAccountToken"] is False
    assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("workload", of_kind("Deployment", "StatefulSet"), ids=named)
def test_a_service_is_probed_where_it_answers(workload):
    (container,) = pod(workload)["containers"]
    (port,) = container["ports"]
    environment = settings_given()
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["path"] in PROBES
        assert container[probe]["httpGet"]["port"] == port["name"]
    assert str(port["containerPort"]) == environment["FACTWIRE_HTTP_PORT"]


@pytest.mark.parametrize("workload", of_kind("Deployment", "StatefulSet"), ids=named)
def test_a_service_may_end_its_work_before_it_is_killed(workload):
    drain = ServiceSettings.model_fields["drain_timeout"].default
    assert pod(workload)["terminationGracePeriodSeconds"] > drain


@pytest.mark.parametrize("workload", of_kind("Deployment", "StatefulSet"), ids=named)
def test_an_eviction_takes_one_pod_at_a_time(workload):
    labels = workload["spec"]["template"]["metadata"]["labels"]
    budgets = [
        b for b in of_kind("PodDisruptionBudget") if b["spec"]["selector"]["matchLabels"].items() <= labels.items()
    ]
    assert [budget["spec"]["maxUnavailable"] for budget in budgets] == [1]


@pytest.mark.parametrize("workload", of_kind(*WORKLOADS), ids=named)
def test_a_pod_reaches_what_it_reaches_in_compose_and_nothing_else(workload):
    labels = workload["spec"]["template"]["metadata"]["labels"]
    given = compose_services()[workload["metadata"]["name"].removeprefix("factwire-")].get("environment", {})
    assert ("factwire/kafka" in labels) == ("FACTWIRE_KAFKA_BOOTSTRAP_SERVERS" in given)
    assert ("factwire/database" in labels) == ("FACTWIRE_DATABASE_URL" in given)


def test_every_service_of_the_compose_file_is_there():
    ours = {name for name, service in compose_services().items() if str(service["image"]).startswith("factwire:")}
    assert {f"factwire-{name}" for name in ours} == {w["metadata"]["name"] for w in of_kind(*WORKLOADS)}


def compose_services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((DEPLOY.parents[1] / "docker-compose.yml").read_text())["services"]
    return services


def settings_given() -> dict[str, str]:
    found = dict(of_kind("ConfigMap")[0]["data"])
    for name, value in of_kind("Secret")[0]["data"].items():
        found[name] = base64.b64decode(value).decode()
    return found


def test_every_variable_is_a_setting():
    known = {f"FACTWIRE_{name.upper()}" for model in all_models() for name in model.model_fields}
    own = {e["name"] for w in of_kind(*WORKLOADS) for c in pod(w)["containers"] for e in c.get("env", [])}
    assert {*settings_given(), *own} - known == set()


@pytest.mark.parametrize("scaled", of_kind("ScaledObject"), ids=named)
def test_scaling_follows_the_lag_of_a_group_there_is(scaled):
    target = scaled["spec"]["scaleTargetRef"]["name"]
    (trigger,) = scaled["spec"]["triggers"]
    groups = ConsumerSettings(kafka_bootstrap_servers="kafka:9092")
    read = {groups.enricher_group: RAW.name, groups.sink_group: ENRICHED.name}
    assert target in {w["metadata"]["name"] for w in of_kind("Deployment")}
    assert read[trigger["metadata"]["consumerGroup"]] == trigger["metadata"]["topic"]
    assert trigger["metadata"]["bootstrapServers"] == settings_given()["FACTWIRE_KAFKA_BOOTSTRAP_SERVERS"]


@pytest.mark.parametrize("scaled", of_kind("ScaledObject"), ids=named)
def test_there_are_never_more_pods_than_partitions(scaled):
    assert scaled["spec"]["maxReplicaCount"] <= int(settings_given()["FACTWIRE_TOPIC_PARTITIONS"])


def test_what_the_gateway_spooled_outlives_its_pod():
    (gateway,) = of_kind("StatefulSet")
    (container,) = pod(gateway)["containers"]
    (claim,) = gateway["spec"]["volumeClaimTemplates"]
    mounted = {mount["mountPath"] for mount in container["volumeMounts"] if mount["name"] == claim["metadata"]["name"]}
    assert {e["value"] for e in container["env"] if e["name"] == "FACTWIRE_GATEWAY_SPOOL_DIR"} == mounted
