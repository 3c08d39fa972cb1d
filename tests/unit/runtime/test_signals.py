import os
import signal

import pytest

from factwire.runtime.signals import run_until_signal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_service_is_told_to_stop_and_may_finish(number):
    done = []

    async def service(stop):
        os.kill(os.getpid(), number)
        await stop.wait()
        done.append("drained")

    run_until_signal(service)
    assert done == ["drained"]


def test_fault_of_the_service_comes_out():
    async def service(stop):
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        run_until_signal(service)
