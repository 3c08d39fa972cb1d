"""The read API's questions over a real PostgreSQL: filters, units, entities, counts, files, and pages under inserts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pyarrow.parquet as parquet
import pytest
from tests.support.databases import both_kinds, settings_for
from tests.support.events import NOON, TEXT, enriched, span
from tests.support.reading import reading_over
from tests.support.seeding import store_all
from tests.support.stories import ID, story

from factwire.operations.affiliations import load_affiliations
from factwire.storage import newest, search

pytestmark = pytest.mark.docker
NOW = datetime(2026, 4, 1, tzinfo=UTC)
PURPOSE = {
    "kind": "money",
    "entity": "Q148",
    "role": "about",
    "speaker_for": "US",
    "published_from": "2023-01-01",
    "published_to": "2023-12-31",
}


@pytest.fixture
async def client(database: str) -> AsyncIterator[httpx.AsyncClient]:
    async with reading_over(database, lambda: NOW) as client:
        yield client


def said(article_id: str, speaker: str, entity_id: str | None, *, kind: str = "money", **given: Any):
    """An article with one claim about China, by this speaker; the speaker's first word is a mention of Q30."""
    text = f"{speaker} said that China had spent $5 million."
    words = {"start": 0, "end": len(speaker), "text": speaker}
    event = enriched(article_id, text=TEXT, **given)
    claim = {
        **event.claims[0].model_dump(),
        "span": span("$5 million", text),
        "kind": kind,
        "value": "5000000",
        "lower": "5000000",
        "upper": "5000000",
        "unit": {"system": "ISO4217", "code": "USD", "label": "$"},
        "concept": None,
        "period": None,
        "arguments": [{"role": "subject", "entity_id": "Q148", "span": span("China", text)}],
        "attribution": {
            "speaker": {"span": words, "entity_id": entity_id, "name": speaker},
            "cue": span("said", text),
            "mode": "indirect",
        },
    }
    first = {"start": 0, "end": len(speaker.split()[0]), "text": speaker.split()[0]}
    mention = {"span": first, "form": "acronym", "confidence": 0.9}
    us = {
        "entity_id": "Q30",
        "type": "place",
        "subtype": "country",
        "name": "United States",
        "confidence": 1,
        "salience": 1,
    }
    return enriched(
        article_id,
        **{
            "text": text,
            "sentences": [(0, len(text))],
            "claims": [claim],
            "entities": [{**us, "mentions": [mention]}] if entity_id is None else [],
            **given,
        },
    )


async def found(client: httpx.AsyncClient, path: str = "/v1/claims", **wanted: Any) -> list[Any]:
    answer = await client.get(path, params=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


@both_kinds
async def test_money_about_china_by_us_officials_in_2023_is_one_request(client, database):
    load_affiliations(settings_for(database))
    then = datetime(2023, 5, 12, 12, tzinfo=UTC)
    await store_all(
        database,
        said("officials", "US officials", None, published_at=then),
        said("yellen", "Janet Yellen", "Q263725", published_at=then),
        said("yellen-before", "Janet Yellen", "Q263725", published_at=datetime(2019, 5, 1, tzinfo=UTC)),
        said("analysts", "US analysts", None, published_at=then),
        said("next-year", "US officials", None, published_at=datetime(2024, 1, 1, tzinfo=UTC)),
        said("count", "US officials", None, published_at=then, kind="count"),
        said("berlin", "Olaf Scholz", "Q61053", published_at=then),
    )
    assert {claim["article"]["article_id"] for claim in await found(client, **PURPOSE)} == {"officials", "yellen"}
    by_id = await found(client, **{**PURPOSE, "speaker_for": "Q30"})
    assert {claim["article"]["article_id"] for claim in by_id} == {"officials", "yellen"}
    assert all("US" in claim["speaks_for"] for claim in by_id)


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({"entity": "Q9001", "role": "agent"}, 1),
        ({"entity": "Q9001", "role": "recipient"}, 0),
        ({"entity": "nil:5f0c2a", "role": "said"}, 1),
        ({"entity": "nil:5f0c2a", "role": "about"}, 0),
        ({"speaker": "finance minister ADA lindqvist"}, 1),
        ({"modality": "target"}, 1),
        ({"min_confidence": "0.85"}, 0),
        ({"min_confidence": "0.8"}, 6),
        ({"published_from": "2026-03-10", "published_to": "2026-03-10"}, 6),
        ({"published_to": "2026-03-09"}, 0),
        ({"text": '"harbour fund" -drones'}, 6),
        ({"kind": "money", "unit": "USD", "min": "1200000000.01"}, 1),
        ({"kind": "money", "unit": "USD", "max": "1200000000"}, 1),
        ({"unit": "kg", "min": "18399999999", "max": "18400000001"}, 1),
        ({"unit": "t"}, 1),
        ({"unit": "kg"}, 0),
    ],
)
async def test_filters(client, database, wanted, number):
    await store_all(database, story())
    assert len(await found(client, **wanted)) == number


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        ({"unit": "km", "min": "10"}, ["7 miles"]),
        ({"unit": "km", "max": "10"}, ["5 miles"]),
        ({"unit": "[mi_i]"}, ["7 miles", "5 miles"]),
        ({"unit": "km"}, []),
        ({"unit": "m", "min": "8046.72", "max": "8046.72"}, ["5 miles"]),
        ({"unit": "kg", "min": "1"}, []),
    ],
)
async def test_units_of_one_dimension_compare(client, database, wanted, texts):
    await store_all(database, miles())
    assert [claim["span"]["text"] for claim in await found(client, **wanted)] == texts


def miles():
    text = "It is 7 miles there and 5 miles back."
    base = enriched().claims[0].model_dump()
    claims = [
        {
            **base,
            "claim_id": f"00000000-0000-0000-0000-00000000000{value}",
            "span": span(f"{value} miles", text),
            "kind": "measure",
            **dict.fromkeys(("value", "lower", "upper"), str(value)),
            "unit": {"system": "UCUM", "code": "[mi_i]", "label": "miles"},
            "concept": None,
            "arguments": [],
            "period": None,
            "attribution": None,
        }
        for value in (7, 5)
    ]
    return enriched("miles", text=text, sentences=[(0, len(text))], claims=claims)


async def test_numbers_are_given_in_another_unit_beside_the_original(client, database):
    await store_all(database, miles(), story())
    claims = {claim["span"]["text"]: claim for claim in await found(client, **{"in": "km"})}
    assert claims["7 miles"]["value"] == "7"
    assert claims["7 miles"]["converted"] == {
        "unit": "km",
        "value": "11.265408",
        "lower": "11.265408",
        "upper": "11.265408",
    }
    assert claims["18.4 million tonnes"]["converted"] is None


@pytest.mark.parametrize(("unit", "said"), [("EUR", "date and a rate source"), ("bogus", "UCUM code")])
async def test_what_cannot_be_converted_into_is_refused_with_the_reason(client, unit, said):
    answer = await client.get("/v1/claims", params={"in": unit})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#in")
    assert said in answer.json()["detail"]


async def test_a_role_without_an_entity_is_a_problem(client):
    answer = await client.get("/v1/claims?role=agent")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#role")


@both_kinds
async def test_pages_do_not_shift_while_articles_arrive(client, database):
    """What was there when the walk began is seen once, whatever is stored meanwhile."""
    await store_all(database, *(enriched(f"a-{n:02}", published_at=NOON - timedelta(minutes=n)) for n in range(12)))
    seen, address, fresh = [], "/v1/claims?limit=3", 0
    while address:
        page = (await client.get(address)).json()
        seen += [claim["article"]["article_id"] for claim in page["data"]]
        fresh += 1
        await store_all(database, enriched(f"new-{fresh}", published_at=NOON + timedelta(minutes=fresh)))
        address = page["next"]
    assert seen == [f"a-{n:02}" for n in range(12)]


@both_kinds
@pytest.mark.parametrize(
    ("first", "walked", "few"), [(1, 0, 0), (2, 1, 0), (1, 100, 0), (5, 1, 5_000), (500, 2, 5_000)]
)
async def test_pages_are_the_same_however_the_list_is_sliced(client, database, monkeypatch, first, walked, few):
    """Short slices and long ones, walked through and found by the indexes, or all at once."""
    for name, value in (("FIRST", first), ("WALKED", walked), ("FEW", few), ("GROWTH", 2)):
        monkeypatch.setattr(newest, name, value)
    await store_all(
        database,
        *(enriched(f"a-{n}", published_at=NOON + timedelta(days=n - n % 2)) for n in range(8)),
        enriched("dark", published_at=NOON, embargoed_until=NOW + timedelta(days=3650)),
        miles(),
    )
    counted = [f"a-{n}" for n in (6, 7, 4, 5, 2, 3, 0, 1)]
    late = {"published_from": (NOON + timedelta(days=4)).date().isoformat()}
    for wanted, names in (
        ({"kind": "measure"}, ["miles", "miles"]),
        ({"kind": "count"}, counted),
        ({}, sorted([*counted, "miles", "miles"], key=[*counted, "miles"].index)),
        ({"kind": "count", "min": "1000"}, counted),
        ({"text": "miles"}, ["miles", "miles"]),
        ({"kind": "count", **late}, counted[:4]),
        ({"kind": "count", "begin": "1990-01-01", "end": "1990-01-02"}, []),
        ({"begin": "2024-04-12", "end": "2024-04-12", **late}, counted[:4]),
        ({"text": "drones", "entity": "Q20"}, counted),
        ({"text": "drones", "entity": "Q30"}, []),
    ):
        walk, address = [], f"/v1/claims?{urlencode({'limit': 3, **wanted})}"
        while address:
            page = (await client.get(address)).json()
            walk += [claim["article"]["article_id"] for claim in page["data"]]
            address = page["next"]
        assert walk == names, wanted


async def test_articles_are_filtered(client, database):
    await store_all(database, story(), enriched("drones", language="en"))
    for wanted, names in (
        ({"entity": "Q9001"}, [ID]),
        ({"entity": "Q20"}, ["drones"]),
        ({"source": "example.org"}, ["drones"]),
        ({"published_from": "2026-01-01"}, [ID]),
        ({"published_to": "2024-04-12"}, ["drones"]),
        ({"language": "de"}, []),
    ):
        assert [article["article_id"] for article in await found(client, "/v1/articles", **wanted)] == names, wanted


async def test_repeats_are_left_out_when_asked(client, database):
    copy = {"article_id": "first", "similarity": 0.97, "kind": "near"}
    await store_all(database, enriched("first"), enriched("copy", duplicate_of=copy))
    for path in ("/v1/articles", "/v1/claims"):
        assert len(await found(client, path)) == 2
        (only,) = await found(client, path, duplicates="false")
        assert only.get("article", only)["article_id"] == "first"


async def test_entities_are_found_by_beginnings_of_words(client, database):
    await store_all(database, story(), enriched("drones"), enriched("more"))
    for wanted, names in (
        ({"name": "nor"}, ["Norland", "Norland Ports Authority", "Norway"]),
        ({"name": "ports norl"}, ["Norland Ports Authority"]),
        ({"name": "lindq"}, ["Ada Lindqvist"]),
        ({"type": "person"}, ["Ada Lindqvist"]),
        ({"name": "x' | y \\ :*"}, []),
        ({"name": "!!"}, []),
    ):
        assert [entity["name"] for entity in await found(client, "/v1/entities", **wanted)] == names, wanted
    assert (await found(client, "/v1/entities", name="norway"))[0]["article_count"] == 2


async def test_entity_pages_join_up_and_end(client, database):
    await store_all(database, story(), enriched("drones"))
    names, address = [], "/v1/entities?limit=2"
    while address:
        page = (await client.get(address)).json()
        names += [entity["name"] for entity in page["data"]]
        address = page["next"]
    assert names == sorted(names, key=str.lower)
    assert len(names) == 7


@both_kinds
async def test_an_entity_says_who_it_is_and_how_much_there_is(client, database):
    await store_all(database, story(), enriched("drones"))
    profile = (await client.get("/v1/entities/Q9001")).json()
    assert (profile["name"], profile["type"], profile["subtype"]) == ("Norland", "place", "country")
    assert (profile["article_count"], profile["claims_about"], profile["claims_by"]) == (1, 1, 0)
    assert profile["names"] == ["Norland"]
    minister = (await client.get("/v1/entities/nil:5f0c2a")).json()
    assert (minister["claims_about"], minister["claims_by"]) == (0, 1)


async def test_an_entity_of_hidden_articles_alone_is_not_there(client, database):
    await store_all(database, story(embargoed_until=NOW + timedelta(days=3650)))
    assert (await client.get("/v1/entities/Q9001")).status_code == 404
    assert await found(client, "/v1/entities") == []
    assert await found(client, "/v1/stats/timeline", of="claims") == []
    assert (await client.get("/v1/stats/distribution")).json()["claims"] == 0


@both_kinds
async def test_an_entitys_timeline_counts_the_claims_that_its_filter_finds(client, database):
    """Added up from the articles or counted claim by claim, also after a new revision, a withdrawal and an embargo."""
    await store_all(database, story(), enriched("drones"), enriched("gone"), enriched("late"))
    await store_all(
        database, enriched("drones", revision=2, claims=[]), enriched("gone", revision=2, status="withdrawn")
    )
    await store_all(database, enriched("dark", embargoed_until=NOW + timedelta(days=3650)))
    for entity in ("Q20", "Q9001", "nil:5f0c2a"):
        for role in ({}, {"role": "about"}, {"role": "said"}, {"role": "about", "published_from": "2025-01-01"}):
            wanted = {"entity": entity, **role}
            claims = await found(client, **wanted)
            counted = await found(client, "/v1/stats/timeline", of="claims", step="month", **wanted)
            assert sum(point["count"] for point in counted) == len(claims), wanted
        profile = (await client.get(f"/v1/entities/{entity}")).json()
        about, said = [await found(client, entity=entity, role=role) for role in ("about", "said")]
        assert (profile["claims_about"], profile["claims_by"]) == (len(about), len(said))
    assert await found(client, "/v1/stats/timeline", of="claims", entity="Q20")


@both_kinds
async def test_timelines_count_by_day_week_and_month(client, database):
    days = (datetime(2024, 4, day, 12, tzinfo=UTC) for day in (1, 1, 7, 8, 30))
    await store_all(database, *(enriched(f"a-{n}", published_at=day) for n, day in enumerate(days)))
    for step, counts in (
        ("day", [("2024-04-01", 2), ("2024-04-07", 1), ("2024-04-08", 1), ("2024-04-30", 1)]),
        ("week", [("2024-04-01", 3), ("2024-04-08", 1), ("2024-04-29", 1)]),
        ("month", [("2024-04-01", 5)]),
    ):
        for of in ("articles", "claims"):
            points = await found(client, "/v1/stats/timeline", step=step, of=of, entity="Q20")
            assert [(point["begin"], point["count"]) for point in points] == counts, (step, of)


async def test_a_distribution_shows_the_numbers_of_the_commonest_unit(client, database):
    await store_all(database, *(enriched(f"a-{n}") for n in range(3)), miles())
    spread = (await client.get("/v1/stats/distribution", params={"kind": "measure"})).json()
    assert (spread["base_unit"], spread["claims"], spread["lowest"], spread["highest"]) == (
        "m",
        2,
        "8046.72",
        "11265.408",
    )


# -- files


async def test_csv_has_every_claim_and_is_no_spreadsheet_program(client, database):
    attack = "=cmd|' /C calc'!A0"
    await store_all(database, story(), enriched("a", title=attack))
    answer = await client.get("/v1/claims?format=csv&limit=1")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "claims.csv" in answer.headers["content-disposition"]
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(table) == 7
    assert {row["title"] for row in table} >= {f"'{attack}"}
    tonnes = next(row for row in table if row["unit"] == "t")
    assert (tonnes["value"], tonnes["evidence"][:22]) == ("18400000", "The port handled 18.4 ")


async def test_negative_numbers_stay_numbers_in_csv(client, database):
    cold = {**enriched().claims[0].model_dump(), "value": "-5", "lower": "-5", "upper": "-5"}
    await store_all(database, enriched("cold", claims=[cold]))
    answer = await client.get("/v1/claims?format=csv")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["value"] == "-5"


async def test_json_lines_and_parquet_hold_the_same(client, database):
    await store_all(database, story(), enriched("a"))
    lines = [json.loads(line) for line in (await client.get("/v1/claims?format=jsonl&in=kg")).text.splitlines()]
    answer = await client.get("/v1/claims?in=kg", headers={"accept": "application/vnd.apache.parquet"})
    table = parquet.read_table(io.BytesIO(answer.content)).to_pylist()
    assert table == lines
    assert {row["converted_value"] for row in table if row["unit"] == "t"} == {"18400000000"}


@both_kinds
async def test_an_export_has_no_cap_and_is_read_in_pieces(client, database, monkeypatch):
    monkeypatch.setattr(search, "EXPORTED", 3)
    await store_all(database, *(enriched(f"a-{n:02}") for n in range(20)))
    lines = [json.loads(line) for line in (await client.get("/v1/claims?format=jsonl")).text.splitlines()]
    assert sorted(line["article_id"] for line in lines) == [f"a-{n:02}" for n in range(20)]


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
async def test_an_empty_export_is_a_valid_file(client, format):
    answer = await client.get(f"/v1/claims?format={format}")
    assert answer.status_code == 200
    if format == "parquet":
        assert parquet.read_table(io.BytesIO(answer.content)).num_rows == 0


# -- answers one has already


async def test_an_answer_one_has_is_not_sent_again(client, database):
    await store_all(database, story())
    for path in ("/v1/claims", "/v1/articles", "/v1/articles/wire%2F2026-0457%3Fdraft%231", "/v1/entities"):
        first = await client.get(path)
        again = await client.get(path, headers={"if-none-match": f'"x", {first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b""), path
        other = await client.get(path, headers={"if-none-match": 'W/"other"'})
        assert other.status_code == 200
    before = (await client.get("/v1/claims")).headers["etag"]
    await store_all(database, enriched("a"))
    assert (await client.get("/v1/claims")).headers["etag"] != before


# -- what is refused, and how


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("in=EUR", "in", "currencies are not converted"),
        ("in=parsnip", "in", "not a unit of measure"),
        ("min=NaN", "min", "a number is digits"),
        ("max=1e400", "max", "no exponent"),
        ("kind=mony", "kind", "'money'"),
        ("modality=sure", "modality", "'asserted'"),
        ("publishd_from=2023-01-01", "publishd_from", "is it published_from?"),
        ("zzz=1", "zzz", "there are article, begin"),
        ("kind=money&kind=percent", "kind", "takes one value"),
        ("text=%00", "text", "U+0000"),
        ("cursor=abc", "cursor", "not one that this service gave out"),
        ("min=5&max=1", "min", "above the upper one"),
        ("role=about", "role", "give `entity` too"),
    ],
)
async def test_problem_names_the_parameter_and_what_would_be_right(client, query, field, words):
    answer = await client.get(f"/v1/claims?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"][0]["pointer"] == f"#{field}"
    assert words in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/entities", "/v1/stats/timeline", "/v1/stream", "/v1/articles/a"])
async def test_no_resource_ignores_a_misspelt_parameter(client, path):
    answer = await client.get(path, params={"enttiy": "Q148"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#enttiy")


async def test_unit_may_be_named_as_people_do(client, database):
    await store_all(database, story())
    by_code = await found(client, unit="USD")
    assert by_code
    for typed in ("usd", "dollars", "$", "US dollars"):
        assert await found(client, unit=typed) == by_code, typed
    assert (await found(client, unit="[mi_i]", **{"in": "miles"})) == (await found(client, unit="miles"))


async def test_two_letters_of_a_country_may_be_small(client, database):
    load_affiliations(settings_for(database))
    await store_all(database, said("officials", "US officials", None))
    assert await found(client, speaker_for="us") == await found(client, speaker_for="US") != []
