"""What a console is given in tests: a desk that keeps its dead letters in memory, keys, services that answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from time import perf_counter

import httpx

from factwire.console.watch import Watch
from factwire.enricher.mapping import enrich_article
from factwire.errors import InvalidInput
from factwire.events.enriched_article import EnrichedArticle
from factwire.extraction.pipeline import Pipeline, open_pipeline
from factwire.formats.json import read_payload
from factwire.runtime.access import OPERATE, READ

METRICS = """\
# TYPE factwire_consumer_lag_records gauge
factwire_consumer_lag_records{partition="0",topic="news.articles.raw.v1"} 12
# TYPE factwire_oldest_pending_age_seconds gauge
factwire_oldest_pending_age_seconds{service="enricher"} 3.5
# TYPE factwire_dead_letters_total counter
factwire_dead_letters_total{reason="schema",service="enricher"} 2
# TYPE factwire_end_to_end_seconds histogram
factwire_end_to_end_seconds_bucket{le="0.5"} 10
factwire_end_to_end_seconds_bucket{le="1.0"} 20
factwire_end_to_end_seconds_bucket{le="+Inf"} 20
"""


@dataclass(frozen=True)
class MemoryLetter:
    place: str
    key: str
    reason: str = "/body: Input should be a valid string"
    stage: str = "schema"
    attempts: int = 1
    value: str | None = '{"article_id": "bad", "body": 17}'
    at: datetime = datetime(2026, 3, 10, 9, 31, tzinfo=UTC)
    origin: str = "news.articles.raw.v1-0@17"
    headers: tuple[tuple[str, str], ...] = (("ce_type", "news.article.raw.v1"),)

    @property
    def size(self) -> int:
        return len(self.value or "")


@dataclass(frozen=True)
class MemorySurvey:
    newest: Sequence[MemoryLetter]
    reasons: Sequence[tuple[str, str, int]]
    total: int
    unread: int


@dataclass
class MemoryDesk:
    """``letters`` wait; ``replayed`` have been sent again and are still there; ``window``: how many are looked at."""

    letters: list[MemoryLetter]
    replayed: list[MemoryLetter] = field(default_factory=list)
    window: int = 10_000

    async def survey(self, topic: str, *, replayed: bool, match: str | None, limit: int) -> MemorySurvey:
        kept = self._chosen(topic, None, again=replayed)
        found = [letter for letter in kept[: self.window] if _holds(letter, match)]
        reasons = Counter((letter.stage, letter.reason) for letter in found)
        counted = [(stage, reason, count) for (stage, reason), count in reasons.most_common()]
        return MemorySurvey(found[:limit], counted, len(found), max(0, len(kept) - self.window))

    async def show(self, place: str) -> MemoryLetter:
        for letter in (*self.letters, *self.replayed):
            if letter.place == place:
                return letter
        raise InvalidInput(f"there is no dead letter {place}")

    async def replay(self, topic: str, *, match: str | None, again: bool) -> int:
        chosen = self._chosen(topic, match, again=again)
        self.letters = [letter for letter in self.letters if letter not in chosen]
        self.replayed += [letter for letter in chosen if letter not in self.replayed]
        return len(chosen)

    async def replay_one(self, place: str) -> None:
        letter = await self.show(place)
        self.replayed.append(replace(letter, attempts=letter.attempts + 1))

    async def purge(self, topic: str, *, everything: bool) -> int:
        gone = [*self.replayed, *(self.letters if everything else [])]
        self.replayed, self.letters = [], [] if everything else self.letters
        return len(gone)

    def _chosen(self, topic: str, match: str | None, *, again: bool) -> list[MemoryLetter]:
        found = [*self.letters, *(self.replayed if again else [])] if topic == "raw" else []
        return [one for one in found if _holds(one, match)]


def _holds(letter: MemoryLetter, match: str | None) -> bool:
    return not match or match in f"{letter.reason} {letter.stage} {letter.key}"


@dataclass(frozen=True)
class MemoryKey:
    key_id: str
    name: str
    roles: frozenset[str]


@dataclass
class MemoryDoor:
    """Shut, but for two keys: one that reads, one that operates; ``revoked`` ids open nothing any more."""

    revoked: set[str] = field(default_factory=set)
    keys: dict[str, MemoryKey] = field(
        default_factory=lambda: {
            "fw_r_secret": MemoryKey("r", "Rita Reader", frozenset({READ})),
            "fw_o_secret": MemoryKey("o", "Olaf Operator", frozenset({READ, OPERATE})),
        }
    )

    async def is_open(self) -> bool:
        return False

    async def identify(self, key: str) -> MemoryKey | None:
        return self.keys.get(key)

    async def still_holds(self, key_id: str) -> bool:
        return key_id not in self.revoked


def answering_services() -> Watch:
    """An enricher that is ready, a sink that is not, a gateway that is away."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "gateway":
            raise httpx.ConnectError("connection refused", request=request)
        if request.url.path == "/metrics":
            return httpx.Response(200, text=METRICS if request.url.host == "enricher" else "")
        unready = {"database": "database postgres: connection refused"} if request.url.host == "sink" else {}
        return httpx.Response(503 if unready else 200, json={"unready": unready})

    addresses = {name: f"http://{name}:8000" for name in ("gateway", "enricher", "sink")}
    return Watch(addresses, lambda: 0.0, httpx.MockTransport(answer))


@dataclass
class InlineTrial:
    """The core in this very process."""

    pipeline: Pipeline = field(default_factory=open_pipeline)

    async def __call__(self, text: str, published: date | None, country: str | None) -> EnrichedArticle:
        moment = datetime(published.year, published.month, published.day, 12, tzinfo=UTC) if published else None
        source = {"id": "trial", "country": country} if country else None
        raw = read_payload({"body": text, "published_at": moment, "source": source})
        return enrich_article(raw, self.pipeline, clock=perf_counter)
