"""Settings come from the environment (and ``.env``), are read once, and never change while a process runs.

One frozen model a service, all with the prefix ``FACTWIRE_``: field ``database_url`` is ``FACTWIRE_DATABASE_URL``.
A wrong, missing or unknown variable stops the start with a message that names it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, TypeVar

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from factwire.errors import ConfigurationError

PREFIX: Final = "FACTWIRE_"
DOTENV: Final = ".env"
MASK: Final = "********"
Seconds = Annotated[float, Field(gt=0)]
SettingsT = TypeVar("SettingsT", bound="Settings")


class Settings(BaseSettings):
    """Base of all settings: frozen, prefixed, blind to variables that belong to other services."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=DOTENV,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
    )


class ServiceSettings(Settings):
    """What every long-running service has."""

    log_format: Literal["console", "json"] = "console"
    """How log lines look: for a person or for a machine."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least that is logged."""
    http_host: str = "127.0.0.1"
    """Where health, metrics and HTTP interfaces listen; 0.0.0.0 inside a container."""
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """The port beside it; 0 takes any free one."""
    startup_timeout: Seconds = 300.0
    """How long to wait for a broker or database at the start, in seconds; then the service ends with exit code 3."""
    drain_timeout: Seconds = 25.0
    """How long work in hand may take to end after SIGTERM, in seconds; keep the container's grace period above it."""
    loop_stall_timeout: Seconds = 60.0
    """After so many seconds without a turn of its loop a service reports itself dead."""


class AccessSettings(Settings):
    """Who may call the HTTP interfaces."""

    api_keys: Literal["auto", "required", "off"] = "auto"
    """Whether callers need a key. auto: as soon as one was ever created (factwire keys create), and without a
    database never; required: from the start; off: never."""


def variable(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def load_settings(model: type[SettingsT], *, known: Iterable[type[Settings]] = (), **given: Any) -> SettingsT:
    """Reads ``model`` from the environment; ``given`` values win. ``known`` are all models whose variables may be set.

    Raises :class:`ConfigurationError` that names each variable at fault.
    """
    models: tuple[type[Settings], ...] = (model, *known)
    refuse_unknown(environment(), {variable(name) for one in models for name in one.model_fields})
    try:
        return model(**given)
    except ValidationError as fault:
        raise ConfigurationError("; ".join(map(_explain, fault.errors(include_url=False)))) from None


def environment() -> dict[str, str]:
    """The process's variables over those of ``.env``."""
    return {**{k: v or "" for k, v in dotenv_values(Path(DOTENV)).items()}, **os.environ}


def refuse_unknown(present: Mapping[str, str], known: set[str]) -> None:
    """A misspelt variable would be ignored in silence; name it and the one that was likely meant."""
    for name in sorted(present):
        if name.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "no service reads it: remove it"
            raise ConfigurationError(f"{name} is not a setting of factwire; {hint}")


def describe(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each variable with the value in force, empty where there is none; secrets masked."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        shown = "" if value is None else str(value)
        yield variable(name), MASK if isinstance(value, SecretStr) else shown


def _explain(error: ErrorDetails) -> str:
    name = variable(str(error["loc"][0])) if error["loc"] else "settings"
    if error["type"] == "missing":
        return f"{name} is missing; set it in the environment or in {DOTENV}"
    return f"{name}: {error['msg'].removeprefix('Value error, ')}"
