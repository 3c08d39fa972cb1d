"""Keeping fewer days: articles from before a month go, whole partitions at once where there are partitions.

No retraction: readers of the change log, webhooks and the topics are not told, and a late copy of what is forgotten is
stored again. What must never come back is erased (``storage/erase.py``), and its bare id is not forgotten here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from factwire.storage.erase import LAST_REVISION
from factwire.storage.partitions import Connection, drop_months
from factwire.storage.write import CHILDREN, delete_children

BATCH: Final = 1_000
_OLD: Final = f"""
select article_id from articles
 where coalesce(published_at, received_at, stored_at) < %s and revision < {LAST_REVISION}
 order by coalesce(published_at, received_at, stored_at) limit {BATCH} for update
"""


@dataclass(frozen=True, slots=True)
class Forgotten:
    months: tuple[date, ...]
    articles: int


def forget(connection: Connection, before: date) -> Forgotten:
    """Drops the months that end at ``before``, then the articles from before it, some at a time, with what is left.

    May be cut off and repeated. ``before``: the first day that is kept, in UTC.
    """
    months = drop_months(connection, before)
    begin = datetime(before.year, before.month, before.day, tzinfo=UTC)
    articles = 0
    while gone := _forget_some(connection, begin):
        articles += gone
    return Forgotten(tuple(months), articles)


def _forget_some(connection: Connection, begin: datetime) -> int:
    """Children first: nothing else takes them along. The lock keeps the merge from writing new ones meanwhile."""
    with connection.transaction():
        ids = [row[0] for row in connection.execute(_OLD, [begin])]
        for table in (*reversed(CHILDREN), "articles"):
            connection.execute(delete_children(table, in_months=False), {"ids": ids})
    return len(ids)
