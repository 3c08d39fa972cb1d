"""Webhooks over a real PostgreSQL and a receiver on this machine."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.support.databases import rows
from tests.support.events import enriched
from tests.support.processes import run_factwire
from tests.support.seeding import store_all
from tests.support.serving import served
from tests.support.stories import ID, story

from factwire.courier.app import Courier
from factwire.courier.calls import open_client
from factwire.courier.message import new_secret
from factwire.courier.settings import CourierSettings
from factwire.runtime.health import Health
from factwire.storage import webhooks
from factwire.storage.engine import connect, open_engine

pytestmark = pytest.mark.docker
SECRET = new_secret()


@dataclass
class Receiver:
    """Answers with ``statuses`` in turn, then 204; ``slow``: seconds before each answer."""

    statuses: list[int] = field(default_factory=list)
    slow: float = 0.0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def __call__(self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        await asyncio.sleep(self.slow)
        self.got.append(({name.decode(): value.decode() for name, value in scope["headers"]}, body))
        status = self.statuses.pop(0) if self.statuses else 204
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    @property
    def articles(self) -> list[tuple[str, str]]:
        events = [json.loads(body) for _, body in self.got]
        return [(event["type"].split(".")[2], event["data"]["article_id"]) for event in events]


def settings(database: str, **given: Any) -> CourierSettings:
    patient = {"courier_first_pause": 0.01, "courier_attempts": 3, "courier_timeout": 1.0}
    return CourierSettings.model_validate(
        {"database_url": database, "courier_private_addresses": True, **patient, **given}
    )


@asynccontextmanager
async def courier(database: str, **given: Any) -> AsyncIterator[Callable[[], Any]]:
    """One turn after the other, by hand."""
    set_up = settings(database, **given)
    engine, connection = open_engine(set_up), await connect(set_up)
    await connection.set_autocommit(True)
    client = open_client(set_up.courier_timeout, private=set_up.courier_private_addresses)
    async with connection, client:
        one = Courier(set_up, engine, client, Health("courier"))
        yield lambda: one.turn(connection)
    await engine.dispose()


async def until(turn: Callable[[], Any], condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await turn()
            await asyncio.sleep(0.02)


async def hook(database: str, url: str, **filters: str) -> str:
    connection = await connect(settings(database))
    async with connection:
        await webhooks.add_webhook(connection, f"hook-{len(filters)}", url, SECRET, filters)
    return f"hook-{len(filters)}"


def waiting(database: str) -> list[tuple[object, ...]]:
    return rows(database, "select article_id, state, attempts from webhook_deliveries order by 1")


async def test_every_change_after_it_was_added_is_delivered_once_and_signed(database):
    receiver = Receiver()
    await store_all(database, enriched("before"))
    with served(receiver) as address:
        await hook(database, address)
        await store_all(database, enriched("a"), enriched("b"))
        await store_all(database, enriched("b", revision=2, status="withdrawn"))
        async with courier(database) as turn:
            await until(turn, lambda: len(receiver.got) == 2)
            assert not await turn()
    assert sorted(receiver.articles) == [("enriched", "a"), ("withdrawn", "b")]
    assert waiting(database) == []
    for headers, body in receiver.got:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = hmac.new(base64.b64decode(SECRET.removeprefix("whsec_")), signed, hashlib.sha256).digest()
        assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert {headers["webhook-id"] for headers, _ in receiver.got} == {"e-a-1", "e-b-2"}


@pytest.mark.parametrize(
    ("filters", "found"),
    [({"entity": "Q9001"}, [ID]), ({"kind": "money"}, [ID]), ({"source": "example.org"}, ["drones"])],
)
async def test_filters_are_those_of_the_stream(database, filters, found):
    receiver = Receiver()
    with served(receiver) as address:
        await hook(database, address, **filters)
        await store_all(database, story(), enriched("drones"))
        async with courier(database) as turn:
            await until(turn, lambda: len(receiver.got) == 1)
            assert not await turn()
    assert [article for _, article in receiver.articles] == found


async def test_failures_are_tried_again_with_the_same_id(database):
    receiver = Receiver(statuses=[500, 503])
    with served(receiver) as address:
        await hook(database, address)
        await store_all(database, enriched("a"))
        async with courier(database) as turn:
            await until(turn, lambda: len(receiver.got) == 3)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert waiting(database) == []


async def test_what_is_given_up_is_seen_and_replayed(database):
    receiver = Receiver(statuses=[500, 500, 500])
    with served(receiver) as address:
        name = await hook(database, address)
        await store_all(database, enriched("a"))
        async with courier(database) as turn:
            await until(turn, lambda: waiting(database) == [("a", "dead", 3)])
            assert not await turn()
            listed = run_factwire("webhooks", "list", "--dead", database_url=database)
            assert "the receiver answered 500" in listed.stdout
            assert run_factwire("webhooks", "replay", name, database_url=database).stdout.startswith("1 deliveries")
            await until(turn, lambda: waiting(database) == [])
    assert len(receiver.got) == 4


async def test_a_receiver_that_is_gone_is_called_no_more(database):
    receiver = Receiver(statuses=[410])
    with served(receiver) as address:
        await hook(database, address)
        await store_all(database, enriched("a"))
        async with courier(database) as turn:
            await until(turn, lambda: len(receiver.got) == 1)
            await store_all(database, enriched("b"))
            await turn()
    assert len(receiver.got) == 1
    assert "410" in run_factwire("webhooks", "list", database_url=database).stdout


async def test_a_receiver_that_does_not_answer_is_tried_again(database):
    receiver = Receiver(slow=0.6)
    with served(receiver) as address:
        await hook(database, address)
        await store_all(database, enriched("a"))
        async with courier(database, courier_timeout=0.2, courier_attempts=1) as turn:
            await until(turn, lambda: waiting(database) == [("a", "dead", 1)])
    assert rows(database, "select last_error, last_status from webhook_deliveries") == [("no answer in time", None)]


async def test_a_private_address_is_not_called(database):
    receiver = Receiver()
    with served(receiver) as address:
        await hook(database, address)
        await store_all(database, enriched("a"))
        async with courier(database, courier_private_addresses=False, courier_attempts=1) as turn:
            await until(turn, lambda: waiting(database) == [("a", "dead", 1)])
    assert receiver.got == []
    ((error,),) = rows(database, "select last_error from webhook_deliveries")
    assert "not on the public internet" in str(error)


async def test_two_couriers_share_the_work_and_double_nothing(database):
    receiver = Receiver(slow=0.02)
    names = [f"a-{number:02}" for number in range(30)]
    with served(receiver) as address:
        await hook(database, address)
        await store_all(database, *map(enriched, names))
        async with courier(database, courier_calls=4) as one, courier(database, courier_calls=4) as other:

            async def both() -> None:
                await asyncio.gather(one(), other())

            await until(both, lambda: len(receiver.got) >= 30 and not waiting(database))
    assert sorted(article for _, article in receiver.articles) == names


async def test_a_change_during_a_call_is_delivered_after_it(database):
    """Deliveries of one article never overtake each other."""
    receiver = Receiver(slow=0.3)
    with served(receiver) as address:
        await hook(database, address)
        await store_all(database, enriched("a"))
        async with courier(database) as one, courier(database) as other:
            calling = asyncio.create_task(one())
            await until(
                lambda: asyncio.sleep(0),
                lambda: bool(rows(database, "select 1 from webhook_deliveries where lease is not null")),
            )
            await store_all(database, enriched("a", revision=2))
            assert await other()
            await calling
            await until(other, lambda: len(receiver.got) == 2)
    assert [json.loads(body)["data"]["revision"] for _, body in receiver.got] == [1, 2]
    assert waiting(database) == []


def test_webhooks_are_added_tested_and_removed_by_the_command(database):
    receiver = Receiver()
    ours = {"database_url": database, "courier_private_addresses": "true"}
    with served(receiver) as address:
        added = run_factwire("webhooks", "add", address, "--entity", "Q148", **ours)
        name, secret = added.stdout.split()
        assert secret.startswith("whsec_")
        listed = run_factwire("webhooks", "list", **ours).stdout
        assert name in listed
        assert "entity=Q148" in listed
        assert secret not in listed
        assert "answered 204" in run_factwire("webhooks", "test", name, **ours).stdout
        assert run_factwire("webhooks", "remove", name, **ours).returncode == 0
    gone = run_factwire("webhooks", "test", name, **ours)
    assert (gone.returncode, "no such webhook" in gone.stderr) == (1, True)
    assert json.loads(receiver.got[0][1])["type"] == "factwire.test"


def test_an_address_that_cannot_be_called_is_refused(database):
    done = run_factwire("webhooks", "add", "ftp://example.org", database_url=database)
    assert (done.returncode, "https://" in done.stderr) == (1, True)
