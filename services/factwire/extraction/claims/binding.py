"""From quantities to claims."""

from __future__ import annotations

from dataclasses import dataclass, replace

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Claim, Document, Quantity


@dataclass(frozen=True, slots=True)
class ClaimGrammar:
    @classmethod
    def compile(cls, lexicons: Lexicons) -> ClaimGrammar:
        return cls()


def bind_claims(document: Document, *, grammar: ClaimGrammar) -> Document:
    speaking = [q for q in document.quantities if document.sentences[q.sentence].speaks]
    return replace(document, claims=tuple(_draft(q) for q in speaking))


def _draft(quantity: Quantity) -> Claim:
    return Claim(
        span=quantity.span,
        sentence=quantity.sentence,
        kind=quantity.kind,
        value=quantity.value,
        lower=quantity.lower,
        upper=quantity.upper,
        lower_inclusive=quantity.lower is not None,
        upper_inclusive=quantity.upper is not None,
        comparator="eq" if quantity.value is not None else "between",
        approximate=quantity.approximate,
        hedge=None,
        vague=quantity.vague,
        precision=quantity.precision,
        unit=quantity.unit,
        rules=quantity.rules,
    )
