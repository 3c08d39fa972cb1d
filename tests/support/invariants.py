"""What must hold at the end, whatever was killed: every input exactly once, in order, the same for everybody."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import psycopg
from tests.support.kafka import Message, Sent

ERRORS = "__connect.errors."


@dataclass(frozen=True)
class Expected:
    """What one article must look like in Postgres."""

    revision: int
    status: str
    claims: int
    mentions: int


def violations(
    raw: Sequence[Message],
    enriched: Sequence[Message],
    dead: Sequence[Message],
    meanwhile: Sequence[Message],
    sent: Sequence[Sent],
    database: str | None,
) -> list[str]:
    """Everything that is wrong, in words; empty if nothing is."""
    found = [
        *_each_once(enriched, sent),
        *_in_order(enriched),
        *_dead_letters(raw, dead, sent),
        *_same_for(meanwhile, [*enriched, *dead]),
    ]
    return found + (list(_stored(enriched, database)) if database else [])


def seq_of(message: Message) -> int | None:
    """The number of the input that an output names; a tombstone names none."""
    return None if message.value is None else int(json.loads(message.value)["extra"]["seq"])


def _each_once(enriched: Sequence[Message], sent: Sequence[Sent]) -> Iterator[str]:
    seen = Counter(seq for m in enriched if (seq := seq_of(m)) is not None)
    wanted = {s.seq for s in sent if s.kind in {"good", "withdrawn"}}
    if lost := wanted - set(seen):
        yield f"{len(lost)} lost, e.g. {sorted(lost)[:5]}"
    if twice := {seq: n for seq, n in seen.items() if n > 1}:
        yield f"{sum(twice.values()) - len(twice)} duplicated, e.g. {sorted(twice)[:5]}"
    if strange := set(seen) - wanted:
        yield f"{len(strange)} that nobody sent"
    tombstones = Counter(m.key for m in enriched if m.value is None)
    if tombstones != Counter(s.key for s in sent if s.kind == "tombstone"):
        yield f"tombstones differ: {sum(tombstones.values())}"


def _in_order(enriched: Iterable[Message]) -> Iterator[str]:
    last: dict[bytes | None, int] = defaultdict(lambda: -1)
    wrong = 0
    for message in enriched:
        seq = seq_of(message)
        if seq is not None:
            wrong += seq <= last[message.key]
            last[message.key] = max(seq, last[message.key])
    if wrong:
        yield f"{wrong} out of order"


def _dead_letters(raw: Sequence[Message], dead: Sequence[Message], sent: Sequence[Sent]) -> Iterator[str]:
    places = Counter(_origin(m) for m in dead)
    poison = sum(s.kind == "poison" for s in sent)
    if len(places) != poison:
        yield f"{len(places)} dead letters for {poison} poison records"
    if twice := sum(places.values()) - len(places):
        yield f"{twice} dead letters twice"
    origin = {(m.partition, m.offset): m for m in raw}
    changed = sum(_original(m) != _content(origin[_origin(m)]) for m in dead)
    if changed:
        yield f"{changed} dead letters differ from their records"


def _origin(letter: Message) -> tuple[int, int]:
    return int(letter.header(f"{ERRORS}partition") or -1), int(letter.header(f"{ERRORS}offset") or -1)


def _content(message: Message) -> tuple[object, ...]:
    return message.key, message.value, message.headers


def _original(letter: Message) -> tuple[object, ...]:
    own = tuple(h for h in letter.headers if not h[0].startswith(ERRORS) and h[0] != "factwire.attempts")
    return letter.key, letter.value, own


def _same_for(meanwhile: Sequence[Message], afterwards: Sequence[Message]) -> Iterator[str]:
    seen, there = Counter(map(_place, meanwhile)), Counter(map(_place, afterwards))
    if seen != there:
        others = (seen - there).total()
        yield f"a reader meanwhile saw {seen.total()} records, of {there.total()} there: {others} others"


def _place(message: Message) -> tuple[str, int, int]:
    return message.topic, message.partition, message.offset


def _stored(enriched: Sequence[Message], database: str) -> Iterator[str]:
    wanted = expected_rows(enriched)
    query = (
        "select a.article_id, a.revision, a.status, (select count(*) from claims c where c.article_id = a.article_id),"
        " (select count(*) from mentions m where m.article_id = a.article_id) from articles a"
    )
    with psycopg.connect(database) as connection:
        there = {row[0]: Expected(*row[1:]) for row in connection.execute(query).fetchall() if row[0] in wanted}
    differing = [key for key in wanted if there.get(key) != wanted[key]]
    if differing:
        key = differing[0]
        yield f"{len(differing)} articles differ in Postgres, e.g. {key}: {there.get(key)} instead of {wanted[key]}"


def expected_rows(enriched: Iterable[Message]) -> dict[str, Expected]:
    """The rule, said once more and plainly: a higher revision wins, a tombstone withdraws whatever is there."""
    state: dict[str, Expected] = {}
    for message in enriched:
        key = (message.key or b"").decode()
        before = state.get(key)
        if message.value is None:
            state[key] = Expected(before.revision if before else 0, "withdrawn", 0, 0)
            continue
        event = json.loads(message.value)
        if before is None or event["revision"] > before.revision:
            withdrawn = event["status"] == "withdrawn"
            mentions = sum(len(e["mentions"]) for e in event["entities"])
            state[key] = Expected(
                event["revision"],
                event["status"],
                0 if withdrawn else len(event["claims"]),
                0 if withdrawn else mentions,
            )
    return state
