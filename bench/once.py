"""``once.py COMMAND …`` runs it to its end and prints its seconds, CPU seconds and peak MB as JSON.

A process of its own and small, because Linux counts what the parent held at the fork as the child's.
"""

import json
import os
import subprocess
import sys
from time import perf_counter


def main(command: list[str]) -> int:
    began = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    print(json.dumps([seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
