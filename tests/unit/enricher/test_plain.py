"""What a page fills in, what it may not, and what is said of dates."""

from datetime import UTC, datetime, timedelta

import pytest

from factwire.enricher.plain import date_warnings, to_plain_text
from factwire.events.raw_article import RawArticle

WORDS = "<p>The council voted on Monday to widen the harbour road, which carries more than 9,000 lorries a day.</p>"
MORE = "".join(
    f"<p>Of the {n} members who spoke, {n + 1} asked what the road in part {n} would cost.</p>" for n in range(9)
)
NOON = datetime(2024, 5, 10, 12, tzinfo=UTC)


def page(head: str = "", **fields: object) -> RawArticle:
    body = f"<html lang='en'><head>{head}</head><body><article><h1>Harbour road</h1>{MORE}</article></body></html>"
    return RawArticle.model_validate({"article_id": "a", "body": body, "body_format": "html", **fields})


def dated(written: str) -> str:
    return f'<meta property="article:published_time" content="{written}">'


def test_plain_text_is_left_alone() -> None:
    raw = RawArticle.model_validate({"article_id": "a", "body": "<p>One.</p>"})
    assert to_plain_text(raw) is raw


def test_a_date_after_its_receipt_is_none_the_page_can_have() -> None:
    raw = page(dated("2031-01-01T00:00:00Z"), received_at=NOON)
    assert to_plain_text(raw).published_at is None
    assert to_plain_text(page(dated("2024-05-10T08:00:00Z"), received_at=NOON)).published_at is not None


def test_a_zone_that_was_assumed_is_a_warning() -> None:
    plain = to_plain_text(page(dated("2024-05-10T08:00:00")))
    assert plain.published_at == datetime(2024, 5, 10, 8, tzinfo=UTC)
    assert list(date_warnings(plain)) == ["published_at was given without a time zone, read as UTC"]
    assert not list(date_warnings(to_plain_text(page(dated("2024-05-10T08:00:00Z")))))


@pytest.mark.parametrize(("days", "warned"), [(3, True), (0, False)])
def test_an_article_from_the_future_keeps_its_date_and_says_so(days: int, warned: bool) -> None:
    raw = RawArticle.model_validate(
        {"article_id": "a", "body": "b", "published_at": NOON + timedelta(days=days), "received_at": NOON}
    )
    assert bool(list(date_warnings(raw))) is warned


def test_the_text_tells_its_language_where_there_is_enough_of_it() -> None:
    assert to_plain_text(page()).language is None
    assert to_plain_text(page(language="nb")).language == "nb"
    short = f"<html lang='nb'><body><article>{WORDS}</article></body></html>"
    assert to_plain_text(page().model_copy(update={"body": short})).language == "nb"
