"""The reference pages say what the code says, and nothing goes into them without words for it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
import typer
from docs import render
from prometheus_client import CollectorRegistry, Gauge

from factwire.cli.main import Entry
from factwire.events.topics import Topic
from factwire.runtime.settings import Settings


def test_what_is_checked_in_is_current() -> None:
    assert list(render.stale()) == []


def test_a_stale_or_missing_page_is_named(tmp_path: Path) -> None:
    for name, page in render.render().items():
        (tmp_path / name).write_text(page, "utf-8")
    (tmp_path / "topics.md").write_text("# Topics\n", "utf-8")
    (tmp_path / "errors.md").unlink()
    assert list(render.stale(tmp_path)) == [
        "docs/reference/errors.md is not current: run make reference",
        "docs/reference/topics.md is not current: run make reference",
    ]


def test_nothing_else_lies_among_the_rendered_pages() -> None:
    assert {path.name for path in render.FOLDER.iterdir()} == set(render.render())


def test_a_setting_without_a_description_fails() -> None:
    class SilentSettings(Settings):
        """A service's."""

        mystery: int = 1

    with pytest.raises(render.Undescribed, match="FACTWIRE_MYSTERY has no description"):
        render.settings_page([SilentSettings])


def test_a_metric_without_a_description_fails() -> None:
    home = ModuleType("home")
    home.SILENT = Gauge("factwire_silent", "", registry=CollectorRegistry())  # type: ignore[attr-defined]
    with pytest.raises(render.Undescribed, match="factwire_silent has no description"):
        render.metrics_page(home)


def test_a_topic_without_a_description_fails() -> None:
    with pytest.raises(render.Undescribed, match=r"news\.silent"):
        render.topics_page([Topic("news.silent", None, "")])


@pytest.mark.parametrize("told", ["command", "option"])
def test_a_command_or_option_without_a_description_fails(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()

    def silent(place: str = typer.Option("", help="" if told == "option" else "Where.")) -> None: ...

    app.command(help="Does nothing." if told == "option" else None)(silent)
    monkeypatch.setattr(render, "load_command", lambda name, entry: typer.main.get_command(app))
    with pytest.raises(render.Undescribed, match="factwire silent"):
        render.commands_page({"silent": Entry("silent:silent", "")})


def test_every_setting_says_who_reads_it() -> None:
    page = render.settings_page(render.all_models())
    assert page.count("\n## ") == page.count("\nRead by ")


def test_no_page_depends_on_where_the_checkout_is() -> None:
    for page in render.render().values():
        assert str(render.PACKAGE.parents[1]) not in page
