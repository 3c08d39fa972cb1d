"""Bytes to JSON to model, refusing everything that cannot go all the way into a database and out again.

The parser (pydantic's, in Rust) bounds depth and digits and refuses NaN, bad UTF-8 and lone surrogates by itself. What
Postgres cannot store besides, U+0000 and numbers beyond a double, is found here rather than in a transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from factwire.errors import InvalidRecord
from factwire.streaming.records import Record

ModelT = TypeVar("ModelT", bound=BaseModel)

STAGE: Final = "decode"

NUL: Final = b"\\u0000"
"""Postgres cannot store it; here it may still be text about an escape."""
_HUGE: Final = re.compile(rb"[:,\[]\s*-?[0-9][0-9.]*(?:[eE]\+?[0-9]{3}|(?<=[0-9.]{300}))")
"""Without one of these two there is no U+0000 and no number beyond a double; only then is the walk spared.

A number stands behind a colon, a comma or a bracket: digests and ids in quotes are full of e123 and do not count."""
_ATTRIBUTES: Final = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "content-type")


def decode_json(value: bytes) -> dict[str, Any]:
    """A JSON object. Raises :class:`InvalidRecord` that says what is wrong and where."""
    if not value:
        raise InvalidRecord("the value is empty; a withdrawal has a null value", stage=STAGE)
    try:
        parsed = from_json(value, allow_inf_nan=False)
    except ValueError as fault:
        raise InvalidRecord(f"not JSON: {fault}", stage=STAGE) from fault
    if not isinstance(parsed, dict):
        raise InvalidRecord(f"a JSON object is expected, not {_named(parsed)}", stage=STAGE)
    if NUL in value or _HUGE.search(value):
        _refuse_unstorable(parsed)
    return parsed


def decode(record: Record, model: type[ModelT], event_type: str) -> ModelT:
    """The event of a record. Raises :class:`InvalidRecord`: broken headers, JSON, schema, or a key that contradicts."""
    check_headers(record, event_type)
    event = validate(decode_json(record.value or b""), model)
    check_key(record, str(getattr(event, "article_id", "")))
    return event


def validate(parsed: dict[str, Any], model: type[ModelT]) -> ModelT:
    """The model of parsed JSON. Raises :class:`InvalidRecord` that names the field."""
    try:
        return model.model_validate(parsed)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        pointer = "".join(f"/{part}" for part in first["loc"]) or None
        reason = first["msg"].removeprefix("Value error, ")
        raise InvalidRecord(reason, stage="schema", field=pointer) from None
    except (OverflowError, RecursionError) as fault:
        raise InvalidRecord(f"a value is out of range: {fault}", stage="schema") from fault


def check_key(record: Record, article_id: str) -> None:
    """The key decides the partition and thereby the order: it must be the article's id."""
    if record_key(record) != article_id:
        raise InvalidRecord("the key differs from article_id", stage="key", field="/article_id")


def record_key(record: Record) -> str:
    """The key as text. Raises :class:`InvalidRecord` if it is absent, not UTF-8, or no article id."""
    if not record.key:
        raise InvalidRecord("the key is absent; it must be the article_id", stage="key")
    try:
        key = record.key.decode()
    except UnicodeDecodeError as fault:
        raise InvalidRecord(f"the key is not UTF-8: {fault}", stage="key") from fault
    if "\x00" in key or len(key) > 200:
        raise InvalidRecord("the key holds U+0000 or is longer than 200 characters", stage="key")
    return key


def check_headers(record: Record, event_type: str) -> None:
    """CloudEvents attributes may be absent, but must not be broken, repeated with another value, or of another event.

    Headers that are not ours are let be, whatever is in them.
    """
    seen: dict[str, str] = {}
    for name, value in record.headers:
        if name in _ATTRIBUTES:
            text = _header_text(name, value)
            if seen.setdefault(name, text) != text:
                raise InvalidRecord("comes twice with different values", stage="headers", field=name)
    if seen.get("ce_specversion", "1.0") != "1.0":
        raise InvalidRecord("only CloudEvents 1.0 is understood", stage="headers", field="ce_specversion")
    if seen.get("ce_type", event_type) != event_type:
        raise InvalidRecord(f"must be {event_type} on this topic", stage="headers", field="ce_type")


def _header_text(name: str, value: bytes | None) -> str:
    if value is None:
        raise InvalidRecord("is null", stage="headers", field=name)
    try:
        text = value.decode()
    except UnicodeDecodeError as fault:
        raise InvalidRecord(f"is not UTF-8: {fault}", stage="headers", field=name) from fault
    if "\x00" in text:
        raise InvalidRecord("holds U+0000", stage="headers", field=name)
    return text


def _refuse_unstorable(parsed: Any) -> None:
    for pointer, leaf in _leaves(parsed, ""):
        if isinstance(leaf, str) and "\x00" in leaf:
            raise InvalidRecord("holds U+0000, which Postgres cannot store", stage=STAGE, field=pointer or None)
        if isinstance(leaf, float) and not isfinite(leaf):
            raise InvalidRecord("the number is too large", stage=STAGE, field=pointer or None)


def _leaves(node: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, inner in node.items():
            yield pointer, name
            yield from _leaves(inner, f"{pointer}/{name}")
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from _leaves(inner, f"{pointer}/{number}")
    else:
        yield pointer, node


def _named(parsed: Any) -> str:
    return {list: "an array", str: "a string", type(None): "null", bool: "a boolean"}.get(type(parsed), "a number")
