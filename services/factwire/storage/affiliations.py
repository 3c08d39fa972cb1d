"""For whom somebody speaks, from the knowledge base: so that "US officials" is a question of one filter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import psycopg
from psycopg.types.range import DateRange

from factwire.storage.faults import away
from factwire.storage.settings import DatabaseSettings


class AffiliationRow(NamedTuple):
    """``of_id``: a country or body, or a country's two letters. ``holds``: the days on which it is so."""

    entity_id: str
    of_id: str
    office: str | None
    holds: DateRange


def replace_affiliations(settings: DatabaseSettings, rows: Iterable[AffiliationRow]) -> int:
    """Puts these in place of what is there, in one transaction; how many. Raises :class:`TransientError`."""
    stated = sorted(set(rows), key=str)
    try:
        with psycopg.connect(settings.conninfo, connect_timeout=5) as connection, connection.cursor() as cursor:
            cursor.execute("delete from affiliations")
            with cursor.copy("copy affiliations (entity_id, of_id, office, holds) from stdin") as copy:
                for row in stated:
                    copy.write_row(row)
    except psycopg.OperationalError as fault:
        raise away(settings, fault) from fault
    return len(stated)
