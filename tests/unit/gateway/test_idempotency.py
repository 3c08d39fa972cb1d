import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from factwire.gateway.idempotency import Answer, Answers, key_of
from factwire.runtime.web.problems import Problem


async def body(content: bytes) -> AsyncIterator[bytes]:
    yield content


class Worker:
    """Answers with how often it was called."""

    def __init__(self) -> None:
        self.calls = 0
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def __call__(self, stream: AsyncIterator[bytes]) -> Answer:
        self.calls += 1
        self.begun.set()
        async for _ in stream:
            await self.go_on.wait()
        return Answer(202, "application/json", b"%d" % self.calls)


@pytest.fixture
def answers_in() -> Iterator[Callable[..., Answers]]:
    """Opens the answers of a folder, and closes them at the end."""
    opened: list[Answers] = []

    def open_them(folder: Path, now: Callable[[], float] = lambda: 0.0) -> Answers:
        opened.append(Answers(folder / "a.sqlite", now))
        return opened[-1]

    yield open_them
    for answers in opened:
        answers.close()


@pytest.fixture
def worker() -> Worker:
    return Worker()


async def test_the_same_request_again_gets_the_same_answer_also_from_a_new_process(answers_in, tmp_path, worker):
    answers = answers_in(tmp_path)
    first = await answers.once("k", body(b"x"), worker)
    assert await answers.once("k", body(b"x"), worker) == first
    answers.close()
    assert await answers_in(tmp_path, lambda: 10.0).once("k", body(b"x"), worker) == first
    assert worker.calls == 1


async def test_another_body_under_the_same_key_is_refused(answers_in, tmp_path, worker):
    answers = answers_in(tmp_path)
    await answers.once("k", body(b"x"), worker)
    with pytest.raises(Problem) as refused:
        await answers.once("k", body(b"y"), worker)
    assert (refused.value.type.status, worker.calls) == (422, 1)


async def test_while_the_first_runs_the_second_is_told_to_wait(answers_in, tmp_path, worker):
    answers = answers_in(tmp_path)
    worker.go_on.clear()
    first = asyncio.create_task(answers.once("k", body(b"x"), worker))
    async with asyncio.timeout(5):
        await worker.begun.wait()
    with pytest.raises(Problem) as refused:
        await answers.once("k", body(b"x"), worker)
    assert (refused.value.type.status, "retry-after" in refused.value.headers) == (409, True)
    worker.go_on.set()
    assert (await first).status == 202


async def test_a_failure_is_not_kept(answers_in, tmp_path, worker):
    answers = answers_in(tmp_path)

    async def fails(stream: AsyncIterator[bytes]) -> Answer:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await answers.once("k", body(b"x"), fails)
    assert (await answers.once("k", body(b"other"), worker)).body == b"1"


async def test_after_a_day_the_key_is_new(answers_in, tmp_path, worker):
    now = [0.0]
    answers = answers_in(tmp_path, lambda: now[0])
    await answers.once("k", body(b"x"), worker)
    now[0] = 24 * 3600 + 1
    assert (await answers.once("k", body(b"y"), worker)).body == b"2"


def test_a_key_is_quoted_or_bare_and_printable():
    assert key_of('"abc"', "me") == key_of("abc", "me") != key_of("abc", "you")
    for wrong in ("", '""', "x" * 256, "ü", "a\tb"):
        with pytest.raises(Problem, match="characters"):
            key_of(wrong, "me")
