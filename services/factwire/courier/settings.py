"""Settings of the courier."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from factwire.runtime.settings import Seconds, ServiceSettings
from factwire.storage.settings import DatabaseSettings


class CourierSettings(ServiceSettings, DatabaseSettings):
    """The database, and how patient a call is."""

    http_port: Annotated[int, Field(ge=0, le=65535)] = 9104
    """Where health and metrics listen; 0 takes any free one."""
    courier_timeout: Seconds = 15.0
    """Seconds that one call may take."""
    courier_attempts: Annotated[int, Field(ge=1, le=50)] = 10
    """Calls of one delivery until it is given up and kept as dead."""
    courier_first_pause: Seconds = 5.0
    """Seconds until the second call; each pause is four times the one before, up to twelve hours, spread a little."""
    courier_calls: Annotated[int, Field(ge=1, le=500)] = 20
    """Most calls at once."""
    courier_private_addresses: bool = False
    """Whether webhooks inside your own network may be called; otherwise private and local addresses are refused."""
