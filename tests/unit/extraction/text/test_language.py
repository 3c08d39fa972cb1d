"""The language is found where the feed did not say it, without any network."""

import pytest

from factwire.extraction.model import Article
from factwire.extraction.text.language import Languages, detect_language, is_english
from factwire.extraction.text.layout import lay_out

LANGUAGES = Languages()


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("The council met on Monday and voted to widen the harbour road, officials said in a statement.", "en"),
        ("Le conseil s'est réuni lundi et a voté l'élargissement de la route du port, ont dit les élus.", "fr"),
        ("Der Stadtrat hat am Montag beschlossen, die Hafenstraße zu verbreitern, sagte die Sprecherin.", "de"),
    ],
)
def test_the_language_of_a_paragraph_is_found(body: str, language: str) -> None:
    assert detect_language(lay_out(Article(body=body)), languages=LANGUAGES).language == language


@pytest.mark.parametrize(
    ("language", "english"), [("en", True), ("en-IN", True), (None, True), ("fr", False), ("de-AT", False)]
)
def test_the_english_grammars_are_for_english(language: str | None, english: bool) -> None:
    assert is_english(lay_out(Article(body="5 francs", language=language))) is english


def test_a_language_without_grammar_gives_no_facts_and_a_warning() -> None:
    document = detect_language(lay_out(Article(body="Le 18 juillet, 5 milliards", language="fr")), languages=LANGUAGES)
    assert document.warnings == ("no grammar for language fr: no facts are drawn",)


def test_what_the_feed_says_is_kept() -> None:
    document = lay_out(Article(body="Der Stadtrat hat am Montag beschlossen.", language="en-GB"))
    assert detect_language(document, languages=LANGUAGES).language == "en-GB"


def test_a_text_too_short_to_tell_says_so() -> None:
    document = detect_language(lay_out(Article(body="5")), languages=LANGUAGES)
    assert document.language is None
    assert document.warnings == ("language not recognised, read as English",)


def test_lone_surrogates_and_newlines_are_no_obstacle() -> None:
    body = "The council met \ud800 on Monday\n and voted to widen the road, officials said in a statement. " * 3
    assert detect_language(lay_out(Article(body=body)), languages=LANGUAGES).language == "en"
