"""What is said of a database that does not answer: in one line, and without its password."""

from __future__ import annotations

from factwire.errors import TransientError
from factwire.storage.settings import DatabaseSettings


def away(settings: DatabaseSettings, fault: Exception) -> TransientError:
    """The error to raise: where the database is, and the driver's word."""
    return TransientError(f"{settings.masked}: {first_line(fault)}")


def first_line(fault: BaseException | None) -> str:
    """The driver's messages have several lines, of which the first says what is the matter."""
    return (str(fault).strip() or type(fault).__name__).splitlines()[0]
