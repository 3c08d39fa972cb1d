import re

from hypothesis import given
from hypothesis import strategies as st
from tests.support.stories import story

from factwire.console.report import report


def test_report_has_text_claims_rules_and_versions():
    written = report(story())
    assert "Published: 2026-03-10" in written
    assert "| 18.4 million tonnes | 18,400,000 tonnes | measure | about: freight; when: Q3 2025 |" in written
    assert "measure: number + unit" in written
    assert "- Norland · Q9001 · country" in written
    assert written.endswith("factwire 0.1.0, rules r, knowledge base k\n")


@given(st.text(alphabet="`|\n<a ", max_size=60))
def test_text_can_not_leave_its_fence(text):
    lines = report(story(text=text, sections=(), sentences=(), entities=(), times=(), claims=())).splitlines()
    fences = [line for line in lines if re.fullmatch(r"`{3,}(text)?", line)]
    longest = max(fences, key=len)
    opened = longest if longest.endswith("text") else f"{longest}text"
    assert lines.count(opened) == 1


def test_cells_hold_no_bars():
    claim = story().claims[0]
    hostile = claim.model_copy(update={"rules": ("a|b\nc`d",)})
    rows = [line for line in report(story(claims=(hostile.model_dump(mode="json"),))).splitlines() if "a\\|b" in line]
    assert rows[0].endswith("| a\\|b c'd |")
