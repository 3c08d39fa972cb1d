"""Children of articles have no foreign keys: their one writer makes parent and child in one transaction, and checking
each of a hundred rows an article again was a third of the database's work (docs/decisions/0013).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from factwire.errors import ConfigurationError

revision = "no_child_keys"
down_revision = "moments"
branch_labels = None
depends_on = None

KEYS = (
    ("article_entities", "article_id", "articles", "ON DELETE CASCADE"),
    ("article_entities", "entity_id", "entities", ""),
    ("mentions", "article_id", "articles", "ON DELETE CASCADE"),
    ("times", "article_id", "articles", "ON DELETE CASCADE"),
    ("claims", "article_id", "articles", "ON DELETE CASCADE"),
    ("claim_arguments", "claim_id", "claims", "ON DELETE CASCADE"),
    ("claim_arguments", "article_id", "articles", "ON DELETE CASCADE"),
)
"""The last one stands in for the one before it where the tables are by month."""


def upgrade() -> None:
    for table, column, _, _ in KEYS:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS fk_{table}_{column}")


def downgrade() -> None:
    """Not valid first, so that nobody waits while the rows are looked through."""
    if op.get_bind().scalar(sa.text("select relkind = 'p' from pg_class where oid = to_regclass('claims')")):
        raise ConfigurationError("the tables are partitioned; run first: factwire db unpartition")
    for table, column, parent, on_delete in KEYS[:-1]:
        name = f"fk_{table}_{column}"
        references = f"FOREIGN KEY ({column}) REFERENCES {parent} {on_delete}"
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {references} NOT VALID")
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
