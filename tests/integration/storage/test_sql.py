"""The queries of docs/sql.md, run as the analysts' role over what the real pipeline finds; what that role may not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.support.databases import cloned_database, settings_for
from tests.support.processes import run_factwire
from tests.support.seeding import store

from factwire.enricher.mapping import enrich_article
from factwire.events.raw_article import RawArticle
from factwire.extraction.pipeline import open_pipeline
from factwire.operations.affiliations import load_affiliations
from factwire.storage import roles

pytestmark = pytest.mark.docker
ROOT = Path(__file__).parents[3]
PASSWORD = "only-for-tests"
BRIEFS = (
    ("b-1", "2023-05-12", "daily", "US officials said that China provided more than $900 million in machine tools."),
    ("b-2", "2023-09-01", "daily", "Treasury Secretary Janet Yellen said China had spent $800 billion on chips."),
    ("b-3", "2024-02-01", "daily", "US officials said that China provided more than $5 billion in machine tools."),
    ("b-4", "2023-06-01", "herald", "German officials said that China provided more than $7 million in machine tools."),
    ("b-5", "2023-06-02", "herald", "The road is 70 miles long. The old one is 12 km long. A bridge has 300 metres."),
    ("b-6", "2023-06-03", "herald", "About 3,200 people work at the port. Exports rose 6.5 percent in May 2023."),
    ("b-7", "2023-06-04", "daily", "The fire destroyed 40 houses, the mayor said."),
    ("b-8", "2023-06-05", "herald", "The fire destroyed 55 houses, police said."),
    ("b-9", "2023-06-06", "daily", "The economy will grow 4 percent in 2030, the finance ministry said."),
)  # fmt: skip


def queries() -> dict[str, str]:
    """The SQL blocks of the page by their first line."""
    blocks = re.findall(r"```sql\n-- ([^\n]+)\n(.*?)```", (ROOT / "docs/sql.md").read_text(), re.DOTALL)
    return dict(blocks)


@pytest.fixture(scope="module")
def stocked(postgres: str, template_database: str) -> Iterator[str]:
    """The sample articles and the briefs, through the pipeline and the sink's own way; the URL of the reader's."""
    raw = [json.loads(file.read_text()) for file in sorted((ROOT / "examples/articles").glob("*.json"))]
    raw += [
        {"article_id": id, "published_at": f"{day}T12:00:00Z", "source": {"id": outlet, "name": outlet}, "body": body}
        for id, day, outlet, body in BRIEFS
    ]
    pipeline = open_pipeline((), None, (), "")
    with cloned_database(postgres, template_database) as url:
        load_affiliations(settings_for(url))
        store(url, *(enrich_article(RawArticle.model_validate(one), pipeline) for one in raw))
        roles.make_reader(settings_for(url), roles.READER, PASSWORD, seconds=20)
        yield re.sub(r"//[^@]+@", f"//{roles.READER}:{PASSWORD}@", url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"drop owned by {roles.READER}")


def ask(url: str, name: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute(queries()[name]).fetchall()  # type: ignore[arg-type]


def test_the_page_has_ten_queries():
    assert len(queries()) == 10


@pytest.mark.parametrize("name", queries())
def test_every_query_answers(stocked, name):
    assert ask(stocked, name)


def test_money_about_china_by_us_officials_in_2023(stocked):
    found = ask(stocked, "money about China by US officials")
    assert [(row["speaker_name"], row["span_text"]) for row in found] == [
        ("Janet Yellen", "$800 billion"),
        ("US officials", "more than $900 million"),
    ]
    assert found[1]["evidence"] == BRIEFS[0][3]


def test_speakers_are_counted_by_who_they_are(stocked):
    found = {row["speaker"]: row["claims"] for row in ask(stocked, "most quoted speakers")}
    assert found["US officials"] >= 2


def test_largest_amount_of_each_currency(stocked):
    found = {row["unit_code"]: row for row in ask(stocked, "largest amounts")}
    assert found["USD"]["value"] >= 800_000_000_000
    assert len(found) > 3


def test_miles_and_kilometres_compare(stocked):
    found = {row["span_text"]: float(row["km"]) for row in ask(stocked, "distances over ten kilometres")}
    assert (found["70 miles"], found["12 km"]) == (112.7, 12.0)
    assert "300 metres" not in found


def test_what_is_to_come(stocked):
    found = ask(stocked, "forecasts and targets")
    assert any(row["period_end"].year == 2030 and row["span_text"].startswith("4 percent") for row in found)


def test_people_are_counted(stocked):
    assert any(row["source_name"] == "herald" and row["at_least"] == 3200 for row in ask(stocked, "counts of people"))


def test_rises_have_their_direction(stocked):
    found = [row for row in ask(stocked, "rises and falls") if row["value"] is not None and float(row["value"]) == 6.5]
    assert ("up", datetime(2023, 5, 1, tzinfo=UTC).date()) in [(row["direction"], row["period_begin"]) for row in found]


def test_outlets_that_disagree(stocked):
    found = ask(stocked, "differing figures")
    assert ("daily", "herald", 40, 55) in [(r["in_one"], r["in_other"], r["one"], r["other"]) for r in found]


def test_shares_are_shares(stocked):
    found = ask(stocked, "share with a speaker")
    assert all(0 <= row["percent_identified"] <= row["percent_attributed"] <= 100 for row in found)


def test_months_of_an_entity(stocked):
    found = {f"{row['month']:%Y-%m}": row for row in ask(stocked, "an entity by month")}
    assert (found["2023-09"]["claims"], found["2023-09"]["median_dollars"]) == (1, 800_000_000_000)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from claims",
        "update articles set title = ''",
        "create table mine (x int)",
        "insert into entities values ('Q1', 'x', null, 'x')",
        "set default_transaction_read_only = off; delete from claims",
    ],
)
def test_the_reader_cannot_write(stocked, statement):
    with psycopg.connect(stocked) as connection, pytest.raises(psycopg.Error) as refused:
        connection.execute(statement)
    assert isinstance(refused.value, (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.InsufficientPrivilege))


@pytest.mark.parametrize(
    "table", ["webhooks", "webhook_deliveries", "outbox", "consumer_offsets", "erasures", "changes"]
)
def test_the_reader_sees_no_secrets(stocked, table):
    with psycopg.connect(stocked) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"select * from {table}")  # type: ignore[arg-type]


def test_a_statement_of_the_readers_ends_in_time(stocked):
    with psycopg.connect(stocked) as connection:
        assert connection.execute("show statement_timeout").fetchone() == ("20s",)


def test_the_command_makes_the_role_and_says_so(postgres, template_database):
    with cloned_database(postgres, template_database) as url:
        done = run_factwire("db", "reader", "--name", "analysts", database_url=url, reader_password="x")
        assert (done.returncode, "claim_facts" in done.stdout) == (0, True), done.stderr
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("drop owned by analysts")
            connection.execute("drop role analysts")


def test_upgrade_loads_who_speaks_for_whom(postgres, template_database):
    with cloned_database(postgres, template_database) as url:
        assert "affiliations" in run_factwire("db", "upgrade", database_url=url).stdout
        with psycopg.connect(url) as connection:
            found = connection.execute(
                "select of_id from affiliations where entity_id = 'Q263725' and holds @> date '2023-09-01'"
            ).fetchall()
    assert {("Q30",), ("US",)} <= set(found)
