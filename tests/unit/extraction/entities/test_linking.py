"""What is named in a text, and which entity each name means."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.growth import grows_with_its_input

from factwire.extraction.model import Document, Entity, Mention

CASES = tomllib.loads((Path(__file__).parents[3] / "corpora/entities/mentions.toml").read_text("utf-8"))["case"]


def in_order(document: Document) -> list[tuple[Entity, Mention]]:
    found = [(entity, mention) for entity in document.entities for mention in entity.mentions]
    return sorted(found, key=lambda pair: pair[1].span)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_corpus(case: dict[str, Any], link: Any) -> None:
    document = link(case["text"])
    found = in_order(document)
    at = 0
    matched: list[Entity] = []
    for words, wanted, *rest in case.get("mentions", ()):
        entity, mention = next((e, m) for e, m in found if m.span.of(document.text) == words and m.span.start >= at)
        assert wanted_is(wanted, entity, matched), (words, entity.entity_id, entity.type)
        assert rest[:1] in ([], [mention.form])
        assert rest[1:] in ([], [mention.via])
        at = mention.span.end
        matched.append(entity)


def wanted_is(wanted: str, entity: Entity, before: list[Entity]) -> bool:
    """An id, a type with an unknown id, or "=n": the same entity as mention n."""
    if wanted.startswith("="):
        return entity is before[int(wanted[1:])]
    if wanted[0] == "Q" or wanted.startswith("geonames:"):
        return entity.entity_id == wanted
    return entity.type == wanted and entity.entity_id.startswith("nil:")


@pytest.mark.parametrize("case", [c for c in CASES if "nothing" in c], ids=lambda case: case["name"])
def test_words_that_are_no_names(case: dict[str, Any], link: Any) -> None:
    document = link(case["text"])
    words = {word for _, mention in in_order(document) for word in mention.span.of(document.text).split()}
    assert not words & set(case["nothing"])


def test_unknown_entity_has_the_same_id_in_every_article(link: Any) -> None:
    first = link("Orla Brannigan, a baker, spoke to reporters on Friday.")
    second = link("The prize went to Orla Brannigan, who was not there.")
    assert {e.entity_id for e in first.entities} & {e.entity_id for e in second.entities}


def test_unknown_namesakes_of_another_type_are_told_apart(link: Any) -> None:
    person = link("Orla Veldmark, a baker, spoke.").entities[0]
    company = link("Veldmark & Sons Ltd rose 3 percent.").entities[0]
    assert person.entity_id != company.entity_id


@pytest.mark.parametrize(("published", "who"), [("1987-03-03", "Q9960"), ("2024-04-12", None)])
def test_title_and_day_say_who_is_meant_by_a_family_name(published: str, who: str | None, link: Any) -> None:
    found = [e.entity_id for e in link("President Reagan nominated a judge.", published=published).entities]
    assert (who in found) if who else not any(entity_id.startswith("Q") for entity_id in found)


def test_deputy_is_not_called_by_the_office_above(link: Any) -> None:
    found = link("Deputy Prime Minister Sunak spoke.", published="2023-04-12").entities
    assert all(entity.confidence < 0.9 for entity in found)


def test_one_entity_has_one_id_in_an_article(link: Any) -> None:
    document = link("Chad Brix met Chad officials. Chad said so. Jordan and Amman agreed; Jordan left.")
    ids = [entity.entity_id for entity in document.entities]
    assert len(ids) == len(set(ids))


def test_boilerplate_is_kept_and_does_not_count(link: Any) -> None:
    body = (
        "China raised its tariffs.\n\nThe move followed talks.\n\n"
        "(Except for the headline, this story has not been edited by NDTV staff "
        "and is published from a syndicated feed.)"
    )
    found = {entity.name: entity for entity in link(body).entities}
    assert found["China"].salience > 0
    assert found["NDTV"].salience == 0


def test_title_and_repetition_raise_salience(link: Any) -> None:
    body = "France met Italy on Monday. France spoke first. France left early."
    found = {entity.name: entity.salience for entity in link(body, title="What France wants").entities}
    assert found["France"] > found["Italy"]


@settings(deadline=None, max_examples=150)
@given(body=st.text(min_size=1, max_size=400))
def test_any_text_is_taken(body: str, link: Any) -> None:
    if not body.strip():
        return
    check_spans(link(body))


WORDS = st.sampled_from(
    [
        "China",
        "Beijing",
        "said",
        "the",
        "US-led",
        "of",
        "(AFP)",
        "-",
        "Mr.",
        "Smith's",
        "and",
        "President",
        "Xi",
        ",",
        ".",
        "\n\n",
        "Bank",
        "England",
        "İstanbul",
        "ﬁn",
        "Ａ",
        "北京",
        "de",
        "Inc.",
        "&",
        "7",
        "G7",
        "’s",
    ]
)


@settings(deadline=None, max_examples=150)
@given(words=st.lists(WORDS, min_size=1, max_size=60))
def test_any_order_of_names_is_taken(words: list[str], link: Any) -> None:
    check_spans(link(" ".join(words)))


def check_spans(document: Document) -> None:
    spans = [mention.span for _, mention in in_order(document)]
    assert all(0 <= span.start < span.end <= len(document.text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(0 <= m.confidence <= 1 for _, m in in_order(document))
    assert all(0 <= e.salience <= 1 and 0 <= e.confidence <= 1 for e in document.entities)


def test_same_text_gives_the_same_entities(link: Any) -> None:
    body = "Joe Biden and Xi Jinping met in San Francisco. Biden said the US would act."
    assert link(body).entities == link(body).entities


NAMES = [
    f"{a}{b}"
    for a in ("Bro", "Kel", "Mar", "Quin", "Sta", "Ver")
    for b in ("dan", "ling", "mont", "rick", "sen", "ton")
]


@pytest.mark.parametrize(
    "sentence",
    [
        "{0} {1} and {2} {3} met {1} of {0} {1} Ltd ({4}) in {3}. ",
        "{0} ",
        "Mr. {0} {0} {0} of the {0} of {0}, Inc. (AB) said {0}. ",
        "(",
        "U.S. ",
        "Georgia, Georgia, in Georgia ",
        'Georgia said {0}, Texas, and Atlanta, Georgia, saw the film "{1} {2}" and "{3}. ',
    ],
)
def test_time_grows_with_the_length_of_the_text(sentence: str, link: Any) -> None:
    def work(count: int) -> Callable[[], object]:
        text = "".join(sentence.format(*(NAMES[(n * k) % len(NAMES)] for k in range(1, 6))) for n in range(count))
        return partial(link, text)

    assert grows_with_its_input(work, 150)
