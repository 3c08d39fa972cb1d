"""Reads a Wikidata JSON dump line by line and keeps what a filter asks for, as rows of our tables.

The dump is one entity a line inside one array. Lines are rejected by a look at their bytes before they are parsed; what
is kept is a row with the columns of the tables, so that one compiler serves both. Wikidata is CC0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from factwire.errors import InvalidInput

Item = dict[str, Any]
Row = dict[str, str]

_CLASSES: Final[Mapping[str, tuple[str, str]]] = {
    "Q5": ("people", ""),
    "Q6256": ("countries", ""),
    "Q3624078": ("countries", ""),
    "Q515": ("places", "city"),
    "Q1549591": ("places", "city"),
    "Q3957": ("places", "city"),
    "Q532": ("places", "city"),
    "Q5119": ("places", "city"),
    "Q486972": ("places", "city"),
    "Q7930989": ("places", "city"),
    "Q35657": ("places", "state"),
    "Q10864048": ("places", "region"),
    "Q82794": ("places", "region"),
    "Q23442": ("places", "island"),
    "Q4022": ("places", "river"),
    "Q165": ("places", "sea"),
    "Q8502": ("places", "mountain"),
    "Q4830453": ("companies", ""),
    "Q783794": ("companies", ""),
    "Q6881511": ("companies", ""),
    "Q891723": ("companies", ""),
    "Q7278": ("parties", ""),
    "Q43229": ("organizations", "organization"),
    "Q484652": ("organizations", "international_organization"),
    "Q245065": ("organizations", "international_organization"),
    "Q327333": ("organizations", "government_agency"),
    "Q192350": ("organizations", "ministry"),
    "Q11204": ("organizations", "legislature"),
    "Q66344": ("organizations", "central_bank"),
    "Q3918": ("organizations", "university"),
    "Q11032": ("organizations", "media"),
    "Q476028": ("organizations", "sports_team"),
    "Q163740": ("organizations", "ngo"),
    "Q41710": ("groups", "people"),
    "Q198": ("events", "war"),
    "Q40231": ("events", "election"),
    "Q178561": ("events", "battle"),
    "Q11424": ("works", "film"),
}
"""Instance-of classes that are read, and the table and subtype of each; the first one that an item has decides."""
_GENDERS: Final[Mapping[str, str]] = {"Q6581097": "m", "Q6581072": "f"}
_CONDITION: Final = re.compile(r"(?:(sitelinks)\s*>=\s*(\d+)|(table|subtype|country)\s*=\s*([\w,]+))")
_PRIOR_PER_LINK: Final = 4


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that a row must all meet, and the fewest Wikipedias (sitelinks) that must have an article."""

    sitelinks: int
    conditions: tuple[tuple[str, frozenset[str]], ...]

    @classmethod
    def parse(cls, text: str) -> Filter:
        """``sitelinks>=10 and table=people,places and country=CN,TW``. Raises :class:`InvalidInput`."""
        fewest, conditions = 1, []
        for part in filter(None, (p.strip() for p in text.split(" and "))):
            match = _CONDITION.fullmatch(part)
            if match is None:
                raise InvalidInput(f"'{part}' is no condition; write sitelinks>=10 and table=people,places")
            if match[1]:
                fewest = int(match[2])
            else:
                conditions.append((match[3], frozenset(match[4].split(","))))
        return cls(fewest, tuple(conditions))

    def keeps(self, row: Row) -> bool:
        """Whether a row meets every condition."""
        return all(row.get(column, "") in allowed for column, allowed in self.conditions)


def rows_in(lines: Iterable[bytes], keep: Filter, countries: Callable[[str], str]) -> Iterator[tuple[int, Row | None]]:
    """For each line its number and the row it gives, if any; ``countries`` turns a country's id into its ISO code."""
    for number, line in enumerate(lines, 1):
        yield number, _row_of(line, keep, countries)


def _row_of(line: bytes, keep: Filter, countries: Callable[[str], str]) -> Row | None:
    line = line.strip().rstrip(b",")
    if b'"P31"' not in line or b'"sitelinks"' not in line:
        return None
    try:
        item = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise InvalidInput(f"a line of the dump is no JSON: {fault}") from fault
    links = len(item.get("sitelinks", ()))
    if links < keep.sitelinks:
        return None
    row = _row(item, links, countries)
    return row if row is not None and keep.keeps(row) else None


def _row(item: Item, links: int, countries: Callable[[str], str]) -> Row | None:
    label = item.get("labels", {}).get("en", {}).get("value")
    kind = next((_CLASSES[c] for c in _ids(item, "P31") if c in _CLASSES), None)
    if not label or kind is None:
        return None
    table, subtype = kind
    country = next((code for q in _ids(item, "P17") + _ids(item, "P27") if (code := countries(q))), "")
    row = {
        "table": table,
        "id": item["id"],
        "name": label,
        "aliases": "|".join(_aliases(item, label)),
        "subtype": subtype,
        "country": country,
        "prior": str(min(100, links // _PRIOR_PER_LINK + 5)),
        "iso2": "".join(_texts(item, "P297")[:1]),
        "capital": "".join(_ids(item, "P36")[:1]),
        "demonyms": "|".join(_english(item, "P1549")),
        "acronyms": "|".join(_english(item, "P1813")),
        "gender": "".join(_GENDERS.get(q, "") for q in _ids(item, "P21")[:1]),
        "party": "".join(_ids(item, "P102")[:1]),
        "born": _year(item, "P569"),
        "ticker": "".join(_texts(item, "P249")[:1]),
    }
    return {column: value for column, value in row.items() if value}


def _aliases(item: Item, label: str) -> list[str]:
    listed = (alias["value"] for alias in item.get("aliases", {}).get("en", ()))
    return [alias for alias in dict.fromkeys(listed) if alias != label and "|" not in alias and "\t" not in alias]


def _values(item: Item, claim: str) -> Iterator[Any]:
    statements = [s for s in item.get("claims", {}).get(claim, ()) if s.get("rank") != "deprecated"]
    for statement in sorted(statements, key=lambda s: s.get("rank") != "preferred"):
        value = statement.get("mainsnak", {}).get("datavalue", {}).get("value")
        if value is not None:
            yield value


def _ids(item: Item, claim: str) -> list[str]:
    return [value["id"] for value in _values(item, claim) if isinstance(value, dict) and "id" in value]


def _texts(item: Item, claim: str) -> list[str]:
    return [value for value in _values(item, claim) if isinstance(value, str)]


def _english(item: Item, claim: str) -> list[str]:
    return [v["text"] for v in _values(item, claim) if isinstance(v, dict) and v.get("language") == "en"]


def _year(item: Item, claim: str) -> str:
    times = (value["time"] for value in _values(item, claim) if isinstance(value, dict) and "time" in value)
    return next((time[1:5] for time in times if time.startswith("+")), "")
