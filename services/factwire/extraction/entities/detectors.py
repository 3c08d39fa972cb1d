"""Names found by a model of the user's, spaCy or GLiNER: spans with types. What they mean, our own linking decides.

The packages are extras and the models are folders on disk; nothing is downloaded. They are imported when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from factwire.errors import ConfigurationError
from factwire.extraction.model import Document, Span

_SPACY_TYPES: Final[Mapping[str, str]] = {
    "PERSON": "person", "PER": "person", "ORG": "organization", "GPE": "place", "LOC": "place", "FAC": "place",
    "EVENT": "event", "PRODUCT": "product", "WORK_OF_ART": "work",
}  # fmt: skip
"""Labels of spaCy's published models. NORP (peoples, parties) is left to the knowledge base's demonyms."""
_GLINER_TYPES: Final[Mapping[str, str]] = {
    "person": "person", "organization": "organization", "location": "place", "event": "event", "product": "product",
    "creative work": "work",
}  # fmt: skip
_GLINER_THRESHOLD: Final = 0.5
_SPACY_PASSAGE: Final = 50_000
_GLINER_PASSAGE: Final = 1_200
"""Letters given to a model at once, in whole sentences: GLiNER reads 384 words and drops the rest."""


class Detected(NamedTuple):
    """A name in the text, and what kind of thing it is the name of."""

    span: Span
    type: str


class Detector(Protocol):
    """A document in, spans with types out. ``version`` is part of the event's ``rules_version``."""

    @property
    def version(self) -> str: ...

    def detect(self, document: Document) -> Iterator[Detected]: ...


@dataclass(frozen=True, slots=True)
class SpacyDetector:
    """A spaCy pipeline with an entity recognizer or ruler."""

    pipeline: Any

    @property
    def version(self) -> str:
        meta = self.pipeline.meta
        return f"spacy:{meta.get('lang')}_{meta.get('name')}-{meta.get('version')}"

    def detect(self, document: Document) -> Iterator[Detected]:
        for passage in passages(document, _SPACY_PASSAGE):
            for found in self.pipeline(document.text[passage.start : passage.end]).ents:
                kind = _SPACY_TYPES.get(found.label_)
                if kind is not None:
                    yield Detected(_placed(passage, found.start_char, found.end_char), kind)


@dataclass(frozen=True, slots=True)
class GlinerDetector:
    """A GLiNER model: asked for our types by name."""

    model: Any
    name: str

    @property
    def version(self) -> str:
        return f"gliner:{self.name}"

    def detect(self, document: Document) -> Iterator[Detected]:
        labels = list(_GLINER_TYPES)
        for passage in passages(document, _GLINER_PASSAGE):
            text = document.text[passage.start : passage.end]
            for found in self.model.predict_entities(text, labels, threshold=_GLINER_THRESHOLD):
                yield Detected(_placed(passage, found["start"], found["end"]), _GLINER_TYPES[found["label"]])


def open_detector(setting: str) -> Detector:
    """The detector that ``spacy:FOLDER`` or ``gliner:FOLDER`` names.

    Raises :class:`ConfigurationError` if the package or the model is missing.
    """
    backend, _, folder = setting.partition(":")
    if backend not in _BACKENDS or not folder:
        raise ConfigurationError(f"detector '{setting}': write {' or '.join(f'{b}:FOLDER' for b in _BACKENDS)}")
    path = Path(folder)
    if not path.is_dir():
        raise ConfigurationError(f"detector '{setting}': there is no folder {path}; give that of a model on disk")
    try:
        package = import_module(backend)
    except ImportError as missing:
        raise ConfigurationError(
            f"detector '{setting}': {backend} is not installed; run `pip install 'factwire[{backend}]'`"
        ) from missing
    try:
        return _BACKENDS[backend](package, path)
    except (OSError, ValueError, KeyError) as fault:
        raise ConfigurationError(f"detector '{setting}': {path} holds no model of {backend}: {fault}") from fault


def _open_spacy(package: Any, path: Path) -> Detector:
    return SpacyDetector(package.load(path))


def _open_gliner(package: Any, path: Path) -> Detector:
    return GlinerDetector(package.GLiNER.from_pretrained(str(path), local_files_only=True), path.name)


_BACKENDS: Final[Mapping[str, Callable[[Any, Path], Detector]]] = {"spacy": _open_spacy, "gliner": _open_gliner}


def passages(document: Document, limit: int) -> Iterator[Span]:
    """Stretches of whole sentences, each as long as the limit allows; a longer sentence stands alone."""
    spans = [sentence.span for sentence in document.sentences] or [Span(0, len(document.text))]
    start, end = spans[0].start, spans[0].end
    for span in spans[1:]:
        if span.end - start > limit:
            yield Span(start, end)
            start = span.start
        end = span.end
    yield Span(start, end)


def _placed(passage: Span, start: int, end: int) -> Span:
    return Span(passage.start + start, passage.start + end)
