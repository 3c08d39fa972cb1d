"""Fingerprints of recent articles, and which article an article repeats. New columns are null: nothing is rewritten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "duplicates"
down_revision = "api_keys"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)
COLUMNS = (("duplicate_of", sa.Text()), ("duplicate_similarity", sa.REAL()), ("duplicate_kind", sa.Text()))

CLAIM_FACTS = """
SELECT c.claim_id, c.article_id, a.revision, a.title, a.url, a.source_id, s.name AS source_name, a.published_at,
       a.language, a.embargoed_until,
       c.kind, c.value, c.lower, c.upper, c.lower_inclusive, c.upper_inclusive, c.bounds, c.comparator, c.approximate,
       c.hedge, c.vague, c.unit_system, c.unit_code, c.unit_label, c.unit_per, c.unit_assumed,
       c.direction, c.role, c.group_id, c.equivalent_of, c.concept_text, c.concept_head, c.of_text,
       c.period_begin, c.period_end, c.period, c.period_edtf, c.period_granularity, c.period_role, c.period_assumed,
       c.speaker_name, c.speaker_entity_id, se.name AS speaker_entity_name, c.cue_text, c.attribution_mode,
       c.modality, c.polarity, c.confidence, c.rules,
       c.span_start, c.span_end, c.span_text, c.sentence,
       substr(a.text, (a.sentences -> c.sentence ->> 0)::int + 1,
              (a.sentences -> c.sentence ->> 1)::int - (a.sentences -> c.sentence ->> 0)::int) AS evidence,
       coalesce((SELECT jsonb_agg(jsonb_build_object('role', g.role, 'entity_id', g.entity_id, 'name', e.name,
                                                     'text', g.span_text) ORDER BY g.ordinal)
                   FROM claim_arguments g LEFT JOIN entities e ON e.entity_id = g.entity_id
                  WHERE g.claim_id = c.claim_id), '[]'::jsonb) AS arguments,
       c.moment, c.facets, c.speakers, c.base_unit, c.base_low, c.base_high, s.country AS source_country, a.provider,
       ARRAY(SELECT substr(f, 5) FROM unnest(c.facets) f WHERE f LIKE 'for:%') AS speaks_for{added}
  FROM claims c
  JOIN articles a ON a.article_id = c.article_id
  LEFT JOIN sources s ON s.source_id = a.source_id
  LEFT JOIN entities se ON se.entity_id = c.speaker_entity_id
"""


def upgrade() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("seen", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("seen_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("moment", MOMENT, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("bands", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_fingerprints")),
    )
    op.create_index(
        "ix_fingerprints_bands",
        "fingerprints",
        ["bands"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},  # every lookup would read the whole list of what is not yet merged
    )
    op.create_index("ix_fingerprints_seen_at", "fingerprints", ["seen_at"])
    for name, kind in COLUMNS:
        op.add_column("articles", sa.Column(name, kind, nullable=True))
    op.execute("CREATE OR REPLACE VIEW claim_facts AS" + CLAIM_FACTS.replace("{added}", ", a.duplicate_of"))


def downgrade() -> None:
    op.execute("DROP VIEW claim_facts")
    for name, _ in reversed(COLUMNS):
        op.drop_column("articles", name)
    op.drop_table("fingerprints")
    op.execute("CREATE VIEW claim_facts AS" + CLAIM_FACTS.replace("{added}", ""))
