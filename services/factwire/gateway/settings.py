"""What the gateway is told by its environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from factwire.runtime.settings import AccessSettings
from factwire.streaming.settings import KafkaSettings


class GatewaySettings(KafkaSettings, AccessSettings):
    """Limits on what is taken in at once."""

    gateway_max_body_bytes: Annotated[int, Field(ge=1024)] = 8 * 1024 * 1024
    """Most bytes of one request."""
    gateway_max_article_bytes: Annotated[int, Field(ge=1024, le=2 * 1024 * 1024)] = 1024 * 1024
    """Most bytes of one article as a record; enriched it is some three times as large, and must fit its topic too."""
