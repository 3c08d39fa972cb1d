"""What a quantity is counted by: "per 100,000 people", "a barrel", "a day", "-a-share", "/tonne"."""

from __future__ import annotations

from factwire.extraction.model import Unit
from factwire.extraction.quantities.scene import COUNTED, TIMED, Scene


def read_per(scene: Scene, at: int) -> tuple[Unit, int] | None:
    """The unit under "per" that begins at token ``at``, and the token behind it."""
    tokens = scene.tokens
    word = tokens.word(at)
    step = 1
    if word == "-" and tokens.glued(at - 1) and tokens.glued(at):
        word, step = tokens.word(at + 1), 2
    behind = at + step
    if behind < tokens.size and tokens.low[behind] == "-" and step == 2:
        behind += 1
    if behind >= tokens.size or scene.barrier[behind] == TIMED:
        return None
    if word == "per" or (word == "/" and tokens.glued(at)):
        return _any(scene, behind)
    if word in ("a", "an", "each", "every") and (tokens.low[behind] in scene.vocabulary.each):
        return _any(scene, behind)
    return None


def _any(scene: Scene, at: int) -> tuple[Unit, int] | None:
    tokens = scene.tokens
    measured = scene.vocabulary.units.read(tokens, at)
    if measured is not None:
        measure, last = measured
        return Unit("UCUM", measure.code, _label(scene, at, last)), last
    if scene.barrier[at] == COUNTED:
        return None if tokens.low[at - 1] == "/" else _many(scene, at)
    word = tokens.low[at]
    if not word[0].isalpha() or word in scene.vocabulary.nouns.stops or word in ("cent", "cents"):
        return None
    noun = scene.noun(at, one=True)
    last = at + 1 if noun is None or tokens.low[at] in scene.vocabulary.each else noun.last
    return Unit("count", scene.vocabulary.nouns.singular(tokens.low[last - 1]), _label(scene, at, last)), last


def _many(scene: Scene, at: int) -> tuple[Unit, int] | None:
    """As in "per 100,000 people": the number belongs to the unit."""
    number = scene.number_at(at)
    if number is None:
        return None
    measured = scene.vocabulary.units.read(scene.tokens, number.last)
    if measured is not None:
        return Unit("UCUM", measured[0].code, _label(scene, at, measured[1])), measured[1]
    noun = scene.noun(number.last)
    last = number.last if noun is None else noun.last
    return Unit("count", noun.head if noun else None, _label(scene, at, last)), last


def _label(scene: Scene, first: int, last: int) -> str:
    return scene.document.text[scene.tokens.start[first] : scene.tokens.end[last - 1]]
