"""How many claims of an article an entity takes part in: profiles and timelines add these up, and read no claim.

The columns have a constant default: nothing is rewritten. Rows from before are counted some hundred articles at a time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "claim_counts"
down_revision = "no_child_keys"
branch_labels = None
depends_on = None

COLUMNS = ("claims_with", "claims_about", "claims_by")
INDEX = "ix_article_entities_recent"
ON = "article_entities (entity_id, moment DESC, article_id)"
BATCH = 500
_NEXT = "select max(article_id) from (select article_id from articles where article_id > :last order by 1 limit :n) a"
_COUNT = """
update article_entities e
   set claims_with = n.claims_with, claims_about = n.claims_about, claims_by = n.claims_by
  from (select e.article_id, e.entity_id,
               count(*) filter (where c.facets @> array[left('who:' || e.entity_id, 204)]) as claims_with,
               count(*) filter (where c.facets @> array[left('about:' || e.entity_id, 206)]) as claims_about,
               count(*) filter (where c.facets @> array[left('said:' || e.entity_id, 205)]) as claims_by
          from article_entities e join claims c using (article_id)
         where e.article_id > :last and e.article_id <= :to group by 1, 2) n
 where e.article_id = n.article_id and e.entity_id = n.entity_id and n.claims_with > 0
"""


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("article_entities", sa.Column(name, sa.SmallInteger(), server_default="0", nullable=False))
    with op.get_context().autocommit_block():
        _count()
        _build(f"{ON} INCLUDE ({', '.join(COLUMNS)})")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        _build(ON)
    for name in COLUMNS:
        op.drop_column("article_entities", name)


def _count() -> None:
    connection = op.get_bind()
    last = ""
    while to := connection.scalar(sa.text(_NEXT), {"last": last, "n": BATCH}):
        connection.execute(sa.text(_COUNT), {"last": last, "to": to})
        last = to


def _build(on: str) -> None:
    """Beside the one it replaces, which then goes; one that a stopped build has left is built again."""
    if op.get_bind().scalar(sa.text("select relkind = 'p' from pg_class where oid = 'article_entities'::regclass")):
        op.execute(f"DROP INDEX {INDEX}")  # an index over tables by month cannot be built concurrently
        op.execute(f"CREATE INDEX {INDEX} ON {on}")
        return
    op.execute("SET lock_timeout = '10min'")  # waits for running transactions, and holds up nobody
    op.execute("SET statement_timeout = 0")
    op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}_new")
    op.execute(f"CREATE INDEX CONCURRENTLY {INDEX}_new ON {on}")
    op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
    op.execute(f"ALTER INDEX {INDEX}_new RENAME TO {INDEX}")
    op.execute("SET lock_timeout = '5s'")
    op.execute("SET statement_timeout = '10min'")
