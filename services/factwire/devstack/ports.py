"""Ports: the usual ones where they are free, others where not."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import closing

LOOPBACK = "127.0.0.1"


def choose(usual: Mapping[str, int]) -> dict[str, int]:
    """For each name its usual port, or a free one if somebody listens there."""
    return {name: port if is_free(port) else free_port() for name, port in usual.items()}


def is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
