from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.support.records import record

from factwire.events.raw_article import RawArticle
from factwire.operations.reprocess import Pace, Selection, body_of, to_record

AT = datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (Selection(), True),
        (Selection(article="a-1"), True),
        (Selection(article="a-2"), False),
        (Selection(source="example.org"), True),
        (Selection(source="other.org"), False),
        (Selection(since=AT), True),
        (Selection(until=AT), False),
    ],
)
def test_articles_are_chosen_by_id_source_and_time(selection: Selection, taken: bool) -> None:
    assert selection.takes(record({"article_id": "a-1", "source": {"id": "example.org"}})) is taken


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"{}", b'{"source":null}'])
def test_what_cannot_be_read_is_of_no_source(value: bytes) -> None:
    assert not Selection(source="example.org").takes(record(value))


@pytest.mark.parametrize(
    ("title", "summary", "body"),
    [(None, None, "Body."), ("Title", None, "Body."), ("Title", "Summary.", "Body."), ("Title", None, "Title")],
)
def test_the_body_is_what_title_and_summary_leave(title: str | None, summary: str | None, body: str) -> None:
    text = "\n\n".join(part for part in (title, summary, body) if part)
    assert body_of({"text": text, "title": title, "summary": summary}) == body


def test_a_stored_article_gives_its_raw_record_again() -> None:
    stored: dict[str, Any] = {
        "article_id": "a-1", "revision": 3, "status": "usable", "title": "T", "summary": None, "text": "T\n\nBody.",
        "source_id": "example.org", "source_name": "Example", "source_country": "AU", "published_at": AT,
        "language": "en", "authors": ["A"], "extra": {"seq": 1}, "rights": None, "url": None,
    }  # fmt: skip
    raw = RawArticle.model_validate_json(to_record(stored).value or b"")
    assert (raw.article_id, raw.revision, raw.body, raw.published_at) == ("a-1", 3, "Body.", AT)
    assert raw.source is not None
    assert raw.source.country == "AU"


async def test_the_pace_is_kept_over_the_whole_run() -> None:
    now, slept = 0.0, []

    async def pause(seconds: float) -> None:
        slept.append(seconds)

    pace = Pace(10, clock=lambda: now, pause=pause)
    await pace.wait(20)
    now = 5.0
    await pace.wait(20)
    assert slept == [2.0]


async def test_no_pace_is_no_wait() -> None:
    async def pause(_: float) -> None:
        raise AssertionError("paused")

    await Pace(None, pause=pause).wait(1000)
