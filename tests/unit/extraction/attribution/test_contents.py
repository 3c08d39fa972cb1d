"""Which part of its sentence is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from factwire.extraction.attribution.cues import CuedSentence
from factwire.extraction.attribution.finder import find_cues

SAID = {
    "The mayor said 40 homes were dry.": "40 homes were dry",
    "Some 40 homes in the valley were dry, the mayor said.": "Some 40 homes in the valley were dry",
    "The Danish firm, a broker said, lost 3 million.": "The Danish firm, a broker said, lost 3 million",
    "The boat sank; they had, the captain said, paid 900 crowns.": "they had, the captain said, paid 900 crowns",
    "The bridge, which police said was closed, carried 900 cars.": "was closed",
    "The minister told parliament that 40 homes were dry.": "40 homes were dry",
    "The captain told a jury of seven women that 40 boats sank.": "40 boats sank",
    "According to doctors, 40 people drowned.": "According to doctors, 40 people drowned",
    "Some 40 people drowned, according to doctors.": "Some 40 people drowned",
    "The loss was estimated by brokers to be 3 million.": "The loss was estimated by brokers to be 3 million",
}


@pytest.mark.parametrize(("text", "said"), SAID.items(), ids=SAID)
def test_what_is_said(text: str, said: str, cued: Callable[[str], CuedSentence]) -> None:
    assert [cue.content.of(text).strip(" ,.") for cue in find_cues(cued(text))] == [said]
