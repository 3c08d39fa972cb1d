"""Names of one text that differ by a slip of the pen: Lousiana beside Louisiana."""

from __future__ import annotations

from typing import Final

_LONG: Final = 8
"""Shorter names differ by one letter too often: Iran and Iraq, Hansen and Hanson."""
_WORD: Final = 4
"""Shorter words are numbers and initials, which differ on purpose: World War I and II."""


def is_slip(written: str, meant: str) -> bool:
    """Whether two long keys differ by one letter left out, added, replaced or swapped, not the first, not the last."""
    short, long = sorted((written, meant), key=len)
    if short == long or len(short) < _LONG or len(long) - len(short) > 1:
        return False
    if short[:2] != long[:2] or short[-1] != long[-1]:
        return False
    at = next((index for index in range(len(short)) if short[index] != long[index]), len(short))
    if len(_word_at(long, at)) < _WORD:
        return False
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]


def _word_at(key: str, at: int) -> str:
    """The word of a key that holds its ``at``-th letter."""
    return key[:at].rpartition(" ")[2] + key[at:].partition(" ")[0]
