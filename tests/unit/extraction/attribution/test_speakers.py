"""Who is said to say what."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factwire.extraction.model import Attribution, Document, Entity, Mention, Span

CORPUS = tomllib.loads((Path(__file__).parents[3] / "corpora/attribution/speech.toml").read_text("utf-8"))
WORDS = sorted(
    {word for case in CORPUS["case"] for word in case["text"].split()} | {"\n", "“", "”", "'", "[", "(", ")"}
)


@pytest.mark.parametrize("case", CORPUS["case"], ids=[case["text"] for case in CORPUS["case"]])
def test_voices_of_the_corpus(case: dict[str, Any], hear: Callable[..., Document]) -> None:
    document = hear(case["text"])
    assert len(document.attributions) == len(case["voices"])
    for attribution, voice in zip(document.attributions, case["voices"], strict=True):
        assert _told(document, attribution, voice) == voice


def _told(document: Document, attribution: Attribution, voice: dict[str, Any]) -> dict[str, Any]:
    """The voice as the corpus writes it; "says" and "silent_on" come back if they hold."""
    content = " ".join(span.of(document.text) for span in attribution.content)
    told = {"speaker": attribution.speaker.name, "mode": attribution.mode, "rule": attribution.rule}
    told["says"] = voice["says"] if voice["says"] in content else content
    told["silent_on"] = voice.get("silent_on", "") if voice.get("silent_on", "-") not in content else content
    return {key: told[key] for key in voice}


@pytest.mark.parametrize("text", CORPUS["silent"]["texts"])
def test_nobody_speaks_where_a_cue_is_no_cue(text: str, hear: Callable[..., Document]) -> None:
    assert hear(text).attributions == ()


def test_a_speaker_has_the_name_and_id_of_the_person_in_the_phrase(hear: Callable[..., Document]) -> None:
    text = "Finance chief Berg said sales fell. She said 200 jobs were at risk."
    document = hear(text, (_entity("Q1", "person", "Anna Berg", text, "Berg"),))
    assert [(a.speaker.name, a.speaker.entity_id) for a in document.attributions] == [("Anna Berg", "Q1")] * 2


def test_a_country_before_a_noun_is_not_the_speaker(hear: Callable[..., Document]) -> None:
    text = "French officials said 12 ships sank."
    document = hear(text, (_entity("Q142", "place", "France", text, "French"),))
    assert [(a.speaker.name, a.speaker.entity_id) for a in document.attributions] == [("French officials", None)]


def test_a_firm_is_called_by_what_it_does(hear: Callable[..., Document]) -> None:
    text = "Norvik met lenders. Larkfield lost money. The Danish miner said 12 pits were shut."
    bodies = tuple(_entity(name, "organization", name, text, name) for name in ("Norvik", "Larkfield"))
    assert [a.speaker.name for a in hear(text, bodies).attributions] == ["Larkfield"]


def test_a_person_is_called_by_the_office_told_before(hear: Callable[..., Document]) -> None:
    text = "Anna Berg, the mayor of Leeds, met Ola Dahl. The mayor said 12 shops had shut."
    people = tuple(_entity(name, "person", name, text, name) for name in ("Anna Berg", "Ola Dahl"))
    assert [a.speaker.name for a in hear(text, people).attributions] == ["Anna Berg"]


def test_he_is_the_subject_of_the_sentence_before_where_nobody_spoke(hear: Callable[..., Document]) -> None:
    text = "Ola Dahl said 12 shops had shut. The market was quiet. Erik Lund was born there. He said 3 were his."
    people = tuple(_entity(name, "person", name, text, name) for name in ("Ola Dahl", "Erik Lund"))
    assert [a.speaker.name for a in hear(text, people).attributions] == ["Ola Dahl", "Erik Lund"]


def test_a_quotation_goes_on_over_paragraphs(hear: Callable[..., Document]) -> None:
    document = hear('"We lost 12 ships.\n\n"We lost 40 men," Admiral Holt said.')
    direct = [a for a in document.attributions if a.mode == "direct"]
    assert [a.speaker.name for a in direct] == ["Admiral Holt", "Admiral Holt"]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join), st.text(max_size=200)))
def test_whatever_the_text_offsets_hold(hear: Callable[..., Document], text: str) -> None:
    document = hear(text)
    for attribution in document.attributions:
        for span in (attribution.cue, attribution.speaker.span, *attribution.content):
            assert 0 <= span.start < span.end <= len(document.text)
        assert attribution.speaker.name


def _entity(entity_id: str, kind: Any, name: str, text: str, surface: str) -> Entity:
    start = text.index(surface)
    mention = Mention(Span(start, start + len(surface)), "surname", 0.9, "test")
    return Entity(entity_id, kind, None, name, 0.9, 0.5, (mention,))
