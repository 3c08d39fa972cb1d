"""Databases of a test's own, on the schema that the migrations built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr

from factwire.storage import migrate as migrations
from factwire.storage import partitions
from factwire.storage.settings import DatabaseSettings

both_kinds = pytest.mark.parametrize("database", ["plain", "by month"], indirect=True)
"""For tests of what must hold in a plain database and in one that is divided into months."""
MONTHS = (date(2024, 3, 1), date(2024, 4, 1), date(2024, 5, 1))
"""What tests write about is of April 2024."""


def settings_for(url: str, **given: object) -> DatabaseSettings:
    return DatabaseSettings.model_validate({"database_url": SecretStr(url), **given})


def migrate(url: str) -> None:
    migrations.upgrade(settings_for(url))


def divide_into_months(url: str) -> None:
    migrations.partition(settings_for(url), lambda done, of: None)
    with partitions.connected(settings_for(url)) as connection:
        partitions.make_months(connection, MONTHS)


def create_database(server: str, name: str, template: str = "template1") -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("create database {} template {}").format(Identifier(name), Identifier(template)))
    return urlsplit(server)._replace(path=f"/{name}").geturl()


@contextmanager
def cloned_database(server: str, template_url: str) -> Iterator[str]:
    """A copy of the template, dropped at the end."""
    name = f"t_{uuid4().hex[:12]}"
    yield create_database(server, name, urlsplit(template_url).path.lstrip("/"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("drop database {} with (force)").format(Identifier(name)))


def rows(url: str, query: str, *parameters: object) -> list[tuple[object, ...]]:
    """The rows of a query, over a connection of its own."""
    with psycopg.connect(url) as connection:
        return connection.execute(query, parameters or None).fetchall()  # type: ignore[arg-type]
