"""``factwire courier``: calls webhooks."""

from __future__ import annotations

from factwire.cli.configuration import configure
from factwire.courier.app import run
from factwire.courier.settings import CourierSettings


def courier() -> None:
    """Run the courier: webhooks are called about every article that changes.

    Example:  factwire webhooks add https://example.org/hook && factwire courier
    """
    run(configure(CourierSettings))
