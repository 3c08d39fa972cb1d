"""The journal: what was appended is there again, whatever tore its end."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factwire.devstack.broker.journal import Entry, Journal
from factwire.errors import ConfigurationError


class Latest:
    """An owner that keeps the last value of each key."""

    name = "latest"

    def __init__(self) -> None:
        self.held: dict[str, Any] = {}

    def restore(self, entry: Entry) -> None:
        self.held[entry["key"]] = entry["value"]

    def snapshot(self) -> Iterable[Entry]:
        return [self.entry(key, value) for key, value in self.held.items()]

    def entry(self, key: str, value: Any) -> Entry:
        return {"of": self.name, "key": key, "value": value}


def reopened(path: Path) -> dict[str, Any]:
    owner, journal = Latest(), Journal(path)
    journal.replay(owner)
    journal.close()
    return owner.held


def write(path: Path, pairs: Iterable[tuple[str, Any]], *, compact_bytes: int = 1 << 20) -> dict[str, Any]:
    owner, journal = Latest(), Journal(path, compact_bytes=compact_bytes)
    journal.replay(owner)
    for key, value in pairs:
        owner.held[key] = value
        journal.append(owner.entry(key, value))
    journal.close()
    return owner.held


@given(st.lists(st.tuples(st.text(max_size=9), st.integers() | st.text(max_size=20))), st.integers(50, 500))
def test_entries_come_back_however_often_the_file_was_written_anew(pairs: list[tuple[str, Any]], size: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.log"
        held = write(path, pairs, compact_bytes=size)
        assert reopened(path) == held
        assert reopened(path) == held


@given(st.integers(min_value=0))
def test_torn_last_line_is_no_entry(cut: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.log"
        write(path, [("a", 1)])
        whole = path.read_bytes()
        write(path, [("b", 2)])
        torn = path.read_bytes()
        line = len(torn) - len(whole)
        path.write_bytes(torn[: len(whole) + cut % line])
        assert reopened(path) == {"a": 1}


def test_damage_before_the_end_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "journal.log"
    write(path, [("a", 1), ("b", 2)])
    path.write_bytes(path.read_bytes().replace(b'"value":1', b'"value":7'))
    with pytest.raises(ConfigurationError, match=r"journal\.log:1 is damaged"):
        reopened(path)


def test_file_stays_small_under_the_same_few_keys(tmp_path: Path) -> None:
    path = tmp_path / "journal.log"
    write(path, [("a", number) for number in range(1000)], compact_bytes=500)
    assert path.stat().st_size < 1000
    assert reopened(path) == {"a": 999}
