"""``factwire doctor``: what is in force, and whether everything it stands on is there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from factwire.cli.configuration import all_models, configure
from factwire.enricher.settings import EnricherSettings
from factwire.errors import EXIT_UNREACHABLE, EXIT_USAGE, ConfigurationError
from factwire.operations.doctor import Check, Finding, database_checks, examine, kafka_checks
from factwire.runtime.settings import Settings, describe, environment, variable
from factwire.storage.settings import DatabaseSettings


def doctor(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Check settings, broker, topics, database, migrations and knowledge base; say what to do about each fault.

    Example:  factwire doctor
    """
    settings, findings = _settings()
    checks = [check for model in settings for check in _checks(model)]
    findings += asyncio.run(examine(checks))
    _print(_in_force(settings), findings, as_json)
    if any(f.fault for f in findings):
        only_away = all(f.unreachable for f in findings if f.fault)
        raise typer.Exit(EXIT_UNREACHABLE if only_away else EXIT_USAGE)


def _settings() -> tuple[list[Settings], list[Finding]]:
    """The two models that reach out; one that is faulty becomes a finding."""
    loaded: list[Settings] = []
    findings = []
    for model in (EnricherSettings, DatabaseSettings):
        try:
            loaded.append(configure(model))
        except ConfigurationError as fault:
            findings.append(Finding("settings", "", str(fault)))
    return loaded, findings


def _checks(settings: Settings) -> list[Check]:
    if isinstance(settings, EnricherSettings):
        return [*kafka_checks(settings), ("knowledge base", partial(_knowledge, settings))]
    assert isinstance(settings, DatabaseSettings)
    return database_checks(settings)


async def _knowledge(settings: EnricherSettings) -> str:
    """Opens what the enricher would: the base, and the folders laid over it and over the lexicons."""
    from factwire.enricher.knowledge import Knowledge

    pipeline = Knowledge.of(settings).pipeline()
    own = [str(folder) for folder in (settings.kb_overlay, settings.lexicon_path) if folder]
    said = f"knowledge base {pipeline.kb_version}, rules {pipeline.rules_version}"
    return f"{said}, with {' and '.join(own)}" if own else said


def _in_force(settings: Sequence[Settings]) -> dict[str, str]:
    """Every variable that differs from its default, and those of the models at hand; secrets masked."""
    shown = {name: value for model in settings for name, value in describe(model)}
    known = {variable(name) for model in all_models() for name in model.model_fields}
    return shown | {name: "(set)" for name in environment() if name in known and name not in shown}


def _print(shown: dict[str, str], findings: Sequence[Finding], as_json: bool) -> None:
    if as_json:
        checks = [{"check": f.check, "ok": f.fault is None, "detail": f.fault or f.detail} for f in findings]
        print(json.dumps({"settings": shown, "checks": checks}, indent=2))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in sorted(shown.items()):
        table.add_row(name, Text(value))
    console = Console()
    console.print(table)
    print()
    for finding in findings:
        mark = "ok   " if finding.fault is None else "FAULT"
        print(f"{mark} {finding.check}: {finding.fault or finding.detail}")
