"""The day at the outlet, where it is another than in UTC. The new column is null: nothing is rewritten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "published_on"
down_revision = "duplicates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("published_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("articles", "published_on")
