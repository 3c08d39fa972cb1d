from datetime import UTC, datetime

import httpx
import pytest
from tests.unit.gateway.fakes import DownLog, MemoryLog

from factwire.gateway.app import create_app
from factwire.gateway.handler import Gateway
from factwire.runtime.health import Health

PROBLEM = "application/problem+json"


def client_of(log) -> httpx.AsyncClient:
    gateway = Gateway(log, lambda: datetime(2026, 3, 10, tzinfo=UTC), max_article_bytes=4096)
    app = create_app(gateway, Health("gateway"), max_body_bytes=16_384)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gateway")


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
async def client(log):
    async with client_of(log) as client:
        yield client


async def test_push_is_answered_202_with_one_result_per_item(client, log):
    answer = await client.post(
        "/v1/articles", json=[{"article_id": "a", "body": "x"}, {"article_id": "b", "body": "y"}]
    )
    assert answer.status_code == 202
    assert [(r["index"], r["article_id"], r["status"]) for r in answer.json()["results"]] == [
        (0, "a", "accepted"),
        (1, "b", "accepted"),
    ]
    assert [record.key for record in log.records] == [b"a", b"b"]


async def test_partly_bad_batch_is_answered_207_and_hides_nothing(client, log):
    lines = b'{"article_id":"a","body":"x"}\nnot json\n{"revision":"many","body":"y"}\n'
    answer = await client.post("/v1/articles", content=lines, headers={"content-type": "application/x-ndjson"})
    assert answer.status_code == 207
    assert (answer.json()["accepted"], answer.json()["rejected"]) == (1, 2)
    assert answer.json()["results"][2]["errors"][0]["pointer"] == "/revision"
    assert len(log.records) == 1


async def test_all_bad_is_a_problem_with_pointers_into_the_body(client):
    answer = await client.post("/v1/articles", json=[{"title": ""}, {"body": "x", "revision": 0}])
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/0", "/1/revision"]


async def test_pointers_of_a_lone_article_start_at_it(client):
    answer = await client.post("/v1/articles", json={"body": "x", "revision": 0})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/revision")


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"{", {"content-type": "application/json"}, 400, "not-json"),
        (b"[]", {"content-type": "application/json"}, 422, "empty"),
        (b"title=x", {"content-type": "application/x-www-form-urlencoded"}, 415, "unsupported-media-type"),
        (b"{}", {"content-type": "application/json", "content-encoding": "gzip"}, 415, "unsupported-media-type"),
        (b" " * 20_000, {"content-type": "application/json"}, 413, "too-large"),
        (b'{"body":"' + b"x" * 5000 + b'"}', {"content-type": "application/json"}, 413, "too-large"),
    ],
)
async def test_each_refusal_is_a_problem_of_its_own_type(client, log, content, headers, status, code):
    answer = await client.post("/v1/articles", content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert answer.json()["type"] == f"/docs#{code}"
    assert log.records == []


@pytest.mark.parametrize("call", [("POST", "/v1/articles"), ("PUT", "/v1/articles/a"), ("DELETE", "/v1/articles/a")])
async def test_broker_away_is_503_with_retry_after(call):
    async with client_of(DownLog()) as client:
        answer = await client.request(*call, json={"body": "x"})
    assert (answer.status_code, answer.headers["content-type"]) == (503, PROBLEM)
    assert int(answer.headers["retry-after"]) > 0
    assert "did not acknowledge" in answer.json()["detail"]


@pytest.mark.parametrize(("path", "key"), [("a-1", "a-1"), ("wire%2F1%3Fx", "wire/1?x"), ("%C3%A9", "é")])
async def test_put_takes_any_id_from_the_address(client, log, path, key):
    answer = await client.put(f"/v1/articles/{path}", json={"body": "x"})
    assert answer.status_code == 202
    assert log.records[0].key == key.encode()


async def test_delete_withdraws(client, log):
    answer = await client.delete("/v1/articles/a%2Fb")
    assert (answer.status_code, answer.json()["article_id"]) == (202, "a/b")
    assert (log.records[0].key, log.records[0].value) == (b"a/b", None)


async def test_delete_refuses_an_impossible_revision(client):
    answer = await client.delete("/v1/articles/a?revision=0")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#revision")


async def test_id_that_is_too_long_is_refused(client, log):
    assert (await client.put(f"/v1/articles/{'x' * 201}", json={"body": "x"})).status_code == 422
    assert log.records == []


async def test_callers_trace_is_carried_and_a_broken_one_replaced(client, log):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    for sent in (trace, "nonsense"):
        await client.post("/v1/articles", json={"body": "x"}, headers={"traceparent": sent})
    first, second = (dict(record.headers)["traceparent"].decode() for record in log.records)
    assert first == trace
    assert second.startswith("00-")
    assert "nonsense" not in second


async def test_unknown_path_and_method_are_problems(client):
    assert (await client.get("/v2/articles")).json()["type"] == "/docs#not-found"
    wrong = await client.get("/v1/articles")
    assert (wrong.status_code, wrong.headers["content-type"], wrong.headers["allow"]) == (405, PROBLEM, "POST")


async def test_openapi_describes_every_operation_and_resolves(client):
    document = (await client.get("/openapi.json")).json()
    assert set(document["paths"]) == {"/v1/articles", "/v1/articles/{article_id}", "/livez", "/readyz", "/metrics"}
    names = set(document["components"]["schemas"])
    references = set(_references(document))
    assert references <= {f"#/components/schemas/{name}" for name in names}
    assert "article_id" not in document["components"]["schemas"]["RawArticle"].get("required", [])


async def test_docs_need_nothing_from_outside(client):
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "https://" not in page.text
    assert "/v1/articles/{article_id}" in page.text
    assert 'id="too-large"' in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_large_answers_are_compressed_for_who_can_read_it(client):
    assert (await client.get("/docs", headers={"accept-encoding": "gzip"})).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in (await client.get("/docs", headers={"accept-encoding": "identity"})).headers


async def test_metrics_count_by_route_and_never_by_address(client):
    await client.put("/v1/articles/secret-id", json={"body": "x"})
    shown = (await client.get("/metrics")).text
    assert 'factwire_http_request_seconds_count{route="/v1/articles/{article_id:path}"' in shown
    assert "secret-id" not in shown


async def test_not_ready_before_the_broker_answered(client):
    assert (await client.get("/livez")).status_code == 200
    assert (await client.get("/readyz")).status_code == 503


def _references(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
