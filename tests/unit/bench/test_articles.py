"""Stories to measure on: as long as said, each another one, the same for the same name."""

from bench.articles import STORY_BYTES, distinct, samples

from factwire.enricher.recognition import ALIKE
from factwire.extraction.text.fingerprints import fingerprint, similarity


def test_every_story_has_its_sample_and_its_length() -> None:
    told = list(distinct(len(samples()), "run"))
    assert all(len(story["body"].encode()) >= STORY_BYTES for story in told)
    assert all(story["body"].startswith(sample["body"]) for story, sample in zip(told, samples(), strict=True))


def test_no_story_is_a_duplicate_of_another_not_even_of_the_same_sample() -> None:
    count = len(samples())
    told = [fingerprint(story["body"]) for story in distinct(count + 1, "run")]
    assert similarity(told[0], told[count]) < ALIKE
    assert similarity(told[0], told[1]) < ALIKE


def test_the_same_name_makes_the_same_stories_and_another_other_ones() -> None:
    assert list(distinct(3, "a")) == list(distinct(3, "a"))
    assert [s["body"] for s in distinct(3, "a")] != [s["body"] for s in distinct(3, "b")]
