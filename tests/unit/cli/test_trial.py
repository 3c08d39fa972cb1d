"""Trying a text takes the way that a record takes, in a worker's process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest

from factwire.cli.trial import Trials
from factwire.enricher.workers import Knowledge
from factwire.errors import InvalidInput


@pytest.fixture
async def trials() -> AsyncIterator[Trials]:
    made = Trials(Knowledge())
    yield made
    await made.close()


async def test_text_comes_back_with_what_is_found_in_it(trials):
    text = "Acme cut 1,200 jobs last week for $5 million, it said."
    found = await trials(text, date(2024, 4, 12), "CA")
    assert found.text == text
    assert [claim.span.text for claim in found.claims] == ["1,200 jobs", "$5 million"]
    assert found.claims[1].unit.code == "CAD"
    assert found.published_at is not None
    with pytest.raises(InvalidInput, match="U\\+0000"):
        await trials("nothing\x00here", None, None)
    assert (await trials("It sold 5 cars.", None, None)).published_at is None


async def test_nothing_is_started_before_somebody_tries():
    await Trials(Knowledge()).close()
