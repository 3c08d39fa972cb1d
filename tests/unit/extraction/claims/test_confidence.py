"""Confidence is a share, and tells better founded claims from worse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factwire.errors import VocabularyFault
from factwire.extraction.claims.binding import ClaimGrammar
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Document


def test_a_bare_number_is_less_sure_than_a_percent(read: Callable[[str], Document]) -> None:
    percent, bare = read("Sales rose 5 percent."), read("The toll surpassed 40.")
    assert bare.claims[0].confidence < percent.claims[0].confidence < 1


@pytest.mark.parametrize(
    ("table", "content", "fault"),
    [
        ("confidence", "base = 2.0", "'base' must be a number between 0 and 1"),
        ("comparators", '[before]\nmore = ["beyond all"]', "'more' is no comparator"),
        ("arguments", '[prepositions]\nbeside = "neighbour"', "'neighbour' is no role"),
    ],
)
def test_a_bad_table_is_refused_with_its_line(table: str, content: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / f"{table}.toml").write_text(content, "utf-8")
    with pytest.raises(VocabularyFault, match=fault):
        ClaimGrammar.compile(load_lexicons(tmp_path))


def test_a_user_adds_a_comparator_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "comparators.toml").write_text('[before]\ngt = ["way past"]', "utf-8")
    grammar = ClaimGrammar.compile(load_lexicons(tmp_path))
    assert grammar.comparators.before[("way", "past")].comparator == "gt"
