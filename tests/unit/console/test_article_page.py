import pytest
from tests.support.stories import ATTACK, story

from factwire.console.article_page import article_page, web_address
from factwire.console.writing import group_digits, write_number, write_unit
from factwire.events.enriched_article import Unit


@pytest.fixture
def page():
    return article_page(story())


def card(page, written):
    return next(card for card in page.cards if card.written == written)


def facts(card):
    return {fact.label: fact.value for fact in card.facts}


def test_sections_keep_their_kinds_and_asides_are_labelled(page):
    assert [block.kind for block in page.blocks] == [
        "title", "summary", "dateline", "body", "body", "subhead", "body", "duplicate", "boilerplate",
    ]  # fmt: skip
    assert [block.label for block in page.blocks if block.label] == ["Repeat", "Boilerplate"]


def test_claims_stand_in_reading_order(page):
    assert [card.written for card in page.cards] == [
        "more than $1.2 billion",
        "40 to 45 percent of the $1.2 billion",
        "$1.2 billion",
        "18.4 million tonnes",
        "up 6.5 percent",
        "About 3,200 people",
    ]


def test_numbers_are_written_with_comparator_and_unit(page):
    assert [(card.number, card.unit) for card in page.cards] == [
        ("> 1,200,000,000", "USD"),
        ("40 – 45", "%"),
        ("1,200,000,000", "USD"),
        ("18,400,000", "tonnes"),
        ("6.5", "%"),
        ("~ 3,200", "people"),
    ]


def test_card_says_who_said_it_of_what_and_when(page):
    assert facts(card(page, "more than $1.2 billion")) == {
        "about": "its harbours",
        "agent": "Norland",
        "said by": "Finance Minister Ada Lindqvist",
        "stated as": "target, currency assumed",
    }
    when = next(fact for fact in card(page, "18.4 million tonnes").facts if fact.label == "when")
    assert (when.value, when.details) == ("Q3 2025", "“the third quarter of 2025”")
    assert facts(card(page, "up 6.5 percent"))["change"] == "up, by this much"


def test_who_takes_part_or_speaks_has_a_page(page):
    addresses = {fact.label: fact.address for fact in card(page, "more than $1.2 billion").facts}
    assert addresses["agent"] == "/entities/Q9001"
    assert addresses["said by"] == "/entities/nil%3A5f0c2a"


def test_evidence_is_the_sentence(page):
    assert card(page, "18.4 million tonnes").evidence.startswith("The port handled 18.4 million tonnes")


def test_tip_names_id_rule_and_confidence(page):
    html = "".join(block.html for block in page.blocks)
    assert "money: number + unit, comparator: more than" in html
    assert "confidence 0.84" in html
    assert "Ada Lindqvist · person · nil:5f0c2a" in html


def test_entities_are_sorted_by_salience_and_link_to_their_register(page):
    assert [name.name for name in page.names][:2] == ["Norland", "Ada Lindqvist"]
    registers = {name.entity_id: name.register for name in page.names}
    assert registers["Q9001"] == "https://www.wikidata.org/wiki/Q9001"
    assert registers["geonames:3183284"] == "https://www.geonames.org/3183284"
    assert registers["nil:5f0c2a"] is None


def test_hostile_text_stays_text(page):
    html = "".join(block.html for block in page.blocks)
    assert ATTACK not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//e.org", "", None])
def test_only_web_addresses_become_links(url):
    assert web_address(url) is None
    assert article_page(story(url=url)).url is None


def test_repeat_of_a_story_leads_to_where_it_was_first():
    repeat = story(duplicate_of={"article_id": "first/1", "similarity": 0.9, "kind": "near"})
    assert article_page(repeat).original == "/articles/first%2F1"
    assert article_page(story()).original is None


def test_article_without_sections_or_title_is_shown_whole():
    page = article_page(story(title=None, sections=()))
    assert page.title == "Norland doubles its harbour fund to $1.2 billion"
    assert len(page.blocks) == 9
    assert {block.kind for block in page.blocks} == {"body"}


@pytest.mark.parametrize(
    ("bounds", "written"),
    [
        ({"value": "70", "comparator": "ge"}, "≥ 70"),
        ({"value": "0.25"}, "0.25"),
        ({"value": "-3"}, "-3"),
        ({"lower": "10", "upper": "12", "comparator": "between"}, "10 – 12"),
        ({"lower": "24", "vague": True, "comparator": "ge"}, "~ ≥ 24"),
        ({"upper": "5", "upper_inclusive": False, "comparator": "lt"}, "< 5"),
        ({}, "up 6.5 percent"),
    ],
)
def test_open_and_closed_bounds_are_written(bounds, written):
    nothing = {"value": None, "lower": None, "upper": None}
    claim = next(claim for claim in story().claims if claim.span.text == "up 6.5 percent")
    assert write_number(claim.model_copy(update={**nothing, **bounds})) == written


def test_absurd_numbers_are_left_as_they_are():
    assert group_digits("9" * 5000) == "9" * 5000


def test_units_nest():
    barrels = Unit(system="UCUM", code="[bbl_us]", label="barrels", per=Unit(system="UCUM", code="d"))
    assert write_unit(barrels) == "barrels per d"
    assert write_unit(Unit(system="none")) == ""
