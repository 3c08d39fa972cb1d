"""Settings of the sink."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from factwire.storage.settings import DatabaseSettings
from factwire.streaming.settings import ConsumerSettings


class SinkSettings(ConsumerSettings, DatabaseSettings):
    """Kafka, the database, and what comes between."""

    http_port: Annotated[int, Field(ge=0, le=65535)] = 9102
    """Where health and metrics listen; 0 takes any free one."""
    publish_latest: bool = True
    """Whether winners go on to the compacted topic through the outbox."""
    changes_kept_days: Annotated[int, Field(ge=1, le=365)] = 7
    """Days that the change log goes back: how long a reader of the stream may be away and miss nothing."""
