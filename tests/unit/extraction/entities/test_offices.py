"""An office without a name means whoever held it on the day of publication."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article, Document
from factwire.extraction.pipeline import Pipeline, build_pipeline
from factwire.kb.catalogue import Catalogue

CASES: Final = tomllib.loads((Path(__file__).parents[3] / "corpora/entities/offices.toml").read_text("utf-8"))["case"]
DATED: Final = [
    pytest.param(case["text"], day, held, id=f"{case['name']} {day}")
    for case in CASES
    for day, held in case["held"].items()
]
PIECES: Final = [
    "The US president",
    "president of",
    "Brazil",
    "'s",
    ",",
    " ",
    "said",
    "he",
    "\u2019s",
    "of",
    "the",
    "1996",
    "\n",
]


@pytest.fixture(scope="module")
def pipeline(catalogue: Catalogue) -> Pipeline:
    return build_pipeline(load_lexicons(), catalogue)


def read(pipeline: Pipeline, body: str, day: str) -> Document:
    return pipeline(Article(body=body, language="en", published_at=datetime.fromisoformat(day).replace(tzinfo=UTC)))


def mentions(document: Document, form: str) -> list[tuple[str, str]]:
    found = ((e, m) for e in document.entities for m in e.mentions if m.form == form)
    return [(m.span.of(document.text), e.entity_id) for e, m in sorted(found, key=lambda row: row[1].span)]


@pytest.mark.parametrize(("text", "day", "held"), DATED)
def test_office_at_a_date(pipeline: Pipeline, text: str, day: str, held: list[str]) -> None:
    assert mentions(read(pipeline, text, day), "title") == ([tuple(held)] if held else [])


def test_office_without_a_day_of_publication_is_nobody(pipeline: Pipeline) -> None:
    document = pipeline(Article(body="The US president met farmers in Ohio.", language="en"))
    assert mentions(document, "title") == []


def test_who_took_over_on_the_day_holds_the_office(catalogue: Catalogue) -> None:
    holder = catalogue.holder("president", "Q30", date(2021, 1, 20))
    assert holder is not None
    assert holder.name == "Joe Biden"


def test_office_that_speaks_is_the_speaker_of_the_claim(pipeline: Pipeline) -> None:
    document = read(pipeline, "The US president said unemployment fell to 4%.", "2023-06-01")
    (claim,) = document.claims
    assert claim.attribution is not None
    assert claim.attribution.speaker.entity_id == "Q6279"


def test_office_holder_who_is_named_too_is_one_entity(pipeline: Pipeline) -> None:
    document = read(pipeline, "The US president left. Aides of Joe Biden stayed.", "2023-06-01")
    (biden,) = (e for e in document.entities if e.entity_id == "Q6279")
    assert [m.form for m in biden.mentions] == ["title", "name"]


def test_pronoun_that_speaks_is_the_last_to_speak(pipeline: Pipeline) -> None:
    document = read(pipeline, "Janet Yellen said growth was 2%. She added that 300 firms had closed.", "2023-06-01")
    assert mentions(document, "pronoun") == [("She", "Q263725")]


def test_pronoun_of_the_other_gender_is_left_alone(pipeline: Pipeline) -> None:
    document = read(pipeline, "Janet Yellen said growth was 2%. He added that 300 firms had closed.", "2023-06-01")
    assert mentions(document, "pronoun") == []


def test_pronoun_that_does_not_speak_is_no_mention(pipeline: Pipeline) -> None:
    document = read(pipeline, "Janet Yellen said growth was 2%. Then she left by train.", "2023-06-01")
    assert mentions(document, "pronoun") == []


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).map(" ".join))
def test_mentions_of_any_text_never_overlap_and_an_id_is_one_entity(pipeline: Pipeline, text: str) -> None:
    document = read(pipeline, text, "2023-06-01")
    spans = sorted(m.span for e in document.entities for m in e.mentions)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    ids = [e.entity_id for e in document.entities]
    assert len(ids) == len(set(ids))
