"""Facts in words, as every page writes them: numbers with their comparators, units, periods, speakers, moments."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from factwire.events.enriched_article import Claim, Period, Unit

SIGNS: Final = {"gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ "}
SYMBOLS: Final = {"%": "%", "[pp]": "pp"}
PERIOD_ROLES: Final = {"as_of": "as of", "compared_to": "compared to", "deadline": "by"}
LONGEST_NUMBER: Final = 40
LARGEST_DENOMINATOR: Final = 12


def moment(value: datetime) -> str:
    return f"{value:%-d %B %Y, %H:%M} UTC"


def shorten(text: str, longest: int) -> str:
    """No more than ``longest`` characters, cut between words where there are any."""
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    return (head.rpartition(" ")[0] or head) + "…"


def write_number(claim: Claim) -> str:
    """'≥ 900,000,000', '10 – 12', '~ 70'; as written where there are no bounds at all."""
    about = "~ " if claim.approximate or claim.vague else ""
    if claim.value is not None:
        number = write_fraction(claim.value) if claim.kind == "fraction" else None
        return about + SIGNS.get(claim.comparator, "") + (number or group_digits(claim.value))
    if claim.lower is not None and claim.upper is not None:
        return f"{about}{group_digits(claim.lower)} – {group_digits(claim.upper)}"
    if claim.lower is not None:
        return f"{about}{'≥ ' if claim.lower_inclusive else '> '}{group_digits(claim.lower)}"
    if claim.upper is not None:
        return f"{about}{'≤ ' if claim.upper_inclusive else '< '}{group_digits(claim.upper)}"
    return claim.span.text


def group_digits(number: str) -> str:
    """'900000000' → '900,000,000'. A number of absurd length is left as it is."""
    return f"{Decimal(number):,f}" if len(number) <= LONGEST_NUMBER else number


def write_fraction(number: str) -> str | None:
    """'1/3' for 0.333333; None for what is no fraction that people say."""
    value = Fraction(number) if len(number) <= LONGEST_NUMBER else Fraction(0)
    near = value.limit_denominator(LARGEST_DENOMINATOR)
    return f"{near.numerator}/{near.denominator}" if 0 < near < 1 and abs(near - value) < Fraction(1, 100_000) else None


def write_unit(unit: Unit) -> str:
    """'USD', '%', 'barrels per day', 'drones': currencies by code, all else in the article's words."""
    code = unit.code or ""
    name = code if unit.system == "ISO4217" else SYMBOLS.get(code) or unit.label or code
    return f"{name} per {write_unit(unit.per)}" if unit.per else name


def write_period(period: Period | None) -> str:
    """'Q1 2024', 'by 2030', 'compared to 2022'; empty where it is not placed on the calendar."""
    if period is None:
        return ""
    days = write_days(period.begin, period.end) or period.edtf or ""
    return f"{PERIOD_ROLES.get(period.role, '')} {days}".strip() if days else ""


def write_days(begin: date | None, end: date | None) -> str:
    """Closed days by the name that people have for them: a year, a quarter, a month, a day, from one to another."""
    if begin is None or end is None:
        return f"from {_day(begin)}" if begin else f"until {_day(end)}" if end else ""
    if begin == end:
        return _day(begin)
    if begin.day == 1 and end.day == monthrange(end.year, end.month)[1]:
        return _months(begin, end)
    return f"{_day(begin)} – {_day(end)}"


def write_speaker(claim: Claim, names: Mapping[str, str]) -> str:
    """Who says it, in the article's words, and who that is where the words do not say."""
    if claim.attribution is None:
        return ""
    speaker = claim.attribution.speaker
    known = names.get(speaker.entity_id or "")
    return f"{speaker.name} ({known})" if known and known not in speaker.name else speaker.name


def write_manner(claim: Claim) -> str:
    """What keeps it from being a plain statement: 'forecast', 'denied', “at least”."""
    return ", ".join(_manner(claim))


def _manner(claim: Claim) -> Iterator[str]:
    if claim.modality != "asserted":
        yield claim.modality
    if claim.polarity == "negative":
        yield "denied"
    if claim.hedge:
        yield f"“{claim.hedge}”"
    if claim.unit.assumed:
        yield "currency assumed"


def _day(day: date) -> str:
    return f"{day:%-d %b} {day.year}"


def _months(begin: date, end: date) -> str:
    """Whole months."""
    if begin.year != end.year:
        whole = begin.month == 1 and end.month == 12
        return f"{begin.year} – {end.year}" if whole else f"{begin:%b} {begin.year} – {end:%b} {end.year}"
    if begin.month == end.month:
        return f"{begin:%B} {begin.year}"
    if (begin.month, end.month) == (1, 12):
        return str(begin.year)
    if begin.month % 3 == 1 and end.month == begin.month + 2:
        return f"Q{end.month // 3} {begin.year}"
    return f"{begin:%b} – {end:%b} {begin.year}"
