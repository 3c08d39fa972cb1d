"""Real Kafka, real Postgres, the real services as processes: once through, poison apart, and killed under load."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from random import Random

import psycopg
import pytest
from tests.support.containers import ApacheKafkaContainer
from tests.support.databases import cloned_database, rows
from tests.support.invariants import ERRORS, seq_of, violations
from tests.support.kafka import ConcurrentReader, Message, Sent, produce, read_all
from tests.support.load import ODD_HEADERS, article, make_load
from tests.support.processes import run_factwire
from tests.support.stack import (
    DEAD_ENRICHED,
    DEAD_RAW,
    ENRICHED,
    LATEST,
    RAW,
    Service,
    Stack,
    running_stack,
)
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.docker, pytest.mark.timeout(240)]

PAUSES = (b"consuming pauses", b"preparing partitions failed")
"""A sink without its database says one or the other: in mid-flow, or where its partitions are just being dealt out."""


@pytest.fixture(scope="module")
def kafka_address() -> Iterator[str]:
    """Another than that of the modules beside: what is sent here by the thousand, they would read again and again."""
    with ApacheKafkaContainer() as container:
        yield container.get_bootstrap_server()


@pytest.fixture(scope="module")
def stack(
    kafka_address: str, postgres: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """As for the other modules, but with a worker that can be killed, and no end of dead letters."""
    enricher = {"enricher_workers": "1", "dead_letter_run": "100000"}
    logs = tmp_path_factory.mktemp("logs")
    with (
        cloned_database(postgres, template_database) as url,
        running_stack(kafka_address, url, logs, **enricher) as stack,
    ):
        yield stack


def of_prefix(messages: list[Message], prefix: str) -> list[Message]:
    return [m for m in messages if (m.key or b"").startswith(prefix.encode())]


def settle(stack: Stack, seconds: float = 90) -> list[Message]:
    """Waits until everything sent is enriched and stored; gives the enriched topic."""
    wait_until(stack.enriched_all, seconds, "enriching", stack.logs)
    enriched = read_all(stack.kafka, ENRICHED)
    last = {m.partition: m.offset for m in enriched}
    wait_until(lambda: stack.stored_through(last), seconds, "storing", stack.logs)
    return enriched


def one(seq: int, key: str, **fields: object) -> Sent:
    return Sent(seq, "good", key.encode(), json.dumps(article(Random(seq), seq, key) | fields).encode())


def test_an_article_goes_all_the_way_once(stack: Stack) -> None:
    text = "China provided more than 70 percent of the $900 million in machine tools, officials said."
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    sent = one(1, "through", body=text)
    produce(stack.kafka, RAW, [Sent(1, "good", sent.key, sent.value, (("traceparent", trace.encode()),))])
    [event] = of_prefix(settle(stack), "through")
    assert event.header("ce_type") == b"news.article.enriched.v1"
    assert event.header("traceparent") == trace.encode()
    facts = rows(
        stack.database, "select kind, evidence from claim_facts where article_id = 'through' and kind = 'money'"
    )
    assert ("money", text) in facts
    [latest] = of_prefix(read_all(stack.kafka, LATEST), "through")
    assert (latest.value, latest.header("ce_id")) == (event.value, event.header("ce_id"))


def test_poison_is_set_apart_and_what_is_round_it_goes_on(stack: Stack) -> None:
    sent = [s for s in make_load(7, 60, poison=0.3, prefix="poison") if s.kind in {"good", "poison"}]
    sent.append(Sent(10_001, "poison", None, None, ODD_HEADERS))
    sent.append(Sent(10_002, "poison", b"\xff\xfe", b'{"article_id":"x","body":"text"}'))
    before = set(read_all(stack.kafka, DEAD_RAW))
    produce(stack.kafka, RAW, sent)
    enriched = of_prefix(settle(stack), "poison")
    dead = [m for m in read_all(stack.kafka, DEAD_RAW) if m not in before]
    raw = read_all(stack.kafka, RAW)
    assert violations(raw, enriched, dead, [*enriched, *dead], sent, stack.database) == []
    assert all(m.header(f"{ERRORS}exception.message") for m in dead)


def test_hostile_but_valid_text_comes_out_enriched(stack: Stack) -> None:
    texts = [
        "\u202e‮ 5 percent 😀" * 50,
        "(" * 5000,
        "9" * 4000 + " drones",
        "a" * 200_000,
        "<b>$5 million</b>&amp;\x7f",
    ]
    ids = [f"hostile {n} '\\\"%s\t😀" for n in range(len(texts))]
    produce(stack.kafka, RAW, [one(n, ids[n], body=text) for n, text in enumerate(texts)])
    enriched = of_prefix(settle(stack), "hostile")
    assert {
        m.key.decode(): json.loads(m.value)["text"].endswith(texts[seq_of(m) or 0])
        for m in enriched
        if m.key and m.value
    } == dict.fromkeys(ids, True)
    assert rows(stack.database, "select count(*) from articles where article_id like 'hostile%%'") == [(len(texts),)]


def test_bodies_that_are_too_large_are_set_apart_and_do_not_block(stack: Stack) -> None:
    sizes = {"large-2": 2_000_000, "large-20": 20_000_000}
    bodies = {key: ("Acme sold 5 drones to Norway. " * (size // 30)) for key, size in sizes.items()}
    produce(stack.kafka, RAW, [one(n, key, body=body) for n, (key, body) in enumerate(bodies.items())])
    produce(stack.kafka, RAW, [one(9, "large-after")])
    enriched = {m.key for m in settle(stack, 150)}
    dead = {m.key for m in read_all(stack.kafka, DEAD_RAW)}
    assert b"large-after" in enriched
    assert {b"large-2", b"large-20"} <= dead


def test_what_the_database_refuses_is_isolated(stack: Stack) -> None:
    [donor] = of_prefix(read_all(stack.kafka, ENRICHED), "through")
    event = json.loads(donor.value or b"")
    unique = [
        claim | {"claim_id": f"00000000-0000-0000-0000-00000000000{n}"} for n, claim in enumerate(event["claims"])
    ]
    bad = event | {"article_id": "refused-bad", "claims": [event["claims"][0]] * 2}
    good = event | {"article_id": "refused-good", "claims": unique}
    headers = (("ce_id", b"e-1"), ("odd", b"\xff"), ("null", None))
    for body in (bad, good):
        produce(stack.kafka, ENRICHED, [Sent(0, "", body["article_id"].encode(), json.dumps(body).encode(), headers)])
    settle(stack)
    assert rows(stack.database, "select article_id from articles where article_id like 'refused%%'") == [
        ("refused-good",)
    ]
    [letter] = of_prefix(read_all(stack.kafka, DEAD_ENRICHED), "refused")
    assert letter.value == json.dumps(bad).encode()
    assert letter.headers[:3] == headers
    assert letter.header(f"{ERRORS}stage") == b"store"


def test_services_killed_under_load_lose_and_repeat_nothing(stack: Stack) -> None:
    sent = make_load(11, 1100, prefix="killed")
    before = len(read_all(stack.kafka, ENRICHED)), len(read_all(stack.kafka, DEAD_RAW))
    enricher, sink = stack.services[0], stack.services[1]
    second = stack.start("enricher", enricher_workers="0", session_timeout="6", dead_letter_run="100000")
    with ConcurrentReader(stack.kafka, [ENRICHED, DEAD_RAW]) as meanwhile:
        produce(stack.kafka, RAW, sent[: len(sent) // 2])
        for victim in (enricher, sink, second, enricher):
            wait_until(lambda v=victim: v.ready, 60, f"{victim.name} ready", stack.logs)  # type: ignore[misc]
            time.sleep(0.5)
            victim.kill()
            victim.start()
        produce(stack.kafka, RAW, sent[len(sent) // 2 :])
        time.sleep(2)
        sink.signal(signal.SIGTERM)
        assert sink.wait() == 0
        sink.start()
        everything = settle(stack, 120)
        enriched = of_prefix(everything, "killed")
        dead = of_prefix(read_all(stack.kafka, DEAD_RAW), "killed")
        wait_until(lambda: len(meanwhile.seen) >= len(everything) + before[1] + len(dead), 30, "the reader")
    seen = of_prefix(meanwhile.seen, "killed")
    wrong = violations(read_all(stack.kafka, RAW), enriched, dead, seen, sent, stack.database)
    assert wrong == [], stack.logs()
    second.kill()


def test_a_frozen_sink_that_wakes_is_fenced(stack: Stack) -> None:
    frozen = stack.services[1]
    other = stack.start("sink", session_timeout="6")
    sent = make_load(13, 200, poison=0, prefix="frozen")
    produce(stack.kafka, RAW, sent[:100])
    time.sleep(1)
    frozen.signal(signal.SIGSTOP)
    produce(stack.kafka, RAW, sent[100:])
    enriched = of_prefix(settle(stack), "frozen")
    frozen.signal(signal.SIGCONT)
    raw = read_all(stack.kafka, RAW)
    assert violations(raw, enriched, [], enriched, sent, stack.database) == []
    other.signal(signal.SIGTERM)
    assert other.wait() == 0


def test_a_database_away_pauses_the_sink_and_nothing_is_lost(stack: Stack, postgres: str) -> None:
    sink = stack.services[1]
    wait_until(lambda: sink.ready, 60, "the sink's partitions", stack.logs)
    name = stack.database.rsplit("/", 1)[1]
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f'alter database "{name}" allow_connections false')
        try:
            server.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))
            produce(stack.kafka, RAW, make_load(17, 50, poison=0, prefix="away"))
            wait_until(lambda: any(said in sink.log.read_bytes() for said in PAUSES), 30, "the pause", stack.logs)
            assert sink.running
        finally:
            server.execute(f'alter database "{name}" allow_connections true')
    enriched = of_prefix(settle(stack), "away")
    assert violations([], enriched, [], enriched, make_load(17, 50, poison=0, prefix="away"), stack.database) == []


def test_start_is_refused_with_what_to_type(stack: Stack) -> None:
    wrong = run_factwire("enricher", **stack.settings | {"topic_partitions": "5"})
    assert (wrong.returncode, "FACTWIRE_TOPIC_PARTITIONS" in wrong.stderr) == (2, True)
    away = run_factwire("sink", **stack.settings | {"startup_timeout": "1", "kafka_bootstrap_servers": "127.0.0.1:1"})
    assert (away.returncode, "kafka did not answer" in away.stderr) == (3, True)


def test_drains_on_sigterm(stack: Stack) -> None:
    service: Service = stack.services[0]
    produce(stack.kafka, RAW, make_load(19, 100, poison=0, prefix="drain"))
    wait_until(lambda: service.ready, 60, "ready", stack.logs)
    service.signal(signal.SIGTERM)
    assert service.wait(60) == 0
    service.start()
    enriched = of_prefix(settle(stack), "drain")
    assert violations([], enriched, [], enriched, make_load(19, 100, poison=0, prefix="drain"), stack.database) == []
