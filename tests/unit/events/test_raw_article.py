"""What a raw article must hold, and what it may leave out."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from factwire.events.raw_article import RawArticle


def test_the_least_is_an_id_and_a_body() -> None:
    article = RawArticle.model_validate({"article_id": "a", "body": "Rain fell."})
    assert (article.revision, article.status, article.body_format) == (1, "usable", "text")


@pytest.mark.parametrize("payload", [{}, {"body": " \n"}, {"title": "", "body": None}])
def test_a_usable_article_holds_text(payload: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="body or title must hold text"):
        RawArticle.model_validate({"article_id": "a", **payload})


def test_a_withdrawn_article_needs_no_text() -> None:
    assert RawArticle.model_validate({"article_id": "a", "status": "withdrawn"}).body is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("article_id", ""),
        ("article_id", "x" * 201),
        ("revision", 0),
        ("revision", 10**30),
        ("status", "gone"),
        ("body", 5),
    ],
)
def test_a_field_out_of_bounds_is_named(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as fault:
        RawArticle.model_validate({"article_id": "a", "body": "b", field: value})
    assert fault.value.errors()[0]["loc"][0] == field


def test_times_are_utc_whatever_zone_they_came_in() -> None:
    payload = {"article_id": "a", "body": "b", "published_at": "2024-04-12T23:00:00+05:30"}
    assert RawArticle.model_validate(payload).published_at == datetime(2024, 4, 12, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2017-07-28T00:00:00+05:30", date(2017, 7, 28)),  # still the 27th in UTC
        ("2017-07-28T23:30:00-08:00", date(2017, 7, 28)),  # already the 29th in UTC
        ("2017-07-28T12:00:00+05:30", None),
        ("2017-07-28T00:00:00Z", None),
        ("2017-07-28T00:00:00", None),
    ],
)
def test_the_day_at_the_outlet_is_kept_where_utc_has_another(written: str, day: date | None) -> None:
    assert RawArticle.model_validate({"article_id": "a", "body": "b", "published_at": written}).published_on == day


def test_a_given_day_at_the_outlet_stands() -> None:
    given = {"article_id": "a", "body": "b", "published_at": "2017-07-27T18:30:00Z", "published_on": "2017-07-28"}
    assert RawArticle.model_validate(given).published_on == date(2017, 7, 28)


def test_the_day_at_the_outlet_survives_the_wire() -> None:
    sent = RawArticle.model_validate({"article_id": "a", "body": "b", "published_at": "2017-07-28T00:00:00+05:30"})
    assert RawArticle.model_validate_json(sent.model_dump_json()).published_on == sent.published_on
