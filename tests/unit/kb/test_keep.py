"""The filter language: what it means, that faults are shown where they are, and that an early answer is never wrong."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.errors import ConfigurationError
from factwire.kb.keep import All, Facts, Filter, Not, OneOf, Sitelinks, Some, parse_filter

VALUES = {
    "class": ["Q5", "Q6256"],
    "id": ["Q1", "Q2"],
    "type": ["person", "place"],
    "subtype": ["city", "river"],
    "country": ["CN", "FR"],
    "wiki": ["enwiki", "dewiki"],
    "label": ["en", "pt-br"],
    "has": ["P18", "P1566"],
}
one_of = st.sampled_from(sorted(VALUES)).flatmap(
    lambda field: st.sets(st.sampled_from(VALUES[field]), min_size=1).map(lambda v: OneOf(field, frozenset(v)))
)
sitelinks = st.builds(Sitelinks, st.sampled_from([">=", ">", "<=", "<", "="]), st.integers(0, 9))
filters: st.SearchStrategy[Filter] = st.recursive(
    one_of | sitelinks,
    lambda part: st.one_of(
        part.map(Not),
        st.lists(part, min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(part, min_size=2, max_size=3).map(lambda parts: Some(tuple(parts))),
    ),
    max_leaves=8,
)
facts: st.SearchStrategy[Facts] = st.fixed_dictionaries(
    {"sitelinks": st.integers(0, 9), **{f: st.sets(st.sampled_from(v)).map(frozenset) for f, v in VALUES.items()}}
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("sitelinks>=20", True),
        ("sitelinks>20", False),
        ("sitelinks<21 and sitelinks=20", True),
        ("class:Q5,Q6256", True),
        ("class:Q515", False),
        ("not class:Q515", True),
        ("class:Q515 or sitelinks>=20 and country:FR", True),
        ("(class:Q515 or sitelinks>=20) and country:CN", False),
        ("class:Q515 or\n  label:pt-br", True),
        ("has:P1566 and wiki:enwiki and type:person", True),
    ],
)
def test_text_means_what_it_says(text: str, kept: bool) -> None:
    known: Facts = {
        "sitelinks": 20, "class": frozenset(["Q5"]), "country": frozenset(["FR"]), "has": frozenset(["P1566"]),
        "wiki": frozenset(["enwiki"]), "type": frozenset(["person"]), "label": frozenset(["pt-br"]),
    }  # fmt: skip
    assert parse_filter(text).judge(known) is kept


@pytest.mark.parametrize(
    ("text", "character", "reason"),
    [
        ("", 1, "here a condition must stand"),
        ("sitelinks>=many", 12, "here a whole number must stand"),
        ("sitelinks:5", 10, "needs >=, >, <=, < or ="),
        ("class:Q5 and type:persn", 19, "'type' needs a type such as person or place here"),
        ("class Q5", 7, "'class' needs a colon"),
        ("class:Q5,", 10, "'class' needs a class"),
        ("colour:red", 1, "here a condition must stand"),
        ("class:Q5 type:person", 10, "here 'and', 'or' or the end must stand"),
        ("(class:Q5", 10, "a closing bracket is missing here"),
        ("class:Q5)", 9, "here 'and', 'or' or the end must stand"),
        ("class:Q5 and", 13, "here a condition must stand"),
        ("country:France", 9, "'country' needs a country such as CN here"),
        ("(" * 60 + "class:Q5" + ")" * 60, 52, "more than 50 deep"),
    ],
)
def test_fault_is_shown_where_it_is(text: str, character: int, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_filter(text)
    message, shown, mark = str(caught.value).splitlines()
    assert message.startswith(f"the filter, character {character}: ")
    assert reason in message
    assert shown == f"  {text}"
    assert mark.index("^") == character + 1


@given(filters)
def test_filter_written_and_read_is_the_same(keep: Filter) -> None:
    assert str(parse_filter(str(keep))) == str(keep)


@given(st.text(max_size=200))
def test_any_text_is_a_filter_or_a_fault(text: str) -> None:
    with suppress(ConfigurationError):
        parse_filter(text)


@given(filters, facts, st.sets(st.sampled_from(["sitelinks", *VALUES])))
def test_answer_from_less_is_the_answer_from_all_or_open(keep: Filter, known: Facts, hidden: set[str]) -> None:
    full = keep.judge(known)
    early = keep.judge({name: value for name, value in known.items() if name not in hidden})
    assert full is not None
    assert early in (full, None)


@given(filters, facts)
def test_nothing_is_kept_with_fewer_sitelinks_than_the_fewest(keep: Filter, known: Facts) -> None:
    links = known["sitelinks"]
    assert isinstance(links, int)
    if links < keep.fewest:
        assert keep.judge(known) is False


@given(filters, filters, facts)
def test_not_of_both_is_either_not(one: Filter, other: Filter, known: Facts) -> None:
    assert Not(All((one, other))).judge(known) == Some((Not(one), Not(other))).judge(known)
