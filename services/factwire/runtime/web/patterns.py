"""Patterns of parameters, and what each asks for in words: a caller reads no regular expression."""

from __future__ import annotations

from typing import Final

WITHOUT_NUL: Final = r"^[^\x00]*$"
NUMBER: Final = r"^-?[0-9]{1,40}(\.[0-9]{1,20})?$"
"""A decimal string, as on the wire."""

MEANT: Final = {
    WITHOUT_NUL: "the character U+0000 is in no text that is kept; leave it out",
    NUMBER: "a number is digits, like 1200000 or -0.5: no exponent, no separators, at most 40 digits before the point",
}
