"""Indexes for the read API, built while others go on writing; the ones they replace go."""

from __future__ import annotations

from alembic import op

revision = "ways_out_indexes"
down_revision = "ways_out_rows"
branch_labels = None
depends_on = None

NEW = {
    "ix_claims_recent": "claims (moment DESC, article_id, span_start, claim_id)",
    "ix_claims_facets": "claims USING gin (facets)",
    "ix_claims_base_unit_low": "claims (base_unit, base_low)",
    "ix_claims_base_unit_high": "claims (base_unit, base_high)",
    "ix_claims_base_high": "claims (base_high)",
    "ix_article_entities_recent": "article_entities (entity_id, moment DESC, article_id)",
    "ix_entities_words": "entities USING gin (to_tsvector('simple'::regconfig, left(name, 1000)))",
    "ix_entities_by_name": "entities (lower(left(name, 100)), entity_id)",
}
OLD = {
    "ix_claims_kind": "claims (kind)",
    "ix_claims_unit_code": "claims USING hash (unit_code)",
    "ix_claims_speaker_entity_id": "claims USING hash (speaker_entity_id)",
    "ix_article_entities_entity_id": "article_entities (entity_id)",
    "ix_entities_name": "entities (lower(left(name, 100)))",
}


def upgrade() -> None:
    _exchange(NEW, OLD)


def downgrade() -> None:
    _exchange(OLD, NEW)


def _exchange(build: dict[str, str], drop: dict[str, str]) -> None:
    """A build that was stopped leaves an invalid index behind: it is dropped and built again."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '10min'")  # waits for running transactions, and holds up nobody
        op.execute("SET statement_timeout = 0")
        for name, on in build.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {on}")
        for name in drop:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute("SET lock_timeout = '5s'")
        op.execute("SET statement_timeout = '10min'")
