"""Names with numbers: that they do not overlap, and that a user can add to them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from factwire.errors import VocabularyFault
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Document
from factwire.extraction.quantities.identifiers import IdentifierGrammar

from .conftest import through

Reader = Callable[..., Document]


def _own(folder: Path, text: str) -> Path:
    path = folder / "quantities" / "identifiers.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    "text",
    [
        "The G7, MH17, COVID-19 and an F-16 with Article 5, Chapter 11 and Resolution 2231.",
        "Final Four, quarter-final, 22nd Amendment, 20th century, World War II, no one.",
    ],
)
def test_names_hold_no_quantity(read: Reader, text: str) -> None:
    assert read(text).quantities == ()


def test_identifiers_are_in_order_and_apart(read: Reader) -> None:
    spans = [found.span for found in read("The G7 cite Article 5 and pages 12-15 of COVID-19 at 19:45.").identifiers]
    assert len(spans) == 5
    assert all(left.end <= right.start for left, right in pairwise(spans))


def test_headline_in_capitals_still_counts(read: Reader) -> None:
    assert [int(q.value or 0) for q in read("Quake Kills 20 In Northern Iran", section="title").quantities] == [20]


def test_own_label_is_a_word_in_a_list(tmp_path: Path) -> None:
    folder = _own(tmp_path, '[labels]\nstrong = ["skylab"]\n')
    document = through(load_lexicons(folder))("He flew on Skylab 4 for 84 days.")
    assert [found.span.of(document.text) for found in document.identifiers] == ["Skylab 4"]


def test_own_name_is_a_phrase_in_a_list(tmp_path: Path) -> None:
    folder = _own(tmp_path, '[names]\nphrases = ["blue seven"]\n')
    assert through(load_lexicons(folder))("They asked Blue Seven for it.").quantities == ()


def test_bad_list_is_named_with_file_and_line(tmp_path: Path) -> None:
    lexicons = load_lexicons(_own(tmp_path, "[labels]\n\nstrong = 5\n"))
    with pytest.raises(VocabularyFault, match="must be a list of words") as raised:
        IdentifierGrammar.compile(lexicons)
    assert raised.value.line == 3
