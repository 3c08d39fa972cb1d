"""JSON documents of other people's making: decoded once, validated, with every fault placed by a JSON pointer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from factwire.errors import InvalidInput
from factwire.events.raw_article import RawArticle

M = TypeVar("M", bound=BaseModel)
_BOM = b"\xef\xbb\xbf"


def decode_json(content: bytes) -> Any:
    """UTF-8, no NaN, bounded depth. Raises :class:`InvalidInput` that says where it ends being JSON."""
    try:
        return from_json(content.removeprefix(_BOM), allow_inf_nan=False)
    except ValueError as fault:
        raise InvalidInput(f"not JSON: {fault}") from fault


def decode_object(content: bytes) -> dict[str, Any]:
    """Raises :class:`InvalidInput` for anything but one object."""
    payload = decode_json(content)
    if not isinstance(payload, dict):
        raise InvalidInput(f"expected a JSON object, found {type(payload).__name__}")
    return payload


def validated(model: type[M], payload: Any, written: Any = None) -> M:
    """``written``: the document as it came, if ``payload`` spells its names otherwise; pointers are into that one."""
    try:
        return model.model_validate(payload)
    except ValidationError as fault:
        said = fault.errors(include_url=False, include_input=False)[0]
        place = pointer(said["loc"], payload if written is None else written)
        raise InvalidInput(said["msg"].removeprefix("Value error, "), field=place or None) from fault


def article(payload: dict[str, Any]) -> RawArticle:
    """A raw article of what a format has read. Raises :class:`InvalidInput`; U+0000 is one of the faults."""
    raw = validated(RawArticle, payload)
    for name in ("title", "summary", "body"):
        if "\x00" in (getattr(raw, name) or ""):
            raise InvalidInput("holds U+0000, which cannot be stored: remove it", field=f"/{name}")
    return raw


def pointer(place: Iterable[str | int], written: Any) -> str:
    """A JSON pointer (RFC 6901) in the spelling of the document."""
    names: list[str] = []
    for part in place:
        name = _spelled(part, written)
        names.append(str(name).replace("~", "~0").replace("/", "~1"))
        written = _child(written, name)
    return "".join(f"/{name}" for name in names)


def _spelled(part: str | int, written: Any) -> str | int:
    if isinstance(part, str) and isinstance(written, Mapping):
        return next((name for name in written if name.lower() == part.lower()), part)
    return part


def _child(written: Any, name: str | int) -> Any:
    if isinstance(written, Mapping):
        return written.get(name)
    return written[name] if isinstance(written, list) and isinstance(name, int) and name < len(written) else None
