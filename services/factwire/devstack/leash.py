"""Runs a module as a program that ends when its parent does, even if the parent was killed with -9.

    python -m factwire.devstack.leash factwire.devstack.broker --data-dir ...

The parent holds the other end of our stdin and never writes: when that end closes, the parent is gone, and the program
gets SIGTERM, so that it stops in order; a while later SIGKILL.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time
from typing import Final

GRACE: Final = 20.0
"""Seconds between the two signals: longer than any service needs to finish what it has in hand."""

_STDIN: Final = 0


def hold(stdin: int = _STDIN, grace: float = GRACE) -> None:
    """Starts to watch the parent's end of ``stdin``."""
    threading.Thread(target=_follow_parent, args=(stdin, grace), name="leash", daemon=True).start()


def _follow_parent(stdin: int, grace: float) -> None:
    while os.read(stdin, 4096):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    hold()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
