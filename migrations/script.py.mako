"""${message}

Safe on a busy day: add columns without a volatile default; build indexes CONCURRENTLY in an autocommit block; fill
columns in batches in a migration of their own; enforce (NOT NULL, constraints NOT VALID, then VALIDATE) in a third.
Revision: ${up_revision}, after ${down_revision | comma,n}
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "raise NotImplementedError"}


def downgrade() -> None:
    ${downgrades if downgrades else "raise NotImplementedError"}
