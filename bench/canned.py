"""The enricher without enrichment: the real one, whose core answers a text it has seen before from memory.

What is left is the plumbing: decoding, mapping, validation, transactions. The knowledge is patched at import, because
the workers' processes import this file too.
"""

from __future__ import annotations

from factwire.cli.configuration import configure
from factwire.enricher import app
from factwire.enricher.settings import EnricherSettings
from factwire.enricher.workers import Knowledge
from factwire.extraction.model import Article, Document
from factwire.extraction.pipeline import Pipeline


class Remembering(Pipeline):
    """A pipeline that enriches every text once."""

    __slots__ = ()
    _seen: dict[str, Document] = {}  # noqa: RUF012 - one pipeline a process

    def __call__(self, article: Article) -> Document:
        known = self._seen.get(article.body or "")
        if known is None:
            known = self._seen[article.body or ""] = super().__call__(article)
        return known


def remembering(knowledge: Knowledge) -> Pipeline:
    made = _pipeline(knowledge)
    return Remembering(made.stages, made.rules_version, made.kb_version)


_pipeline = Knowledge.pipeline
Knowledge.pipeline = remembering  # type: ignore[method-assign]

if __name__ == "__main__":
    app.run(configure(EnricherSettings))
