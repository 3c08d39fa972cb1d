from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, SecretStr, ValidationError

from factwire.errors import ConfigurationError
from factwire.runtime.settings import MASK, Settings, describe, load_settings


class Sample(Settings):
    sample_url: str
    sample_port: Annotated[int, Field(ge=1)] = 1
    sample_password: SecretStr = SecretStr("hidden")


class Other(Settings):
    other_name: str = ""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTWIRE_SAMPLE_URL", "here")
    monkeypatch.setenv("FACTWIRE_SAMPLE_PORT", "7")
    assert load_settings(Sample).sample_port == 7


def test_values_come_from_the_dotenv_file(own_folder: Path) -> None:
    (own_folder / ".env").write_text("FACTWIRE_SAMPLE_URL=there\n")
    assert load_settings(Sample).sample_url == "there"


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(ConfigurationError, match="FACTWIRE_SAMPLE_URL is missing"):
        load_settings(Sample)


def test_an_empty_variable_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTWIRE_SAMPLE_URL", "")
    with pytest.raises(ConfigurationError, match="FACTWIRE_SAMPLE_URL is missing"):
        load_settings(Sample)


def test_a_wrong_value_is_named_with_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTWIRE_SAMPLE_PORT", "many")
    with pytest.raises(ConfigurationError, match=r"FACTWIRE_SAMPLE_PORT: .*integer"):
        load_settings(Sample, sample_url="here")


def test_an_unknown_variable_is_refused_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTWIRE_SAMPEL_PORT", "7")
    with pytest.raises(ConfigurationError, match=r"FACTWIRE_SAMPEL_PORT .* FACTWIRE_SAMPLE_PORT"):
        load_settings(Sample, sample_url="here")


def test_an_unknown_variable_in_the_dotenv_file_is_refused(own_folder: Path) -> None:
    (own_folder / ".env").write_text("FACTWIRE_NONSENSE=1\n")
    with pytest.raises(ConfigurationError, match="FACTWIRE_NONSENSE"):
        load_settings(Sample, sample_url="here")


def test_another_services_variable_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTWIRE_OTHER_NAME", "x")
    assert load_settings(Sample, known=[Other], sample_url="here").sample_url == "here"


def test_secrets_are_masked() -> None:
    shown = dict(describe(Sample(sample_url="here")))
    assert shown["FACTWIRE_SAMPLE_PASSWORD"] == MASK
    assert shown["FACTWIRE_SAMPLE_URL"] == "here"


def test_settings_never_change() -> None:
    with pytest.raises(ValidationError):
        Sample(sample_url="here").sample_port = 9  # type: ignore[misc]
