"""A subscriber to copy: reads enriched articles from Kafka and keeps their claims in a SQLite file, each once.

    pip install aiokafka factwire
    python subscriber.py --bootstrap localhost:29092

What makes it safe to kill and start again at any moment:

* ``read_committed``: articles of a transaction that failed are never seen.
* Claims are stored first and offsets committed after, so nothing is lost; a batch may come twice.
* ``ce_id`` is the same for a repeat of the same event, so what comes twice is recognised and left out.

A record without a value is a tombstone: the article is withdrawn, and so is what we kept of it. A lower revision that
arrives late changes nothing. What does not fit the schema is reported and passed over: one bad record stops nobody.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from pydantic import ValidationError

from factwire.events.enriched_article import EnrichedArticle

SCHEMA = """
create table if not exists events (ce_id text primary key);
create table if not exists articles (article_id text primary key, revision integer not null, title text);
create table if not exists claims (
  claim_id text primary key, article_id text not null, kind text, value text, lower text, upper text,
  unit text, speaker text, begins text, ends text, words text, evidence text
);
create index if not exists claims_of_article on claims (article_id);
"""


async def subscribe(options: argparse.Namespace) -> None:
    database = sqlite3.connect(options.database)
    database.executescript(SCHEMA)
    consumer = AIOKafkaConsumer(
        options.topic,
        bootstrap_servers=options.bootstrap,
        group_id=options.group,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        await read(consumer, database, options.until_idle)
    finally:
        await consumer.stop()
        database.close()


async def read(consumer: AIOKafkaConsumer, database: sqlite3.Connection, until_idle: float | None) -> None:
    """One batch after the other; ends after ``until_idle`` seconds without records, or never."""
    wait = int((until_idle or 60) * 1000)
    while True:
        batches = await consumer.getmany(timeout_ms=wait, max_records=500)
        if not batches and until_idle is not None:
            return
        with database:  # one transaction for the batch
            for records in batches.values():
                for record in records:
                    keep(database, record)
        await consumer.commit()


def keep(database: sqlite3.Connection, record: ConsumerRecord) -> None:
    headers = dict(record.headers)
    ce_id = headers.get("ce_id", b"").decode() or f"{record.topic}-{record.partition}-{record.offset}"
    if not database.execute("insert or ignore into events values (?)", [ce_id]).rowcount:
        return  # seen before
    if record.value is None:
        forget(database, (record.key or b"").decode())
        return
    try:
        article = EnrichedArticle.model_validate_json(record.value)
    except ValidationError as fault:
        where = f"{record.topic}-{record.partition}@{record.offset}"
        print(f"{where} does not fit the schema: {fault.errors()[0]['msg']}", file=sys.stderr)
        return
    replace(database, article)


def replace(database: sqlite3.Connection, article: EnrichedArticle) -> None:
    """Stores the article's claims unless a newer revision is there."""
    known = database.execute("select revision from articles where article_id = ?", [article.article_id]).fetchone()
    if known and known[0] > article.revision:
        return
    forget(database, article.article_id)
    database.execute("insert into articles values (?, ?, ?)", [article.article_id, article.revision, article.title])
    if article.status == "withdrawn":
        return
    for claim in article.claims:
        start, end = article.sentences[claim.sentence]
        row = [
            str(claim.claim_id),
            article.article_id,
            claim.kind,
            claim.value,
            claim.lower,
            claim.upper,
            claim.unit.code,
            claim.attribution.speaker.name if claim.attribution else None,
            claim.period.begin and claim.period.begin.isoformat() if claim.period else None,
            claim.period.end and claim.period.end.isoformat() if claim.period else None,
            claim.span.text,
            article.text[start:end],
        ]
        database.execute(f"insert into claims values ({', '.join('?' * len(row))})", row)
        print(f"{article.article_id}: {claim.kind} {claim.span.text!r}")


def forget(database: sqlite3.Connection, article_id: str) -> None:
    database.execute("delete from claims where article_id = ?", [article_id])
    database.execute("delete from articles where article_id = ?", [article_id])


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Keeps the claims of enriched articles in a SQLite file.")
    parser.add_argument("--bootstrap", default="localhost:29092", help="a broker, host:port")
    parser.add_argument("--topic", default="news.articles.enriched.v1")
    parser.add_argument("--group", default="example-subscriber", help="your own: its offsets say where you go on")
    parser.add_argument("--database", default="claims.sqlite3")
    parser.add_argument("--until-idle", type=float, help="end after so many seconds without an article")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        asyncio.run(subscribe(options()))
    except KeyboardInterrupt:
        print("stopped; start again to go on", file=sys.stderr)
