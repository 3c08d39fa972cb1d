"""``factwire gateway``: the service that producers push articles to."""

from __future__ import annotations

from functools import partial

from factwire.cli.configuration import configure
from factwire.gateway.app import run_gateway
from factwire.gateway.settings import GatewaySettings
from factwire.runtime.service import run_process
from factwire.runtime.settings import environment, variable
from factwire.storage.keys import DatabaseKeys
from factwire.storage.settings import DatabaseSettings


def gateway() -> None:
    """Run the gateway: producers push articles here, and it writes them to the raw topic.

    With FACTWIRE_DATABASE_URL set, it asks for a key once there is one (factwire keys create).

    Example:  FACTWIRE_KAFKA_BOOTSTRAP_SERVERS=localhost:29092 FACTWIRE_HTTP_PORT=8080 factwire gateway
    """
    settings = configure(GatewaySettings)
    run_process("gateway", settings, partial(run_gateway, settings, keys=_keys()))


def _keys() -> DatabaseKeys | None:
    """The gateway runs without a database; then there are no keys."""
    return DatabaseKeys(configure(DatabaseSettings)) if environment().get(variable("database_url")) else None
