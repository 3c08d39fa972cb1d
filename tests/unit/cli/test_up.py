"""How `factwire up` tells its services where everything is."""

from __future__ import annotations

from pathlib import Path

import pytest

from factwire.cli.up import SERVICES, USUAL_PORTS, Layout
from factwire.devstack import postgres


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path, USUAL_PORTS)
    made.database.folder.mkdir()
    (made.database.folder / "password").write_text("secret")
    return made


def test_service_is_sent_to_our_broker_and_database_whatever_is_set_outside(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTWIRE_KAFKA_BOOTSTRAP_SERVERS", "production:9092")
    monkeypatch.setenv("FACTWIRE_KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("FACTWIRE_LOG_LEVEL", "DEBUG")
    told = layout.environment(9101)
    assert told["FACTWIRE_KAFKA_BOOTSTRAP_SERVERS"] == "127.0.0.1:9092"
    assert told["FACTWIRE_KAFKA_SECURITY_PROTOCOL"] == "PLAINTEXT"
    assert told["FACTWIRE_DATABASE_URL"] == f"postgresql://{postgres.ROLE}:secret@127.0.0.1:5433/{postgres.DATABASE}"
    assert told["FACTWIRE_HTTP_PORT"] == "9101"
    assert told["FACTWIRE_LOG_LEVEL"] == "DEBUG"


def test_every_service_has_a_port_of_its_own() -> None:
    assert set(SERVICES) <= set(USUAL_PORTS)
    assert len(set(USUAL_PORTS.values())) == len(USUAL_PORTS)


def test_compiled_modules_are_kept_in_our_folder_where_python_may_not_write_its_own(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    assert "PYTHONPYCACHEPREFIX" not in layout.surroundings
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert layout.surroundings["PYTHONDONTWRITEBYTECODE"] == ""
    assert layout.surroundings["PYTHONPYCACHEPREFIX"] == str(layout.folder / "bytecode")
