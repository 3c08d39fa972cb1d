"""What readers ask by stands in the claim's row; the change log, webhooks, affiliations and erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "ways_out"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)
NOW = sa.text("clock_timestamp()")

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
                  WHERE g.claim_id = c.claim_id), '[]'::jsonb) AS arguments{added}
  FROM claims c
  JOIN articles a ON a.article_id = c.article_id
  LEFT JOIN sources s ON s.source_id = a.source_id
  LEFT JOIN entities se ON se.entity_id = c.speaker_entity_id
"""
ADDED = """,
       c.moment, c.facets, c.speakers, c.base_unit, c.base_low, c.base_high, s.country AS source_country, a.provider,
       ARRAY(SELECT substr(f, 5) FROM unnest(c.facets) f WHERE f LIKE 'for:%') AS speaks_for"""
_CLAIM_COLUMNS = ("moment", "hidden_until", "speakers", "facets", "base_unit", "base_low", "base_high")
_TABLES = ("erasures", "webhook_deliveries", "webhooks", "embargoes", "changes", "affiliations")


def upgrade() -> None:
    _add_columns()
    _create_affiliations()
    _create_changes()
    _create_webhooks()
    _create_erasures()
    op.execute("CREATE OR REPLACE VIEW claim_facts AS" + CLAIM_FACTS.replace("{added}", ADDED))


def downgrade() -> None:
    op.execute("DROP VIEW claim_facts")
    for table in _TABLES:
        op.drop_table(table)
    for column in _CLAIM_COLUMNS:
        op.drop_column("claims", column)
    op.drop_column("article_entities", "moment")
    op.execute("CREATE VIEW claim_facts AS" + CLAIM_FACTS.replace("{added}", ""))


def _add_columns() -> None:
    """None of these rewrites a table: they are nullable, or have a constant default."""
    words = {"server_default": sa.text("'{}'"), "nullable": False}
    op.add_column("article_entities", sa.Column("moment", MOMENT))
    op.add_column("claims", sa.Column("moment", MOMENT))
    op.add_column("claims", sa.Column("hidden_until", MOMENT))
    op.add_column("claims", sa.Column("speakers", postgresql.ARRAY(sa.Text()), **words))
    op.add_column("claims", sa.Column("facets", postgresql.ARRAY(sa.Text()), **words))
    op.add_column("claims", sa.Column("base_unit", sa.Text()))
    op.add_column("claims", sa.Column("base_low", sa.Numeric()))
    op.add_column("claims", sa.Column("base_high", sa.Numeric()))


def _create_affiliations() -> None:
    op.create_table(
        "affiliations",
        sa.Column("affiliation_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("of_id", sa.Text(), nullable=False),
        sa.Column("office", sa.Text()),
        sa.Column("holds", postgresql.DATERANGE(), nullable=False),
        sa.PrimaryKeyConstraint("affiliation_id", name=op.f("pk_affiliations")),
    )
    op.create_index("ix_affiliations_entity_id", "affiliations", ["entity_id"])


def _create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column(
            "xid", sa.BigInteger(), server_default=sa.text("(pg_current_xact_id()::text)::bigint"), nullable=False
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text()),
        sa.PrimaryKeyConstraint("xid", "id", name=op.f("pk_changes")),
    )
    op.create_table(
        "embargoes",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_embargoes_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_embargoes")),
    )
    op.create_index("ix_embargoes_ends_at", "embargoes", ["ends_at"])


def _create_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("filters", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("position_xid", sa.BigInteger(), nullable=False),
        sa.Column("position_id", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", MOMENT),
        sa.Column("disabled_reason", sa.Text()),
        sa.PrimaryKeyConstraint("webhook_id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("lease", sa.Uuid()),
        sa.Column("last_status", sa.Integer()),
        sa.Column("last_error", sa.Text()),
        sa.Column("changed_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.webhook_id"], name=op.f("fk_webhook_deliveries_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("webhook_id", "article_id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(
        "ix_webhook_deliveries_due_at",
        "webhook_deliveries",
        ["due_at"],
        postgresql_where=sa.text("state = 'pending'"),
    )


def _create_erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_sha256", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("erasure_id", name=op.f("pk_erasures")),
    )
