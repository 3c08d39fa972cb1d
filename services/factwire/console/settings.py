"""What the console is told by its environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from factwire.runtime.settings import AccessSettings, Seconds, ServiceSettings
from factwire.storage.settings import DatabaseSettings

Named = Annotated[str, Field(pattern=r"^\s*([a-z][a-z0-9-]*=https?://[^\s=]+\s*)*$")]
Secret = Annotated[SecretStr, Field(min_length=32)]


class ConsoleSettings(ServiceSettings, DatabaseSettings, AccessSettings):
    """A database to read from, where to listen, and whom to ask how it is."""

    console_services: Named = ""
    """Where each service answers /readyz and /metrics, for the page Now: "enricher=http://enricher:8000 sink=…"."""
    console_secret: Secret | None = None
    """Signs the cookies of the pages, 32 characters or more; the same for every console behind one address. When empty,
    who has signed in must do so again after a restart."""
    console_session_seconds: Seconds = 43_200.0
    """How long somebody stays signed in to the pages, in seconds."""
    console_streams: Annotated[int, Field(ge=0)] = 100
    """Most readers that may follow /v1/stream at once."""

    @property
    def service_addresses(self) -> dict[str, str]:
        """By name, in the order given."""
        return dict(part.rstrip("/").split("=", 1) for part in self.console_services.split())
