"""One line of a Wikidata JSON dump: bytes in, what is of use out. Pure; ``operations/kb_build.py`` walks the file.

The dump is one array with an entity a line: format at mediawiki.org, "Wikibase/DataModel/JSON". A line is looked at as
bytes first: most items have too few sitelinks and are no class, and are never parsed. Wikidata is CC0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from factwire.errors import InvalidInput
from factwire.kb.keep import Facts, Filter

Json = dict[str, Any]

_ANY_LANGUAGE: Final = "mul"
"""Names that are the same in all languages have this code since 2024, and none of their own."""
_NAME_CLASSES: Final = frozenset(["Q101352", "Q29042997", "Q60558422", "Q66480858"])
"""Family names: plain, double, compound, with affix."""
_OFFICES: Final = frozenset(["Q4164871", "Q294414"])
_REFERRED: Final = (b'"P279"', b'"P297"', b'"P1001"', *(f'"{q}"'.encode() for q in (*_NAME_CLASSES, *_OFFICES)))
"""Marks of items that others refer to: classes, countries, offices, family names. They are read whatever is kept."""
_ASKED: Final[Mapping[str, str]] = {"wiki": "sitelinks", "label": "labels", "has": "claims"}
"""Fields of the filter, and the part of an entity whose keys they ask for."""
_NOT_WIKIPEDIAS: Final = frozenset([
    "commonswiki", "specieswiki", "metawiki", "wikidatawiki", "mediawikiwiki", "sourceswiki", "outreachwiki",
    "foundationwiki", "incubatorwiki", "wikimaniawiki", "wikifunctionswiki", "testwiki", "test2wiki",
])  # fmt: skip
_NAMED_FOR_A_TIME: Final = ("P1448", "P1813", "P2561")
"""Official names, short names and names, whose qualifiers may say when they were given up."""
_MOST_NAMES: Final = 60
_LONGEST_NAME: Final = 100
_MOST_TERMS: Final = 12
_PRECISION: Final[Mapping[int, int]] = {9: 4, 10: 7, 11: 10}
"""Wikidata's precision of a time (year, month, day), and how many letters of an ISO date that is."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What to look for: the filter, and the languages in which names are taken, the first for the main name."""

    keep: Filter
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one item gives. ``item``: its data in brief, if it may be kept; the rest is what others refer to."""

    number: int
    item: Json | None = None
    parents: tuple[int, ...] = ()
    label: str = ""
    of: str = ""
    iso2: str = ""
    capitals: tuple[int, ...] = field(default=())


def read_line(line: bytes, reading: Reading) -> Finding | None:
    """What a line gives; None for brackets, properties, redirects and items of no use.

    Raises :class:`InvalidInput` for a line that is no entity.
    """
    line = line.strip().rstrip(b",")
    if line in (b"", b"[", b"]") or not _may_matter(line, reading.keep):
        return None
    try:
        entity = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise InvalidInput(f"no JSON: {fault}") from fault
    if not isinstance(entity, dict) or entity.get("type", "item") != "item" or "redirect" in entity:
        return None
    number = str(entity.get("id", ""))[1:]
    if not number.isdecimal():
        raise InvalidInput("an entity without an id")
    try:
        return _found(entity, int(number), reading)
    except (AttributeError, KeyError, TypeError) as fault:
        raise InvalidInput(f"{entity['id']} is not laid out as an item: {fault}") from fault


def _may_matter(line: bytes, keep: Filter) -> bool:
    """By its bytes: whether the line is damaged, is referred to by others, or has enough sitelinks."""
    if not line.endswith(b"}"):
        return True
    at = line.rfind(b'"sitelinks":')
    if at < 0 or line.count(b'"site":', at) >= keep.fewest:
        return True
    return any(mark in line for mark in _REFERRED)


def _found(entity: Json, number: int, reading: Reading) -> Finding | None:
    label = _label(entity, reading.languages)
    brief = _brief(entity, label, reading) if label and reading.keep.judge(facts_of(entity)) is not False else None
    parents = tuple(int(q[1:]) for q in ids(entity, "P279"))
    classes = ids(entity, "P31")
    iso2 = next(iter(texts(entity, "P297")), "")
    named = bool(parents) or bool(ids(entity, "P1001")) or not (_NAME_CLASSES | _OFFICES).isdisjoint(classes)
    if brief is None and not (parents or iso2 or named):
        return None
    return Finding(
        number,
        brief,
        parents,
        label=label if named else "",
        of=next(iter((*ids(entity, "P1001"), *ids(entity, "P17"))), "") if named else "",
        iso2=iso2,
        capitals=tuple(int(q[1:]) for q in ids(entity, "P36")) if iso2 else (),
    )


def facts_of(entity: Json) -> Facts:
    """What the filter can be asked at once; of its classes only that they are not known to the end."""
    return {
        "id": frozenset([entity["id"]]),
        "sitelinks": len(_wikipedias(entity)),
        **{name: frozenset(entity.get(part) or ()) for name, part in _ASKED.items()},
    }


_SPOKEN: Final = ("P1448", "P1449", "P1549", "P1705", "P1813", "P2561")
"""Texts that say their language: official name, nickname, demonym, native label, short name, name."""


def _brief(entity: Json, label: str, reading: Reading) -> Json | None:
    """What the rows of the item are made of: names, and statements by property."""
    classes = ids(entity, "P31")
    if not classes:
        return None
    facts = {name: sorted(reading.keep.values(name) & set(entity.get(part) or ())) for name, part in _ASKED.items()}
    brief: Json = {
        "name": label,
        "aliases": _names(entity, label, reading.languages),
        "modified": str(entity.get("modified", ""))[:10],
        "facts": {"id": [entity["id"]], "sitelinks": len(_wikipedias(entity)), **facts},
        **{claim: ids(entity, claim) for claim in ("P31", "P17", "P27", "P131", "P21", "P102", "P106", "P734")},
        **{claim: texts(entity, claim) for claim in ("P1566", "P297", "P742")},
        **{claim: _translated(entity, claim, reading.languages) for claim in _SPOKEN},
        "P569": next(filter(None, map(iso_date, _values(entity, "P569"))), ""),
        "P39": list(_terms(entity)),
        "former": list(_former_names(entity, reading.languages)),
    }
    return {key: value for key, value in brief.items() if value}


def _wikipedias(entity: Json) -> list[str]:
    return [site for site in entity.get("sitelinks") or () if site.endswith("wiki") and site not in _NOT_WIKIPEDIAS]


def _label(entity: Json, languages: Sequence[str]) -> str:
    labels = entity.get("labels") or {}
    found = (_clean(labels[code]["value"]) for code in (*languages, _ANY_LANGUAGE) if code in labels)
    return next(filter(None, found), "")


def _names(entity: Json, label: str, languages: Sequence[str]) -> list[str]:
    """Labels and aliases in the languages asked for, without the main one."""
    labels, aliases = entity.get("labels") or {}, entity.get("aliases") or {}
    codes = (*languages, _ANY_LANGUAGE)
    found = [labels[code]["value"] for code in codes if code in labels]
    found += [alias["value"] for code in codes for alias in aliases.get(code, ())]
    names = dict.fromkeys(filter(None, map(_clean, found)))
    names.pop(label, None)
    return list(names)[:_MOST_NAMES]


def _clean(name: str) -> str:
    """A name as the tables hold it; empty for one that is too long, or has a sign that the tables need."""
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST_NAME and "|" not in name and any(map(str.isalpha, name)) else ""


# -- statements --------------------------------------------------------------------------------------------------------


def _statements(entity: Json, claim: str) -> list[Json]:
    """Those that hold, preferred ones first."""
    listed = (entity.get("claims") or {}).get(claim)
    if not listed:
        return []
    holding = [s for s in listed if s.get("rank") != "deprecated"]
    return holding if len(holding) < 2 else sorted(holding, key=lambda s: s.get("rank") != "preferred")


def _value(snak: Json) -> Any:
    """The value of a snak; None where Wikidata says that it is unknown or that there is none."""
    return snak["datavalue"]["value"] if snak.get("snaktype", "value") == "value" and "datavalue" in snak else None


def _values(entity: Json, claim: str) -> Iterator[Any]:
    return (v for s in _statements(entity, claim) if (v := _value(s["mainsnak"])) is not None)


def ids(entity: Json, claim: str) -> list[str]:
    """The items that a property points to."""
    return list(filter(None, map(_item_id, _values(entity, claim))))


def _item_id(value: Any) -> str:
    """Old dumps give the number of an item only."""
    if not isinstance(value, dict):
        return ""
    found = value.get("id") or f"Q{value.get('numeric-id', '')}"
    return found if found[:1] == "Q" and found[1:].isdecimal() else ""


def texts(entity: Json, claim: str) -> list[str]:
    """The plain texts of a property."""
    return [value for value in _values(entity, claim) if isinstance(value, str)]


def _translated(entity: Json, claim: str, languages: Sequence[str]) -> list[str]:
    found = (v for v in _values(entity, claim) if isinstance(v, dict))
    return [name for v in found if v.get("language") in (*languages, _ANY_LANGUAGE) and (name := _clean(v["text"]))]


def _terms(entity: Json) -> Iterator[list[str]]:
    """Office, its begin and its end; the district or country that a qualifier names is left to the office's item."""
    for statement in _statements(entity, "P39")[:_MOST_TERMS]:
        office = _item_id(_value(statement["mainsnak"]))
        if office:
            yield [office, _qualified(statement, "P580"), _qualified(statement, "P582")]


def _former_names(entity: Json, languages: Sequence[str]) -> Iterator[list[str]]:
    """Name, its begin and its end, where a statement says until when it was used."""
    for claim in _NAMED_FOR_A_TIME:
        for statement in _statements(entity, claim):
            value, end = _value(statement["mainsnak"]), _qualified(statement, "P582")
            if end and isinstance(value, dict) and value.get("language") in (*languages, _ANY_LANGUAGE):
                yield [_clean(value["text"]), _qualified(statement, "P580"), end]


def _qualified(statement: Json, claim: str) -> str:
    snaks = (statement.get("qualifiers") or {}).get(claim, ())
    return next(filter(None, (iso_date(_value(snak)) for snak in snaks)), "")


def iso_date(value: Any) -> str:
    """An ISO year, month or day of our era, as precise as Wikidata has it; empty for anything else."""
    if not isinstance(value, dict) or not str(value.get("time", "")).startswith("+"):
        return ""
    return str(value["time"])[1 : 1 + _PRECISION.get(value.get("precision", 11), 0)]
