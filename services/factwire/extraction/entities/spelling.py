"""Names of one text that differ by a slip of the pen: Lousiana beside Louisiana."""

from __future__ import annotations

from typing import Final

_LONG: Final = 8
"""Shorter names differ by one letter too often: Iran and Iraq, Hansen and Hanson."""


def is_slip(written: str, meant: str) -> bool:
    """Whether two long keys differ by one letter left out, added, replaced or swapped, not the first, not the last."""
    short, long = sorted((written, meant), key=len)
    if short == long or len(short) < _LONG or len(long) - len(short) > 1:
        return False
    if short[:2] != long[:2] or short[-1] != long[-1]:
        return False
    at = next((index for index in range(len(short)) if short[index] != long[index]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]
