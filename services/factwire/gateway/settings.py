"""What the gateway is told by its environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from factwire.runtime.settings import AccessSettings, Seconds
from factwire.streaming.settings import KafkaSettings


class GatewaySettings(KafkaSettings, AccessSettings):
    """Limits on what is taken in at once, and where it waits while the broker is away."""

    gateway_max_body_bytes: Annotated[int, Field(ge=1024)] = 8 * 1024 * 1024
    """Most bytes of one request, decompressed; of one line where there is one article a line: such bodies never end."""
    gateway_max_article_bytes: Annotated[int, Field(ge=1024, le=2 * 1024 * 1024)] = 1024 * 1024
    """Most bytes of one article as a record; enriched it is some three times as large, and must fit its topic too."""
    gateway_max_html_bytes: Annotated[int, Field(ge=1024, le=3 * 1024 * 1024)] = 3 * 1024 * 1024
    """The same for a page (body_format html): enriched, only its text is left, and a topic takes 4 MiB."""
    gateway_in_flight_bytes: Annotated[int, Field(ge=1024 * 1024)] = 64 * 1024 * 1024
    """Most bytes of bodies in hand at once; above it callers are asked to come again (503)."""
    gateway_acknowledgement: Seconds = 10.0
    """Seconds to wait for the broker's word; then what it was about goes to the spool."""
    gateway_spool_dir: Path = Path(".factwire/gateway")
    """A folder of this gateway's own, on a disk that outlives it: its spool, and answers kept for Idempotency-Key."""
    gateway_spool_bytes: Annotated[int, Field(ge=0)] = 1024 * 1024 * 1024
    """Most bytes kept on the disk while the broker is away; 0: none, callers are answered 503."""
