"""Articles to push: with revisions, withdrawals, tombstones and poison among them, the same for the same seed.

Every record carries its number in ``extra.seq``, which comes through untouched: so each output names its input.
"""

from __future__ import annotations

import json
from random import Random

from tests.support.kafka import Sent

COMPANIES = ("Acme", "Borealis", "Cindertown Mills", "Delphine Air", "Eastmoor Water")
PLACES = ("Norway", "Kenya", "Peru", "Vietnam", "Portugal")
THINGS = ("drones", "buses", "turbines", "tonnes of wheat", "houses")


def make_load(seed: int, articles: int, *, poison: float = 0.01, prefix: str = "load") -> list[Sent]:
    """About 1.4 records an article, in the order they are to be sent."""
    rng = Random(seed)
    planned: list[tuple[float, str, int, str]] = []
    for number in range(articles):
        start = rng.random()
        planned += [
            (start + step / 50, kind, revision, f"{prefix}-{number}")
            for step, (kind, revision) in enumerate(_life(rng))
        ]
    planned.sort()
    sent = [_record(rng, seq, kind, revision, key) for seq, (_, kind, revision, key) in enumerate(planned)]
    return _with_poison(rng, sent, int(len(sent) * poison), prefix)


def _life(rng: Random) -> list[tuple[str, int]]:
    """What becomes of one article: most are sent once; some are corrected, late, withdrawn, or buried."""
    draw = rng.random()
    if draw < 0.75:
        return [("good", 1)]
    if draw < 0.85:
        return [("good", 1), ("good", 2)]
    if draw < 0.90:
        return [("good", 2), ("good", 1)]
    if draw < 0.95:
        return [("good", 1), ("withdrawn", 2)]
    return [("good", 1), ("tombstone", 1), *([("good", 2)] if rng.random() < 0.5 else [])]


def article(rng: Random, seq: int, article_id: str, revision: int = 1, status: str = "usable") -> dict[str, object]:
    company, place, thing = rng.choice(COMPANIES), rng.choice(PLACES), rng.choice(THINGS)
    sentences = [
        f"{company} said on Friday that it had sold {rng.randint(2, 9000):,} {thing} to {place} for"
        f" ${rng.randint(2, 900)} million.",
        f"Sales rose {rng.randint(2, 40)} percent to ${rng.randint(1, 9)}.{rng.randint(1, 9)} billion in 2023.",
        f"The company employs about {rng.randint(1, 90)},000 people in {place}, its spokesman said.",
    ]
    return {
        "article_id": article_id,
        "revision": revision,
        "status": status,
        "source": {"id": "example.org", "country": "US"},
        "title": f"{company} sells {thing} to {place}",
        "body": "\n\n".join(rng.sample(sentences, rng.randint(1, 3))),
        "published_at": "2024-04-12T12:00:00Z",
        "extra": {"seq": seq},
    }


def _record(rng: Random, seq: int, kind: str, revision: int, key: str) -> Sent:
    if kind == "tombstone":
        return Sent(seq, kind, key.encode(), None, (("seq", str(seq).encode()),))
    status = "withdrawn" if kind == "withdrawn" else "usable"
    return Sent(seq, kind, key.encode(), json.dumps(article(rng, seq, key, revision, status)).encode())


def _with_poison(rng: Random, sent: list[Sent], count: int, prefix: str) -> list[Sent]:
    out = list(sent)
    for number in range(count):
        poison = POISON[number % len(POISON)]
        key = f"{prefix}-poison-{number}".encode()
        out.insert(rng.randrange(len(out)), Sent(len(sent) + number, "poison", key, poison, ODD_HEADERS))
    return out


ODD_HEADERS = (("trace", None), ("binary", b"\xff\x00"), ("trace", b"again"))
POISON: tuple[bytes, ...] = (
    b"",
    b"{",
    b"nonsense",
    b"\xff\xfe",
    b"[]",
    b"3",
    b'{"article_id":"x","revision":0,"body":"text"}',
    b'{"article_id":"x","revision":1e400,"body":"text"}',
    b'{"article_id":"x","body":"  "}',
    b'{"article_id":"x","body":"a\\u0000b"}',
    b'{"article_id":"x","body":"\\ud800"}',
    b'{"article_id":"x","body":"text","extra":{"n":NaN}}',
    b'{"article_id":"x","body":"text","published_at":"0000-01-01T00:00:00Z"}',
    b'{"article_id":"x","body":"text","published_at":"9999-12-31T23:59:59-23:00"}',
    b'{"article_id":"another","body":"the key says otherwise"}',
    b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    b'{"article_id":"x","body":"text","revision":' + b"7" * 10_000 + b"}",
)
