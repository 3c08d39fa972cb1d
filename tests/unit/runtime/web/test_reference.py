import pytest

from factwire.runtime.web.reference import operations, type_name, with_code


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "date"}, "date"),
        ({"$ref": "#/components/schemas/Claim"}, "Claim"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Claim"}}, "list of Claim"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null"),
        ({"enum": ["a", "b"]}, "a | b"),
        ({"const": "a"}, "a"),
        ({}, "any"),
    ],
)
def test_schemas_are_named_in_a_few_words(schema, name):
    assert type_name(schema) == name


def test_probes_stand_after_what_people_come_for():
    document = {"paths": {"/livez": {"get": {"tags": ["Operations"]}}, "/v1/x": {"post": {}, "get": {}}}}
    assert [(o.method, o.path) for o in operations(document)] == [
        ("GET", "/v1/x"),
        ("POST", "/v1/x"),
        ("GET", "/livez"),
    ]


def test_names_between_backticks_are_code_and_everything_is_escaped():
    assert with_code("see `<a>` & more") == "see <code>&lt;a&gt;</code> &amp; more"
