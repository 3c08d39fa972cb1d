"""The first tables, and the view for analysts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


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
                  WHERE g.claim_id = c.claim_id), '[]'::jsonb) AS arguments
  FROM claims c
  JOIN articles a ON a.article_id = c.article_id
  LEFT JOIN sources s ON s.source_id = a.source_id
  LEFT JOIN entities se ON se.entity_id = c.speaker_entity_id
"""


def upgrade() -> None:
    op.create_table(
        "consumer_offsets",
        sa.Column("grp", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_offset", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("grp", "topic", "part", name=op.f("pk_consumer_offsets")),
    )
    op.create_table(
        "entities",
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subtype", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", name=op.f("pk_entities")),
    )
    op.create_index("ix_entities_name", "entities", [sa.literal_column("lower(left(name, 100))")], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_part", "outbox", ["part", "id"], unique=False)
    op.create_table(
        "sources",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_sources")),
    )
    op.create_table(
        "articles",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("canonical_url", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("published_precision", sa.Text(), nullable=True),
        sa.Column("published_from", sa.Text(), nullable=True),
        sa.Column("received_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("embargoed_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("byline", sa.Text(), nullable=True),
        sa.Column("dateline", sa.Text(), nullable=True),
        sa.Column("authors", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("categories", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("keywords", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("subjects", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rights", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("extra", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("sections", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sentences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("enricher_version", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("kb_version", sa.Text(), nullable=False),
        sa.Column("duration_ms", sa.REAL(), nullable=True),
        sa.Column("warnings", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("enriched_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("withdrawn_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "stored_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('english', left(coalesce(title, ''), 10000)), 'A') || "
                "to_tsvector('english', left(text, 100000))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.source_id"], name=op.f("fk_articles_source_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_articles")),
    )
    op.create_index(
        "ix_articles_recent",
        "articles",
        [sa.literal_column("coalesce(published_at, received_at, stored_at) DESC"), "article_id"],
        unique=False,
    )
    op.create_index("ix_articles_search", "articles", ["search"], unique=False, postgresql_using="gin")
    op.create_index("ix_articles_source_id", "articles", ["source_id"], unique=False)
    op.create_table(
        "article_entities",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.REAL(), nullable=False),
        sa.Column("salience", sa.REAL(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_article_entities_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entity_id"], ["entities.entity_id"], name=op.f("fk_article_entities_entity_id")),
        sa.PrimaryKeyConstraint("article_id", "entity_id", name=op.f("pk_article_entities")),
    )
    op.create_index("ix_article_entities_entity_id", "article_entities", ["entity_id"], unique=False)
    op.create_table(
        "claims",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("span_text", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("lower", sa.Numeric(), nullable=True),
        sa.Column("upper", sa.Numeric(), nullable=True),
        sa.Column("lower_inclusive", sa.Boolean(), nullable=False),
        sa.Column("upper_inclusive", sa.Boolean(), nullable=False),
        sa.Column("comparator", sa.Text(), nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("hedge", sa.Text(), nullable=True),
        sa.Column("vague", sa.Boolean(), nullable=False),
        sa.Column("precision", sa.Integer(), nullable=False),
        sa.Column("unit_system", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=True),
        sa.Column("unit_label", sa.Text(), nullable=True),
        sa.Column("unit_per", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("unit_assumed", sa.Boolean(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=True),
        sa.Column("equivalent_of", sa.Uuid(), nullable=True),
        sa.Column("of_start", sa.Integer(), nullable=True),
        sa.Column("of_end", sa.Integer(), nullable=True),
        sa.Column("of_text", sa.Text(), nullable=True),
        sa.Column("of_claim_id", sa.Uuid(), nullable=True),
        sa.Column("concept_start", sa.Integer(), nullable=True),
        sa.Column("concept_end", sa.Integer(), nullable=True),
        sa.Column("concept_text", sa.Text(), nullable=True),
        sa.Column("concept_head", sa.Text(), nullable=True),
        sa.Column("period_time", sa.Integer(), nullable=True),
        sa.Column("period_begin", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("period_edtf", sa.Text(), nullable=True),
        sa.Column("period_granularity", sa.Text(), nullable=True),
        sa.Column("period_role", sa.Text(), nullable=True),
        sa.Column("period_assumed", sa.Boolean(), nullable=True),
        sa.Column("speaker_start", sa.Integer(), nullable=True),
        sa.Column("speaker_end", sa.Integer(), nullable=True),
        sa.Column("speaker_text", sa.Text(), nullable=True),
        sa.Column("speaker_entity_id", sa.Text(), nullable=True),
        sa.Column("speaker_name", sa.Text(), nullable=True),
        sa.Column("cue_start", sa.Integer(), nullable=True),
        sa.Column("cue_end", sa.Integer(), nullable=True),
        sa.Column("cue_text", sa.Text(), nullable=True),
        sa.Column("attribution_mode", sa.Text(), nullable=True),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("polarity", sa.Text(), nullable=False),
        sa.Column("confidence", sa.REAL(), nullable=False),
        sa.Column("rules", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "bounds",
            postgresql.NUMRANGE(),
            sa.Computed(
                "CASE WHEN lower <= upper OR lower IS NULL OR upper IS NULL THEN numrange(lower, upper, "
                "(CASE WHEN lower_inclusive THEN '[' ELSE '(' END) || (CASE WHEN upper_inclusive THEN ']' "
                "ELSE ')' END)) END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed(
                "CASE WHEN period_begin <= period_end OR (period_begin IS NULL) <> (period_end IS NULL) "
                "THEN daterange(period_begin, period_end, '[]') END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_claims_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_article_id", "claims", ["article_id"], unique=False)
    op.create_index("ix_claims_kind", "claims", ["kind"], unique=False)
    op.create_index("ix_claims_period", "claims", ["period"], unique=False, postgresql_using="gist")
    op.create_index(
        "ix_claims_speaker_entity_id", "claims", ["speaker_entity_id"], unique=False, postgresql_using="hash"
    )
    op.create_index("ix_claims_unit_code", "claims", ["unit_code"], unique=False, postgresql_using="hash")
    op.create_table(
        "mentions",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("span_text", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("confidence", sa.REAL(), nullable=False),
        sa.Column("via", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_mentions_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "ordinal", name=op.f("pk_mentions")),
    )
    op.create_table(
        "times",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("span_text", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("timex", sa.Text(), nullable=False),
        sa.Column("begin_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("granularity", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.article_id"], name=op.f("fk_times_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "ordinal", name=op.f("pk_times")),
    )
    op.create_table(
        "claim_arguments",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("span_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.claim_id"], name=op.f("fk_claim_arguments_claim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("claim_id", "ordinal", name=op.f("pk_claim_arguments")),
    )
    op.create_index("ix_claim_arguments_article_id", "claim_arguments", ["article_id"], unique=False)
    op.create_index(
        "ix_claim_arguments_entity_id", "claim_arguments", ["entity_id"], unique=False, postgresql_using="hash"
    )
    op.execute("CREATE VIEW claim_facts AS" + CLAIM_FACTS)


def downgrade() -> None:
    op.execute("DROP VIEW claim_facts")
    op.drop_index("ix_claim_arguments_entity_id", table_name="claim_arguments", postgresql_using="hash")
    op.drop_index("ix_claim_arguments_article_id", table_name="claim_arguments")
    op.drop_table("claim_arguments")
    op.drop_table("times")
    op.drop_table("mentions")
    op.drop_index("ix_claims_unit_code", table_name="claims", postgresql_using="hash")
    op.drop_index("ix_claims_speaker_entity_id", table_name="claims", postgresql_using="hash")
    op.drop_index("ix_claims_period", table_name="claims", postgresql_using="gist")
    op.drop_index("ix_claims_kind", table_name="claims")
    op.drop_index("ix_claims_article_id", table_name="claims")
    op.drop_table("claims")
    op.drop_index("ix_article_entities_entity_id", table_name="article_entities")
    op.drop_table("article_entities")
    op.drop_index("ix_articles_source_id", table_name="articles")
    op.drop_index("ix_articles_search", table_name="articles", postgresql_using="gin")
    op.drop_index("ix_articles_recent", table_name="articles")
    op.drop_table("articles")
    op.drop_table("sources")
    op.drop_index("ix_outbox_part", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_entities_name", table_name="entities")
    op.drop_table("entities")
    op.drop_table("consumer_offsets")
