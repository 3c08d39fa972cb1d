"""Polling as it runs: feeds over HTTP, state in a real PostgreSQL, articles in a real Kafka."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from tests.support.databases import rows
from tests.support.feeds import Publisher, Reply, publisher, rss
from tests.support.kafka import Message, Tail, tail_of
from tests.support.processes import run_factwire, start_factwire
from tests.support.waiting import wait_until

from factwire.errors import FencedError
from factwire.events.topics import RAW
from factwire.poller.app import Fetching, Rounds, make_poller, make_subscriber
from factwire.poller.fetching import open_client
from factwire.poller.handler import Poller
from factwire.poller.memory import FeedMemory
from factwire.poller.routes import hub_routes
from factwire.poller.settings import PollerSettings
from factwire.poller.websub import Subscriber
from factwire.storage.feeds import FeedRow, Visit
from factwire.streaming.raw_log import RawLog

pytestmark = pytest.mark.docker


@pytest.fixture
def site() -> Iterator[Publisher]:
    with publisher() as running:
        yield running


@dataclass
class Bench:
    """One poller over a broker and a database; ``visit_all`` visits whatever is due until nothing is."""

    settings: PollerSettings
    memory: FeedMemory
    raw: RawLog
    poller: Poller
    rounds: Rounds
    subscriber: Subscriber | None
    told: Tail

    async def visit_all(self) -> list[str]:
        outcomes = []
        while due := await self.memory.claim_due(10):
            outcomes += [await self.poller.visit(feed) for feed in due]
        return outcomes

    def published(self) -> list[tuple[Message, dict]]:
        """What came onto the raw topic since the bench was made, in order per key."""
        return [(m, json.loads(m.value or b"null")) for m in self.told.read()]


def settings_of(broker: str, database: str, **given: object) -> PollerSettings:
    return PollerSettings.model_validate(
        {"kafka_bootstrap_servers": broker, "database_url": database, "topic_partitions": 3, "http_port": 0,
         "poller_allowed_networks": "127.0.0.0/8", **given}
    )  # fmt: skip


@asynccontextmanager
async def bench_of(settings: PollerSettings, owner: str = "one") -> AsyncIterator[Bench]:
    memory, raw = FeedMemory(settings, owner, settings.poller_lease), RawLog(settings)
    async with open_client(settings) as client:
        fetching = Fetching(client, settings)
        subscriber = make_subscriber(settings, memory, fetching)
        poller = make_poller(settings, memory, raw, fetching)
        rounds = Rounds(poller, memory, subscriber, settings.poller_visits)
        told = tail_of(settings.kafka_bootstrap_servers, RAW.name)
        yield Bench(settings, memory, raw, poller, rounds, subscriber, told)
        await raw.close()
        await memory.close()


@pytest.fixture
async def bench(broker: str, database: str) -> AsyncIterator[Bench]:
    async with bench_of(settings_of(broker, database)) as made:
        yield made


def add(database: str, url: str, *, whole: bool = False, host: str | None = None) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "insert into feeds (url, host, whole) values (%s, %s, %s)", (url, host or urlsplit(url).netloc, whole)
        )


def make_due(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("update feeds set next_poll_at = now() - interval '1 second'")


def end_leases(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("update feeds set claimed_until = now() - interval '1 second'")


def fresh() -> str:
    """Article ids of a test's own: the broker is shared."""
    return uuid.uuid4().hex[:8]


async def test_news_are_published_once_and_a_change_as_the_next_revision(site, bench, database) -> None:
    a, b = fresh(), fresh()
    url = site.answers("/rss", Reply(body=rss((a, "Mill"))))
    add(database, url)
    assert await bench.visit_all() == ["news"]
    site.answers("/rss", Reply(body=rss((b, "Port"), (a, "Mill"))))
    make_due(database)
    assert await bench.visit_all() == ["news"]
    site.answers("/rss", Reply(body=rss((b, "Port"), (a, "Mill shut"))))
    make_due(database)
    assert await bench.visit_all() == ["news"]
    make_due(database)
    assert await bench.visit_all() == ["unchanged"]
    told = sorted((article["title"], article["revision"]) for _, article in bench.published())
    assert told == [("Mill", 1), ("Mill shut", 2), ("Port", 1)]
    assert len({m.key for m, a in bench.published() if a["title"].startswith("Mill")}) == 1


async def test_a_feed_is_asked_only_for_what_is_new(site, bench, database) -> None:
    url = site.answers(
        "/rss",
        Reply(body=rss((fresh(), "Mill")), headers={"ETag": '"v1"', "Last-Modified": "Mon, 12 Jan 2026 10:00:00 GMT"}),
    )
    add(database, url)
    await bench.visit_all()
    make_due(database)
    assert await bench.visit_all() == ["unchanged"]
    last = [one for one in site.asked if one.path == "/rss"][-1]
    assert last.headers["if-none-match"] == '"v1"'
    assert last.headers["if-modified-since"] == "Mon, 12 Jan 2026 10:00:00 GMT"


class Killed(FeedMemory):
    """Is gone before it can write down what was published."""

    async def finish(self, feed: FeedRow, visit: Visit) -> None:
        raise KeyboardInterrupt


async def test_a_crash_after_publishing_repeats_the_event_id_and_loses_nothing(site, bench, database) -> None:
    add(database, site.answers("/rss", Reply(body=rss((fresh(), "Mill"), (fresh(), "Port")))))
    (feed,) = await bench.memory.claim_due(1)
    dying = Killed(bench.settings, "one", 300)
    with pytest.raises(KeyboardInterrupt):
        await replace(bench.poller, memory=dying).visit(feed)
    await dying.close()
    end_leases(database)
    assert await bench.visit_all() == ["news"]
    ids = [m.header("ce_id") for m, _ in bench.published()]
    assert len(ids) == 4
    assert len(set(ids)) == 2


async def test_a_poller_that_slept_through_its_lease_changes_nothing(site, bench, database) -> None:
    add(database, site.answers("/rss", Reply(body=rss((fresh(), "Mill")))))
    (slow,) = await bench.memory.claim_due(1)
    end_leases(database)
    (quick,) = await bench.memory.claim_due(1)
    assert await bench.poller.visit(quick) == "news"
    with pytest.raises(FencedError, match="taken over"):
        await bench.poller.visit(slow)
    assert rows(database, "select published, failures from feeds") == [(1, 0)]


async def test_two_pollers_share_the_feeds_and_never_visit_a_host_together(site, broker, database) -> None:
    site.hold = 0.02
    names = [fresh() for _ in range(12)]
    for number, name in enumerate(names):
        url = site.answers(f"/{number}", Reply(body=rss((name, f"Story {name}"))))
        add(database, url, host="one.example" if number < 6 else f"host-{number}.example")
    settings = settings_of(broker, database, poller_robots=False)
    async with bench_of(settings, "one") as one, bench_of(settings, "two") as two:
        stop = asyncio.Event()
        tasks = [asyncio.create_task(bench.rounds.run(stop)) for bench in (one, two)]
        async with asyncio.timeout(60):
            while rows(database, "select count(*) from feeds where published > 0") != [(12,)]:
                assert max([n for (n,) in rows(database, BUSY)], default=0) <= 1
                await asyncio.sleep(0.05)
        stop.set()
        await asyncio.gather(*tasks)
        await one.rounds.drain(10)
        await two.rounds.drain(10)
        titles = [article["title"] for _, article in one.published()]
    assert sorted(titles) == sorted(f"Story {name}" for name in names)
    assert [site.count(f"/{number}") for number in range(12)] == [1] * 12


BUSY = "select count(*) from feeds where claimed_until > clock_timestamp() group by host"


@pytest.mark.parametrize(
    ("reply", "condition", "why"),
    [
        (Reply(410), "gone", "410 Gone"),
        (Reply(404), "failing", "answers 404"),
        (Reply(body=b"<html><body>soon</body></html>"), "failing", "HTML page"),
        (Reply(body=b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><rss/>'), "failing", "entity bomb"),
        (Reply(302, headers={"Location": "http://169.254.169.254/"}), "failing", "not on the public internet"),
        (Reply(body=b"<rss", headers={"Content-Encoding": "gzip"}), "failing", "damaged"),
    ],
    ids=["gone", "missing", "page", "bomb", "private", "damaged"],
)
async def test_failures_are_visible_and_publish_nothing(site, bench, database, broker, reply, condition, why) -> None:
    add(database, site.answers("/rss", reply))
    await bench.visit_all()
    assert bench.published() == []
    listed = run_factwire("feeds", "list", "--json", kafka_bootstrap_servers=broker, database_url=database)
    shown = json.loads(listed.stdout)
    assert shown["condition"] == condition
    assert why in shown["last_error"]


async def test_retry_after_is_kept(site, bench, database) -> None:
    add(database, site.answers("/rss", Reply(503, headers={"Retry-After": "40000"})))
    assert await bench.visit_all() == ["failed"]
    ((seconds,),) = rows(database, "select extract(epoch from next_poll_at - clock_timestamp())::int from feeds")
    assert 39_900 <= int(str(seconds)) <= 44_100


async def test_a_feed_that_moved_for_good_three_times_over_is_polled_there(site, bench, database) -> None:
    site.answers("/new", Reply(body=rss((fresh(), "Mill"))))
    add(database, site.answers("/old", Reply(301, headers={"Location": "/new"})))
    for _ in range(4):
        await bench.visit_all()
        make_due(database)
    assert rows(database, "select url from feeds") == [(f"{site.base}/new",)]
    assert site.count("/old") == 3


async def test_robots_txt_is_obeyed(site, bench, database) -> None:
    site.answers("/robots.txt", Reply(body=b"User-agent: factwire\nDisallow: /private/"))
    add(database, site.answers("/private/rss", Reply(body=rss((fresh(), "Mill")))))
    assert await bench.visit_all() == ["failed"]
    assert site.count("/private/rss") == 0
    assert "robots.txt" in str(rows(database, "select last_error from feeds"))


async def test_the_page_replaces_an_excerpt_and_the_excerpt_stays_where_there_is_no_page(site, bench, database) -> None:
    words = "The mill made 40 tonnes of paper in January, its owner said on Monday. " * 5
    page = f"<html><head><title>Mill</title></head><body><article><h1>Mill</h1><p>{words}</p></article></body></html>"
    a, b = fresh(), fresh()
    site.answers(f"/{a}", Reply(body=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"}))
    feed = rss((a, "Mill"), (b, "Port")).replace(b"https://news.example", site.base.encode())
    add(database, site.answers("/rss", Reply(body=feed)), whole=True)
    await bench.visit_all()
    found = {article["title"]: article for _, article in bench.published()}
    assert (found["Mill"]["body_format"], "40 tonnes of paper" in found["Mill"]["body"]) == ("html", True)
    assert found["Port"]["summary"] == "Port: 40 tonnes."
    assert "404" in found["Port"]["extra"]["feed"]["page"]


async def test_while_the_broker_is_away_nothing_is_remembered(site, bench, database) -> None:
    add(database, site.answers("/rss", Reply(body=rss((fresh(), "Mill")))))
    (feed,) = await bench.memory.claim_due(1)
    nowhere = RawLog(bench.settings.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:1"}))
    assert await replace(bench.poller, log=nowhere).visit(feed) == "failed"
    assert rows(database, "select count(*) from feed_entries") == [(0,)]
    assert rows(database, "select etag, failures from feeds") == [(None, 1)]


async def test_a_hub_is_asked_answered_and_believed_only_when_it_signs(site, broker, database) -> None:
    """The whole of WebSub: discovery, subscription, verification, a forged push, a signed one."""
    a, b = fresh(), fresh()
    topic = f"{site.base}/rss"
    head = (
        f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='hub' href='{site.base}/hub'/>"
        f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='self' href='{topic}'/>"
    )
    site.answers("/hub", Reply(202))
    add(database, site.answers("/rss", Reply(body=rss((a, "Mill"), head=head))))
    settings = settings_of(broker, database, poller_public_url="http://poller.example")
    async with bench_of(settings) as bench:
        stop = asyncio.Event()
        visiting = asyncio.create_task(bench.rounds.run(stop))
        await asyncio.to_thread(wait_until, lambda: site.count("/hub") > 0, 30, "the hub is asked")
        stop.set()
        await visiting
        await bench.rounds.drain(10)
        form = {k: v[0] for k, v in parse_qs(next(x for x in site.asked if x.path == "/hub").body.decode()).items()}
        assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", topic)
        app = FastAPI()
        assert bench.subscriber
        app.include_router(hub_routes(bench.memory.find, bench.rounds.take, bench.subscriber, 100_000))
        path = urlsplit(form["hub.callback"]).path
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://poller") as hub:
            asked = {"hub.mode": "subscribe", "hub.topic": topic, "hub.challenge": "c-1", "hub.lease_seconds": "3600"}
            assert (await hub.get(path, params={**asked, "hub.topic": "http://other/"})).status_code == 404
            assert (await hub.get(path + "x", params=asked)).status_code == 404
            assert (await hub.get(path, params=asked)).text == "c-1"
            body = rss((b, "Port"), head=head)
            forged = await hub.post(path, content=body, headers={"X-Hub-Signature-256": "sha256=" + "0" * 64})
            assert forged.status_code == 202
            assert [article["title"] for _, article in bench.published()] == ["Mill"]
            signature = hmac.new(form["hub.secret"].encode(), body, hashlib.sha256).hexdigest()
            await hub.post(path, content=body, headers={"X-Hub-Signature": f"sha256={signature}"})
            assert sorted(article["title"] for _, article in bench.published()) == ["Mill", "Port"]
        assert rows(database, "select hub_until > now() from feeds") == [(True,)]


def test_add_tries_the_feed_and_says_what_it_found(site, broker, database) -> None:
    variables = {"kafka_bootstrap_servers": broker, "database_url": database, "poller_allowed_networks": "127.0.0.0/8"}
    url = site.answers("/rss", Reply(body=rss(("a", "Mill"), head="<ttl>60</ttl>")))
    done = run_factwire("feeds", "add", url, **variables)
    assert done.returncode == 0, done.stderr
    assert "The Example: 1 articles" in done.stdout
    assert "every 1:00:00" in done.stdout
    assert url in run_factwire("feeds", "list", **variables).stdout
    assert run_factwire("feeds", "pause", url, **variables).returncode == 0
    assert json.loads(run_factwire("feeds", "list", "--json", **variables).stdout)["condition"] == "paused"
    assert run_factwire("feeds", "remove", url, **variables).returncode == 0
    assert run_factwire("feeds", "remove", url, **variables).returncode == 1


def test_add_says_which_feed_a_page_names(site, broker, database) -> None:
    page = b"<html><head><link rel=alternate type='application/rss+xml' href='/rss'></head><body>x</body></html>"
    url = site.answers("/", Reply(body=page))
    done = run_factwire(
        "feeds",
        "add",
        url,
        kafka_bootstrap_servers=broker,
        database_url=database,
        poller_allowed_networks="127.0.0.0/8",
    )
    assert done.returncode == 1
    assert f"{site.base}/rss" in done.stderr
    assert rows(database, "select count(*) from feeds") == [(0,)]


def test_the_service_polls_and_ends_with_its_signal(site, broker, database, processes, tmp_path) -> None:
    add(database, site.answers("/rss", Reply(body=rss((fresh(), "Mill")))))
    settings = {"kafka_bootstrap_servers": broker, "database_url": database, "topic_partitions": "3", "http_port": "0"}
    with (tmp_path / "poller.log").open("wb") as log:
        service = start_factwire("poller", log=log, **settings, poller_allowed_networks="127.0.0.0/8")
    processes.append(service)
    wait_until(lambda: rows(database, "select published from feeds") == [(1,)], 60, "the feed is read")
    service.terminate()
    assert service.wait(30) == 0
