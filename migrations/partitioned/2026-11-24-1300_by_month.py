"""The children's tables by month of their article, for databases that are large: ``factwire db partition``.

A chain of its own beside ``versions/``, with its own version table: a database goes this way only when asked to. The
chain of ``versions/`` goes on as before in both; its migrations find tables of either kind.
"""

from __future__ import annotations

from datetime import UTC, datetime

from alembic import op

from factwire.storage.conversion import convert
from factwire.storage.partitions import crowded_months, months_ahead

revision = "by_month"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _convert(by_month=True)


def downgrade() -> None:
    _convert(by_month=False)


def _convert(*, by_month: bool) -> None:
    """Months that are worth it, this one and the next; statements may take as long as they must."""
    context = op.get_context()
    with context.autocommit_block():
        op.execute("set statement_timeout = 0")
        connection = op.get_bind().connection.driver_connection
        ahead = months_ahead(datetime.now(UTC).date())
        months = sorted({*crowded_months(connection), *ahead}) if by_month else None
        convert(connection, months, context.opts["say"])
        op.execute("set statement_timeout = '10min'")
