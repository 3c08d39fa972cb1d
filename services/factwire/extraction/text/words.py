"""The words and marks of a stretch of text, each with its offsets: what the rules above walk along."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from factwire.extraction.model import Span

_WORD: Final = re.compile(r"[^\W_]+(?:(?:[-'.&]|(?<=\d),(?=\d))[^\W_]+)*|[^\w\s]|_")

_NAMES: Final = frozenset({"WHO", "IT", "US"})
"""Acronyms that are pronouns in lower case; they keep their capitals in ``forms``."""
_NO_ADVERBS: Final = frozenset(
    {"family", "supply", "assembly", "rally", "reply", "ally", "monopoly", "anomaly", "bully", "july", "italy", "only"}
)
"""Words in -ly that say not how something is done."""
_SENTENCES: Final = 256
"""Remembered from one stage to the next: speakers and claims walk along the same sentences."""
_SHORT: Final = 3
"""Letters of a word that a dot may belong to."""


@dataclass(frozen=True, slots=True)
class Words:
    """``forms`` in lower case (but see ``_NAMES``), ``written`` as in the text; offsets are the document's."""

    forms: tuple[str, ...]
    written: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, folded: str, span: Span) -> Words:
        return _split(folded, span.start, span.end)

    def __len__(self) -> int:
        return len(self.forms)

    def first_from(self, offset: int) -> int:
        """The index of the first word that starts at ``offset`` or later; the length if there is none."""
        return bisect_left(self.starts, offset)

    def last_before(self, offset: int) -> int:
        """The index of the last word that ends at ``offset`` or earlier; -1 if there is none."""
        return bisect_right(self.ends, offset) - 1

    def span(self, first: int, stop: int) -> Span:
        """The offsets of the words ``first`` to ``stop`` (exclusive, not empty)."""
        return Span(self.starts[first], self.ends[stop - 1])

    def inside(self, spans: Iterable[Span]) -> frozenset[int]:
        """The indices of the words that begin in any of the spans."""
        return frozenset(
            at for span in spans for at in range(self.first_from(span.start), bisect_left(self.starts, span.end))
        )

    def abbreviates(self, dot: int) -> bool:
        """Whether a dot belongs to the short word before it, as in "U.S. exports" and "Mr. Holt"."""
        if not 0 < dot < len(self) - 1 or self.forms[dot] != "." or self.ends[dot - 1] != self.starts[dot]:
            return False
        return len(self.forms[dot - 1]) <= _SHORT and self.capital(dot - 1)

    def adverb(self, index: int) -> bool:
        """Whether the word looks like an adverb: "sharply", and neither "Kelly" nor "family"."""
        form = self.forms[index]
        return form.endswith("ly") and form not in _NO_ADVERBS and not (index and self.capital(index))

    def capital(self, index: int) -> bool:
        return self.written[index][:1].isupper()


@lru_cache(maxsize=_SENTENCES)
def _split(folded: str, start: int, end: int) -> Words:
    offsets = [match.span() for match in _WORD.finditer(folded, start, end)]
    written = [folded[first:stop] for first, stop in offsets]
    return Words(
        forms=tuple([word if word in _NAMES else word.lower() for word in written]),
        written=tuple(written),
        starts=tuple([first for first, _ in offsets]),
        ends=tuple([stop for _, stop in offsets]),
    )
