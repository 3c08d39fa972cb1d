"""``factwire explain``: the claims, the rules that fired, and why other numbers are none."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from factwire.cli.explain import period_of, unit_of, value_of
from factwire.cli.main import app
from factwire.extraction.model import Claim, Period, Span, Unit

TEXT = "Acme, maker of the Boeing 737 wing, said on Friday profit rose 18 percent to $4.1bn in the first quarter."
USD = Unit("ISO4217", "USD", "$")


def explain(*arguments: str, stdin: str = "") -> str:
    done = CliRunner().invoke(app, ["explain", *arguments], input=stdin, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def claim(**fields: object) -> Claim:
    number = Decimal("70")
    given: dict[str, object] = {
        "span": Span(0, 2), "sentence": 0, "kind": "percent", "value": number, "lower": number, "upper": number,
        "lower_inclusive": True, "upper_inclusive": True, "comparator": "eq", "approximate": False, "hedge": None,
        "vague": False, "precision": 2, "unit": USD, **fields,
    }  # fmt: skip
    return Claim(**given)  # type: ignore[arg-type]


def test_claims_are_marked_in_the_sentence_and_listed_with_their_rules() -> None:
    shown = explain(TEXT, "--published", "2024-05-10")
    assert "[1: 18 percent]" in shown
    assert "4100000000" in shown
    assert "2024-01-01 to 2024-03-31" in shown
    assert "rules of 1: " in shown


def test_entities_are_listed_with_the_rules_of_their_mentions() -> None:
    assert "rules of China: metonym.seat" in explain("Beijing warned that it would answer.")


def test_reasons_of_the_rules_that_fired_are_told_on_request() -> None:
    shown = explain(TEXT, "--reasons")
    assert "change.verb: a verb of change stands right before the number" in shown
    assert "unknown.person: " in shown or "unknown.organization: " in shown
    assert "change.verb: " not in explain(TEXT)


def test_a_number_that_is_no_claim_says_why() -> None:
    assert "not a claim: 'Boeing 737'" in explain(TEXT) or "not a claim: '737'" in explain(TEXT)


def test_units_in_brackets_are_shown_and_not_read_as_markup() -> None:
    assert "[gal_us]" in explain("The tank holds 13 gallons of water.")


def test_a_text_without_numbers_says_so() -> None:
    assert "No numeric claims in this text." in explain("Rain fell on the town.")


def test_stdin_is_read_for_a_dash() -> None:
    assert "[1: 18 percent]" in explain("-", stdin=TEXT)


def test_json_gives_the_event() -> None:
    event = json.loads(explain(TEXT, "--published", "2024-05-10", "--json"))
    assert event["text"] == TEXT
    assert event["claims"][0]["value"] == "18"


def test_the_outlets_country_decides_what_a_dollar_is() -> None:
    event = json.loads(explain("Rents rose to $750 a week.", "--country", "au", "--json"))
    assert (event["claims"][0]["unit"]["code"], event["claims"][0]["unit"]["assumed"]) == ("AUD", True)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, "70"),
        ({"comparator": "gt"}, "> 70"),
        ({"comparator": "le"}, "≤ 70"),
        ({"approximate": True}, "about 70"),
        ({"role": "delta", "direction": "down"}, "-70"),
        ({"value": None, "lower": Decimal(40), "upper": Decimal(50), "comparator": "between"}, "40 to 50"),
        ({"value": None, "lower": Decimal(40), "upper": None}, "40 to …"),
    ],
)
def test_a_value_shows_its_comparator(fields: dict[str, object], shown: str) -> None:
    assert value_of(claim(**fields)) == shown


def test_a_unit_shows_what_it_is_per() -> None:
    assert unit_of(Unit("ISO4217", "USD", "$", per=Unit("count", "barrel", "barrel"))) == "USD per barrel"
    assert unit_of(Unit("count", "tool", "machine tools")) == "machine tools"


def test_a_period_shows_its_days() -> None:
    year = Period(None, date(2023, 1, 1), date(2023, 12, 31), "2023", "year", "measured")
    day = Period(None, date(2023, 1, 1), date(2023, 1, 1), "2023-01-01", "day", "measured")
    assert (period_of(year), period_of(day), period_of(None)) == ("2023-01-01 to 2023-12-31", "2023-01-01", "")


HOUSE = {
    "quantities/measure": '[unit]\n"[TEU]" = { dimension = "container", names = ["box"], symbols = ["TEUs"] }\n',
    "quantities/money": '[currency]\nXTS = { adjectives = ["Utopian"], nouns = ["doubloon"] }\n',
    "quantities/identifiers": '[labels]\nstrong = ["berth"]\n',
    "attribution/cues": '[verbs]\nspeech = ["opined"]\n',
}


def test_a_folder_of_ones_own_adds_units_currencies_identifiers_and_cue_verbs(tmp_path: Path) -> None:
    for table, text in HOUSE.items():
        (tmp_path / table).parent.mkdir(exist_ok=True)
        (tmp_path / f"{table}.toml").write_text(text)
    text = "Ann Holt opined that 4,000 TEUs left berth 12 for 3 million Utopian doubloons."
    event = json.loads(explain(text, "--json", "--lexicons", str(tmp_path)))
    assert [c["unit"]["code"] for c in event["claims"]] == ["[TEU]", "XTS"]
    assert {c["attribution"]["speaker"]["name"] for c in event["claims"]} == {"Ann Holt"}
    assert "'12': part of a name" in explain(text, "--lexicons", str(tmp_path))
