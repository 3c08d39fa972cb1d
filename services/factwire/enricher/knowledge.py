"""What an article is enriched with, as plain paths: cheap to pickle, opened in each process that works."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from factwire.extraction.pipeline import Pipeline, open_pipeline

if TYPE_CHECKING:
    from factwire.enricher.handler import Enrichment
    from factwire.enricher.settings import EnricherSettings


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Without paths: what ships. Every process must see the files."""

    lexicons: tuple[Path, ...] = ()
    kb: Path | None = None
    overlays: tuple[Path, ...] = ()
    detector: str = ""
    recognises: bool = False
    """Whether texts are fingerprinted, for whoever compares articles."""

    @classmethod
    def of(cls, settings: EnricherSettings, *, recognises: bool = False) -> Knowledge:
        """What the settings name: what ships where they name nothing."""
        lexicons, overlays = _named(settings.lexicon_path), _named(settings.kb_overlay)
        return cls(lexicons, settings.kb_path, overlays, settings.detector, recognises)

    def pipeline(self) -> Pipeline:
        """Raises :class:`FactwireError` on a bad table or knowledge base: the file, the line and the fault."""
        return open_pipeline(self.lexicons, self.kb, self.overlays, self.detector)

    def open(self) -> Enrichment:
        """The handler over :meth:`pipeline`. Imported here: `factwire enrich` has a pipeline and no records."""
        from factwire.enricher.handler import Enrichment

        return Enrichment(self.pipeline(), recognises=self.recognises)


def _named(folder: Path | None) -> tuple[Path, ...]:
    return () if folder is None else (folder,)
