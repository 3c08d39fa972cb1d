"""Migrations on a real Postgres: forward, back, twice at once, and the schema they build is the models'."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from tests.support.databases import cloned_database, create_database, rows, settings_for
from tests.support.events import enriched
from tests.support.processes import start_factwire
from tests.support.seeding import store_all

from factwire.errors import ConfigurationError, TransientError
from factwire.storage import migrate
from factwire.storage.tables import CLAIM_FACTS, Base
from factwire.storage.write import CHILDREN

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def blank_template(postgres: str) -> str:
    return create_database(postgres, "blank_template")


@pytest.fixture
def blank(postgres: str, blank_template: str) -> Iterator[str]:
    with cloned_database(postgres, blank_template) as url:
        yield url


def tables(url: str) -> set[str]:
    return {str(r[0]) for r in rows(url, "select relname from pg_class where relnamespace = 'public'::regnamespace")}


def test_forward_back_and_forward_again(blank: str) -> None:
    settings = settings_for(blank)
    migrate.upgrade(settings)
    assert migrate.schema_state(settings).is_current
    full = tables(blank)
    migrate.downgrade(settings, "base")
    assert tables(blank) <= {"alembic_version", "alembic_version_pkc"}
    migrate.upgrade(settings)
    assert tables(blank) == full


def test_the_schema_that_migrations_build_is_the_models(database: str) -> None:
    engine = create_engine(settings_for(database).sqlalchemy_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        built = connection.scalar(text("select pg_get_viewdef('claim_facts'::regclass)"))
        connection.execute(text(f"create temporary view from_models as {CLAIM_FACTS}"))
        assert connection.scalar(text("select pg_get_viewdef('from_models'::regclass)")) == built
    engine.dispose()


def test_later_migrations_run_on_tables_by_month_too(
    blank: str, by_month: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was divided long ago ends like one that is divided today."""
    monkeypatch.setattr(migrate, "require_current", lambda settings: None)
    migrate.upgrade(settings_for(blank), "no_child_keys")
    migrate.partition(settings_for(blank), lambda done, of: None)
    migrate.upgrade(settings_for(blank))
    described = """select indexname, indexdef from pg_indexes where tablename = any(%s)
        union all select attrelid::regclass::text, attname from pg_attribute
                   where attrelid = any(%s::regclass[]) and attnum > 0 order by 1, 2"""
    children = list(CHILDREN)
    assert rows(blank, described, children, children) == rows(by_month, described, children, children)


async def test_articles_from_before_learn_who_is_named_in_them(database: str) -> None:
    await store_all(database, *(enriched(f"a{n}") for n in range(3)), enriched("b", text="Nobody."))
    migrate.downgrade(settings_for(database), "claim_counts")
    migrate.upgrade(settings_for(database))
    found = rows(database, "select entity_ids, count(*) from articles group by 1 order by 2")
    assert found == [([], 1), (["Q20", "nil:acme"], 3)]


def test_no_contrib_extension_is_needed(database: str) -> None:
    assert rows(database, "select extname from pg_extension") == [("plpgsql",)]


def test_two_upgrades_at_once_both_succeed(blank: str) -> None:
    both = [start_factwire("db", "upgrade", database_url=blank) for _ in range(2)]
    for process in both:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    assert migrate.schema_state(settings_for(blank)).is_current


def test_an_old_schema_is_refused_with_what_to_type(blank: str) -> None:
    with pytest.raises(ConfigurationError, match="factwire db upgrade"):
        migrate.require_current(settings_for(blank))


def test_a_database_that_is_away_is_a_transient_fault() -> None:
    with pytest.raises(TransientError, match=r"127\.0\.0\.1:1"):
        migrate.schema_state(settings_for("postgresql://a:b@127.0.0.1:1/x"))
