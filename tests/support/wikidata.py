"""A small Wikidata of our own, in the format of the real dumps: one entity a line inside one array."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

Json = dict[str, Any]


def link(item: str) -> Json:
    """A value that points to an item."""
    return {"value": {"entity-type": "item", "numeric-id": int(item[1:]), "id": item}, "type": "wikibase-entityid"}


def text(value: str) -> Json:
    return {"value": value, "type": "string"}


def spoken(value: str, language: str = "en") -> Json:
    return {"value": {"text": value, "language": language}, "type": "monolingualtext"}


def day(iso: str, precision: int = 11) -> Json:
    stamp = f"+{iso}T00:00:00Z" if iso[0] != "-" else f"{iso}T00:00:00Z"
    return {"value": {"time": stamp, "precision": precision, "calendarmodel": "Q1985727"}, "type": "time"}


def statement(
    value: Json | None, rank: str = "normal", qualifiers: Mapping[str, Json] | None = None, snaktype: str = "value"
) -> Json:
    """A statement as the dumps have it; ``value`` None: somebody knows that nobody knows."""
    snak: Json = {"snaktype": snaktype if value else "somevalue", "property": "P0"}
    if value is not None:
        snak["datavalue"] = value
    found: Json = {"mainsnak": snak, "type": "statement", "rank": rank, "references": []}
    if qualifiers:
        found["qualifiers"] = {p: [{"snaktype": "value", "datavalue": v}] for p, v in qualifiers.items()}
    return found


def item(
    entity_id: str,
    label: str | Mapping[str, str],
    links: int = 0,
    aliases: Iterable[str] = (),
    sites: Iterable[str] = (),
    modified: str = "2026-03-01",
    **claims: Iterable[Json],
) -> Json:
    """One item; a claim's values are statements, or values that become one."""
    labels = {"en": label} if isinstance(label, str) else label
    titles = [*(f"{chr(97 + n // 26)}{chr(97 + n % 26)}wiki" for n in range(links)), *sites]
    return {
        "type": "item",
        "id": entity_id,
        "labels": {code: {"language": code, "value": name} for code, name in labels.items()},
        "descriptions": {},
        "aliases": {"en": [{"language": "en", "value": alias} for alias in aliases]},
        "claims": {p: [v if "mainsnak" in v else statement(v) for v in values] for p, values in claims.items()},
        "sitelinks": {site: {"site": site, "title": "T", "badges": []} for site in titles},
        "lastrevid": 1,
        "modified": f"{modified}T12:00:00Z",
    }


def of_class(entity_id: str, label: str, *parents: str) -> Json:
    return item(entity_id, label, P279=[link(parent) for parent in parents])


HUMAN, POLITICIAN = link("Q5"), link("Q82955")

ITEMS: Final[tuple[Json, ...]] = (
    # Classes: a port town is a town, a town is listed; a loop, as the real tree has them.
    of_class("Q900001", "port town", "Q900002"),
    of_class("Q900002", "coastal town", "Q3957", "Q900001"),
    of_class("Q900003", "brewery", "Q783794"),
    of_class("Q900004", "prime minister of Vellmar", "Q14212"),
    of_class("Q7187", "gene", "Q863908"),
    # Names and offices that others refer to.
    item("Q900010", "Harrowgate-Tan", P31=[link("Q101352")]),
    item("Q900011", "Prime Minister of Vellmar", P31=[link("Q4164871")], P1001=[link("Q900020")]),
    item("Q900012", "Cho", P31=[link("Q101352")]),
    # A country, its capital, a state in it, a county in the state, a town in the county.
    item(
        "Q900020", "Vellmar", 150, ["Republic of Vellmar", "VLR"], P31=[link("Q3624078")], P297=[text("VL")],
        P36=[link("Q900021")], P1549=[spoken("Vellmari"), spoken("vellmarisch", "de")], P1813=[spoken("Vellmar")],
        P1448=[spoken("Vellmar"), statement(spoken("Saltmark"), "normal", {"P582": day("1961-01-01")})],
    ),
    item("Q900021", "Ostrava Bay City", 60, ["Bay City"], P31=[link("Q515")], P17=[link("Q900020")]),
    item("Q900022", "Upper Vellmar", 30, P31=[link("Q107390")], P17=[link("Q900020")], P131=[link("Q900020")]),
    item("Q900023", "Tarn County", 12, P31=[link("Q28575")], P17=[link("Q900020")], P131=[link("Q900022")]),
    item("Q900024", "Tarnmouth", 9, P31=[link("Q900001")], P17=[link("Q900020")], P131=[link("Q900023")]),
    # People: a prime minister, a namesake, a family name that comes first, one unknown to Wikipedia.
    item(
        "Q900030", "Mira Harrowgate-Tan", 80, ["M. Harrowgate-Tan"], P31=[HUMAN], P27=[link("Q900020")],
        P21=[link("Q6581072")], P106=[link("Q36180"), POLITICIAN], P734=[link("Q900010")],
        P569=[statement(day("1958-04-30"), "deprecated"), day("1959-05-00", 10)],
        P39=[
            statement(link("Q900011"), "normal", {"P580": day("2019-02-01"), "P582": day("2023-06-00", 10)}),
            statement(link("Q900011"), "deprecated", {"P580": day("1900-01-01")}),
        ],
        P102=[link("Q900040")], P742=[text("Saltwater Mira")], P1449=[spoken("The Tide")],
    ),
    item("Q900031", "Mira Harrowgate-Tan", 2, P31=[HUMAN], P106=[link("Q937857")]),
    item("Q900032", "Cho Bo-ra", 45, P31=[HUMAN], P734=[link("Q900012")], P21=[statement(None)]),
    item("Q900033", "Ned Quillfeather", 0, P31=[HUMAN]),
    item("Q900034", {"de": "Uwe Brandhofer", "mul": "U. Brandhofer"}, 6, P31=[HUMAN], P27=[link("Q999999")]),
    # Bodies, a work, an event.
    item("Q900040", "Tidewater Party", 20, ["TWP"], P31=[link("Q7278")], P17=[link("Q900020")]),
    item("Q900041", "Copper Kettle", 7, ["Copper Kettle Ltd"], P31=[link("Q900003")], P17=[link("Q900020")]),
    item("Q900042", "Vellmari Ministry of Salt", 11, P31=[link("Q192350")], P17=[link("Q900020")]),
    item("Q900043", "Turkey", 6, P31=[link("Q11424")]),
    item("Q900044", "Siege of Tarnmouth", 14, P31=[link("Q178561")], sites=["commonswiki", "enwikiquote"]),
    # What is left out: no type, no entity, no English name, no label at all.
    item("Q900050", "ABC1", 40, P31=[link("Q7187")]),
    item("Q900051", "Tarn", 15, P31=[link("Q4167410")]),
    item("Q900052", {"fr": "Rue sans nom"}, 10, P31=[link("Q79007")]),
    item("Q900053", {}, 30, P31=[link("Q515")]),
    item("Q900054", "Nothing in Particular", 30),
    # Known to the tables of the tests already.
    item(
        "Q148", "Chinese Mainland", 300, ["Middle Kingdom"], P31=[link("Q6256")], P297=[text("CN")], P36=[link("Q956")],
    ),
    item("Q956", "Peking", 200, ["Northern Capital"], P31=[link("Q515")], P17=[link("Q148")], P1566=[text("1816670")]),
)  # fmt: skip

OTHERS: Final[tuple[Json, ...]] = (
    {"type": "property", "id": "P31", "labels": {}, "claims": {"P279": []}},
    {"type": "item", "entity": "Q900060", "redirect": "Q900030"},
)
BROKEN: Final = (b'{"type":"item","id":"Q900070","claims":{"P279":[{"mai', b'{"id":"","claims":{"P279":[]}}')


def dump_lines(items: Iterable[Json] = (*ITEMS, *OTHERS), broken: Iterable[bytes] = ()) -> list[bytes]:
    """The lines of a dump; broken ones stand after the third."""
    lines = [orjson.dumps(entity) for entity in items]
    lines[3:3] = broken
    return [b"[\n", *(line + b",\n" for line in lines[:-1]), *(line + b"\n" for line in lines[-1:]), b"]\n"]


def write_dump(path: Path, items: Iterable[Json] = (*ITEMS, *OTHERS), broken: Iterable[bytes] = ()) -> Path:
    path.write_bytes(b"".join(dump_lines(items, broken)))
    return path
