import httpx
import pytest
from tests.support.consoles import answering_services

from factwire.console.watch import AWAY, NOT_READY, READY, Watch, board, median
from factwire.runtime.metrics import exposition


async def test_each_service_is_told_of_as_it_tells_itself():
    seen = await answering_services().look()
    assert [(one.name, one.state) for one in seen.services] == [
        ("gateway", AWAY),
        ("enricher", READY),
        ("sink", NOT_READY),
    ]
    assert (seen.lag, seen.oldest_seconds, seen.end_to_end_seconds, seen.dead) == (12, 3.5, 0.5, {"schema": 2})


def test_without_services_nothing_is_claimed():
    seen = board(())
    assert (seen.lag, seen.oldest_seconds, seen.end_to_end_seconds, seen.dead) == (None, None, None, None)


@pytest.mark.parametrize("body", ["", "[]", "{}", "<html>", '{"unready": 3}'])
async def test_something_else_on_the_port_is_away(body):
    transport = httpx.MockTransport(lambda request: httpx.Response(503, text=body))
    seen = await Watch({"sink": "http://sink"}, lambda: 0.0, transport).look()
    assert seen.services[0].state == AWAY


async def test_our_own_metrics_can_be_read():
    def answer(request):
        return httpx.Response(200, content=exposition()[0] if request.url.path == "/metrics" else b'{"unready": {}}')

    seen = await Watch({"console": "http://console"}, lambda: 0.0, httpx.MockTransport(answer)).look()
    assert seen.services[0].state == READY


async def test_many_who_look_at_once_ask_once():
    asked = []

    def answer(request):
        asked.append(request.url.path)
        return httpx.Response(200, json={"unready": {}})

    clock = iter([0.0, 0.5, 2.0, 2.0, 2.0])
    watch = Watch({"sink": "http://sink"}, lambda: next(clock), httpx.MockTransport(answer))
    await watch.look()
    await watch.look()
    assert len(asked) == 2
    await watch.look()
    assert len(asked) == 4


def test_median_of_an_empty_histogram_is_unknown():
    assert median([], "factwire_end_to_end_seconds") is None
