"""The rendered contracts say what the models say, and break no released version."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from factwire.events.enriched_article import EnrichedArticle
from factwire.events.raw_article import RawArticle
from factwire.events.schemas import EVENTS, incompatibilities, render, schema_of, stale

SCHEMAS = Path(__file__).parents[2] / "schemas"
EXAMPLES = sorted((SCHEMAS / "examples").glob("*/*.json"))


def test_what_is_checked_in_is_current() -> None:
    assert list(stale(SCHEMAS)) == []


def test_a_stale_file_is_named(tmp_path: Path) -> None:
    for name, content in render().items():
        (tmp_path / name).write_text(content)
    (tmp_path / "raw-article.v1.schema.json").write_text("{}")
    assert list(stale(tmp_path)) == ["schemas/raw-article.v1.schema.json is not current: run make schemas"]


def test_no_released_version_is_broken() -> None:
    assert list(incompatibilities(SCHEMAS)) == []


def test_a_break_fails_with_the_name_of_the_field(tmp_path: Path) -> None:
    release = tmp_path / "released/0.0.9"
    release.mkdir(parents=True)
    for name in EVENTS:
        schema = schema_of(name)
        schema["required"] = [*schema.get("required", ()), "lead"]
        schema["properties"] = {**schema["properties"], "lead": {"type": "string"}}
        (release / f"{name}.schema.json").write_text(json.dumps(schema))
    assert list(incompatibilities(tmp_path)) == [
        "enriched-article.v1: a 0.0.9 reader cannot read new events: /lead: required by the reader, not always written"
    ]


@pytest.mark.parametrize("name", EVENTS)
def test_each_schema_is_valid_itself(name: str) -> None:
    Draft202012Validator.check_schema(schema_of(name))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_example_is_valid_and_read_by_the_model(path: Path) -> None:
    example = json.loads(path.read_text("utf-8"))
    Draft202012Validator(schema_of(path.parent.name)).validate(example)
    EVENTS[path.parent.name].model_validate(example)


def test_there_is_an_example_of_every_event() -> None:
    assert {path.parent.name for path in EXAMPLES} == set(EVENTS)


def test_every_field_that_is_not_plain_is_described() -> None:
    described = schema_of("enriched-article.v1")["properties"]["text"]
    assert described["description"].startswith("What every offset points into")


def test_asyncapi_names_every_topic_and_its_message() -> None:
    document = yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text("utf-8"))
    assert document["asyncapi"] == "3.0.0"
    assert set(document["channels"]) == {
        "news.articles.raw.v1",
        "news.articles.enriched.v1",
        "news.articles.latest.v1",
    }
    for channel in document["channels"].values():
        for message in channel["messages"].values():
            assert message["$ref"].removeprefix("#/components/messages/") in document["components"]["messages"]


def test_a_reader_ignores_fields_it_does_not_know() -> None:
    assert RawArticle.model_validate({"article_id": "a", "body": "b", "mood": "good"}).body == "b"


def test_kinds_and_types_are_open_on_the_wire() -> None:
    properties = EnrichedArticle.model_json_schema()["$defs"]
    assert "enum" not in properties["Claim"]["properties"]["kind"]
    assert "enum" not in properties["Entity"]["properties"]["type"]
