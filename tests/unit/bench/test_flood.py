"""Ratios are made of what ran; contenders keep their shape at any size."""

from bench.flood import RATIOS
from bench.streams import Run, Runs, contenders


def test_every_ratio_is_between_two_contenders_of_the_table() -> None:
    names = {contender.name for contender in contenders("names.json")}
    assert {name for pair in RATIOS.values() for name in pair} <= names


def test_a_contender_that_failed_is_told_and_has_no_ratio() -> None:
    mine, theirs = RATIOS["no enrichment: to Quix Streams"]
    runs = Runs()
    runs.add(mine, lambda: Run(600.0, 3.0, 4.0))
    runs.add(theirs, lambda: Run(1200.0, 0.5, 0.5))
    runs.add("FastStream + ORM, no enrichment", lambda: never("no rows\nand a log"))
    assert runs.ratios(RATIOS) == {"no enrichment: to Quix Streams": 0.5}
    assert runs.failed == ["FastStream + ORM, no enrichment: no rows"]


def never(why: str) -> Run:
    raise TimeoutError(why)


def test_a_small_size_keeps_some_articles_and_a_large_one_no_longer_warm_up() -> None:
    for contender in contenders("names.json"):
        assert contender.sized(0.001).articles > 0
        assert contender.sized(10).warm_up == contender.warm_up


def test_no_two_contenders_share_a_topic_of_a_peer() -> None:
    topics = [contender.topic for contender in contenders("names.json") if "factwire" not in contender.name]
    assert len(set(topics)) == len(topics)
