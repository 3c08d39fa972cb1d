"""A benchmark fails where a ratio to a peer has fallen by a quarter, and nowhere else; its tables hold all that was."""

from pathlib import Path

import pytest
from bench import report
from bench.report import better, fallen, keep, kept, lines, ratios


@pytest.mark.parametrize(("now", "told"), [(30.0, False), (22.6, False), (22.4, True), (1.0, True)])
def test_a_ratio_that_fell_by_more_than_a_quarter_is_told(now: float, told: bool) -> None:
    assert bool(fallen({"claims to quantulum3": now}, {"claims to quantulum3": 30.0})) is told


def test_a_ratio_never_recorded_cannot_fall() -> None:
    assert fallen({"new": 0.1}, {"old": 30.0}) == []


def test_the_line_says_by_how_much() -> None:
    assert fallen({"claims": 15.0}, {"claims": 30.0}) == ["claims: 15.00, recorded 30.00: down by 50%"]


def test_of_two_tries_the_better_ratio_counts() -> None:
    once, again = {"ratios": {"a": 3.0, "b": 1.0}}, {"ratios": {"a": 2.0, "b": 4.0}}
    assert better(once, again)["ratios"] == {"a": 3.0, "b": 4.0}


def test_a_part_that_ran_replaces_its_figures_and_leaves_the_others(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    keep({"core": {"ratios": {"a": 1.0}}, "streams": {"ratios": {"b": 2.0}}}, file)
    keep({"core": {"ratios": {"a": 3.0}}}, file)
    assert ratios(kept(file)) == {"a": 3.0, "b": 2.0}


def test_nothing_kept_yet_is_no_part(tmp_path: Path) -> None:
    assert kept(tmp_path / "missing.json") == {}


def test_a_failed_part_is_told_in_its_place_and_the_rest_has_its_tables() -> None:
    found = {
        "core": {"load": 0.1, "took_seconds": 3, "rates": {"factwire all": 441.5}, "ratios": {"to a peer": 36.53}},
        "gateway": {"load": 0.1, "took_seconds": 1, "failed": ["gateway: TimeoutError: no broker"]},
    }
    page = "\n".join(lines(found))
    assert "| factwire all | 442 |" in page
    assert "Failed: gateway: TimeoutError: no broker" in page
    assert "| to a peer | 36.5 |" in page


def test_the_page_keeps_its_words_around_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    monkeypatch.setattr(report, "PAGE", page)
    report.write_page({"core": {"load": 0.1, "took_seconds": 3, "rates": {"factwire all": 441.5}}})
    told = page.read_text()
    assert told.startswith("before\n")
    assert told.endswith("after\n")
    assert "old" not in told
    assert "| factwire all | 442 |" in told
