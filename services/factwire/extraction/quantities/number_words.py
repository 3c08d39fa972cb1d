"""The words that numbers are made of, in the form that the readers of numbers ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from factwire.extraction.lexicons import Lexicons, Table
from factwire.extraction.quantities.rows import listed

_DIGIT: Final = re.compile(r"[0-9]")
_LETTERS: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, eq=False)
class NumberWords:
    """The words of ``numbers.toml`` in the form that the parser asks for; equal only to itself."""

    ones: Mapping[str, Decimal]
    tens: Mapping[str, Decimal]
    scales: Mapping[str, Decimal]
    suffix: Mapping[str, Decimal]
    vague: Mapping[str, tuple[Decimal, Decimal]]
    multiplied: Mapping[str, tuple[Decimal, Decimal]]
    several: Mapping[str, tuple[Decimal, Decimal]]
    denominators: Mapping[str, Decimal]
    glyphs: Mapping[str, tuple[Decimal, Decimal]]
    multiples: Mapping[str, Decimal]
    articles: frozenset[str]
    joins: frozenset[str]
    alone: frozenset[str]
    spells: frozenset[str]
    hedges: frozenset[str]
    bounds: frozenset[tuple[str, str]]
    lasting: re.Pattern[str]
    ordinals: frozenset[str]
    share_before: frozenset[str]
    share_after: frozenset[str]
    share_never: frozenset[str]
    triggers: frozenset[str]
    starters: frozenset[str]
    articled: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> NumberWords:
        table = lexicons.table("quantities/numbers")
        ones, tens, scales = (_singles(table, key) for key in ("ones", "tens", "scales"))
        vague, multiplied = _pairs(table, "vague"), _pairs(table, "multiplied")
        denominators, multiples = _singles(table, "denominators"), _singles(table, "multiples")
        glyphs, several = _pairs(table, "glyphs"), _pairs(table, "several")
        alone, articles = table.words("alone"), frozenset(table.words("articles"))
        spells, hedges, bounds = (listed(table, "lengths", key) for key in ("spells", "hedges", "bounds"))
        triggers = frozenset().union(
            ones, tens, scales, vague, multiplied, denominators, multiples, glyphs, {"couple"} & several.keys(), alone
        )
        return cls(
            ones=ones,
            tens=tens,
            scales=scales,
            suffix=_singles(table, "suffix"),
            vague=vague,
            multiplied=multiplied,
            several=several,
            denominators=denominators,
            glyphs=glyphs,
            multiples=multiples,
            articles=articles,
            joins=frozenset(table.words("joins")),
            alone=frozenset(alone),
            spells=spells,
            hedges=hedges,
            bounds=frozenset((phrase.split()[0], phrase.split()[-1]) for phrase in bounds),
            lasting=re.compile(
                rf"\b(?:{_either(hedges | bounds)})\s+(?:{_either(articles)})\s+(?:{_either(spells)})\b"
            ),
            ordinals=listed(table, "ordinals", "words"),
            share_before=listed(table, "fractions", "before"),
            share_after=listed(table, "fractions", "after"),
            share_never=listed(table, "fractions", "never_before"),
            triggers=triggers,
            starters=triggers | several.keys(),
            articled=frozenset().union(scales, denominators, several, alone),
        )

    def occurs(self, sentence: str) -> bool:
        """Whether a lower-case sentence holds a digit or a number word at all."""
        if _DIGIT.search(sentence) is not None:
            return True
        said = _LETTERS.findall(sentence)
        if not self.triggers.isdisjoint(said):
            return True
        return not self.spells.isdisjoint(said) and self.lasting.search(sentence) is not None


def _either(words: frozenset[str]) -> str:
    return "|".join(sorted(map(re.escape, words)))


def _singles(table: Table, key: str) -> dict[str, Decimal]:
    try:
        return {word: Decimal(value) for word, value in table.section(key).items()}
    except (ArithmeticError, TypeError, ValueError):
        bad = next(word for word, value in table.section(key).items() if not isinstance(value, int))
        raise table.fault(bad, f"'{bad}' under [{key}] must be a number") from None


def _pairs(table: Table, key: str) -> dict[str, tuple[Decimal, Decimal]]:
    found = {}
    for word, bounds in table.section(key).items():
        if not (isinstance(bounds, list) and len(bounds) == 2 and all(isinstance(bound, int) for bound in bounds)):
            raise table.fault(word, f"'{word}' under [{key}] must be two whole numbers")
        found[word] = (Decimal(bounds[0]), Decimal(bounds[1]))
    return found
