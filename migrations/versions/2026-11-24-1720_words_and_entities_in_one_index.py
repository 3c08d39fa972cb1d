"""Two indexes that answer what took a walk: an article's words together with its entities, and a claim's period
together with its moment.

The new column has a constant default. Rows from before get theirs some hundred articles at a time; a sink of the
version before that goes on writing meanwhile leaves it empty: stop it first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from factwire.storage.indexes import build_index

revision = "words_and_entities"
down_revision = "claim_counts"
branch_labels = None
depends_on = None

BATCH = 500
_NEXT = "select max(article_id) from (select article_id from articles where article_id > :last order by 1 limit :n) a"
_FILL = """
update articles a set entity_ids = e.ids
  from (select article_id, array_agg(distinct entity_id collate "C") as ids
          from (select article_id, entity_id from article_entities union all
                select article_id, entity_id from claim_arguments union all
                select article_id, unnest(speakers) from claims) n
         where article_id > :last and article_id <= :to and entity_id is not null group by 1) e
 where a.article_id = e.article_id
"""
SEARCH = ("ix_articles_search", "articles")
PERIOD = ("ix_claims_period", "claims")


def upgrade() -> None:
    ids = sa.Column("entity_ids", sa.ARRAY(sa.Text()), server_default="{}", nullable=False)
    op.add_column("articles", ids)
    with op.get_context().autocommit_block():
        _fill()
        _build("USING gin (search, entity_ids)", "USING gist (period, tstzrange(moment, moment, '[]'))")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        _build("USING gin (search)", "USING gist (period)")
    op.drop_column("articles", "entity_ids")


def _fill() -> None:
    connection = op.get_bind()
    last = ""
    while to := connection.scalar(sa.text(_NEXT), {"last": last, "n": BATCH}):
        connection.execute(sa.text(_FILL), {"last": last, "to": to})
        last = to


def _build(search: str, period: str) -> None:
    op.execute("SET lock_timeout = '10min'")  # waits for running transactions, and holds up nobody
    op.execute("SET statement_timeout = 0")
    build_index(op.get_bind(), *SEARCH, search)
    build_index(op.get_bind(), *PERIOD, period)
    op.execute("SET lock_timeout = '5s'")
    op.execute("SET statement_timeout = '10min'")
