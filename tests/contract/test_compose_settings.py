"""What ``.env.example`` says are the defaults are the defaults of the compose file, all of them and no others."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEFAULT = re.compile(r"\$\{(?P<name>[A-Z_]+):-(?P<value>[^}]*)\}")
INTERNAL = {"IMAGE_TAG", "KAFKA_CLUSTER_ID", "KAFKA_REBALANCE_DELAY_MS"}
"""Settings for tests and clusters, of no interest to who starts the stack."""


def test_env_example_shows_the_defaults_of_the_compose_file():
    compose = (ROOT / "docker-compose.yml").read_text()
    lines = (ROOT / ".env.example").read_text().splitlines()
    shown = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    defaults = {found["name"]: found["value"] for found in DEFAULT.finditer(compose)}
    assert shown == {name: value for name, value in defaults.items() if name not in INTERNAL}


def test_a_setting_has_the_same_default_wherever_it_stands():
    compose = (ROOT / "docker-compose.yml").read_text()
    found = {(match["name"], match["value"]) for match in DEFAULT.finditer(compose)}
    assert len({name for name, _ in found}) == len(found)
