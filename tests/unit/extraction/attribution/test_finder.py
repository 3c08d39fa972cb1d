"""Which words of a sentence are cues, and what each of several speakers says."""

from __future__ import annotations

from collections.abc import Callable

from factwire.extraction.attribution.cues import CuedSentence
from factwire.extraction.attribution.finder import find_cues, headline_cue

Cued = Callable[[str], CuedSentence]


def _told(text: str, cued: Cued) -> list[tuple[str, str]]:
    """Who says what, without the marks and spaces around it."""
    return [(cue.phrase.of(text), cue.content.of(text).strip(" ,.")) for cue in find_cues(cued(text))]


def test_what_one_speaker_says_ends_where_the_next_is_named(cued: Cued) -> None:
    text = "Police said 12 boats sank and doctors said 40 people drowned."
    assert _told(text, cued) == [("Police", "12 boats sank and"), ("doctors", "40 people drowned")]


def test_a_second_source_has_its_clause_only(cued: Cued) -> None:
    text = "Police said two boats sank and 12 sailors, according to doctors, were badly hurt."
    assert ("doctors", "12 sailors, according to doctors, were badly hurt") in _told(text, cued)


def test_a_participle_has_the_speaker_before_it(cued: Cued) -> None:
    text = "The river fell by 3 metres, the mayor said, adding that 40 homes were dry."
    assert [named for named, _ in _told(text, cued)] == ["the mayor", "the mayor"]


def test_those_who_are_quoted_speak_and_not_those_who_quote(cued: Cued) -> None:
    text = "The paper quoted harbour sources as saying 12 boats sank."
    assert _told(text, cued) == [("harbour sources", "12 boats sank")]


def test_a_headline_is_said_by_the_name_behind_its_colon(cued: Cued) -> None:
    text = "Nearly 900 bridges are unsafe: Transport Minister"
    sentence = cued(text)
    cue = headline_cue(sentence.words, sentence.grammar)
    assert cue is not None
    assert (cue.phrase.of(text), cue.content.of(text)) == ("Transport Minister", "Nearly 900 bridges are unsafe")


def test_a_headline_without_a_name_behind_its_colon_is_said_by_nobody(cued: Cued) -> None:
    sentence = cued("Nearly 900 bridges are unsafe: what we know")
    assert headline_cue(sentence.words, sentence.grammar) is None
