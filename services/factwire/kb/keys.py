"""The folded form in which names are compared, the same for tables and for text.

A key is the words of a name, lower case, without accents and punctuation, with one space between:
"Côte d'Ivoire" and "Cote d’Ivoire" are both ``cote d ivoire``. Commas and ampersands stay, as words of their own.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+|[&,]")
_UNKNOWN: Final = uuid.UUID("5f4f1c1e-6a0e-5d8e-9a53-3c6b8f0f9a11")
_LETTERS: Final = str.maketrans(
    {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe",
     "ı": "i", "İ": "i", "þ": "th", "ə": "e"}
)  # fmt: skip


def fold_word(word: str) -> str:
    """One word in lower case without accents."""
    if word.isascii():
        return word.lower()
    spread = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return "".join(c for c in spread.lower() if c.isalnum())


def alias_key(name: str) -> str:
    """The key of a name; empty if it has no letter or digit. Words past the first keep no leading article."""
    words = [fold_word(w) for w in _WORD.findall(name)]
    if len(words) > 1 and words[0] == "the":
        del words[0]
    return " ".join(words)


def unknown_id(name: str, kind: str, context: str = "") -> str:
    """The stable id of an entity that no register knows: the same name, type and context give the same id for ever."""
    return f"nil:{uuid.uuid5(_UNKNOWN, f'{alias_key(name)}|{kind}|{context}')}"


def office_key(office: str, of: str) -> str:
    """The key under which those who held an office are found. It begins with a mark that no key of a name has."""
    return f"@{alias_key(office)} {of}"
