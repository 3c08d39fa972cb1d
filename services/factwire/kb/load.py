"""Opens a compiled knowledge base and lays the users' own folders over it."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from factwire.errors import ConfigurationError
from factwire.kb.build import SHIPPED_FILE, sources_in
from factwire.kb.catalogue import Blocks, Catalogue, Record
from factwire.kb.entries import Entry, Tables, read_tables
from factwire.kb.layers import CompiledLayer, open_layer, read_footer
from factwire.kb.packing import pack


def load_catalogue(path: Path | None = None, *overlays: Path) -> Catalogue:
    """The knowledge base at ``path`` (default: the one that ships), with the users' folders laid over it.

    Raises :class:`ConfigurationError` if a file or folder is missing, :class:`VocabularyFault` for a bad row.
    """
    base = _open(path or SHIPPED_FILE)
    catalogue = Catalogue(base.version, (base,))
    for folder in overlays:
        catalogue = lay_over(catalogue, read_tables(sources_in(folder)))
    return catalogue


def lay_over(catalogue: Catalogue, own: Tables) -> Catalogue:
    """A catalogue in which the entries of ``own`` are added, and win where they name a known id."""
    for entry in own.entries.values():
        known = catalogue.find(entry.record.id)
        if known is not None:
            entry.record = _filled(known, entry)
    layer = catalogue_layer(pack(own))
    blocks = _blocks(catalogue.blocks, own.blocked)
    version = hashlib.sha256(f"{catalogue.version} {layer.version} {sorted(own.blocked)}".encode()).hexdigest()[:12]
    return Catalogue(version, (*catalogue.layers, layer), blocks)


def catalogue_layer(content: bytes) -> CompiledLayer:
    """A layer from the bytes of a compiled file."""
    view = memoryview(content)
    footer = read_footer(view)
    assert footer is not None, "we have just packed it"
    return open_layer(view, footer)


def _open(path: Path) -> CompiledLayer:
    if not path.is_file():
        raise ConfigurationError(
            f"{path}: no knowledge base there; run `factwire kb build`, or set FACTWIRE_KB_PATH to one that exists"
        )
    with path.open("rb") as file:
        view = (
            memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) if path.stat().st_size else memoryview(b"")
        )
    footer = read_footer(view)
    if footer is None:
        raise ConfigurationError(f"{path}: not a knowledge base of this version; run `factwire kb build` again")
    return open_layer(view, footer)


def _filled(known: Record, entry: Entry) -> Record:
    """The known record with the columns that the user's row fills."""
    own = {column: getattr(entry.record, column) for column in entry.filled & _COLUMNS}
    terms, dated = (*known.terms, *entry.record.terms), (*known.dated, *entry.record.dated)
    return replace(known, **own, terms=terms, dated=dated)


_COLUMNS = frozenset(
    {"subtype", "name", "prior", "country", "parent", "stands_for", "gender", "family", "born", "trade"}
)


def _blocks(there: Blocks, rows: Iterable[tuple[str, str]]) -> Blocks:
    ids, aliases = set(there.ids), set(there.aliases)
    for entity_id, key in rows:
        if key:
            aliases.add((key, entity_id))
        else:
            ids.add(entity_id)
    return Blocks(frozenset(ids), frozenset(aliases))
