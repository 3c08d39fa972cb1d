"""How to reach Postgres."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from factwire.runtime.settings import Seconds, Settings

EXAMPLE = "postgresql://user:password@host:5432/factwire"


def _is_postgres(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise ValueError(f"must look like {EXAMPLE}")
    return url


OptionalAddress: TypeAlias = Annotated[SecretStr, AfterValidator(_is_postgres)] | None
"""For services that do more with a database than without."""


class DatabaseSettings(Settings):
    """One database. The waits bound what a cut network or a lock can hold up."""

    database_url: Annotated[SecretStr, AfterValidator(_is_postgres)]
    """Where the database is and who signs in: postgresql://user:password@host:5432/factwire"""
    database_pool: Annotated[int, Field(ge=1, le=100)] = 4
    """Most connections of one process."""
    database_connect_timeout: Seconds = 5.0
    """Seconds until a connection attempt is given up."""
    database_statement_timeout: Seconds = 30.0
    """Seconds that one statement may take."""

    @property
    def conninfo(self) -> str:
        """For psycopg: a plain postgresql:// URL."""
        return self.database_url.get_secret_value().replace("postgresql+psycopg://", "postgresql://", 1)

    @property
    def sqlalchemy_url(self) -> str:
        """For SQLAlchemy with psycopg 3."""
        return "postgresql+psycopg://" + self.conninfo.split("://", 1)[1]

    @property
    def masked(self) -> str:
        """The address without the password, for messages."""
        parts = urlsplit(self.conninfo)
        return f"{parts.hostname or 'local socket'}:{parts.port or 5432}{parts.path}"


class ReaderSettings(DatabaseSettings):
    """What `factwire db reader` needs besides."""

    reader_password: SecretStr | None = None
    """Password of the role for analysts; without one the role cannot sign in, or keeps the one it has."""
