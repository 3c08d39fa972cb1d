"""A name that changed hands means whoever had it on the day of publication."""

from __future__ import annotations

from typing import Any

import pytest

CASES = [
    ("X said on Monday that it had paid.", "X", "2024-03-01", "Q918"),
    ("X said on Monday that it had paid.", "X", "2010-03-01", None),
    ("Twitter said on Monday that it had paid.", "Twitter", "2010-03-01", "Q918"),
    ("Twitter said on Monday that it had paid.", "Twitter", "2024-03-01", "Q918"),
    ("Shares of Meta fell.", "Meta", "2022-03-01", "Q380"),
    ("Shares of Meta fell.", "Meta", "2014-03-01", None),
    ("Talks in Burma ended.", "Burma", "1988-03-01", "Q836"),
    ("Talks in Burma ended.", "Burma", "2021-03-01", "Q836"),
    ("Talks in Swaziland ended.", "Swaziland", "2001-03-01", "Q1050"),
    ("Talks in Eswatini ended.", "Eswatini", "2021-03-01", "Q1050"),
    ("Talks in Congo ended.", "Congo", "1987-03-01", "Q971"),
    ("Talks in Congo ended.", "Congo", "2021-03-01", "Q974"),
    ("Talks in Yugoslavia ended.", "Yugoslavia", "1985-03-01", "Q83286"),
    ("Talks in Yugoslavia ended.", "Yugoslavia", "1999-03-01", "Q37024"),
    ("Talks in Zaire ended.", "Zaire", "1990-03-01", "Q6500954"),
    ("The Prince of Wales opened it.", "Prince of Wales", "2010-03-01", "Q43274"),
    ("The Prince of Wales opened it.", "Prince of Wales", "2023-03-01", "Q36812"),
    ("The EC agreed on farm prices.", "EC", "2001-03-01", "Q8880"),
]


@pytest.mark.parametrize(("text", "name", "published", "wanted"), CASES)
def test_name_means_who_had_it_then(text: str, name: str, published: str, wanted: str | None, link: Any) -> None:
    found = link(text, published=published)
    ids = [e.entity_id for e in found.entities if any(m.span.of(found.text) == name for m in e.mentions)]
    known = [entity_id for entity_id in ids if entity_id.startswith("Q")]
    assert known == ([wanted] if wanted else [])


def test_community_and_commission_share_an_acronym_in_different_years(link: Any) -> None:
    (community,) = link("The EC agreed on farm prices.", published="1987-03-01").entities
    assert community.name == "European Economic Community"
