"""Renders the contracts that other teams read, from the models: JSON Schema 2020-12 and AsyncAPI 3 into ``schemas/``.

python -m factwire.events.schemas            write them
python -m factwire.events.schemas --check    fail if they are not current, or break a released version
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml
from pydantic import BaseModel

from factwire import __version__
from factwire.events.compatibility import Schema, unreadable
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.raw_article import RawArticle
from factwire.events.topics import ENRICHED, LATEST, RAW, TOPICS, Topic

Rendering: TypeAlias = Mapping[str, str]

EVENTS: Final[Mapping[str, type[BaseModel]]] = {
    "raw-article.v1": RawArticle,
    "enriched-article.v1": EnrichedArticle,
}
BOTH_WAYS: Final = frozenset({"enriched-article.v1"})
"""Others read it: an old reader must also read what a new writer writes."""
_CHANNELS: Final = (
    (RAW, "raw-article.v1", "receive", "The enricher reads raw articles."),
    (ENRICHED, "enriched-article.v1", "send", "The enricher publishes each article with its facts."),
    (LATEST, "enriched-article.v1", "send", "The sink publishes what won for each article; null: withdrawn."),
)


def render() -> Rendering:
    """Every generated file by its path below ``schemas/``."""
    schemas = {name: schema_of(name) for name in EVENTS}
    files = {f"{name}.schema.json": _json(schema) for name, schema in schemas.items()}
    return {**files, "asyncapi.yaml": yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=120)}


def schema_of(name: str) -> Schema:
    """JSON Schema 2020-12 of one event, with the docstrings of its fields as descriptions."""
    schema = EVENTS[name].model_json_schema()
    for definition in (schema, *schema.get("$defs", {}).values()):
        described = _descriptions().get(definition.get("title", ""), {})
        for field, prop in definition.get("properties", {}).items():
            if field in described:
                prop["description"] = described[field]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:factwire:{name}",
        **schema,
    }


def asyncapi() -> dict[str, Any]:
    """The topics, their messages and who does what on them, as AsyncAPI 3.0."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "factwire",
            "version": __version__,
            "description": "News articles in, entities and numeric facts with their evidence out.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic, event) for topic, event, _, _ in _CHANNELS},
        "operations": {
            f"{action}-{topic.name}": {
                "action": action,
                "channel": {"$ref": f"#/channels/{topic.name}"},
                "summary": summary,
            }
            for topic, _, action, summary in _CHANNELS
        },
        "components": {"messages": {name: _message(name) for name in EVENTS}},
    }


def incompatibilities(folder: Path) -> Iterator[str]:
    """What breaks the last released version: one line a field."""
    released = sorted((folder / "released").iterdir(), key=_release_order)
    for name in EVENTS:
        old = json.loads((released[-1] / f"{name}.schema.json").read_text("utf-8"))
        new = schema_of(name)
        for fault in unreadable(reader=new, writer=old):
            yield f"{name}: a new reader cannot read {released[-1].name} events: {fault}"
        if name in BOTH_WAYS:
            for fault in unreadable(reader=old, writer=new):
                yield f"{name}: a {released[-1].name} reader cannot read new events: {fault}"


def stale(folder: Path) -> Iterator[str]:
    """Generated files that do not say what the models say."""
    for name, content in render().items():
        path = folder / name
        if not path.is_file() or path.read_text("utf-8") != content:
            yield f"schemas/{name} is not current: run make schemas"


def _channel(topic: Topic, event: str) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": f"{topic.purpose}; key: article_id; kept: {_kept(topic)}",
        "messages": {event: {"$ref": f"#/components/messages/{event}"}},
        "bindings": {"kafka": {"topicConfiguration": {"cleanup.policy": ["compact" if topic.compacted else "delete"]}}},
    }


def _kept(topic: Topic) -> str:
    return "the last of each key, for ever" if topic.kept is None else f"{topic.kept.days} days"


def _message(event: str) -> dict[str, Any]:
    return {
        "name": event,
        "title": EVENTS[event].__name__,
        "contentType": "application/json",
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./{event}.schema.json"},
        },
        "headers": _cloudevents_headers(),
        "bindings": {"kafka": {"key": {"type": "string", "description": "article_id, UTF-8, murmur2"}}},
    }


def _cloudevents_headers() -> dict[str, Any]:
    names = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "content-type")
    return {
        "type": "object",
        "required": list(names),
        "properties": {name: {"type": "string"} for name in (*names, "traceparent", "tracestate")},
    }


def _descriptions() -> dict[str, dict[str, str]]:
    """Class name → field → the docstring below it. (pydantic can do this at import, for 150 ms of every start.)"""
    modules = {inspect.getmodule(cls) for event in EVENTS.values() for cls in event.__mro__}
    found: dict[str, dict[str, str]] = {}
    for module in modules:
        if module is not None and module.__name__.startswith("factwire."):
            for node in ast.walk(ast.parse(inspect.getsource(module))):
                if isinstance(node, ast.ClassDef):
                    found[node.name] = dict(_documented(node.body))
    for event in EVENTS.values():
        inherited = {k: v for cls in reversed(event.__mro__) for k, v in found.get(cls.__name__, {}).items()}
        found[event.__name__] = inherited
    return found


def _documented(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for field, comment in pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(comment, ast.Expr)
            and isinstance(comment.value, ast.Constant)
        ):
            yield field.target.id, inspect.cleandoc(str(comment.value.value))


def _release_order(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.name.split("."))


def _json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main(folder: Path, *, check: bool) -> int:
    """Writes or checks; the exit code."""
    if check:
        faults = [*stale(folder), *incompatibilities(folder)]
        sys.stderr.writelines(f"{fault}\n" for fault in faults)
        return bool(faults)
    for name, content in render().items():
        (folder / name).write_text(content, "utf-8")
    sys.stdout.write(f"{len(TOPICS)} topics, {len(EVENTS)} events\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path("schemas"), check="--check" in sys.argv[1:]))
