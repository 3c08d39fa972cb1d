"""Counted nouns: "300 homes", "hundreds of Taliban", "5,000-strong", and the number whose noun is left unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Unit
from factwire.extraction.quantities.nouns import Noun
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.per import read_per
from factwire.extraction.quantities.rows import listed
from factwire.extraction.quantities.scene import NAMED, ONE, TIMED, Answer, Dismissal, Reading, Scene, Vocabulary

UNSAID: Final = Unit("count", None, None)
_PAIR: Final = 2
_MILLION: Final = Decimal(1_000_000)
_MEDALS: Final = frozenset(("medal", "medals", "olympics", "games", "championships", "championship"))
_LETTERS: Final = {"m": _MILLION, "b": Decimal(1_000_000_000)}


def _is_part(number: Number) -> bool:
    """As in "0.523 share": less than one, and its noun is in the singular."""
    return number.form == "digits" and number.value is not None and 0 < number.value < 1


@dataclass(frozen=True, slots=True)
class CountGrammar:
    hyphened: Mapping[str, str]
    idioms: frozenset[str]
    one_before: frozenset[str]
    one_behind: frozenset[str]
    speaking: frozenset[str]
    toll: frozenset[str]
    following: frozenset[str]
    hedges: frozenset[str]
    fates: frozenset[str]
    parted: frozenset[str]
    medals: frozenset[str]
    reporting: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> CountGrammar:
        table = lexicons.table("quantities/count")
        return cls(
            hyphened={word: str(head) for word, head in table.section("hyphened").items()},
            idioms=listed(table, "idioms", "hyphened"),
            one_before=listed(table, "idioms", "one_before"),
            one_behind=listed(table, "idioms", "one_behind"),
            speaking=listed(table, "idioms", "speaking"),
            toll=listed(table, "idioms", "toll"),
            following=listed(table, "idioms", "following"),
            hedges=listed(table, "idioms", "hedges"),
            fates=listed(table, "idioms", "fates"),
            parted=listed(table, "idioms", "parted"),
            medals=listed(table, "idioms", "medals"),
            reporting=listed(table, "idioms", "reporting"),
        )

    def __call__(self, scene: Scene, number: Number) -> Answer:
        tokens, last = scene.tokens, number.last
        if number.form in ("fraction", "multiple"):
            return None
        if tokens.word(last) == "-" and tokens.glued(last - 1) and tokens.glued(last):
            joined = self._joined(scene, number)
            if joined is not None:
                return joined
        one = number.value == 1 and number.form == "words"
        if one and (dismissed := self._no_count(scene, number)) is not None:
            return dismissed
        if number.value == _PAIR and tokens.word(number.first - 1) == "no":
            return Dismissal("nothing is counted: no two are alike", "no-two")
        factor, at = self._letter(scene, number)
        if factor == ONE and number.form == "digits" and tokens.glued(last - 1) and tokens.word(last)[:1].isalpha():
            return Dismissal("part of a longer code or compound", "glued-number")
        if number.form == "digits" and self._listed(scene, number):
            return Dismissal("the number of an item in a list", "list-number")
        if self._medals(scene, at):
            return Reading("count", number.first, at + 1, Unit("count", "medal", tokens.raw(at)), "medals")
        noun = self._noun(scene, number, at, one=number.value == 1 or _is_part(number))
        if noun is not None:
            return self._counted(scene, number, noun, factor)
        if factor != ONE and tokens.raw(number.last).isupper() and "." in tokens.raw(number.first):
            return Reading("count", number.first, at, UNSAID, "count-unsaid", factor)
        if factor != ONE:
            return Dismissal("part of a longer code or compound", "glued-number")
        return self._unsaid(scene, number, one)

    def _listed(self, scene: Scene, number: Number) -> bool:
        """An item's number: "1. ...", "(2) ...", "3 Ricky Ponting, 4 Damien Martyn", "04"."""
        tokens, first = scene.tokens, number.first
        raw, before, following = tokens.text[first], tokens.word(first - 1), tokens.word(number.last)
        if raw.isdecimal() and raw[0] == "0" and len(raw) > 1:
            return True
        if not raw.isdecimal() or number.last != first + 1 or len(raw) > 2:
            return False
        if first == 0 and following in (".", ")"):
            return tokens.size > number.last + 1
        if (before, following) in (("(", ")"), ("[", "]")):
            return int(raw) < 30
        named = tokens.raw(number.last)[:1].isupper() and not scene.title
        return named and (raw == "1" or (before in (",", ")") and scene.noun(number.last) is None))

    def _year(self, scene: Scene, number: Number) -> bool:
        """Whether four digits without a noun are a year, unless a hedge says that something was counted."""
        plain = number.last == number.first + 1 and len(scene.tokens.raw(number.first)) == 4 and number.form == "digits"
        hedged = scene.tokens.word(number.first - 1) in self.hedges
        return plain and not hedged and 1500 <= (number.value or 0) < 2100

    def _label(self, scene: Scene, before: str, number: Number) -> bool:
        """Whether a single digit stands behind a noun: news writes small counts in words."""
        nouns = scene.vocabulary.nouns
        if number.value is None or number.value > 9 or not before[:1].isalpha() or number.scale != ONE:
            return False
        return not (before in nouns.stops or before in nouns.verbs or before in self.toll or nouns.verbal(before))

    def _letter(self, scene: Scene, number: Number) -> tuple[Decimal, int]:
        """As in "10m viewers"."""
        word = scene.tokens.word(number.last)
        if number.form == "digits" and number.scale == ONE and word in _LETTERS and scene.tokens.glued(number.last - 1):
            return _LETTERS[word], number.last + 1
        return ONE, number.last

    def _noun(self, scene: Scene, number: Number, at: int, *, one: bool) -> Noun | None:
        tokens = scene.tokens
        if number.vague or number.scale > 1:
            at += tokens.word(at) == "of" and number.rule != "scaled-number"
        if number.vague and tokens.word(at) in ("the", "these", "those", "his", "her", "its", "their", "our"):
            at += 1
        if tokens.word(at) in ("-", "+") and tokens.glued(at - 1):
            at += 1
        if tokens.word(at) == "or" and tokens.word(at + 1) in ("more", "fewer", "less"):
            at += 2
        if at < tokens.size and scene.barrier[at] != TIMED:
            return scene.noun(at, one=one)
        return None

    def _counted(self, scene: Scene, number: Number, noun: Noun, factor: Decimal) -> Answer:
        if number.value == 1 and number.form == "words" and self._speaks(scene, noun):
            return Dismissal("one of many who is quoted or named", "one-speaker")
        unit = scene.counted(noun)
        if not noun.said and (last := self._before_fate(scene, number, noun)) < noun.last:
            return Reading("count", number.first, last, unit, "counted-noun", factor)
        per = read_per(scene, noun.last)
        span = (noun.first, noun.last)
        if per is None:
            return Reading("count", number.first, noun.last, unit, "counted-noun", factor, span if noun.said else None)
        kind = "rate" if per[0].system == "count" and any(c.isdigit() for c in per[0].label or "") else "count"
        unit = Unit(unit.system, unit.code, unit.label, per[0])
        return Reading(kind, number.first, per[1], unit, f"{kind}-per", factor, span)  # type: ignore[arg-type]

    def _before_fate(self, scene: Scene, number: Number, noun: Noun) -> int:
        """The end of a number without what befell those it counts ("40 injured"), which is no noun."""
        last = noun.last
        while last > number.last and scene.tokens.low[last - 1] in self.fates:
            last -= 1
        return last

    def _medals(self, scene: Scene, at: int) -> bool:
        """As in "five gold, two silver and one bronze medal": the metal stands for the medal."""
        ends = scene.tokens.word(at + 1) in ("", ",", ".", ";", "and", "or", "at", "in")
        return scene.tokens.word(at) in self.medals and ends and scene.has(_MEDALS)

    def _speaks(self, scene: Scene, noun: Noun) -> bool:
        return scene.tokens.word(noun.last) in self.speaking

    def _joined(self, scene: Scene, number: Number) -> Answer:
        """As in "200-page", "5,000-strong", "three-member"; idioms are none."""
        tokens, at = scene.tokens, number.last + 1
        word = tokens.word(at)
        if not word[:1].isalpha() or scene.barrier[at]:
            return None
        if word in self.idioms or number.value == 0 or scene.vocabulary.nouns.verbal(word):
            return Dismissal("part of a compound word", "compound-idiom")
        if tokens.hyphened(at):
            return Dismissal("part of a compound word", "compound-idiom")
        head = self.hyphened.get(word) or scene.vocabulary.nouns.singular(word)
        unit = Unit("count", head, tokens.raw(at))
        return Reading("count", number.first, at + 1, unit, "hyphened-count", noun=(at, at + 1))

    def _no_count(self, scene: Scene, number: Number) -> Dismissal | None:
        """Why "one" is a pronoun here."""
        tokens = scene.tokens
        before, following = tokens.word(number.first - 1), tokens.word(number.last)
        if scene.vocabulary.nouns.verbal(following) and scene.noun(number.last + 1) is None:
            alone = scene.noun(number.last, one=True)
            if alone is None or alone.last == number.last + 1:
                return Dismissal("'one' as a pronoun", "pronoun-one")
        if following.endswith("'s") and scene.vocabulary.units.names.get(following[:-2]) is not None:
            return Dismissal("a stretch of time that something belongs to", "time-possessive")
        if (
            (before, tokens.word(number.first - 2)) == ("only", "the")
            or (before in self.one_behind and not self._joins_clauses(scene, number))
            or following.partition("'")[0] in self.one_before
            or following in ("'s", "another")
        ):
            return Dismissal("'one' as a pronoun", "pronoun-one")
        return None

    def _joins_clauses(self, scene: Scene, number: Number) -> bool:
        """``figures show that one child dies``: "that" opens a clause and points at nothing."""
        tokens, at = scene.tokens, number.first
        return tokens.word(at - 1) == "that" and tokens.word(at - 2) in self.reporting

    def _unsaid(self, scene: Scene, number: Number, one: bool) -> Answer:
        """A bare number: "killed seven", "190 died"."""
        tokens = scene.tokens
        before, following = tokens.word(number.first - 1), tokens.word(number.last)
        if one and before not in self.toll:
            return Dismissal("'one' as a pronoun", "pronoun-one")
        per = read_per(scene, number.last)
        if per is not None:
            kind = "rate" if per[0].label and any(c.isdigit() for c in per[0].label) else "count"
            unit = Unit("count", None, None, per[0])
            return Reading(kind, number.first, per[1], unit, f"{kind}-per")  # type: ignore[arg-type]
        if self._year(scene, number):
            return Dismissal("reads as a year", "bare-year")
        grouped = number.scale > ONE or "," in tokens.raw(number.first)
        if before == "the" and following not in self.following and not number.vague and not grouped:
            return Dismissal("what was counted before, or a name", "the-number")
        if before == '"' and following == '"':
            return Dismissal("a number that is quoted as a word", "quoted-number")
        if number.form == "digits" and self._label(scene, before, number):
            return Dismissal("the number of a thing, not of things", "label-digit")
        if len(tokens.raw(number.first)) > 8 and tokens.raw(number.first).isdecimal():
            return Dismissal("a code: nobody writes so long a number without commas", "long-code")
        if number.value == 0 and number.form == "words":
            return Dismissal("'zero' that counts nothing", "bare-zero")
        joined = following in ("-", "/", ":", ".", "'") and tokens.glued(number.last - 1) and tokens.glued(number.last)
        if joined and tokens.word(number.last + 1).isalnum():
            return Dismissal("part of a longer code or compound", "glued-number")
        return Reading("count", number.first, number.last, self._part_of(scene, number.last), "count-unsaid")

    def _part_of(self, scene: Scene, at: int) -> Unit:
        """As in "six of the murders", "50 of its 737 MAX jets", "66 of 77 mills": what is counted stands behind."""
        tokens = scene.tokens
        determined = tokens.word(at + 1) in self.parted
        if tokens.word(at) != "of" or not (determined or scene.number_at(at + 1)):
            return UNSAID
        at += 1 + determined
        whole = scene.number_at(at)
        if whole is not None and scene.barrier[at] != NAMED:
            at = whole.last
        noun = scene.noun(at) if at < tokens.size and scene.barrier[at] != TIMED else None
        return Unit("count", noun.head, None) if noun is not None and noun.said else UNSAID
