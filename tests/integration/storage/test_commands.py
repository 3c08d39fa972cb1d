"""Commands that look at a database which cannot answer them say so in one line, and what to do."""

from __future__ import annotations

import pytest
from tests.support.processes import run_factwire

pytestmark = pytest.mark.docker
LISTS = ["feeds", "keys", "webhooks"]


@pytest.mark.parametrize("group", LISTS)
def test_before_the_first_migration_a_command_names_it(group: str, postgres: str) -> None:
    done = run_factwire(group, "list", database_url=postgres)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "factwire: the database does not have our tables yet; run: factwire db upgrade\n"


@pytest.mark.parametrize("group", LISTS)
def test_a_database_that_is_away_is_named_without_its_password(group: str) -> None:
    done = run_factwire(group, "list", database_url="postgresql://me:secret@127.0.0.1:1/factwire")
    assert done.returncode == 3
    assert done.stderr.startswith("factwire: 127.0.0.1:1/factwire: ")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
