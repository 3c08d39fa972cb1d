"""A part that fails is told by name and costs the others nothing; a fallen ratio fails the run, after a second try."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench import __main__ as bench
from bench import report
from bench.parts import Part


def breaks(_: float) -> dict[str, object]:
    raise TimeoutError("no broker came\nand a long log")


def giving(*ratios: float) -> Callable[[float], dict[str, object]]:
    """A part's function: another ratio each time."""
    left: Iterator[float] = iter(ratios)
    return lambda _: {"rates": {"all": 400.0}, "ratios": {"to a peer": next(left)}}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command over these parts, in a folder of its own, where a ratio of 10 is recorded."""
    page = tmp_path / "performance.md"
    page.write_text(f"words\n{report.BEGIN}\n{report.END}\n")
    for name in ("RECORDED", "LAST"):
        monkeypatch.setattr(report, name, tmp_path / f"{name}.json")
    monkeypatch.setattr(report, "PAGE", page)
    report.keep({"core": {"ratios": {"to a peer": 10.0}}}, report.RECORDED)

    def command(*arguments: str, **parts: Callable[[float], dict[str, object]]) -> int:
        monkeypatch.setattr(bench, "PARTS", tuple(Part(name, name, part, short=True) for name, part in parts.items()))
        monkeypatch.setattr(sys, "argv", ["bench", *arguments])
        return bench.main()

    return command


def test_a_part_that_fails_is_told_and_the_others_are_written(run, capsys) -> None:
    assert run(core=giving(11.0), gateway=breaks) == 1
    assert "failed: gateway: TimeoutError: no broker came\n" in capsys.readouterr().err
    assert report.ratios(report.kept(report.LAST)) == {"to a peer": 11.0}
    assert "| to a peer | 11 |" in report.PAGE.read_text()


def test_a_fallen_ratio_fails_the_run_and_one_that_holds_does_not(run, capsys) -> None:
    assert run(core=giving(7.6)) == 0
    assert run(core=giving(7.4)) == 1
    assert "fallen: to a peer: 7.40, recorded 10.00: down by 26%" in capsys.readouterr().err


def test_the_short_form_tries_a_fallen_ratio_twice_and_leaves_the_page(run) -> None:
    assert run("--short", core=giving(5.0, 9.0)) == 0
    assert run("--short", core=giving(5.0, 6.0)) == 1
    assert report.PAGE.read_text().startswith(f"words\n{report.BEGIN}\n{report.END}")


def test_only_the_chosen_parts_run(run) -> None:
    assert run("--only", "core", core=giving(10.0), gateway=breaks) == 0


def test_a_run_of_another_size_is_not_kept(run) -> None:
    assert run("--size", "0.1", core=giving(10.0)) == 0
    assert not report.LAST.exists()


def test_a_recorded_run_is_what_the_next_one_is_compared_with(run) -> None:
    assert run("--record", core=giving(30.0)) == 0
    assert json.loads(report.RECORDED.read_text())["parts"]["core"]["ratios"] == {"to a peer": 30.0}
    assert run(core=giving(20.0)) == 1
