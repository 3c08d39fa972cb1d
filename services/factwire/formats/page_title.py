"""The headline of a page: what most of its own voices agree on, without the name of the site."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_SEPARATOR: Final = re.compile(r"\s+[-–—|·•»«›~/]+\s+|\s*[|｜ㅣ»：]\s*|[-–—](?=[^\s|｜ㅣ]{1,20}[|｜ㅣ])")
_LETTERS: Final = re.compile(r"[\W_]+")
_AGREED: Final = ("h1", "headline", "meta", "title")
"""Whose spelling is taken where two headlines have as many voices: the one that readers see."""
_ALONE: Final = ("headline", "meta", "title", "h1")
"""Who is believed where no two agree: a heading that nobody repeats may be a menu's."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One place in which a page says its headline: ``headline`` (JSON-LD), ``h1``, ``meta`` or ``title``."""

    place: str
    words: str


def choose_title(voices: Iterable[Voice], site_names: Iterable[str]) -> str | None:
    """The headline that most voices carry, by itself or beside the names of site and section.

    A page's ``<title>`` and its Open Graph are often written for search engines, and its first ``<h1>`` may be the name
    of the site: no place is right by itself.
    """
    sites = {folded(name) for name in site_names}
    said = [voice for voice in dict.fromkeys(_tidied(voices)) if folded(voice.words) not in sites]
    if not said:
        return None
    support = {voice: _support(voice, said) for voice in said}
    most = max(support.values())
    order = _AGREED if most > 1 else _ALONE
    best = min((voice for voice in said if support[voice] == most), key=lambda voice: order.index(voice.place))
    return best.words if most > 1 or best.place in {"headline", "h1"} else _without_site(best.words, sites)


def tidy(words: str) -> str:
    """On one line, without soft hyphens and the like; joiners, which some scripts need, stay."""
    return " ".join("".join(c for c in words if unicodedata.category(c) != "Cf" or c in "\u200c\u200d").split())


def folded(words: str) -> str:
    """Letters and figures alone, for comparing."""
    return _LETTERS.sub("", unicodedata.normalize("NFKC", words).casefold())


def segments(words: str) -> Iterator[str]:
    """What stands between two separators, and every run to the beginning or the end."""
    cuts = [(found.start(), found.end()) for found in _SEPARATOR.finditer(words)][:12]
    for start, end in cuts:
        yield words[:start]
        yield words[end:]
    for (_, begin), (stop, _) in pairwise(cuts):
        yield words[begin:stop]


def _tidied(voices: Iterable[Voice]) -> Iterator[Voice]:
    return (Voice(voice.place, words) for voice in voices if folded(words := tidy(voice.words)))


def _support(candidate: Voice, said: Iterable[Voice]) -> int:
    """Voices that say the same, or the same among segments."""
    wanted = folded(candidate.words)
    return sum(
        wanted == folded(voice.words) or any(wanted == folded(part) for part in segments(voice.words)) for voice in said
    )


def _without_site(words: str, sites: set[str]) -> str:
    """A headline that nothing confirms: of many parts the longest, of few without the last, which is the site's."""
    parts = [part for part in _SEPARATOR.split(words) if part.strip()]
    if len(parts) > 3:
        return max(parts, key=len).strip()
    if len(parts) > 1 and folded(parts[0]) in sites:
        return words[words.index(parts[1]) :]
    return words[: words.rindex(parts[-1])].rstrip(" -–—|·•»«›~/｜ㅣ：") if len(parts) > 1 else words
