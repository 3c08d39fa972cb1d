"""How much an article is about an entity: how often, how early, in the title."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from factwire.extraction.model import Document, Mention

_EARLY: Final = 0.3
_TITLE: Final = 0.3
_OFTEN: Final = 0.4
_MANY: Final = 8


@dataclass(slots=True)
class SalienceScale:
    """Sections of one document, ready to be asked where a mention stands."""

    document: Document
    starts: list[int]

    @classmethod
    def of(cls, document: Document) -> SalienceScale:
        return cls(document, [section.span.start for section in document.sections])

    def counts(self, mention: Mention) -> bool:
        """False for mentions in boilerplate and repeats."""
        section = self._section(mention)
        return section not in ("boilerplate", "duplicate")

    def salience(self, mentions: Sequence[Mention]) -> float:
        """0 to 1: a share for the title, for an early first mention, and for the number of mentions."""
        counted = [m for m in mentions if self.counts(m)]
        if not counted:
            return 0.0
        early = 1 - counted[0].span.start / max(1, len(self.document.text))
        titled = any(self._section(m) == "title" for m in counted)
        often = min(1.0, len(counted) / _MANY)
        return round(_EARLY * early + _TITLE * titled + _OFTEN * often, 4)

    def _section(self, mention: Mention) -> str:
        index = bisect_right(self.starts, mention.span.start) - 1
        return self.document.sections[index].kind if index >= 0 else "body"
