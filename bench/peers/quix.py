"""Quix Streams with its Postgres sink, as its documentation shows it: facts as columns of JSON in one flat table."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import urlsplit

from facts import finder
from quixstreams import Application
from quixstreams.sinks.community.postgresql import PostgreSQLSink

find = finder()
topic = os.environ["PEER_TOPIC"]


def enrich(article: dict[str, Any]) -> dict[str, Any]:
    facts = find(article["body"])
    return {
        "id": article["article_id"],
        "title": article.get("title"),
        "body": article["body"],
        "mentions": json.dumps(facts["mentions"]),
        "claims": json.dumps(facts["claims"]),
    }


def main() -> None:
    address = urlsplit(os.environ["PEER_DATABASE"])
    sink = PostgreSQLSink(
        host=address.hostname or "localhost",
        port=address.port or 5432,
        dbname=address.path.strip("/"),
        user=address.username or "",
        password=address.password or "",
        table_name="quix_articles",
        primary_key_columns="id",
        upsert_on_primary_key=True,
    )
    app = Application(
        broker_address=os.environ["PEER_KAFKA"], consumer_group=topic, auto_offset_reset="earliest", loglevel="WARNING"
    )
    app.dataframe(app.topic(f"{topic}.raw", value_deserializer="json")).apply(enrich).sink(sink)
    app.run()


if __name__ == "__main__":
    main()
