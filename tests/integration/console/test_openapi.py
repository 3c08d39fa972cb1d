"""The read API against its own OpenAPI document: Schemathesis asks what it allows, and checks every answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from tests.support.databases import settings_for
from tests.support.events import enriched
from tests.support.reading import now, read_api
from tests.support.seeding import store
from tests.support.serving import served
from tests.support.stories import story

from factwire.console.reading import Reading
from factwire.storage.engine import close_engine, open_engine

pytestmark = pytest.mark.docker
PATHS = (
    "/v1/articles",
    "/v1/articles/{article_id}",
    "/v1/claims",
    "/v1/entities",
    "/v1/entities/{entity_id}",
    "/v1/stats/timeline",
    "/v1/stats/distribution",
)


@pytest.fixture
def document(database: str) -> Iterator[Any]:
    store(database, story(), enriched("drones"))
    engine = open_engine(settings_for(database))
    reading = Reading(engine, now, "postgres")
    with served(read_api(reading), close=partial(close_engine, engine)) as address:
        yield schemathesis.openapi.from_url(f"{address}/openapi.json")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_the_document_says(document: Any, path: str) -> None:
    @given(case=document[path]["GET"].as_strategy())
    @settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case: Case) -> None:
        # a schema cannot say that a limit is above another, or that a cursor is one of ours: those are 422;
        # and nobody is asked for a key before the first is made (test_access.py)
        case.call_and_validate(timeout=20, excluded_checks=[positive_data_acceptance, ignored_auth])

    ask()


def test_every_path_of_the_document_is_asked(document: Any) -> None:
    there = set(document.raw_schema["paths"]) - {"/livez", "/readyz", "/metrics"}
    assert there == {*PATHS, "/v1/stream"}, "the stream does not end; test_stream.py asks it"
