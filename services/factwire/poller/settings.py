"""What the poller is told by its environment."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, Field

from factwire.runtime.settings import Seconds
from factwire.runtime.web.addresses import Network
from factwire.storage.settings import DatabaseSettings
from factwire.streaming.settings import KafkaSettings


def _are_networks(written: str) -> str:
    for one in filter(None, map(str.strip, written.split(","))):
        ip_network(one)
    return written


class PollerSettings(KafkaSettings, DatabaseSettings):
    """How often, how much at once, and where it may go."""

    http_port: Annotated[int, Field(ge=0, le=65535)] = 9103
    """Where health, metrics and the hubs' calls arrive; 0 takes any free one."""
    poller_contact: str | None = None
    """An address or page for publishers who want to reach you; part of the User-Agent."""
    poller_visits: Annotated[int, Field(ge=1, le=200)] = 16
    """Most feeds visited at once, each on another host."""
    poller_first_pause: Seconds = 900.0
    """Seconds between the first two visits of a feed; from there it follows how often something is new."""
    poller_least_pause: Seconds = 120.0
    """Least seconds between two visits."""
    poller_most_pause: Seconds = 21_600.0
    """Most seconds between two visits that the poller chooses by itself; a publisher may ask for more."""
    poller_timeout: Seconds = 30.0
    """Seconds that one answer may take, from connecting to its last byte."""
    poller_lease: Seconds = 300.0
    """Seconds after which a feed whose poller has died is given to another."""
    poller_redirects: Annotated[int, Field(ge=0, le=20)] = 5
    """Most redirects that are followed; each is judged like the first address."""
    poller_max_feed_bytes: Annotated[int, Field(ge=1024, le=32 * 1024 * 1024)] = 10 * 1024 * 1024
    """Most bytes of a feed, unpacked."""
    poller_max_page_bytes: Annotated[int, Field(ge=1024, le=8 * 1024 * 1024)] = 4 * 1024 * 1024
    """Most bytes of an article's page, unpacked, for feeds added with --full."""
    poller_moved_after: Annotated[int, Field(ge=1)] = 3
    """Permanent redirects to the same place in a row until the feed's address is changed."""
    poller_robots: bool = True
    """Whether robots.txt is asked before a host's feeds and pages are."""
    poller_allowed_networks: Annotated[str, AfterValidator(_are_networks)] = ""
    """Private networks that may be visited all the same, with commas: 10.1.0.0/16,127.0.0.0/8"""
    poller_public_url: str | None = None
    """Where hubs can reach this poller, https://…; without it WebSub is not used."""

    @property
    def allowed_networks(self) -> tuple[Network, ...]:
        return tuple(ip_network(one) for one in filter(None, map(str.strip, self.poller_allowed_networks.split(","))))
