"""Whatever the other side answers, a fetch ends: within its size, its time, its redirects, and on allowed addresses."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from tests.support.feeds import Publisher, Reply, publisher

from factwire.errors import InvalidInput, TransientError
from factwire.poller.app import Fetching
from factwire.poller.fetching import fetch, open_client
from factwire.poller.settings import PollerSettings
from factwire.runtime.web.addresses import PublicOnly


def settings(**given: object) -> PollerSettings:
    return PollerSettings.model_validate(
        {"kafka_bootstrap_servers": "x:1", "database_url": "postgresql://u:p@h/d", "poller_contact": "ops@news.example",
         **given}
    )  # fmt: skip


@pytest.fixture
def site() -> Iterator[Publisher]:
    with publisher() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(settings(poller_allowed_networks="127.0.0.0/8")) as opened:
        yield opened


async def get(client: httpx.AsyncClient, url: str, within: float = 10):
    return await fetch(client, url, most_bytes=10_000, within=within, redirects=3)


async def test_it_says_who_it_is(site: Publisher, client: httpx.AsyncClient) -> None:
    await get(client, site.answers("/", Reply(body=b"x")))
    assert site.asked[0].headers["user-agent"].startswith("factwire/")
    assert "ops@news.example" in site.asked[0].headers["user-agent"]
    assert site.asked[0].headers["host"] == site.base.removeprefix("http://")


async def test_a_feed_is_asked_for_as_a_feed_and_a_page_as_anything(site: Publisher, client: httpx.AsyncClient) -> None:
    url = site.answers("/", Reply(body=b"x"))
    fetching = Fetching(client, settings(poller_robots=False))
    await fetching.feed(url, {"if-none-match": '"1"'})
    await fetching.page(url, {})
    feed, page = (asked.headers for asked in site.asked)
    assert feed["accept"].startswith("application/atom+xml, application/rss+xml")
    assert feed["if-none-match"] == '"1"'
    assert page["accept"] == "*/*"


async def test_a_packed_body_is_unpacked(site: Publisher, client: httpx.AsyncClient) -> None:
    url = site.answers("/", Reply(body=gzip.compress(b"words" * 100), headers={"Content-Encoding": "gzip"}))
    assert (await get(client, url)).body == b"words" * 100


async def test_what_follows_the_end_of_a_packed_body_is_not_waited_for(site, client) -> None:
    body = gzip.compress(b"words") + b"x" * 1_000_000
    url = site.answers("/", Reply(body=body, headers={"Content-Encoding": "gzip"}))
    assert (await get(client, url)).body == b"words"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(body=b"x" * 10_001), "larger than"),
        (Reply(body=gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"}), "larger than"),
        (Reply(body=gzip.compress(b"words" * 100)[:-20], headers={"Content-Encoding": "gzip"}), "breaks off"),
        (Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}), "damaged"),
        (Reply(body=b"x", headers={"Content-Encoding": "br"}), "not asked for"),
        (Reply(body=b"half", headers={"Content-Length": "500"}), "RemoteProtocolError"),
    ],
    ids=["large", "bomb", "truncated", "damaged", "unknown", "cut"],
)
async def test_a_bad_body_is_refused_whole(site, client, reply: Reply, reason: str) -> None:
    with pytest.raises((InvalidInput, TransientError), match=reason):
        await get(client, site.answers("/", reply))


async def test_only_permanent_redirects_move_an_address(site: Publisher, client: httpx.AsyncClient) -> None:
    site.answers("/c", Reply(body=b"x"))
    site.answers("/b", Reply(302, headers={"Location": "/c"}))
    found = await get(client, site.answers("/a", Reply(301, headers={"Location": "/b"})))
    assert (found.url, found.moved_to, found.body) == (f"{site.base}/c", f"{site.base}/b", b"x")


async def test_redirects_end(site: Publisher, client: httpx.AsyncClient) -> None:
    with pytest.raises(InvalidInput, match="more than 3 redirects"):
        await get(client, site.answers("/", Reply(301, headers={"Location": "/"})))


async def test_a_slow_answer_is_given_up(site: Publisher, client: httpx.AsyncClient) -> None:
    site.hold = 30
    with pytest.raises(TransientError, match="no whole answer"):
        await get(client, site.answers("/", Reply()), within=0.3)
    site.hold = 0


REFUSED = [
    "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://0.0.0.0/",
    "http://10.0.0.1/", "http://192.168.1.1/", "http://172.16.0.1/", "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/", "http://224.0.0.1/", "http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fc00::1]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
    "http://[ff02::1]/", "https://user:secret@news.example/", "ftp://news.example/", "file:///etc/passwd", "http://",
    "gopher://127.0.0.1:6379/_SET", "http://[::1", "http://news.example:99999/", "//news.example/rss", "",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
async def test_private_addresses_and_other_schemes_are_refused(url: str) -> None:
    async with open_client(settings()) as client:
        with pytest.raises(InvalidInput):
            await get(client, url)


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/", "http://10.0.0.1/", "http://[::1]/", "file:///etc/passwd"]
)
async def test_a_redirect_to_a_private_address_is_refused(site, client, target: str) -> None:
    with pytest.raises(InvalidInput):
        await get(client, site.answers("/", Reply(302, headers={"Location": target})))


async def test_a_name_that_changes_its_mind_gains_nothing(site: Publisher) -> None:
    """DNS rebinding: the address that was judged is the one that is called."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])

    async def resolve(host: str, port: int) -> list[str]:
        return next(answers)

    async def words() -> AsyncIterator[bytes]:
        yield b"x"

    called: list[str] = []

    async def record(request: httpx.Request) -> httpx.Response:
        called.append(request.url.host)
        return httpx.Response(200, content=words(), headers={"host-asked": request.headers["host"]})

    transport = PublicOnly(httpx.MockTransport(record), resolve=resolve)
    async with httpx.AsyncClient(transport=transport) as client:
        first = await get(client, "http://news.example/")
        assert (called, first.headers["host-asked"]) == (["93.184.215.14"], "news.example")
        with pytest.raises(InvalidInput, match="FACTWIRE_POLLER_ALLOWED_NETWORKS"):
            await get(client, "http://news.example/")
    assert called == ["93.184.215.14"]
