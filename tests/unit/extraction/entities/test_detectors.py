"""Models beside the rules: a small spaCy model made here, GLiNER's documented answers, and what is missing is told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import ConfigurationError
from factwire.extraction.entities.detectors import Detected, GlinerDetector, open_detector, passages
from factwire.extraction.entities.linking import EntityGrammar, link_mentions
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article, Document, Entity, Sentence, Span
from factwire.extraction.pipeline import open_pipeline
from factwire.extraction.text.layout import lay_out
from factwire.kb.catalogue import Catalogue

TEXT = "The work of zanthor bexley was shown in Beijing. It pleased qorvex labs, and Zanthor Bexley's friends."


@dataclass(frozen=True)
class Told:
    """Detects the given words wherever they stand."""

    words: tuple[tuple[str, str], ...]
    version: str = "told"

    def detect(self, document: Document) -> Iterator[Detected]:
        for word, kind in self.words:
            start = document.text.find(word)
            while start >= 0:
                yield Detected(Span(start, start + len(word)), kind)
                start = document.text.find(word, start + 1)


@cache
def _grammar() -> EntityGrammar:
    return EntityGrammar.compile(load_lexicons())


def linked(catalogue: Catalogue, text: str, *words: tuple[str, str]) -> dict[str, Entity]:
    document = lay_out(Article(body=text, language="en"))
    found = link_mentions(document, grammar=_grammar(), catalogue=catalogue, detector=Told(words)).entities
    return {text[m.span.start : m.span.end]: e for e in found for m in e.mentions}


def test_new_name_becomes_an_entity_of_its_type(catalogue: Catalogue) -> None:
    entity = linked(catalogue, TEXT, ("qorvex labs", "organization"))["qorvex labs"]
    assert entity.type == "organization"
    assert entity.entity_id.startswith("nil:")


def test_detected_name_that_is_known_gets_its_id(catalogue: Catalogue) -> None:
    assert linked(catalogue, "they flew to kyiv today", ("kyiv", "place"))["kyiv"].entity_id == "Q1899"


def test_type_constrains_the_candidates(catalogue: Catalogue) -> None:
    entity = linked(catalogue, "they flew to kyiv today", ("kyiv", "person"))["kyiv"]
    assert entity.type == "person"
    assert entity.entity_id.startswith("nil:")


def test_known_name_of_ours_stays(catalogue: Catalogue) -> None:
    assert linked(catalogue, TEXT, ("Beijing", "person"))["Beijing"].entity_id == "Q956"


def test_unknown_name_of_ours_takes_the_type(catalogue: Catalogue) -> None:
    text = "Reporters met Zanthor Bexley on Monday."
    assert linked(catalogue, text, ("Zanthor Bexley", "organization"))["Zanthor Bexley"].type == "organization"


@given(st.lists(st.tuples(st.integers(0, 110), st.integers(0, 30), st.sampled_from(["person", "place"])), max_size=8))
def test_whatever_is_detected_mentions_do_not_overlap(catalogue: Catalogue, found: list[tuple[int, int, str]]) -> None:
    document = lay_out(Article(body=TEXT, language="en"))
    spans = [Detected(Span(s, min(s + n, len(TEXT))), kind) for s, n, kind in found if s <= len(TEXT)]
    detector = SimpleNamespace(version="any", detect=lambda _: iter(spans))
    entities = link_mentions(document, grammar=_grammar(), catalogue=catalogue, detector=detector).entities
    mentions = sorted(m.span for e in entities for m in e.mentions)
    assert all(one.end <= other.start for one, other in pairwise(mentions))


# -- spaCy -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def spacy_model(tmp_path: Path) -> Path:
    """A blank pipeline with two patterns, saved to disk as any model is."""
    spacy = pytest.importorskip("spacy", reason="an extra: make install brings it")
    pipeline = spacy.blank("en")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "ORG", "pattern": "qorvex labs"}, {"label": "DATE", "pattern": "today"}])
    pipeline.to_disk(tmp_path / "model")
    return tmp_path / "model"


def test_spacy_model_on_disk_finds_names(spacy_model: Path) -> None:
    detector = open_detector(f"spacy:{spacy_model}")
    text = "First, nothing. Then qorvex labs, today."
    document = _split(text, Span(0, 15), Span(16, 40))
    assert list(detector.detect(document)) == [Detected(Span(21, 32), "organization")]
    assert detector.version.startswith("spacy:en_")


def test_pipeline_with_a_detector_says_so_in_its_version(spacy_model: Path) -> None:
    pipeline = open_pipeline(detector=f"spacy:{spacy_model}")
    document = pipeline(Article(body="A spokesman for qorvex labs said it grew 4 percent.", language="en"))
    assert "qorvex labs" in [entity.name for entity in document.entities]
    assert pipeline.rules_version.endswith("+" + open_detector(f"spacy:{spacy_model}").version)


# -- GLiNER ------------------------------------------------------------------------------------------------------------


class StandIn:
    """Answers as GLiNER's documentation says that ``predict_entities`` does."""

    def predict_entities(self, text: str, labels: list[str], threshold: float) -> list[dict[str, Any]]:
        assert "person" in labels
        assert 0 < threshold < 1
        at = text.find("qorvex labs")
        found = {"start": at, "end": at + 11, "text": "qorvex labs", "label": "organization", "score": 0.93}
        return [found] if at >= 0 else []


def test_gliner_is_read_passage_by_passage() -> None:
    text = "Nothing here. " * 200 + "Then came qorvex labs."
    document = _split(text, *(Span(14 * n, 14 * n + 13) for n in range(200)), Span(2800, len(text)))
    assert list(GlinerDetector(StandIn(), "small").detect(document)) == [Detected(Span(2810, 2821), "organization")]


def test_gliner_model_is_opened_from_its_folder_and_never_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, bool]] = []

    def from_pretrained(name: str, local_files_only: bool) -> StandIn:
        asked.append((name, local_files_only))
        return StandIn()

    package = ModuleType("gliner")
    package.GLiNER = SimpleNamespace(from_pretrained=from_pretrained)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gliner", package)
    assert open_detector(f"gliner:{tmp_path}").version == f"gliner:{tmp_path.name}"
    assert asked == [(str(tmp_path), True)]


# -- what is missing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", ["spacy", "spacy:", "stanza:/somewhere", ":x"])
def test_setting_that_names_no_backend_says_how_to_write_it(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="write spacy:FOLDER or gliner:FOLDER"):
        open_detector(setting)


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no folder"):
        open_detector(f"spacy:{tmp_path / 'nowhere'}")


@pytest.mark.parametrize("backend", ["spacy", "gliner"])
def test_missing_package_says_what_to_install(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, backend, None)
    with pytest.raises(ConfigurationError, match=rf"pip install 'factwire\[{backend}\]'"):
        open_detector(f"{backend}:{tmp_path}")


def test_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds no model of spacy"):
        open_detector(f"spacy:{tmp_path}")


@given(st.lists(st.integers(1, 40), min_size=1, max_size=20), st.integers(1, 60))
def test_passages_are_whole_sentences_in_order(lengths: list[int], limit: int) -> None:
    spans, at = [], 0
    for length in lengths:
        spans.append(Span(at, at + length))
        at += length + 1
    found = list(passages(_split("x" * at, *spans), limit))
    assert (found[0].start, found[-1].end) == (0, spans[-1].end)
    assert all(one.end < other.start for one, other in pairwise(found))
    for passage in found:
        inside = [span for span in spans if passage.start <= span.start < passage.end]
        assert passage.end - passage.start <= limit or len(inside) == 1
        assert (inside[0].start, inside[-1].end) == (passage.start, passage.end)


def _split(text: str, *spans: Span) -> Document:
    return replace(lay_out(Article(body=text)), sentences=tuple(Sentence(span, "body") for span in spans))
