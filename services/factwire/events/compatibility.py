"""Whether a reader of one schema can read what a writer of another writes.

Unknown fields are ignored by every reader, so that only these break: a field that the reader needs and the writer may
leave out; a type, value or bound that the writer may use and the reader refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]

_UPPER_BOUNDS: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_LOWER_BOUNDS: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")


def unreadable(reader: Schema, writer: Schema) -> list[str]:
    """One line for every field that breaks, named by its path; empty when all can be read."""
    return list(_Comparison(reader, writer, frozenset()).faults(reader, writer, ""))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """``open``: pairs of definitions being compared, because a unit may be per another unit."""

    reader_root: Schema
    writer_root: Schema
    open: frozenset[tuple[str, str]]

    def faults(self, reader: Schema, writer: Schema, path: str) -> Iterator[str]:
        pair = (str(reader.get("$ref")), str(writer.get("$ref")))
        if pair != ("None", "None"):
            if pair not in self.open:
                deeper = _Comparison(self.reader_root, self.writer_root, self.open | {pair})
                resolved = _resolve(reader, self.reader_root), _resolve(writer, self.writer_root)
                yield from deeper.faults(*resolved, path)
        elif "anyOf" in reader or "anyOf" in writer:
            yield from self._alternatives(reader, writer, path)
        elif _types(reader) and _types(writer) - _types(reader):
            yield f"{path or '/'}: type {sorted(_types(writer))} where {sorted(_types(reader))} is read"
        else:
            yield from _values(reader, writer, path or "/")
            yield from self._fields(reader, writer, path)

    def _fields(self, reader: Schema, writer: Schema, path: str) -> Iterator[str]:
        for field in reader.get("required", ()):
            if field not in writer.get("required", ()):
                yield f"{path}/{field}: required by the reader, not always written"
        for field, described in reader.get("properties", {}).items():
            written = writer.get("properties", {}).get(field)
            if written is not None:
                yield from self.faults(described, written, f"{path}/{field}")
        for items in ("items", "additionalProperties"):
            if isinstance(reader.get(items), Mapping) and isinstance(writer.get(items), Mapping):
                yield from self.faults(reader[items], writer[items], f"{path}/*")

    def _alternatives(self, reader: Schema, writer: Schema, path: str) -> Iterator[str]:
        """Every alternative that may be written must be readable as one of the reader's."""
        readable = reader.get("anyOf", [reader])
        for written in writer.get("anyOf", [writer]):
            attempts = [list(self.faults(choice, written, path)) for choice in readable]
            if all(attempts):
                yield from min(attempts, key=len)


def _values(reader: Schema, writer: Schema, where: str) -> Iterator[str]:
    if "enum" in reader:
        surprising = set(writer.get("enum", ["anything"])) - set(reader["enum"])
        if surprising:
            yield f"{where}: {sorted(map(str, surprising))} may be written and is not read"
    if "const" in reader and writer.get("const") != reader["const"]:
        yield f"{where}: only {reader['const']!r} is read"
    if "pattern" in reader and writer.get("pattern") != reader["pattern"]:
        yield f"{where}: the reader wants the pattern {reader['pattern']}"
    for bound in _UPPER_BOUNDS:
        if bound in reader and writer.get(bound, float("inf")) > reader[bound]:
            yield f"{where}: {bound} {reader[bound]} is narrower than what is written"
    for bound in _LOWER_BOUNDS:
        if bound in reader and writer.get(bound, float("-inf")) < reader[bound]:
            yield f"{where}: {bound} {reader[bound]} is narrower than what is written"


def _types(schema: Schema) -> frozenset[str]:
    kind = schema.get("type", ())
    return frozenset([kind] if isinstance(kind, str) else kind)


def _resolve(schema: Schema, root: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return found
