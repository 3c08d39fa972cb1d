"""The currency table: codes, symbols and names, and which one a bare "$" or "crowns" is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from factwire.extraction.lexicons import Lexicons, Table
from factwire.extraction.model import Document
from factwire.extraction.quantities.rows import listed

_KEYS: Final = frozenset(("adjectives", "nouns", "symbols", "countries", "places"))
_WIRED: Final = " dlrs"
UNSHARED: Final = frozenset(("dollar",))
"""Nouns that the rest of the text says nothing about: beside "A$5 (US$3)" a bare "$" stays the outlet's own."""


@dataclass(frozen=True, slots=True)
class Money:
    """A code, or a noun that more than one currency has; ``share`` is 100 for cents."""

    code: str | None
    noun: str | None = None
    share: int = 1


@dataclass(frozen=True, slots=True)
class CurrencyTable:
    """``signs`` by symbol without blanks, ``names`` by lower-case phrase; see ``money.toml``."""

    signs: Mapping[str, Money]
    names: Mapping[str, Money]
    codes: frozenset[str]
    first: frozenset[str]
    defaults: Mapping[str, str]
    owners: Mapping[str, Mapping[str, tuple[str, ...]]]
    countries: Mapping[tuple[str, str], str]
    places: Mapping[str, tuple[str, ...]]
    named: frozenset[str]
    large: frozenset[str]
    careful: frozenset[str]
    scales: Mapping[str, Decimal]
    sterling: tuple[str, ...]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> CurrencyTable:
        table = lexicons.table("quantities/money")
        rows = {code: _row(table, code, row) for code, row in table.section("currency").items()}
        defaults = {noun: str(code) for noun, code in table.section("names").items()}
        owners: dict[str, dict[str, tuple[str, ...]]] = {}
        countries: dict[tuple[str, str], str] = {}
        for code, row in rows.items():
            for noun in row["nouns"]:
                owners.setdefault(noun.lower(), {})[code] = tuple(row["adjectives"])
                countries.update({(noun.lower(), country): code for country in row["countries"]})
        names = _names(table, rows, owners)
        words = table.section("words")
        return cls(
            signs=_signs(table, rows),
            names=names,
            codes=frozenset(rows),
            first=frozenset(phrase.split()[0] for phrase in names),
            defaults=defaults,
            owners=owners,
            countries=countries,
            places={code: (*row["adjectives"], *row["places"]) for code, row in rows.items()},
            named=listed(table, "words", "named"),
            large=listed(table, "words", "large"),
            careful=frozenset(map(str.upper, listed(table, "words", "careful"))),
            scales={letter: Decimal(scale) for letter, scale in words["scales"].items()},
            sterling=tuple(sorted(listed(table, "words", "sterling"))),
        )

    def settle(self, money: Money, document: Document) -> tuple[str, bool]:
        """The code, and whether it was only assumed: by other mentions, the outlet's country, or custom."""
        if money.code is not None:
            return money.code, False
        noun = money.noun or "dollar"
        named = self._wired(noun, document) if noun in UNSHARED else self._named(noun, document.folded.lower())
        country = document.article.country
        home = self.countries.get((noun, country)) if country else None
        return named or home or self._told_of(noun, document) or self.defaults.get(noun, "USD"), True

    def sterling_in(self, document: Document) -> bool:
        """Whether the text shows that its pounds are money."""
        text = document.folded.lower()
        home = self.countries.get(("pound", document.article.country or ""))
        return home is not None or any(sign in text for sign in self.sterling)

    def _named(self, noun: str, text: str) -> str | None:
        """The currency that the text names most often in full."""
        return _most(self.owners.get(noun, {}), lambda adjective: text.count(f"{adjective.lower()} {noun}"))

    def _wired(self, noun: str, document: Document) -> str | None:
        """The one that sums are told in where a wire writes out no sign: "8.8 billion Canadian dlrs … 584 mln dlrs"."""
        if "$" in document.folded:
            return None
        text = document.folded.lower()
        named = {
            money.code for name, money in self.names.items() if name.endswith(_WIRED) and " " in name and name in text
        }
        return named.pop() if len(named) == 1 else None

    def _told_of(self, noun: str, document: Document) -> str | None:
        """The one in use whose country the text speaks of most, where the noun is no everyday word for another."""
        if noun in UNSHARED or noun == "pound":
            return None
        used = frozenset(self.countries.values())
        owners = {code: self.places[code] for code in self.owners.get(noun, {}) if code in used}
        return _most(owners, document.folded.count)


def _most(owners: Mapping[str, tuple[str, ...]], count: Callable[[str], int]) -> str | None:
    counted = {code: sum(map(count, adjectives)) for code, adjectives in owners.items()}
    best = max(counted, key=lambda code: counted[code], default=None)
    return best if best is not None and counted[best] else None


def _row(table: Table, code: str, row: Any) -> dict[str, list[str]]:
    if not (len(code) == 3 and code.isupper()):
        raise table.fault(code, f"'{code}' must be a currency code of three capitals")
    if not isinstance(row, Mapping) or not row.get("nouns"):
        raise table.fault(code, f"currency '{code}' must be a row with nouns")
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise table.fault(
            code, f"currency '{code}' has an unknown key '{unknown[0]}'; known: {', '.join(sorted(_KEYS))}"
        )
    found = {key: row.get(key, []) for key in _KEYS}
    for key, words in found.items():
        if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
            raise table.fault(code, f"'{key}' of currency '{code}' must be a list of words")
    return found


def _signs(table: Table, rows: Mapping[str, Mapping[str, list[str]]]) -> dict[str, Money]:
    signs = {}
    for code, row in rows.items():
        signs.update(dict.fromkeys((code.lower(), f"{code.lower()}$"), Money(code)))
        signs.update({symbol.lower().replace(" ", ""): Money(code) for symbol in row["symbols"]})
        if row["nouns"][0] == "dollar":
            signs.update({f"{country.lower()}$": Money(code) for country in row["countries"]})
    signs.update({sign: Money(None, noun) for sign, noun in table.section("signs").items()})
    return signs


def _names(
    table: Table, rows: Mapping[str, Mapping[str, list[str]]], owners: Mapping[str, Mapping[str, Any]]
) -> dict[str, Money]:
    plurals = table.section("plurals")
    names: dict[str, Money] = {}
    for code, row in rows.items():
        for noun in (noun.lower() for noun in row["nouns"]):
            alone = Money(code, noun) if len(owners[noun]) == 1 else Money(None, noun)
            for form in (noun, noun + "s", *plurals.get(noun, ())):
                names[form] = alone
                names.update({f"{adjective.lower()} {form}": Money(code, noun) for adjective in row["adjectives"]})
    for word, noun in table.section("minor").items():
        names[word] = _minor(names, owners, word, noun)
    return names


def _minor(names: Mapping[str, Money], owners: Mapping[str, Mapping[str, Any]], word: str, noun: str) -> Money:
    if word.startswith(("us ", "u.s. ")):
        return Money("USD", noun, 100)
    single = names[noun].code
    code = "GBP" if noun == "pound" else single
    return Money(code, noun, 100)
