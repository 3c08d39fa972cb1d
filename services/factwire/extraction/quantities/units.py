"""Units of measure: names and symbols, as ``measure.toml`` lists them, to UCUM codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from factwire.extraction.lexicons import Lexicons, Table
from factwire.extraction.quantities.tokens import Tokens

_KEYS: Final = frozenset(
    ("dimension", "names", "symbols", "glued", "spaced", "followed", "as", "factor", "per", "compound")
)
_IRREGULAR: Final = {"foot": "feet", "inch": "inches", "century": "centuries", "millennium": "millennia"}
_LONGEST: Final = 4


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: ``code`` is what goes out, ``factor`` what the value is multiplied with ("decade": ten years).

    ``per`` is the code of the unit below the line that a symbol holds ("bpd": barrels per day).
    """

    code: str
    dimension: str
    factor: Decimal = Decimal(1)
    per: str | None = None


@dataclass(frozen=True, slots=True)
class UnitGrammar:
    """``names`` by lower-case phrase, ``symbols`` by exact letters: ``glued`` without a space, ``spaced`` with one.

    ``parted``: symbols with a space inside, as they are without it ("sqkm").
    """

    names: Mapping[str, Measure]
    symbols: Mapping[str, Measure]
    glued: Mapping[str, Measure]
    spaced: Mapping[str, Measure]
    compounds: Mapping[tuple[str, str], Measure]
    parted: frozenset[str]
    first: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> UnitGrammar:
        table = lexicons.table("quantities/measure")
        maps: dict[str, dict[str, Measure]] = {"names": {}, "symbols": {}, "glued": {}, "spaced": {}}
        compounds: dict[tuple[str, str], Measure] = {}
        parted: set[str] = set()
        for code, row in table.section("unit").items():
            measure = _measure(table, code, row)
            for name in row.get("names", ()):
                maps["names"].update(dict.fromkeys(_forms(name), measure))
            for key in ("symbols", "glued", "spaced"):
                maps[key].update({_key(symbol): measure for symbol in row.get(key, ())})
                parted.update(_key(symbol) for symbol in row.get(key, ()) if " " in symbol)
            if "compound" in row:
                compounds[(row["compound"][0], row["compound"][1])] = measure
        first = {_key(name.split()[0]) for name in maps["names"]}
        first |= {symbol[0] for key in ("symbols", "glued", "spaced") for symbol in maps[key]}
        return cls(**maps, compounds=compounds, parted=frozenset(parted), first=frozenset(first))

    def read(self, tokens: Tokens, at: int) -> tuple[Measure, int] | None:
        """The unit that begins at token ``at`` and the token behind it: the longest name, else a symbol."""
        low = tokens.word(at)
        if not low or (low not in self.first and low[0] not in self.first and tokens.text[at][0] not in self.first):
            return None
        for last in range(min(tokens.size, at + _LONGEST), at, -1):
            named = self.names.get(" ".join(tokens.low[at:last]))
            if named is not None:
                return named, last
            written = "".join(tokens.text[at:last])
            measure = self.symbols.get(written)
            near = tokens.glued(at - 1) and tokens.word(at - 1) != "-"
            if measure is None:
                measure = (self.glued if near else self.spaced).get(written)
            if measure is None:
                continue
            together = last - at == 1 or not written[-1].isdigit() or tokens.glued(last - 2)
            joined = written in self.parted or not _is_parted(tokens, at, last)
            if together and joined and self._whole(tokens, last, written):
                return measure, last
        return None

    def _whole(self, tokens: Tokens, last: int, written: str) -> bool:
        """A symbol does not run on into other letters or digits."""
        follower = tokens.word(last)
        return not (
            tokens.glued(last - 1) and follower and (follower[0].isalnum() or (follower == "-" and len(written) < 2))
        )


def _is_parted(tokens: Tokens, at: int, last: int) -> bool:
    """Whether words with a space between were read as one symbol: "100m in" is no minute."""
    words = range(at, last - 1)
    return any(tokens.text[i][-1].isalpha() and tokens.text[i + 1][0].isalpha() for i in words)


def _measure(table: Table, code: str, row: Any) -> Measure:
    if not isinstance(row, Mapping) or not isinstance(row.get("dimension"), str):
        raise table.fault(code, f"unit '{code}' must be a row with a dimension")
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise table.fault(
            code, f"unit '{code}' has an unknown key '{unknown[0]}'; known are {', '.join(sorted(_KEYS))}"
        )
    for key in ("names", "symbols", "glued", "spaced", "compound"):
        words = row.get(key, [])
        if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
            raise table.fault(code, f"'{key}' of unit '{code}' must be a list of words")
    factor = row.get("factor", 1)
    if not isinstance(factor, int) or factor < 1:
        raise table.fault(code, f"'factor' of unit '{code}' must be a whole number")
    return Measure(row.get("as", code), row["dimension"], Decimal(factor), row.get("per"))


def _forms(name: str) -> tuple[str, ...]:
    """A name and its plurals, in lower case and as the tokens of a text join."""
    low = name.lower()
    head, _, tail = low.rpartition(" ")
    if head.startswith("degree"):
        return low, low.replace("degree", "degrees", 1)
    if low.startswith("part per"):
        return low, low.replace("part", "parts", 1)
    plural = _IRREGULAR.get(tail, tail + "s")
    spelled = (low, f"{head} {plural}".strip())
    return tuple(form for whole in spelled for form in {whole, whole.replace("-", " - ")})


def _key(symbol: str) -> str:
    return symbol.replace(" ", "")
