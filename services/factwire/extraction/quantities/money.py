"""Sums of money: symbols and codes, names, cents and pence, letters for scales."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Unit
from factwire.extraction.quantities.currencies import CurrencyTable, Money
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.per import read_per
from factwire.extraction.quantities.scene import ONE, Answer, Reading, Scene, Vocabulary
from factwire.extraction.quantities.units import UnitGrammar

_HUNDREDTH: Final = Decimal("0.01")
_THOUSAND: Final = 1000
_MILLION: Final = Decimal(1_000_000)
_LONGEST_NAME: Final = 6
"""Tokens of "Bosnia-Herzegovina convertible marks"."""
_PAID_BY: Final = frozenset(("h", "d", "wk", "mo", "a"))
"""What wages are paid by: "250 pounds a week" are no weight."""
_SCALED_CODES: Final = 4
"""Letters of "MUSD", millions as Nordic companies write them."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A reading on its way: tokens, currency, factor, and whether a sign stood before the number."""

    first: int
    last: int
    money: Money
    label: str
    factor: Decimal = ONE
    signed: bool = False


@dataclass(frozen=True, slots=True)
class MoneyGrammar:
    table: CurrencyTable
    units: UnitGrammar

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary) -> MoneyGrammar:
        return cls(CurrencyTable.compile(lexicons), vocabulary.units)

    def __call__(self, scene: Scene, number: Number) -> Answer:
        if number.form == "multiple":
            return None
        found = self._before(scene, number) or self._behind(scene, number)
        if found is None:
            return None
        if self._weight(scene, number, found):
            return None
        return self._reading(scene, number, found)

    def _reading(self, scene: Scene, number: Number, found: Sum) -> Reading:
        code, assumed = self._settled(scene, found.money)
        factor = found.factor * _HUNDREDTH if found.money.share == 100 else found.factor
        value, last = None, found.last
        if not found.signed and number.scale < 1000 and number.whole and found.money.share == 1:
            value, last = self._cents(scene, number, last)
        per = read_per(scene, last)
        unit = Unit("ISO4217", code, found.label, per[0] if per else None, assumed)
        last = per[1] if per else last
        rule = "money-sign" if found.signed else "money-name"
        return Reading("money", found.first, last, unit, rule, factor, value=value, signed=True)

    def _before(self, scene: Scene, number: Number) -> Sum | None:
        """As in "$5", "US$ 5m", "Rs. 500 crore", "USD115", "MAUD 60"."""
        tokens = scene.tokens
        for width in (4, 3, 2, 1):
            first = number.first - width
            if first < 0 or (width > 1 and not self._close(scene, first, number.first)):
                continue
            written = "".join(tokens.text[first : number.first])
            money, factor = self._sign(written)
            if money is not None and self._stands(scene, first, number, written):
                last, scale = self._letter(scene, number)
                last = self._echo(scene, last, money)
                return Sum(first, last, money, written, factor * scale, signed=True)
        return None

    def _close(self, scene: Scene, first: int, last: int) -> bool:
        """The tokens of a sign stand together; a blank only before its last one, as in "HK $" and "c $", not "a $"."""
        tokens = scene.tokens
        if not all(tokens.glued(i) for i in range(first, last - 2)):
            return False
        if tokens.glued(last - 2):
            return True
        letters = tokens.text[first]
        named = (
            letters.isupper() or letters == "c" or (len(letters) > 1 and letters not in scene.vocabulary.nouns.stops)
        )
        return named and not tokens.low[last - 1].isalnum()

    def _sign(self, written: str) -> tuple[Money | None, Decimal]:
        low = written.lower()
        money = self.table.signs.get(low) or self.table.signs.get(low.replace(".", ""))
        if money is not None:
            return money, ONE
        if len(written) == _SCALED_CODES and written.startswith("M") and written[1:] in self.table.codes:
            return Money(written[1:]), _MILLION
        if low in ("dollar", "euro"):
            return self.table.names[low], ONE
        return None, ONE

    def _stands(self, scene: Scene, first: int, number: Number, written: str) -> bool:
        """Letters that are a sign: codes in capitals, nothing glued on their left, digits behind."""
        tokens = scene.tokens
        if tokens.glued(first - 1) and tokens.word(first - 1)[-1:].isalnum():
            return False
        if not written[-1].isalpha():
            return True
        if number.form != "digits":
            return False
        glued = tokens.glued(number.first - 1)
        if not glued and tokens.word(first - 1)[:1].isdigit():
            return False
        if len(written) == 1:
            return glued and (number.value or 0) >= 100 and written.isupper()
        if written.upper() in self.table.careful:
            return written.isupper() and (glued or number.scale > ONE or (number.value or 0) >= _THOUSAND)
        return (
            glued
            or written.isupper()
            or written.lower() in ("usd", "rmb", "eur", "gbp", "rs", "tk", "dollar", "euro", "kr")
        )

    def _letter(self, scene: Scene, number: Number) -> tuple[int, Decimal]:
        """The token behind the number and its letter for a scale ("$1.2m", "£ 3 m")."""
        tokens, at = scene.tokens, number.last
        scale = self.table.scales.get(tokens.word(at))
        if scale is None or number.scale != ONE or (not tokens.glued(at - 1) and tokens.low[at] != "m"):
            return at, ONE
        if tokens.glued(at) and tokens.word(at + 1)[:1].isalnum():
            return at, ONE
        return at + 1, scale

    def _echo(self, scene: Scene, at: int, money: Money) -> int:
        """The name again behind a sum with a sign: "$10 dollars", "$5 USD"."""
        found = self._name(scene, at)
        same = found is not None and found[0].share == 1 and (found[0].noun == money.noun or money.code is None)
        return (
            found[1] if found is not None and same and (found[0].noun or "dollar") == (money.noun or "dollar") else at
        )

    def _behind(self, scene: Scene, number: Number) -> Sum | None:
        """As in "5 million Swiss francs", "115USD", "10 €", "12-cent", "30 MUSD", "75 USD million"."""
        tokens = scene.tokens
        at, scale = self._letter(scene, number)
        for start, factor in ((at, scale), (number.last, ONE)):
            index = start
            if number.vague and tokens.word(index) == "of":
                index += 1
            if number.form == "fraction" and tokens.word(index) in ("of", "a"):
                index += 1 + (tokens.word(index + 1) == "a")
            if tokens.word(index) == "-" and tokens.glued(index - 1) and tokens.glued(index):
                index += 1
            found = self._name(scene, index) or self._code(scene, index, number)
            if found is None:
                continue
            money, last, extra = (*found, ONE) if len(found) == 2 else found
            if not self._credible(scene, number, money, index, last, factor):
                continue
            behind = scene.vocabulary.numbers.scales.get(tokens.word(last)) if number.scale == ONE else None
            if behind is not None and behind >= 1000:
                extra, last = extra * behind, last + 1
            label = scene.document.text[tokens.start[index] : tokens.end[last - 1]]
            return Sum(number.first, last, money, label, factor * extra)
        return None

    def _name(self, scene: Scene, at: int) -> tuple[Money, int] | None:
        tokens = scene.tokens
        if tokens.word(at) not in self.table.first and tokens.word(at).rstrip(".") not in self.table.first:
            return None
        for last in range(min(tokens.size, at + _LONGEST_NAME), at, -1):
            money = self.table.names.get(" ".join(tokens.low[at:last]))
            if money is not None:
                return money, last
        return None

    def _code(self, scene: Scene, at: int, number: Number) -> tuple[Money, int, Decimal] | None:
        """A code or symbol behind the number."""
        tokens = scene.tokens
        for last in (at + 2, at + 1):
            if last > tokens.size or (last == at + 2 and not tokens.glued(at)):
                continue
            written = "".join(tokens.text[at:last])
            money, factor = self._sign(written)
            if (
                money is None
                or (written[-1] == "." and written.lower() not in self.table.signs)
                or (written[-1].isalpha() and not self._capital(written))
            ):
                continue
            if written in self.table.careful and not (number.form == "digits" and tokens.glued(at - 1)):
                continue
            if last < tokens.size and tokens.text[last][0].isdigit() and self._leans(scene, at, last):
                continue
            if len(written) == 1 and written.isalpha() and written.isascii():
                continue
            return money, last, factor
        return None

    def _leans(self, scene: Scene, at: int, last: int) -> bool:
        """Whether a sign between two numbers is nearer to the second ("1 $10", "3 USD50")."""
        return scene.tokens.glued(last - 1) or not (scene.tokens.glued(at - 1) or scene.tokens.low[at].isalpha())

    def _capital(self, written: str) -> bool:
        return written.isupper() or written.lower() in ("usd", "rmb", "eur", "rs", "kr", "kč", "zł", "元")

    def _credible(self, scene: Scene, number: Number, money: Money, index: int, last: int, factor: Decimal) -> bool:
        """Whether a name that is a common word too stands for money here."""
        tokens = scene.tokens
        word = tokens.low[last - 1]
        named = last - index > 1
        if word in self.table.named or word.rstrip("s") in self.table.named:
            return named or (word in ("reais", "soles") and number.scale > 1)
        if word in self.table.large:
            return named or number.scale * factor >= 1000 or (number.value or 0) >= 1000
        if word in ("c", "p", "sen", "fils"):
            return (
                tokens.glued(index - 1)
                and number.form == "digits"
                and number.scale == ONE
                and tokens.text[index].islower()
            )
        return True

    def _weight(self, scene: Scene, number: Number, found: Sum) -> bool:
        """Whether "pounds" are a weight: small, and nothing in the text says sterling."""
        if found.signed or found.money.noun != "pound" or found.money.code is not None:
            return False
        if found.factor * max(number.scale, number.lower or ONE) >= _MILLION:
            return False
        per = read_per(scene, found.last)
        if per is not None and (per[0].system == "count" or per[0].code in _PAID_BY):
            return False
        if scene.tokens.word(found.last) == "of" and not scene.tokens.word(found.last + 1).startswith("debt"):
            return True
        if "sterling" not in scene.notes:
            scene.notes["sterling"] = self.table.sterling_in(scene.document)
        return not scene.notes["sterling"]

    def _settled(self, scene: Scene, money: Money) -> tuple[str, bool]:
        """The currency of a sum; looked for in the whole document, so kept."""
        if money.code is not None:
            return money.code, False
        key = f"currency {money.noun}"
        known = scene.notes.get(key)
        if not isinstance(known, tuple):
            known = scene.notes[key] = self.table.settle(money, scene.document)
        return known

    def _cents(self, scene: Scene, number: Number, last: int) -> tuple[Decimal | None, int]:
        """The cents behind whole units: "3 dollars 50 cents", "thirteen dollars and forty-five"."""
        tokens = scene.tokens
        joined = tokens.word(last) == "and"
        part = scene.number_at(last + joined)
        if part is None or part.value is None or number.value is None or not (part.whole and part.value < 100):
            return None, last
        found = self._name(scene, part.last)
        if found is not None and found[0].share == 100:
            return number.value + part.value / 100, found[1]
        ends = not tokens.word(part.last)[:1].isalnum() or tokens.word(part.last) in ("more", "and")
        if found is not None or not ends or tokens.word(part.last) in ("%", "-", "$", "€", "£", ","):
            return None, last
        return number.value + part.value / 100, part.last
