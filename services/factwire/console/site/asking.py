"""What a filter form asks for: read from the address, empty fields left out, faults said in words beside the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar

T = TypeVar("T")
LONGEST: Final = 200
MOST_DIGITS: Final = 60


@dataclass(slots=True)
class Asked:
    """``given``: the fields that say something, as typed. ``faults``: what is wrong with those that cannot be read."""

    given: dict[str, str]
    faults: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, parameters: Mapping[str, str], names: tuple[str, ...]) -> Asked:
        given = {name: parameters[name].strip() for name in names if parameters.get(name, "").strip()}
        asked = cls(given)
        for name, value in list(given.items()):
            if len(value) > LONGEST or "\x00" in value:
                del given[name]
                asked.faults.append(f"{name}: at most {LONGEST} characters")
        return asked

    def words(self, name: str) -> str | None:
        return self.given.get(name)

    def day(self, name: str) -> date | None:
        return self._read(name, date.fromisoformat, "a day looks like 2024-04-12")

    def number(self, name: str) -> Decimal | None:
        return self._read(name, _number, "a number looks like 1200000 or 0.5")

    def first_moment(self, name: str) -> datetime | None:
        day = self.day(name)
        return None if day is None else datetime.combine(day, time.min, UTC)

    def last_moment(self, name: str) -> datetime | None:
        day = self.day(name)
        return None if day is None else datetime.combine(day, time.max, UTC)

    def _read(self, name: str, reader: Callable[[str], T], hint: str) -> T | None:
        try:
            return reader(self.given[name]) if name in self.given else None
        except (ValueError, InvalidOperation):
            self.faults.append(f"{name}: {hint}")
            return None


def _number(text: str) -> Decimal:
    number = Decimal(text.replace(",", ""))
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(text)
    return number
