"""Who speaks beside a verb of speech, and who does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from factwire.extraction.attribution.cues import CuedSentence
from factwire.extraction.attribution.finder import find_cues

SPEAKERS = {
    "Researchers found 40 wells were dry.": "Researchers",
    "Investigators found that 40 wells were dry.": "Investigators",
    "The minister called for 300 million in aid.": "The minister",
    "Officials put the death toll at 12.": "Officials",
    "The study showed 40 wells were dry.": "The study",
    "The firm lost 3 million, against the 4 million analysts had expected.": "analysts",
}
SILENT = (
    "Divers found 12 crates.",
    "The storm claimed 30 lives.",
    "The factory added 900 jobs.",
    "The trader denies 12 counts of fraud.",
    "Firm lost 3 million, court told",
)


@pytest.mark.parametrize(("text", "speaker"), SPEAKERS.items(), ids=SPEAKERS)
def test_who_speaks(text: str, speaker: str, cued: Callable[[str], CuedSentence]) -> None:
    assert [cue.phrase.of(text) for cue in find_cues(cued(text))] == [speaker]


@pytest.mark.parametrize("text", SILENT)
def test_nobody_speaks_by_what_only_looks_like_a_verb_of_speech(text: str, cued: Callable[[str], CuedSentence]) -> None:
    assert find_cues(cued(text)) == []
