"""The articles that everything is measured on: the samples, each carried on by plain prose to the length of a story.

The samples are dense with figures; a story of 4 KB has some eight of them, the rest of it is people and places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any, Final

import orjson

SAMPLES: Final = Path(__file__).parents[1] / "examples" / "articles"
PROSE: Final = Path(__file__).with_name("prose.txt")
STORY_BYTES: Final = 4096
_WORD: Final = re.compile(r"\b[a-z]{4,}\b")


def samples() -> list[dict[str, Any]]:
    """The sample articles as they are pushed."""
    return [orjson.loads(path.read_bytes()) for path in sorted(SAMPLES.glob("*.json"))]


def stories(size: int = STORY_BYTES) -> list[dict[str, Any]]:
    """As many as there are samples, each with a body of at least ``size`` bytes."""
    prose = _prose()
    return [{**sample, "body": _body(str(sample["body"]), prose, n, size)} for n, sample in enumerate(samples())]


def numbered(articles: list[dict[str, Any]], count: int, name: str) -> Iterator[dict[str, Any]]:
    """``count`` articles, the given ones over and over, each under an id of its own."""
    for number, article in enumerate(islice(cycle(articles), count)):
        yield {**article, "article_id": f"{name}-{number}"}


def distinct(count: int, name: str, size: int = STORY_BYTES) -> Iterator[dict[str, Any]]:
    """``count`` stories, none a duplicate of another: each has the prose in other words, names and figures kept.

    The same story thousands of times would measure what nobody's news are like.
    """
    prose, told = _prose(), samples()
    words = sorted({word for paragraph in prose for word in _WORD.findall(paragraph)})
    for number, sample in enumerate(islice(cycle(told), count)):
        other = [_WORD.sub(_drawn(words, Random(f"{name}-{number}-{n}")), text) for n, text in enumerate(prose)]
        yield {**sample, "article_id": f"{name}-{number}", "body": _body(str(sample["body"]), other, number, size)}


def texts(size: int = STORY_BYTES) -> list[str]:
    """The bodies alone, for those who read nothing else."""
    return [str(story["body"]) for story in stories(size)]


def _prose() -> list[str]:
    return PROSE.read_text("utf-8").strip().split("\n\n")


def _drawn(words: list[str], dice: Random) -> Callable[[re.Match[str]], str]:
    return lambda _: words[int(dice.random() * len(words))]


def _body(opening: str, prose: list[str], first: int, size: int) -> str:
    """The opening, then paragraphs of the prose from the ``first`` on, in a circle."""
    paragraphs = cycle(prose[first % len(prose) :] + prose[: first % len(prose)])
    body = opening
    while len(body.encode()) < size:
        body += "\n\n" + next(paragraphs)
    return body
