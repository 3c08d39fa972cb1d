"""Units as people type them: "miles", "°C", "usd", "drones". The tables that read articles know their codes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from factwire.events.units import is_listed
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.quantities.currencies import CurrencyTable
from factwire.extraction.quantities.nouns import NounGrammar
from factwire.extraction.quantities.units import Measure, UnitGrammar

SHARES: Final = {"percent": "%", "per cent": "%", "percentage points": "[pp]", "percentage point": "[pp]", "pp": "[pp]"}


@dataclass(frozen=True, slots=True)
class _Words:
    units: UnitGrammar
    money: CurrencyTable
    nouns: NounGrammar

    def measure(self, typed: str) -> Measure | None:
        """By symbol in its own letters, else by name; no multiple of a unit ("decade")."""
        symbol = typed.replace(" ", "")
        maps = (self.units.symbols, self.units.spaced, self.units.glued)
        found = next((one[symbol] for one in maps if symbol in one), None) or self.units.names.get(typed.lower())
        return found if found is not None and found.factor == 1 else None

    def currency(self, typed: str) -> str | None:
        """By code, name or sign; a noun that several currencies have is the one that it mostly means."""
        if typed.upper() in self.money.codes:
            return typed.upper()
        named = self.money.names.get(typed.lower()) or self.money.signs.get(typed)
        if named is None or named.share != 1:
            return None
        return named.code or self.money.defaults.get(named.noun or "")


def unit_code(typed: str) -> str:
    """The code on the wire: of a unit of measure, of a currency, else the counted noun in the singular."""
    if is_listed(typed):
        return typed
    words, plain = _words(), " ".join(typed.split())
    measure = words.measure(plain)
    if measure is not None:
        return f"{measure.code}/{measure.per}" if measure.per else measure.code
    return SHARES.get(plain.lower()) or words.currency(plain) or _noun(words, plain)


def _noun(words: _Words, typed: str) -> str:
    return words.nouns.singular(typed) if typed.isalpha() and typed.islower() else typed


@cache
def _words() -> _Words:
    lexicons = load_lexicons()
    return _Words(UnitGrammar.compile(lexicons), CurrencyTable.compile(lexicons), NounGrammar.compile(lexicons))
