"""How a batch is split so that each round holds an article once, and order within an article is kept."""

from __future__ import annotations

from datetime import timedelta

from tests.support.events import NOON, enriched

from factwire.sink.rows import to_write
from factwire.storage.write import ArticleWrite, Change, Tombstone, rounds


def write(article: str, revision: int, *, event: str = "e", minute: int = 0, status: str = "usable") -> ArticleWrite:
    return to_write(enriched(article, revision, status=status), event_id=event, at=NOON + timedelta(minutes=minute))


def grave(article: str) -> Tombstone:
    return Tombstone(article, NOON)


def test_different_articles_share_a_round() -> None:
    changes: list[Change] = [write("a", 1), write("b", 1), grave("c")]
    assert rounds(changes) == [changes]


def test_of_revisions_in_a_row_the_highest_is_kept() -> None:
    low, high = write("a", 1), write("a", 2)
    assert rounds([low, high]) == [[high]]
    assert rounds([high, low]) == [[high]]


def test_the_same_event_twice_is_the_first() -> None:
    first, second = write("a", 1), write("a", 1, minute=5)
    assert rounds([first, second]) == [[first]]


def test_a_later_enrichment_wins_over_an_earlier_one() -> None:
    old, new = write("a", 1, event="old"), write("a", 1, event="new", minute=5)
    assert rounds([old, new]) == [[new]]
    assert rounds([new, old]) == [[new]]


def test_a_withdrawal_wins_over_its_own_revision() -> None:
    live, gone = write("a", 1), write("a", 1, status="withdrawn")
    assert rounds([live, gone]) == [[gone]]
    assert rounds([gone, live]) == [[gone]]


def test_a_tombstone_starts_a_new_round() -> None:
    first, last = write("a", 1), write("a", 2)
    assert rounds([first, grave("a"), last]) == [[first], [grave("a")], [last]]
