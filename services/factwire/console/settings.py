"""What the console is told by its environment."""

from __future__ import annotations

from factwire.runtime.settings import ServiceSettings
from factwire.storage.settings import DatabaseSettings


class ConsoleSettings(ServiceSettings, DatabaseSettings):
    """A database to read from, and where to listen."""
