"""Rows from before get what readers ask by, some hundred articles at a time; each batch commits by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from factwire.events.enriched_article import Unit
from factwire.events.units import scale_of

revision = "ways_out_rows"
down_revision = "ways_out"
branch_labels = None
depends_on = None

BATCH = 500
_NEXT = "select max(article_id) from (select article_id from articles where article_id > :last order by 1 limit :n) a"
_SCALES = "create temporary table unit_scales (code text, per text, base text, factor numeric, plus numeric)"
_ENTITIES = """
update article_entities e set moment = coalesce(a.published_at, a.received_at, a.stored_at) from articles a
 where a.article_id = e.article_id and e.article_id > :last and e.article_id <= :to and e.moment is null
"""
_CLAIMS = """
update claims c set
  moment = coalesce(a.published_at, a.received_at, a.stored_at), hidden_until = a.embargoed_until,
  speakers = case when c.speaker_entity_id is null then '{}' else array[c.speaker_entity_id] end,
  base_unit = s.base,
  base_low = coalesce((c.lower + case when c.role = 'delta' then 0 else coalesce(s.plus, 0) end)
                      * coalesce(s.factor, 1), '-Infinity'),
  base_high = coalesce((c.upper + case when c.role = 'delta' then 0 else coalesce(s.plus, 0) end)
                       * coalesce(s.factor, 1), 'Infinity'),
  facets = array(select distinct left(f, 200) from unnest(
      array['kind:' || c.kind, 'modality:' || c.modality, 'unit:' || c.unit_code, 'base:' || s.base,
            'source:' || a.source_id, 'who:' || c.speaker_entity_id, 'said:' || c.speaker_entity_id,
            'for:' || c.speaker_entity_id, 'said:' || lower(c.speaker_name)]
      || array(select x from claim_arguments g, unnest(array['who:', 'about:', g.role || ':']) p,
                    lateral (select p || g.entity_id as x) y where g.claim_id = c.claim_id)
      || array(select 'for:' || t.of_id from affiliations t where t.entity_id = c.speaker_entity_id
                  and t.holds @> (coalesce(a.published_at, a.received_at, a.stored_at) at time zone 'utc')::date)
    ) f where f is not null)
  from articles a, claims o
  left join unit_scales s on s.code = o.unit_code and s.per is not distinct from o.unit_per::text
 where o.claim_id = c.claim_id and a.article_id = c.article_id and c.moment is null
   and c.article_id > :last and c.article_id <= :to
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        _describe_units(connection)
        last = ""
        while to := connection.scalar(sa.text(_NEXT), {"last": last, "n": BATCH}):
            for statement in (_ENTITIES, _CLAIMS):
                connection.execute(sa.text(statement), {"last": last, "to": to})
            last = to
        connection.execute(sa.text("drop table unit_scales"))


def downgrade() -> None:
    """The columns go with the migration before."""


def _describe_units(connection: sa.Connection) -> None:
    connection.execute(sa.text(_SCALES))
    used = connection.execute(sa.text("select distinct unit_code, unit_per, unit_per::text from claims")).all()
    for code, per, written in used:
        scale = scale_of(Unit(system="", code=code, per=per and Unit.model_validate(per)))
        if scale is None:
            continue
        row = {"code": code, "per": written, "base": scale.base, "plus": str(float(scale.offset))}
        above, below = scale.factor.as_integer_ratio()
        connection.execute(
            sa.text(f"insert into unit_scales values (:code, :per, :base, {above}::numeric / {below}, :plus::numeric)"),
            row,
        )
