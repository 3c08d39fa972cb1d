"""The read API and the pages over a real PostgreSQL that the sink's own code has filled."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest
from tests.support.databases import settings_for
from tests.support.events import enriched
from tests.support.seeding import store_all
from tests.support.stories import ATTACK, ID, story

from factwire.console.app import create_app
from factwire.console.reading import Reading
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.raw_article import ArticleMetadata
from factwire.runtime.health import Health
from factwire.storage.engine import close_engine, open_engine

pytestmark = pytest.mark.docker
NOW = datetime(2026, 4, 1, tzinfo=UTC)
METADATA = tuple(ArticleMetadata.model_fields)
PAGE = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
async def client(database: str) -> AsyncIterator[httpx.AsyncClient]:
    engine = open_engine(settings_for(database))
    app = create_app(Reading(engine, lambda: NOW, "postgres"), Health("console"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as client:
        yield client
    await close_engine(engine)


def address(article_id: str) -> str:
    return quote(article_id, safe="")


async def test_article_comes_back_as_the_event_that_was_stored(client, database):
    event = story()
    await store_all(database, event)
    answer = await client.get(f"/v1/articles/{address(ID)}")
    back = EnrichedArticle.model_validate_json(answer.content)
    assert answer.status_code == 200
    assert back.claims == event.claims
    assert back.times == event.times
    assert (back.text, back.sections, back.sentences) == (event.text, event.sections, event.sentences)
    assert [e.entity_id for e in back.entities] == [e.entity_id for e in event.entities]
    assert [m.span for e in back.entities for m in e.mentions] == [m.span for e in event.entities for m in e.mentions]


async def test_what_an_article_says_of_itself_comes_back_whole(client, database):
    event = story(published_at="2026-03-10T18:30:00Z", published_on="2026-03-11")
    await store_all(database, event)
    back = EnrichedArticle.model_validate_json((await client.get(f"/v1/articles/{address(ID)}")).content)
    assert [getattr(back, name) for name in METADATA] == [getattr(event, name) for name in METADATA]


@pytest.mark.parametrize(
    "hidden",
    [
        story(embargoed_until=NOW + timedelta(hours=1)),
        story(status="withdrawn", claims=(), entities=(), times=()),
    ],
    ids=["under embargo", "withdrawn"],
)
async def test_what_must_not_be_seen_is_nowhere(client, database, hidden):
    await store_all(database, hidden)
    for path in (f"/v1/articles/{address(ID)}", f"/articles/{address(ID)}"):
        assert (await client.get(path)).status_code == 404
    for path in ("/v1/articles", "/v1/articles?text=harbour", "/v1/claims"):
        assert (await client.get(path)).json()["data"] == []
    assert "harbour" not in (await client.get("/")).text


async def test_embargo_ends_by_itself(client, database):
    await store_all(database, story(embargoed_until=NOW))
    assert (await client.get(f"/v1/articles/{address(ID)}")).status_code == 200


async def test_list_is_newest_first_with_counts(client, database):
    await store_all(database, enriched("old"), story())
    data = (await client.get("/v1/articles")).json()["data"]
    assert [(a["article_id"], a["claim_count"], a["entity_count"]) for a in data] == [(ID, 6, 5), ("old", 1, 2)]
    assert "text" not in data[0]


async def test_pages_join_up_and_end(client, database):
    await store_all(database, *(enriched(f"a-{n:02}", published_at=NOW - timedelta(minutes=n // 3)) for n in range(20)))
    seen, address = [], "/v1/articles?limit=6"
    while address:
        page = (await client.get(address)).json()
        seen += [article["article_id"] for article in page["data"]]
        address = page["next"]
    assert seen == [f"a-{n:02}" for n in range(20)]


async def test_claim_pages_join_up_and_end(client, database):
    await store_all(database, story(), enriched("a"), enriched("b"))
    whole = [claim["claim_id"] for claim in (await client.get("/v1/claims")).json()["data"]]
    seen, address = [], "/v1/claims?limit=3"
    while address:
        page = (await client.get(address)).json()
        seen += [claim["claim_id"] for claim in page["data"]]
        address = page["next"]
    assert seen == whole
    assert len(seen) == 8


async def test_search_finds_words_and_leaves_out_the_unwanted(client, database):
    await store_all(database, story(), enriched("drones"))
    for words, found in (
        ("harbours", [ID]),
        ('"harbour fund" -drones', [ID]),
        ("drone or tonnes", [ID, "drones"]),
        ("xyzzy", []),
    ):
        data = (await client.get("/v1/articles", params={"text": words})).json()["data"]
        assert [article["article_id"] for article in data] == found, words


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"kind": "money"}, ["more than $1.2 billion", "$1.2 billion"]),
        ({"unit": "%"}, ["40 to 45 percent of the $1.2 billion", "up 6.5 percent"]),
        ({"unit": "%", "min": "43"}, ["40 to 45 percent of the $1.2 billion"]),
        ({"unit": "%", "max": "39.9"}, ["up 6.5 percent"]),
        ({"kind": "money", "min": "2000000000"}, ["more than $1.2 billion"]),
        ({"begin": "2025-08-15", "end": "2025-08-20"}, ["18.4 million tonnes"]),
        ({"begin": "2025-10-01"}, []),
        ({"entity": "Q9001"}, ["more than $1.2 billion"]),
        ({"entity": "nil:5f0c2a"}, ["more than $1.2 billion"]),
        ({"speaker": "nil:5f0c2a"}, ["more than $1.2 billion"]),
        ({"source": "norlandwire.example", "kind": "count"}, ["About 3,200 people"]),
        ({"source": "elsewhere.example"}, []),
        ({"article": "no-such"}, []),
    ],
)
async def test_claim_filters_narrow(client, database, wanted, found):
    await store_all(database, story())
    data = (await client.get("/v1/claims", params=wanted)).json()["data"]
    assert [claim["span"]["text"] for claim in data] == found


async def test_found_claim_carries_evidence_and_article(client, database):
    await store_all(database, story())
    (claim,) = (await client.get("/v1/claims", params={"kind": "count"})).json()["data"]
    assert claim["evidence"].startswith("The port handled")
    assert claim["article"]["article_id"] == ID
    assert claim["article"]["source"]["name"] == "Norland Wire"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/articles?limit=0",
        "/v1/articles?cursor=nonsense",
        "/v1/articles?text=%00",
        "/v1/claims?min=NaN",
        "/v1/claims?min=5&max=4",
        "/v1/claims?begin=2025-02-30",
        "/v1/claims?begin=2025-03-01&end=2025-02-01",
        "/v1/claims?kind=%00",
    ],
)
async def test_senseless_questions_are_problems(client, path):
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"][0]["pointer"].startswith("#")


@pytest.mark.parametrize("path", ["/v1/articles/%00", "/articles/%00", "/v1/articles/none", "/articles/none"])
async def test_unknown_ids_are_not_found(client, path):
    assert (await client.get(path)).status_code == 404


async def test_people_get_a_page_and_programs_a_problem_where_nothing_is(client):
    page = await client.get("/nowhere", headers=PAGE)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert (await client.get("/nowhere")).headers["content-type"] == "application/problem+json"


async def test_page_shows_hostile_text_as_text(client, database):
    hostile = story(title=ATTACK, byline=ATTACK, source={"id": ATTACK, "name": ATTACK})
    await store_all(database, hostile)
    for path in ("/", f"/articles/{address(ID)}", f"/?q={quote(ATTACK)}"):
        page = (await client.get(path)).text
        assert "<script>document" not in page
        assert "<img" not in page


async def test_pages_have_nothing_inline_and_nothing_from_outside(client, database):
    await store_all(database, story())
    page = await client.get(f"/articles/{address(ID)}")
    assert "style=" not in page.text
    assert "<style" not in page.text
    assert page.text.count("<script") == 1
    assert 'src="/assets/console.js"' in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_empty_list_says_what_to_do(client):
    assert "curl -X POST" in (await client.get("/")).text
    assert "No article matches" in (await client.get("/?q=xyzzy")).text


async def test_every_address_of_the_reference_answers(client):
    document = (await client.get("/openapi.json")).json()
    for path in document["paths"]:
        # the stream ends only when asked to
        wanted = {"wait": "false"} if path == "/v1/stream" else {}
        answer = await client.get(path.replace("{article_id}", "none"), params=wanted)
        assert answer.status_code in {200, 404, 503}, path
    assert (await client.get("/docs")).status_code == 200


async def test_database_away_is_503_and_unready_with_the_reason():
    engine = open_engine(settings_for("postgresql://nobody@127.0.0.1:9/none", database_connect_timeout=1))
    reading = Reading(engine, lambda: NOW, "127.0.0.1:9/none")
    app = create_app(reading, Health("console"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as client:
        answer = await client.get("/v1/articles")
    await close_engine(engine)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "127.0.0.1:9/none" in answer.json()["detail"]


async def test_article_without_title_is_listed_by_how_it_begins(client, database):
    await store_all(database, enriched("untitled", title=None))
    assert "Acme said on Friday that it had sold 1,500 drones" in (await client.get("/")).text
