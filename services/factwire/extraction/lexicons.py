"""Vocabulary is data: TOML tables beside the rules that use them, and a user's own folder on top.

A table is named by its path without the ending (``quantities/money``). A user's folder has files of the same names:
its rows are added, and win where they name the same key. Faults name file, line and what is wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeAlias

import tomli

from factwire.errors import VocabularyFault

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One lexicon: its merged content, and the sources it was read from (for faults)."""

    name: str
    content: Row
    sources: tuple[tuple[str, str], ...]

    def section(self, key: str) -> Mapping[str, Any]:
        """A sub-table; a fault if it is there and is none."""
        found = self.content.get(key, {})
        if not isinstance(found, Mapping):
            raise self.fault(key, f"'{key}' must be a table")
        return found

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings; a fault if an item is none."""
        found = self.content.get(key, ())
        if not isinstance(found, Sequence) or isinstance(found, str) or not all(isinstance(w, str) for w in found):
            raise self.fault(key, f"'{key}' must be a list of strings")
        return tuple(found)

    def fault(self, key: str, message: str) -> VocabularyFault:
        """The fault with the file and line where ``key`` stands (the user's file first)."""
        for origin, text in reversed(self.sources):
            for number, line in enumerate(text.splitlines(), 1):
                if key in line:
                    return VocabularyFault(origin, number, message)
        return VocabularyFault(self.sources[-1][0], None, message)


@dataclass(frozen=True, slots=True)
class Lexicons:
    """All tables by name, and the digest that every event carries as ``rules_version``."""

    tables: Mapping[str, Table]
    version: str

    def table(self, name: str) -> Table:
        found = self.tables.get(name)
        if found is None:
            raise VocabularyFault(name, None, f"no such table; there are {', '.join(sorted(self.tables))}")
        return found


def load_lexicons(*folders: Path) -> Lexicons:
    """The tables that ship, with those of ``folders`` laid over them in order. Raises :class:`VocabularyFault`."""
    merged: dict[str, Table] = {}
    for name, origin, text in _shipped(files("factwire.extraction"), ""):
        merged[name] = Table(name, _parse(origin, text), ((origin, text),))
    for folder in folders:
        for name, origin, text in _own(folder):
            merged[name] = _overlay(merged, name, origin, text)
    return Lexicons(merged, _digest(merged))


def _shipped(folder: Traversable, prefix: str) -> Iterator[tuple[str, str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir() and not entry.name.startswith("__"):
            yield from _shipped(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            name = prefix + entry.name.removesuffix(".toml")
            yield name, f"{name}.toml", entry.read_text("utf-8")


def _own(folder: Path) -> Iterator[tuple[str, str, str]]:
    if not folder.is_dir():
        raise VocabularyFault(str(folder), None, "no such folder of lexicons")
    for path in sorted(folder.rglob("*.toml")):
        yield path.relative_to(folder).with_suffix("").as_posix(), str(path), path.read_text("utf-8")


def _overlay(merged: Mapping[str, Table], name: str, origin: str, text: str) -> Table:
    base = merged.get(name)
    if base is None:
        raise VocabularyFault(origin, None, f"no table is named '{name}'; there are {', '.join(sorted(merged))}")
    return Table(name, _merge(base.content, _parse(origin, text)), (*base.sources, (origin, text)))


def _parse(origin: str, text: str) -> dict[str, Any]:
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as fault:
        raise VocabularyFault(origin, getattr(fault, "lineno", None), str(fault)) from fault


def _merge(base: Row, own: Row) -> dict[str, Any]:
    """Tables merge by key, lists grow at the end, everything else is replaced."""
    out = dict(base)
    for key, value in own.items():
        there = out.get(key)
        if isinstance(there, Mapping) and isinstance(value, Mapping):
            out[key] = _merge(there, value)
        elif isinstance(there, list) and isinstance(value, list):
            out[key] = [*there, *value]
        else:
            out[key] = value
    return out


def _digest(tables: Mapping[str, Table]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tables):
        for _, text in tables[name].sources:
            digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()[:12]
