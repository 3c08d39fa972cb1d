"""The language that says what to keep of a dump: ``class:Q5,Q6256 or sitelinks>=20 and not country:FR``.

    expression   term { "or" term }
    term         factor { "and" factor }
    factor       "not" factor | "(" expression ")" | condition
    condition    "sitelinks" ( ">=" | ">" | "<=" | "<" | "=" ) number
               | field ":" value { "," value }

A filter is asked twice. While the dump is read, an item's country and the superclasses of its classes are not known
yet; the answer may then be None: not decided. Once everything is read, it is asked again with all that is known.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, TypeAlias

from factwire.errors import ConfigurationError

Facts: TypeAlias = Mapping[str, "frozenset[str] | int"]
"""What is known of an item, by field. A field that is not there is not known yet."""

FIELDS: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "class": (re.compile(r"Q[1-9]\d*"), "a class such as Q5"),
    "id": (re.compile(r"Q[1-9]\d*"), "an id such as Q148"),
    "type": (re.compile("person|organization|place|group|event|product|work"), "a type such as person or place"),
    "subtype": (re.compile("[a-z_]+"), "a subtype such as city"),
    "country": (re.compile("[A-Z]{2}"), "a country such as CN"),
    "wiki": (re.compile("[a-z_]+"), "a site such as enwiki"),
    "label": (re.compile(r"[a-z]+(-[a-z]+)*"), "a language such as en"),
    "has": (re.compile(r"P[1-9]\d*"), "a property such as P1566"),
}
"""Every field, with what its values look like. An item meets a condition if it has one of the values."""

_COMPARE: Final[Mapping[str, Callable[[int, int], bool]]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq,
}  # fmt: skip
_TOKEN: Final = re.compile(r"\s*([A-Za-z_][\w-]*|\d+|>=|<=|[()<>=:,]|\S)")
_WORDS: Final = frozenset(["and", "or", "not"])
_DEEPEST: Final = 50


class Filter(Protocol):
    """A condition, or several joined."""

    def judge(self, facts: Facts) -> bool | None:
        """Whether an item with these facts is kept; None if that depends on facts that are not there."""

    @property
    def fewest(self) -> int:
        """No item with fewer sitelinks can be kept: what a look at the bytes of a line may go by."""

    def values(self, field: str) -> frozenset[str]:
        """The values that are asked for of a field."""


@dataclass(frozen=True, slots=True)
class Sitelinks:
    """How many Wikipedias have an article."""

    sign: str
    number: int

    def judge(self, facts: Facts) -> bool | None:
        known = facts.get("sitelinks")
        return _COMPARE[self.sign](known, self.number) if isinstance(known, int) else None

    @property
    def fewest(self) -> int:
        return {">=": self.number, "=": self.number, ">": self.number + 1}.get(self.sign, 0)

    def values(self, field: str) -> frozenset[str]:
        return frozenset()

    def __str__(self) -> str:
        return f"sitelinks{self.sign}{self.number}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field has one of some values."""

    field: str
    wanted: frozenset[str]

    def judge(self, facts: Facts) -> bool | None:
        known = facts.get(self.field)
        return not self.wanted.isdisjoint(known) if isinstance(known, frozenset) else None

    @property
    def fewest(self) -> int:
        return 0

    def values(self, field: str) -> frozenset[str]:
        return self.wanted if field == self.field else frozenset()

    def __str__(self) -> str:
        return f"{self.field}:{','.join(sorted(self.wanted))}"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a filter."""

    part: Filter

    def judge(self, facts: Facts) -> bool | None:
        found = self.part.judge(facts)
        return None if found is None else not found

    @property
    def fewest(self) -> int:
        return 0

    def values(self, field: str) -> frozenset[str]:
        return self.part.values(field)

    def __str__(self) -> str:
        return f"not ({self.part})"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Filter, ...]

    def judge(self, facts: Facts) -> bool | None:
        found = [part.judge(facts) for part in self.parts]
        return False if False in found else None if None in found else True

    @property
    def fewest(self) -> int:
        return max((part.fewest for part in self.parts), default=0)

    def values(self, field: str) -> frozenset[str]:
        return frozenset().union(*(part.values(field) for part in self.parts))

    def __str__(self) -> str:
        return " and ".join(f"({part})" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Filter, ...]

    def judge(self, facts: Facts) -> bool | None:
        found = [part.judge(facts) for part in self.parts]
        return True if True in found else None if None in found else False

    @property
    def fewest(self) -> int:
        return min((part.fewest for part in self.parts), default=0)

    def values(self, field: str) -> frozenset[str]:
        return frozenset().union(*(part.values(field) for part in self.parts))

    def __str__(self) -> str:
        return " or ".join(f"({part})" for part in self.parts)


def parse_filter(text: str) -> Filter:
    """The filter that a text states. Raises :class:`ConfigurationError`, which shows the place of the fault."""
    reader = _Reader(text, _tokens(text))
    found = reader.expression(0)
    reader.expect_end()
    return found


class _Token(NamedTuple):
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    return [_Token(match[1], match.start(1)) for match in _TOKEN.finditer(text)]


@dataclass(slots=True)
class _Reader:
    """Reads tokens from left to right, one function a rule of the grammar."""

    text: str
    tokens: list[_Token]
    next: int = 0

    def expression(self, depth: int) -> Filter:
        parts = [self.term(depth)]
        while self._skip("or"):
            parts.append(self.term(depth))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def term(self, depth: int) -> Filter:
        parts = [self.factor(depth)]
        while self._skip("and"):
            parts.append(self.factor(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def factor(self, depth: int) -> Filter:
        if depth > _DEEPEST:
            raise self._fault(f"brackets and 'not' are more than {_DEEPEST} deep")
        if self._skip("not"):
            return Not(self.factor(depth + 1))
        if self._skip("("):
            inner = self.expression(depth + 1)
            if not self._skip(")"):
                raise self._fault("a closing bracket is missing here")
            return inner
        return self._condition()

    def _condition(self) -> Filter:
        field = self._peek()
        if field == "sitelinks":
            self.next += 1
            return self._sitelinks()
        if field not in FIELDS:
            raise self._fault(f"here a condition must stand: sitelinks, {', '.join(FIELDS)}, 'not' or a bracket")
        self.next += 1
        if not self._skip(":"):
            raise self._fault(f"'{field}' needs a colon and {FIELDS[field][1]}")
        values = [self._value(field)]
        while self._skip(","):
            values.append(self._value(field))
        return OneOf(field, frozenset(values))

    def _sitelinks(self) -> Filter:
        sign = self._peek()
        if sign not in _COMPARE:
            raise self._fault("'sitelinks' needs >=, >, <=, < or =, and a number")
        self.next += 1
        number = self._peek()
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            raise self._fault("here a whole number must stand")
        self.next += 1
        return Sitelinks(sign, int(number))

    def _value(self, field: str) -> str:
        pattern, wanted = FIELDS[field]
        value = self._peek()
        if value in _WORDS or not pattern.fullmatch(value):
            raise self._fault(f"'{field}' needs {wanted} here")
        self.next += 1
        return value

    def expect_end(self) -> None:
        if self.next < len(self.tokens):
            raise self._fault("here 'and', 'or' or the end must stand")

    def _peek(self) -> str:
        return self.tokens[self.next].text if self.next < len(self.tokens) else ""

    def _skip(self, text: str) -> bool:
        found = self._peek() == text
        self.next += found
        return found

    def _fault(self, reason: str) -> ConfigurationError:
        at = self.tokens[self.next].at if self.next < len(self.tokens) else len(self.text)
        line = re.sub(r"\s", " ", self.text)
        return ConfigurationError(f"the filter, character {at + 1}: {reason}\n  {line}\n  {' ' * at}^")
