"""The gateway against its own OpenAPI document: Schemathesis sends what it allows and what it forbids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import CheckFunction
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from tests.support.serving import served
from tests.unit.gateway.fakes import MemoryLog
from tests.unit.runtime.web.test_keys import MemoryKeys

from factwire.gateway.app import create_app
from factwire.gateway.bodies import Room
from factwire.gateway.handler import Gateway
from factwire.gateway.idempotency import Answers
from factwire.gateway.pushes import Intake
from factwire.runtime.health import Health
from factwire.runtime.web.keys import Keyring

OPERATIONS = (
    ("/v1/articles", "POST"),
    ("/v1/ninjs", "POST"),
    ("/v1/articles/{article_id}", "PUT"),
    ("/v1/articles/{article_id}", "DELETE"),
)


STORE = MemoryKeys()
KEY = {"Authorization": f"Bearer {STORE.create('ingest')}"}


@pytest.fixture
def document(tmp_path: Any) -> Iterator[Any]:
    """Of a gateway that asks for a key, so that it shows whether one is asked for everywhere."""
    keyring = Keyring(STORE, "required", lambda: 0.0, lambda: date(2026, 3, 10))
    gateway = Gateway(MemoryLog(), lambda: datetime(2026, 3, 10, tzinfo=UTC), 1_000_000, 1_000_000)
    answers = Answers(tmp_path / "answers.sqlite", lambda: 0.0)
    app = create_app(Intake(gateway, keyring, Room(10**8), 10**6, answers), Health("gateway"))
    with served(app) as address:
        yield schemathesis.openapi.from_url(f"{address}/openapi.json")
    answers.close()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_as_the_document_says(document: Any, path: str, method: str, mode: GenerationMode) -> None:
    @given(case=document[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case: Case) -> None:
        # a schema cannot say that body or title must hold something, or that two articles are not one: those are 422
        answer = case.call(timeout=20, headers={} if without_key(case) else KEY)
        case.validate_response(answer, excluded_checks=[positive_data_acceptance, *in_part(answer)])

    ask()


def without_key(case: Case) -> bool:
    """Whether what is wrong with the request is its key: ours in its place would make it right."""
    return case.meta is not None and case.meta.is_negative_at(ParameterLocation.HEADER)


def in_part(answer: Response) -> list[CheckFunction]:
    """Of a batch with an article that is not as the schema says, the others are taken, and the answer names it."""
    if answer.status_code != 207:
        return []
    assert answer.json()["rejected"] > 0
    return [negative_data_rejection]


def test_every_operation_of_the_document_is_asked(document: Any) -> None:
    paths = document.raw_schema["paths"]
    there = {(path, method.upper()) for path, item in paths.items() for method in item if path.startswith("/v1/")}
    assert there == set(OPERATIONS)
