"""A break is named by its field; what breaks nothing is let through."""

import copy

import pytest

from factwire.events.compatibility import Schema, unreadable
from factwire.events.schemas import schema_of

OLD: Schema = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "maxLength": 20},
        "status": {"enum": ["usable", "withdrawn"]},
        "size": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
    },
    "$defs": {
        "Part": {"type": "object", "properties": {"name": {"type": "string"}, "inner": {"$ref": "#/$defs/Part"}}}
    },
}


def changed(path: str, value: object) -> Schema:
    schema = copy.deepcopy(OLD)
    *parents, last = path.split(".")
    at = schema
    for key in parents:
        at = at[key]
    at[last] = value
    return schema


def test_the_same_schema_reads_itself() -> None:
    assert unreadable(OLD, OLD) == []


def test_a_new_optional_field_breaks_nobody() -> None:
    new = changed("properties.note", {"type": "string"})
    assert unreadable(new, OLD) == unreadable(OLD, new) == []


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (changed("required", ["id", "status"]), "/status: required"),
        (changed("properties.id", {"type": "integer"}), "/id: type"),
        (changed("properties.id.maxLength", 10), "/id: maxLength 10"),
        (changed("properties.status.enum", ["usable"]), "/status: ['withdrawn']"),
        (changed("properties.size", {"type": "integer", "minimum": 0}), "/size: type ['null']"),
        (changed("$defs.Part.required", ["name"]), "/parts/*/name: required"),
        (changed("properties.id.pattern", "^a"), "/id: the reader wants the pattern"),
    ],
)
def test_what_a_new_reader_refuses_is_named(new: Schema, field: str) -> None:
    (fault, *_) = unreadable(reader=new, writer=OLD)
    assert fault.startswith(field)


def test_a_value_that_old_readers_do_not_know_breaks_them() -> None:
    new = changed("properties.status.enum", ["usable", "withdrawn", "embargoed"])
    assert unreadable(reader=new, writer=OLD) == []
    assert unreadable(reader=OLD, writer=new) == ["/status: ['embargoed'] may be written and is not read"]


def test_a_required_field_of_the_enriched_event_cannot_be_dropped() -> None:
    old = schema_of("enriched-article.v1")
    new = copy.deepcopy(old)
    new["required"].remove("text_sha256")
    assert unreadable(reader=old, writer=new) == ["/text_sha256: required by the reader, not always written"]
