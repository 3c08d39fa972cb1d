"""One part that fails costs the others nothing, and is told by name."""

from bench.__main__ import run
from bench.parts import Part


def breaks(_: float) -> dict[str, object]:
    raise TimeoutError("no broker came\nand a long log")


def test_a_part_gives_its_figures_and_when_they_were_taken() -> None:
    found = run(Part("core", "the core", lambda size: {"rates": {"all": 400.0 * size}}), 0.5)
    assert found["rates"] == {"all": 200.0}
    assert found.keys() >= {"load", "took_seconds"}
    assert "failed" not in found


def test_a_part_that_fails_says_why_in_one_line(capsys) -> None:
    found = run(Part("gateway", "requests a second", breaks), 1)
    assert found["failed"] == ["gateway: TimeoutError: no broker came"]
    assert "gateway failed" in capsys.readouterr().err
