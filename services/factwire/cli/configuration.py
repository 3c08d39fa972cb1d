"""Reads a command's settings, knowing every service's: one environment serves them all, and a misspelling is told."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final, TypeVar

from factwire.runtime.settings import Settings, load_settings

SettingsT = TypeVar("SettingsT", bound=Settings)

MODELS: Final = (
    "factwire.streaming.settings:KafkaSettings",
    "factwire.storage.settings:DatabaseSettings",
    "factwire.storage.settings:ReaderSettings",
    "factwire.gateway.settings:GatewaySettings",
    "factwire.poller.settings:PollerSettings",
    "factwire.enricher.settings:EnricherSettings",
    "factwire.sink.settings:SinkSettings",
    "factwire.console.settings:ConsoleSettings",
    "factwire.courier.settings:CourierSettings",
)
"""Every settings model, one line each. Importing them needs no environment and opens nothing."""


def all_models() -> tuple[type[Settings], ...]:
    return tuple(_load(target) for target in MODELS)


def configure(model: type[SettingsT], **given: Any) -> SettingsT:
    """The settings of one command. Raises :class:`ConfigurationError` that names the variable at fault."""
    return load_settings(model, known=all_models(), **given)


def _load(target: str) -> type[Settings]:
    module, name = target.split(":")
    found: type[Settings] = getattr(import_module(module), name)
    return found
