"""`python -m factwire.devstack.broker --data-dir DIR [--host H] [--port P]`: the development broker as a process.

Prints its address on stdout when it can be reached; SIGTERM and SIGINT stop it in order.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from factwire.devstack.broker.server import Broker
from factwire.devstack.broker.state import Options
from factwire.errors import FactwireError


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="factwire.devstack.broker", description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    return Options(asked.data_dir, asked.host, asked.port)


async def _run(options: Options) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with Broker(options) as broker:
        sys.stdout.write(f"{broker.address}\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    try:
        asyncio.run(_run(_options()))
    except FactwireError as fault:
        sys.stderr.write(f"{fault}\n")
        return fault.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
