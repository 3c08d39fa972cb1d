"""Free ports, for containers and services that must know theirs before they listen or keep it when they start again."""

from __future__ import annotations

import random
import socket
from itertools import islice

BELOW_THOSE_OF_CLIENTS = range(20_000, 32_000)
"""None of these goes to a connection that a test beside is opening: the kernel takes those from 32,768 on."""


def free_port() -> int:
    [port] = free_ports(1)
    return port


def free_ports(count: int) -> list[int]:
    """Different ones, on which nobody listens now."""
    candidates = random.SystemRandom().sample(BELOW_THOSE_OF_CLIENTS, len(BELOW_THOSE_OF_CLIENTS))
    return list(islice(filter(_is_free, candidates), count))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
