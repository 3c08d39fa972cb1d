import httpx
import pytest
from fastapi import FastAPI, Query

from factwire.errors import TransientError, Unavailable
from factwire.runtime.web.problems import INVALID, Fault, Problem, answer_with_problems


@pytest.fixture
async def client():
    app = FastAPI()
    answer_with_problems(app)

    @app.get("/fails")
    async def fails(how: str, limit: int = Query(1, ge=1)) -> None:
        raise {
            "problem": Problem(INVALID, "no", errors=[Fault(pointer="/a", detail="bad")]),
            "away": Unavailable("kafka:9092 is away"),
            "transient": TransientError("again"),
            "surprise": KeyError("secret"),
        }[how]

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status", "type"),
    [
        ("/fails?how=problem", 422, "/docs#invalid-request"),
        ("/fails?how=away", 503, "/docs#unavailable"),
        ("/fails?how=transient", 503, "/docs#unavailable"),
        ("/fails?how=surprise", 500, "/docs#internal"),
        ("/fails?how=problem&limit=0", 422, "/docs#invalid-request"),
        ("/elsewhere", 404, "/docs#not-found"),
    ],
)
async def test_every_error_is_a_problem_document(client, path, status, type):
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    body = answer.json()
    assert (body["type"], body["status"], body["instance"]) == (type, status, path.partition("?")[0])


async def test_faults_are_listed_with_their_pointers(client):
    assert (await client.get("/fails?how=problem")).json()["errors"] == [{"pointer": "/a", "detail": "bad"}]
    assert (await client.get("/fails?how=problem&limit=0")).json()["errors"][0]["pointer"] == "#limit"


async def test_a_fault_of_ours_gives_nothing_away(client):
    assert "secret" not in (await client.get("/fails?how=surprise")).text


async def test_what_may_succeed_later_says_when(client):
    assert (await client.get("/fails?how=away")).headers["retry-after"] == "5"
