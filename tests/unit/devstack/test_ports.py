"""Which ports a stack takes."""

from __future__ import annotations

import socket
from contextlib import closing

from factwire.devstack.ports import LOOPBACK, choose, free_port, is_free


def test_usual_port_is_taken_when_free() -> None:
    port = free_port()
    assert choose({"broker": port}) == {"broker": port}


def test_other_port_is_taken_when_somebody_listens() -> None:
    with closing(socket.socket()) as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        taken = listener.getsockname()[1]
        assert not is_free(taken)
        assert choose({"broker": taken})["broker"] != taken
