"""Marks over a text, nested or crossing, as well-formed HTML. The text itself is always escaped, never interpreted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import quote

from markupsafe import Markup, escape

Stretch: TypeAlias = tuple[int, int]
DEEPEST: Final = 8
"""Marks inside marks beyond this are left out: no reader can tell them apart, and no browser should have to."""


@dataclass(frozen=True, slots=True)
class Mark:
    """``start``/``end``: code points. ``target``: id of what explains it; ``tip``: shown on hover and focus."""

    start: int
    end: int
    kind: str
    target: str
    tip: str
    name: str | None = None
    """Id of the mark itself, where something links to it."""


@dataclass(frozen=True, slots=True)
class _Open:
    mark: Mark
    tag: str


def mark_up(text: str, start: int, end: int, marks: Iterable[Mark]) -> Markup:
    """``text[start:end]`` with its marks. A mark that crosses another is closed and opened again at the crossing;
    only its first piece carries its id, and only the outermost of nested marks is a link."""
    inside = _clip(marks, start, end)
    return Markup("").join(_pieces(text, start, end, inside))


def anchor(target: str) -> str:
    """The ``href`` of an id, which may hold any character."""
    return "#" + quote(target, safe="")


def share_out(marks: Iterable[Mark], stretches: Iterable[Stretch]) -> Iterator[tuple[Stretch, list[Mark]]]:
    """Each stretch, in the order of the text, with the marks that touch it: one pass, however many there are."""
    waiting = sorted(marks, key=lambda mark: mark.start, reverse=True)
    reaching: list[Mark] = []
    for stretch in stretches:
        start, end = stretch
        while waiting and waiting[-1].start < end:
            reaching.append(waiting.pop())
        reaching = [mark for mark in reaching if mark.end > start]
        yield stretch, reaching


def _clip(marks: Iterable[Mark], start: int, end: int) -> list[Mark]:
    """The marks that touch the stretch, outer ones first."""
    touching = (mark for mark in marks if mark.start < end and mark.end > start and mark.start < mark.end)
    return sorted(touching, key=lambda mark: (mark.start, -mark.end))


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Markup]:
    opened: list[_Open] = []
    named: set[str] = set()
    waiting = list(reversed(marks))
    position = start
    for edge in _edges(start, end, marks):
        yield escape(text[position:edge])
        position = edge
        ended = [index for index, entry in enumerate(opened) if entry.mark.end <= edge]
        if ended:
            yield from _close(opened, ended[0])
            again = [entry.mark for entry in opened[ended[0] :] if entry.mark.end > edge]
            del opened[ended[0] :]
            yield from _open_all(again, opened, named, start)
        arriving = []
        while waiting and waiting[-1].start <= edge:
            arriving.append(waiting.pop())
        yield from _open_all(arriving, opened, named, start)
    yield from _close(opened, 0)


def _edges(start: int, end: int, marks: Sequence[Mark]) -> list[int]:
    """Every place where something begins or ends, the end of the stretch last."""
    places = {place for mark in marks for place in (max(mark.start, start), mark.end) if place < end}
    return [*sorted(places), end]


def _open_all(marks: Iterable[Mark], opened: list[_Open], named: set[str], start: int) -> Iterator[Markup]:
    for mark in marks:
        if len(opened) < DEEPEST:
            linked = any(entry.tag == "a" for entry in opened)
            entry = _Open(mark, "span" if linked else "a")
            opened.append(entry)
            yield _tag(entry, with_id=mark.name is not None and mark.name not in named and mark.start >= start)
            named.add(mark.name or "")


def _tag(entry: _Open, *, with_id: bool) -> Markup:
    mark = entry.mark
    identity = Markup(' id="{}"').format(mark.name) if with_id else Markup("")
    link = Markup(' href="{}"').format(anchor(mark.target)) if entry.tag == "a" else Markup("")
    return Markup('<{}{} class="{}" data-for="{}"{} data-tip="{}">').format(
        Markup(entry.tag), identity, mark.kind, mark.target, link, mark.tip
    )


def _close(opened: Sequence[_Open], down_to: int) -> Iterator[Markup]:
    for entry in reversed(opened[down_to:]):
        yield Markup("</{}>").format(Markup(entry.tag))
