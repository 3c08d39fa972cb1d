"""The kinds of quantity, in the order in which they are asked: the first that answers has the number.

A kind is a class with ``compile(lexicons, vocabulary)`` whose instance is called with a scene and a number, and says
what it reads, why the number is no quantity, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.quantities.age import AgeGrammar
from factwire.extraction.quantities.count import CountGrammar
from factwire.extraction.quantities.fraction import FractionGrammar
from factwire.extraction.quantities.index import IndexGrammar
from factwire.extraction.quantities.measure import MeasureGrammar
from factwire.extraction.quantities.money import MoneyGrammar
from factwire.extraction.quantities.multiple import MultipleGrammar
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.one_of import OneOfGrammar
from factwire.extraction.quantities.percent import PercentGrammar
from factwire.extraction.quantities.rank import RankGrammar
from factwire.extraction.quantities.scene import Answer, Scene, Vocabulary
from factwire.extraction.quantities.score import ScoreGrammar

Recogniser: TypeAlias = Callable[[Scene, Number], Answer]


class Kind(Protocol):
    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> Recogniser: ...


KINDS: Final[tuple[type[Kind], ...]] = (
    OneOfGrammar,
    RankGrammar,
    AgeGrammar,
    MoneyGrammar,
    PercentGrammar,
    MultipleGrammar,
    MeasureGrammar,
    ScoreGrammar,
    FractionGrammar,
    IndexGrammar,
    CountGrammar,
)
