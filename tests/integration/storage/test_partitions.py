"""Tables by month on a real Postgres: they hold what plain ones hold, and only the months asked for are looked into."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from tests.support.databases import both_kinds, rows, settings_for
from tests.support.events import NOON, enriched
from tests.support.processes import run_factwire

from factwire.errors import ConfigurationError, TransientError
from factwire.operations.erase import Order, erase_article
from factwire.sink.rows import to_write
from factwire.sink.upkeep import Upkeep
from factwire.storage import conversion, migrate, partitions
from factwire.storage.engine import connect, open_engine
from factwire.storage.filters import ClaimFilter, claim_conditions
from factwire.storage.forget import forget
from factwire.storage.indexes import build_index, drop_index
from factwire.storage.partitions import (
    connected,
    is_partitioned,
    make_months,
    month_after,
    months_ahead,
    months_between,
    months_there,
)
from factwire.storage.roles import make_reader
from factwire.storage.tables import Claim
from factwire.storage.write import CHILDREN, Change, Tombstone, delete_children, prepare, write

pytestmark = pytest.mark.docker
MAY: Final = datetime(2024, 5, 3, 8, tzinfo=UTC)
DAYS: Final = (NOON, MAY, datetime(1851, 9, 18, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))


def change(article_id: str = "a-1", revision: int = 1, minutes: int = 0, **given: Any) -> Change:
    event = enriched(article_id, revision, **given)
    return to_write(event, event_id=f"{article_id}-{revision}-{minutes}", at=NOON + timedelta(minutes=minutes))


async def store(url: str, *changes: Change) -> None:
    connection = await connect(settings_for(url))
    async with connection:
        await prepare(connection)
        async with connection.transaction():
            await write(connection, changes)


def held(url: str, without: str = "{stored_at,moment}") -> dict[str, list[tuple[object, ...]]]:
    """Every row of the articles and their children, in any order they are in."""
    query = "select (to_jsonb(t) - %s::text[])::text from {} t order by 1"
    return {table: rows(url, query.format(table), without) for table in ("articles", *CHILDREN)}


def is_by_month(url: str) -> bool:
    with connected(settings_for(url)) as connection:
        return is_partitioned(connection)


def in_months(url: str) -> dict[str, set[str]]:
    """The partitions that hold rows, by table."""
    return {
        t: {str(r[0]).removeprefix(f"{t}_") for r in rows(url, f"select tableoid::regclass::text from {t}")}
        for t in CHILDREN
    }


def strangers(url: str) -> int:
    """Children that do not carry their article's moment."""
    query = """select count(*) from {} c join articles a using (article_id)
                where c.moment is distinct from coalesce(a.published_at, a.received_at, a.stored_at)"""
    return sum(int(str(rows(url, query.format(table))[0][0])) for table in CHILDREN)


async def test_a_revision_with_another_date_moves_the_children_into_its_month(by_month: str) -> None:
    await store(by_month, change())
    assert in_months(by_month) == {table: {"2024_04"} for table in CHILDREN}
    await store(by_month, change(revision=2, published_at=MAY))
    assert in_months(by_month) == {table: {"2024_05"} for table in CHILDREN}
    assert rows(by_month, "select count(*) from mentions") == [(2,)]


@pytest.mark.parametrize("day", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), DAYS[2]])
async def test_no_date_is_refused(by_month: str, day: datetime) -> None:
    await store(by_month, change(published_at=day))
    assert in_months(by_month) == {table: {"rest"} for table in CHILDREN}


Step = tuple[str, int, str, int, datetime | None]
steps: Final = st.tuples(
    st.sampled_from("ab"), st.integers(1, 3), st.sampled_from("uuwt"), st.integers(0, 3), st.sampled_from((*DAYS, None))
)  # fmt: skip


def to_change(step: Step) -> Change:
    article, revision, kind, minute, day = step
    if kind == "t":
        return Tombstone(article, NOON)
    return change(article, revision, minute, published_at=day, status="withdrawn" if kind == "w" else "usable")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(history=st.lists(st.lists(steps, min_size=1, max_size=4), min_size=1, max_size=4))
async def test_whatever_comes_both_kinds_hold_the_same(database: str, by_month: str, history: list[list[Step]]) -> None:
    for url in (database, by_month):
        with psycopg.connect(url) as connection:
            connection.execute(f"truncate articles, {', '.join(CHILDREN)} cascade")
        for batch in history:
            await store(url, *map(to_change, batch))
        assert strangers(url) == 0
    assert held(database) == held(by_month)


async def test_the_merge_looks_only_into_the_months_where_an_article_was(by_month: str) -> None:
    for table in CHILDREN:
        connection = await connect(settings_for(by_month))
        async with connection:
            query = delete_children(table, in_months=True).as_string(connection)
            plan = await connection.execute("explain " + query, {"ids": ["a-1"], "moments": [NOON]})  # type: ignore[arg-type]
            assert looked_into(await plan.fetchall()) == {f"{table}_2024_04"}


async def test_a_question_with_dates_looks_only_into_its_months(by_month: str) -> None:
    engine = open_engine(settings_for(by_month))
    wanted = ClaimFilter(since=NOON, until=NOON + timedelta(days=3))
    asked = select(Claim.claim_id).where(*claim_conditions(wanted, NOON)).compile(dialect=engine.dialect)
    async with engine.connect() as connection:
        plan = await connection.exec_driver_sql(f"explain {asked}", asked.construct_params())
        assert looked_into(plan.fetchall()) == {"claims_2024_04"}
    await engine.dispose()


def looked_into(plan: Any) -> set[str]:
    """The partitions that a plan names."""
    return set(re.findall(r" on ([a-z_]+_(?:\d{4}_\d\d|rest))\b", "\n".join(line for (line,) in plan)))


class Enough(Exception):
    """Ends an upkeep that would run for ever."""


async def one_round(url: str, today: date) -> None:
    async def stop(_: float) -> None:
        raise Enough

    with pytest.raises(Enough):
        await Upkeep(settings_for(url), timedelta(days=7), stop, lambda: today).run()


async def test_upkeep_makes_the_next_months_before_they_come(by_month: str) -> None:
    await one_round(by_month, date(2031, 11, 30))
    with connected(settings_for(by_month)) as connection:
        assert months_there(connection)[-3:] == [date(2031, 11, 1), date(2031, 12, 1), date(2032, 1, 1)]


async def test_upkeep_leaves_plain_tables_alone(database: str) -> None:
    before = rows(database, "select count(*) from pg_class")
    await one_round(database, date(2031, 11, 30))
    assert rows(database, "select count(*) from pg_class") == before


async def test_a_new_month_takes_what_the_rest_holds_of_it(by_month: str) -> None:
    await store(by_month, change("a", published_at=DAYS[2]), change("b", published_at=DAYS[3]))
    before = held(by_month, "{}")
    with connected(settings_for(by_month)) as connection:
        assert make_months(connection, [date(1851, 9, 1), date(2024, 4, 1)]) == [date(1851, 9, 1)]
    assert in_months(by_month) == {table: {"1851_09", "rest"} for table in CHILDREN}
    assert held(by_month, "{}") == before


def shape(url: str) -> list[list[tuple[object, ...]]]:
    """Columns, keys, indexes and the view, as the catalogue describes them."""
    tables = list(CHILDREN)
    return [
        rows(url, "select attrelid::regclass::text, attnum, attname, attnotnull, attgenerated from pg_attribute"
                  " where attrelid = any(%s::regclass[]) and attnum > 0 order by 1, 2", tables),
        rows(url, "select indexname, indexdef from pg_indexes where tablename = any(%s) order by 1", tables),
        rows(url, "select pg_get_viewdef('claim_facts'::regclass)"),
    ]  # fmt: skip


async def test_there_and_back_nothing_is_lost_and_all_is_as_it_was(database: str) -> None:
    await store(database, *(change(f"a-{n}", published_at=DAYS[n % 4]) for n in range(12)))
    before, looks = held(database, "{}"), shape(database)
    migrate.partition(settings_for(database), lambda done, of: None)
    assert held(database, "{}") == before
    assert shape(database)[2] == looks[2]
    migrate.unpartition(settings_for(database), lambda done, of: None)
    assert held(database, "{}") == before
    assert shape(database) == looks


@both_kinds
async def test_what_is_written_while_tables_are_converted_is_kept(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time some articles have been copied: a new one, new states of old ones, one under embargo, a withdrawal."""
    monkeypatch.setattr(conversion, "BATCH", 5)
    later = datetime.now(UTC) + timedelta(days=1)
    await store(database, *(change(f"m-{n:02}", embargoed_until=later if n == 3 else None) for n in range(20)))
    rounds = []

    def meanwhile(done: int, of: int) -> None:
        rounds.append(done)
        if (n := len(rounds)) > 4:
            return
        asyncio.run(
            store(
                database,
                change(f"a-{n}"), change(f"z-{n}", published_at=MAY), change("m-00", 1 + n, published_at=DAYS[n - 1]),
                change("m-19", 1 + n), change("m-03", 1 + n, embargoed_until=later), Tombstone(f"m-1{n}", NOON),
            )
        )  # fmt: skip

    convert = migrate.unpartition if is_by_month(database) else migrate.partition
    await asyncio.to_thread(convert, settings_for(database), meanwhile)
    assert len(rounds) > 4
    assert rows(database, "select count(*), count(distinct article_id) from claims") == [(24, 24)]
    assert rows(database, "select count(*) from mentions") == [(48,)]
    assert rows(database, "select revision from articles where article_id in ('m-00', 'm-03', 'm-19')") == [(5,)] * 3
    assert strangers(database) == 0


def test_a_conversion_that_was_cut_off_begins_anew(database: str) -> None:
    def cut(done: int, of: int) -> None:
        raise KeyboardInterrupt

    asyncio.run(store(database, change()))
    before = held(database)
    with pytest.raises(KeyboardInterrupt):
        migrate.partition(settings_for(database), cut)
    assert held(database) == before
    migrate.partition(settings_for(database), lambda done, of: None)
    assert held(database) == before


def test_tables_that_stay_busy_are_left_as_they_are(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "_TRIES", 1)
    with psycopg.connect(database) as reader:
        reader.execute("select from claims")
        with pytest.raises(TransientError, match="lock timeout"):
            migrate.partition(settings_for(database), lambda done, of: None)
    assert not is_by_month(database)


async def test_analysts_read_on_after_a_conversion(database: str) -> None:
    make_reader(settings_for(database), reader := "reader_of_months", None, 60)
    migrate.partition(settings_for(database), lambda done, of: None)
    for relation in ("claim_facts", *CHILDREN):
        allowed = "select has_table_privilege(%s, %s, 'select'), has_table_privilege(%s, %s, 'insert')"
        assert rows(database, allowed, reader, relation, reader, relation) == [(True, False)], relation


def test_views_of_others_are_not_dropped(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("create view theirs as select claim_id from claim_facts")
    with pytest.raises(ConfigurationError, match="theirs"):
        migrate.partition(settings_for(database), lambda done, of: None)


def test_older_schemas_do_not_know_months(by_month: str) -> None:
    with pytest.raises(ConfigurationError, match="factwire db unpartition"):
        migrate.downgrade(settings_for(by_month), "base")


@both_kinds
async def test_forgetting_takes_what_is_older_and_nothing_else(database: str) -> None:
    await store(database, *(change(f"a-{n}", published_at=day) for n, day in enumerate(DAYS)), change("gone"))
    connection = await connect(settings_for(database))
    async with connection:
        await erase_article(connection, "gone", Order(by="tester", reason="request"))
    with connected(settings_for(database)) as one:
        assert forget(one, date(2024, 5, 1)).articles == 2
        assert forget(one, date(2024, 5, 1)).articles == 0
    assert rows(database, "select article_id from articles order by 1") == [("a-1",), ("a-3",), ("gone",)]
    assert all(
        rows(database, f"select distinct article_id from {t} order by 1") == [("a-1",), ("a-3",)] for t in CHILDREN
    )


async def test_an_article_of_a_forgotten_month_can_come_again(by_month: str) -> None:
    await store(by_month, change())
    with connected(settings_for(by_month)) as connection:
        assert forget(connection, date(2024, 5, 1)).months == (date(2024, 3, 1), date(2024, 4, 1))
    await store(by_month, change())
    assert in_months(by_month) == {table: {"rest"} for table in CHILDREN}


def test_the_commands(database: str) -> None:
    today = datetime.now(UTC).date()
    first, last = months_between(today - timedelta(days=40), today)[0], months_ahead(today)[-1]
    said = run_factwire("db", "partition", "--since", f"{first:%Y-%m}", database_url=database)
    assert said.returncode == 0, said.stderr
    assert f"{first:%Y-%m} to {last:%Y-%m}" in said.stdout
    assert "by month" in run_factwire("db", "current", database_url=database).stdout
    said = run_factwire("db", "forget", "--before", f"{month_after(first):%Y-%m}", "--yes", database_url=database)
    assert said.stdout == "0 articles forgotten, 1 months dropped\n"
    assert run_factwire("db", "unpartition", database_url=database).stdout == "plain tables\n"
    assert "by month" not in run_factwire("db", "current", database_url=database).stdout


@both_kinds
def test_a_migration_builds_and_drops_an_index_in_either_kind(database: str) -> None:
    engine = create_engine(settings_for(database).sqlalchemy_url, isolation_level="AUTOCOMMIT")
    valid = "select indisvalid from pg_index where indexrelid = to_regclass('ix_later')"
    with engine.connect() as connection:
        for _ in range(2):
            build_index(connection, "ix_later", "claims", "USING gin (rules)")
            assert rows(database, valid) == [(True,)]
        drop_index(connection, "ix_later", "claims")
    engine.dispose()
    assert rows(database, "select from pg_class where relname like 'ix_later%%'") == []


def test_a_new_month_has_every_index(by_month: str) -> None:
    """A partition that was made later has every index of its table."""
    with connected(settings_for(by_month)) as connection:
        make_months(connection, [date(2031, 1, 1)])
    count = "select count(*) from pg_index where indrelid = %s::regclass"
    assert rows(by_month, count, "claims_2031_01") == rows(by_month, count, "claims")
