"""The same subscriber with FastStream: a handler that gets batches of articles, and keeps their claims each once.

    pip install 'faststream[kafka]' factwire
    python faststream_subscriber.py --bootstrap localhost:29092

Offsets are committed after the handler has returned, so a batch may come twice and nothing is lost; ``keep`` recognises
repeats by ``ce_id`` in the same SQLite transaction as the claims.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker

sys.path.insert(0, str(Path(__file__).parents[1]))
from subscriber import SCHEMA, keep


def application(options: argparse.Namespace, database: sqlite3.Connection) -> FastStream:
    broker = KafkaBroker(options.bootstrap)
    app = FastStream(broker)
    last = time.monotonic()

    @broker.subscriber(
        options.topic,
        group_id=options.group,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        batch=True,
        decoder=raw,
    )
    async def receive(batch: list[Any]) -> None:
        nonlocal last
        with database:  # one transaction for the batch
            for record in batch:
                keep(database, record)
        last = time.monotonic()

    @app.after_startup
    async def end_when_idle() -> None:
        async def watch() -> None:
            while time.monotonic() - last < options.until_idle:  # noqa: ASYNC110 - silence is what is waited for
                await asyncio.sleep(0.2)
            app.exit()

        if options.until_idle is not None:
            app.context.set_global("watch", asyncio.create_task(watch()))

    return app


async def raw(message: Any) -> Any:
    """The records as they came: what does not fit the schema is reported by the handler, and stops nobody."""
    return list(message.raw_message)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Keeps the claims of enriched articles in a SQLite file.")
    parser.add_argument("--bootstrap", default="localhost:29092", help="a broker, host:port")
    parser.add_argument("--topic", default="news.articles.enriched.v1")
    parser.add_argument("--group", default="example-faststream", help="your own: its offsets say where you go on")
    parser.add_argument("--database", default="claims.sqlite3")
    parser.add_argument("--until-idle", type=float, help="end after so many seconds without an article")
    return parser.parse_args()


def main() -> None:
    asked = options()
    database = sqlite3.connect(asked.database)
    database.executescript(SCHEMA)
    asyncio.run(application(asked, database).run())
    database.close()


if __name__ == "__main__":
    main()
