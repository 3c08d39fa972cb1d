"""What a long run tells on the way: a line with the time, to standard error."""

from __future__ import annotations

import sys
import time


def say(line: str) -> None:
    print(f"bench {time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)
