"""Mentions, times and arguments get their article's moment, as claims have it. Nullable: nothing is rewritten.

Rows from before keep none; partitioning by month (``migrations/partitioned``) fills it in as it copies them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "moments"
down_revision = "published_on"
branch_labels = None
depends_on = None

TABLES = ("mentions", "times", "claim_arguments")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("moment", postgresql.TIMESTAMP(timezone=True), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "moment")
