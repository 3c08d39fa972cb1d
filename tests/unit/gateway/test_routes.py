import gzip
import json
from contextlib import closing
from datetime import UTC, date, datetime

import httpx
import pytest
from tests.unit.gateway.fakes import MemoryLog, down_log
from tests.unit.runtime.web.test_keys import MemoryKeys

from factwire.gateway.app import create_app
from factwire.gateway.bodies import Room
from factwire.gateway.handler import Gateway
from factwire.gateway.idempotency import Answers
from factwire.gateway.pushes import Intake
from factwire.runtime.health import Health
from factwire.runtime.web.keys import Keyring

JSON = {"content-type": "application/json"}
GZIP = {"content-encoding": "gzip"}
LINES = {"content-type": "application/x-ndjson"}
PROBLEM = "application/problem+json"


def client_of(log, keyring: Keyring | None = None, answers: Answers | None = None) -> httpx.AsyncClient:
    gateway = Gateway(log, lambda: datetime(2026, 3, 10, tzinfo=UTC), max_article_bytes=4096, max_html_bytes=8192)
    intake = Intake(gateway, keyring or Keyring.open(), Room(100_000), 16_384, answers)
    transport = httpx.ASGITransport(create_app(intake, Health("gateway")), raise_app_exceptions=False)
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
        (b"{}", {"content-type": "application/json", "content-encoding": "br"}, 415, "unsupported-coding"),
        (b"{}", {"content-type": "application/json", "content-encoding": "gzip"}, 400, "not-decompressible"),
        (b"{}", {"content-type": "application/json;charset=latin-1"}, 415, "unsupported-media-type"),
        (gzip.compress(b"{}" + b" " * 20_000, mtime=0), {**JSON, "content-encoding": "gzip"}, 413, "too-large"),
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
    async with client_of(down_log()) as client:
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
    assert set(document["paths"]) == {
        "/v1/articles",
        "/v1/ninjs",
        "/v1/articles/{article_id}",
        "/livez",
        "/readyz",
        "/metrics",
    }
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


async def test_lines_are_answered_with_lines_and_the_totals_last(client, log):
    lines = b'{"article_id":"a","body":"x"}\nnot json\n{"article_id":"b","body":"y"}'
    accept = {"accept": "application/x-ndjson"}
    answer = await client.post("/v1/articles", content=lines, headers=LINES | accept)
    assert (answer.status_code, answer.headers["content-type"]) == (207, "application/x-ndjson")
    *results, totals = map(json.loads, answer.text.splitlines())
    assert [(r["index"], r["status"]) for r in results] == [(0, "accepted"), (1, "rejected"), (2, "accepted")]
    assert totals == {"accepted": 2, "rejected": 1}
    assert [record.key for record in log.records] == [b"a", b"b"]


async def test_lines_may_be_more_than_a_body_may_have_bytes(client, log):
    lines = b"".join(b'{"article_id":"%d","body":"x"}\n' % n for n in range(2500))
    answer = await client.post("/v1/articles", content=gzip.compress(lines), headers=LINES | GZIP)
    assert (answer.status_code, answer.json()["accepted"], len(log.records)) == (202, 2500, 2500)
    assert [result["index"] for result in answer.json()["results"]] == list(range(2500))


async def test_minimal_answers_list_what_was_rejected_alone(client):
    lines = b'{"article_id":"a","body":"x"}\nnot json\n'
    answer = await client.post("/v1/articles", content=lines, headers=LINES | {"prefer": "return=minimal"})
    assert [result["index"] for result in answer.json()["results"]] == [1]
    assert (answer.json()["accepted"], answer.json()["rejected"]) == (1, 1)


async def test_lines_that_break_off_say_what_is_in_already():
    log = MemoryLog(room=2)
    lines = b"".join(b'{"article_id":"%d","body":"x"}\n' % n for n in range(1700))
    async with client_of(log) as client:
        answer = await client.post("/v1/articles", content=lines, headers=LINES)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "1000 of the first 1000 items are accepted" in answer.json()["detail"]
    assert len(log.records) == 1000


async def test_a_truncated_short_body_of_lines_is_accepted_in_no_part(client, log):
    lines = gzip.compress(b"".join(b'{"article_id":"%d","body":"x"}\n' % n for n in range(400)))
    answer = await client.post("/v1/articles", content=lines[:-9], headers=LINES | GZIP)
    assert (answer.status_code, answer.json()["type"]) == (400, "/docs#not-decompressible")
    assert log.records == []


async def test_a_bomb_of_lines_is_refused(client, log):
    bomb = gzip.compress(bytes(50_000_000))
    answer = await client.post("/v1/articles", content=bomb, headers=LINES | GZIP)
    assert (answer.status_code, log.records) == (413, [])


async def test_lines_without_an_article_are_a_problem(client):
    assert (await client.post("/v1/articles", content=b"\n \n", headers=LINES)).json()["type"] == "/docs#empty"


@pytest.mark.parametrize(
    "date", ["yesterday", "2026-13-01T00:00:00Z", "2026-02-30", "", "0000-00-00T00:00:00Z", 1e400, [], "9" * 400]
)
async def test_a_broken_date_is_the_fault_of_its_field(client, log, date):
    body = json.dumps({"body": "x", "published_at": date}).replace("Infinity", "1e400").encode()
    answer = await client.post("/v1/articles", content=body, headers=JSON)
    assert answer.status_code in (400, 422)
    if answer.status_code == 422:
        assert answer.json()["errors"][0]["pointer"].startswith("/published_at")
    assert log.records == []


async def test_ninjs_and_json_ld_become_articles(client, log):
    item = {"uri": "https://e.org/1", "headline": "Acme cuts jobs", "body_text": "Acme will cut 1,200 jobs."}
    node = {"@type": "NewsArticle", "headline": "Acme cuts jobs", "articleBody": "Acme will cut 1,200 jobs."}
    assert (await client.post("/v1/ninjs", json=item)).status_code == 202
    linked = {"content-type": "application/ld+json"}
    assert (await client.post("/v1/articles", content=json.dumps(node), headers=linked)).status_code == 202
    assert [json.loads(record.value)["title"] for record in log.records] == ["Acme cuts jobs"] * 2


async def test_faults_of_ninjs_point_into_what_was_sent(client, log):
    answer = await client.post("/v1/ninjs", json={"uri": 5, "body_text": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/uri")
    assert log.records == []


async def test_a_page_may_be_larger_than_a_text(client, log):
    page = {"article_id": "page", "body": "<p>" + "x" * 5000, "body_format": "html"}
    assert (await client.post("/v1/articles", json=page)).status_code == 202
    assert (await client.post("/v1/articles", json=page | {"body_format": "text"})).status_code == 413


async def test_what_is_spooled_is_told():
    async with client_of(MemoryLog(kept="spool")) as client:
        answer = await client.post("/v1/articles", json={"body": "x"})
        withdrawn = await client.delete("/v1/articles/a")
    assert (answer.status_code, answer.json()["results"][0]["spooled"]) == (202, True)
    assert withdrawn.json()["spooled"] is True


async def test_an_idempotency_key_brings_the_same_answer_and_no_second_record(log, tmp_path):
    answers = Answers(tmp_path / "answers.sqlite", lambda: 0.0)
    with closing(answers):
        client = client_of(log, answers=answers)
        sent = {"headers": {"idempotency-key": "k-1"}}
        first = await client.post("/v1/articles", json=[{"body": "x"}, {"body": ""}], **sent)
        again = await client.post("/v1/articles", json=[{"body": "x"}, {"body": ""}], **sent)
        other = await client.post("/v1/articles", json=[{"body": "y"}], **sent)
    assert (first.status_code, first.text) == (again.status_code, again.text)
    assert (other.status_code, other.json()["type"]) == (422, "/docs#idempotency-key-reused")
    assert len(log.records) == 1


async def test_an_idempotency_key_keeps_no_failure(tmp_path):
    log = MemoryLog(room=0)
    answers = Answers(tmp_path / "answers.sqlite", lambda: 0.0)
    with closing(answers):
        client = client_of(log, answers=answers)
        sent = {"headers": {"idempotency-key": "k-1"}, "json": {"body": "x"}}
        assert (await client.post("/v1/articles", **sent)).status_code == 503
        log.room = 1
        assert (await client.post("/v1/articles", **sent)).status_code == 202


async def test_every_address_asks_for_a_key_where_keys_are_asked_for(log):
    store = MemoryKeys()
    token, reader = store.create("ingest", rate_limit="4/hour"), store.create("read")
    keyring = Keyring(store, "auto", lambda: 0.0, lambda: date(2026, 3, 10))
    calls = [("POST", "/v1/articles"), ("POST", "/v1/ninjs"), ("PUT", "/v1/articles/a"), ("DELETE", "/v1/articles/a")]
    async with client_of(log, keyring) as client:
        for call in calls:
            assert (await client.request(*call, json={"body": "x"})).status_code == 401
            wrong = {"authorization": f"Bearer {reader}"}
            assert (await client.request(*call, json={"body": "x"}, headers=wrong)).status_code == 403
        assert log.records == []
        pushed = await client.post("/v1/articles", json={"body": "x"}, headers={"authorization": f"Bearer {token}"})
        assert (pushed.status_code, pushed.headers["ratelimit-policy"]) == (202, '"key";q=4;w=3600')
        assert (await client.get("/docs")).status_code == 200


async def test_openapi_names_the_key_and_every_problem(client):
    document = (await client.get("/openapi.json")).json()
    assert document["components"]["securitySchemes"]["ApiKey"]["scheme"] == "bearer"
    for path in ("/v1/articles", "/v1/ninjs"):
        assert document["paths"][path]["post"]["security"] == [{"ApiKey": []}]
        assert {"401", "403", "413", "429", "503"} <= document["paths"][path]["post"]["responses"].keys()


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
