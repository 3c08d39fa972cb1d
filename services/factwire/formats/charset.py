"""Bytes of a page as characters, whatever it says of itself.

A byte order mark counts first, then whether it is UTF-8, then what came with it over HTTP, then what it says in its
head (names read as browsers read them), then a guess. Nothing is refused: in the wrong charset it has odd characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED: Final = re.compile(
    rb"(?:<meta\b[^>]{0,400}\bcharset|<\?xml\b[^>]{0,200}\bencoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I
)
_SNIFFED: Final = 4096
_GUESSED: Final = 65_536
"""Bytes that are looked at to guess; more tells no more."""
_SUPERSETS: Final = {
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252",
    "us-ascii": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "gb2312": "gb18030", "gbk": "gb18030",
    "x-gbk": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "x-user-defined": "cp1252", "utf-16": "utf-8", "utf-16le": "utf-8",
    "utf-16be": "utf-8", "utf8": "utf-8",
}  # fmt: skip
"""Names as pages use them, and what browsers take them for."""
_NO_CHARSETS: Final = frozenset({"utf-7", "utf7", "unicode_escape", "raw_unicode_escape", "punycode", "idna"})
_STRAY: Final = 0.01
"""Share of undecodable among the characters beyond ASCII up to which a page is UTF-8 with a flaw (it was cut, say)."""


def decode_page(content: bytes, declared: str | None = None) -> str:
    """``declared``: the charset of the Content-Type it came with. U+0000 is dropped: no text has it on purpose."""
    return _decode(content, declared).replace("\x00", "").replace("\r\n", "\n")


def _decode(content: bytes, declared: str | None) -> str:
    for mark, charset in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(charset, "replace")
    for charset in _candidates(content, declared):
        try:
            return content.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return _flawed_utf8(content) or content.decode(_guess(content), "replace")


def _candidates(content: bytes, declared: str | None) -> Iterator[str]:
    """UTF-8 first: text in another charset is never valid UTF-8 by chance, and labels are often wrong."""
    yield "utf-8"
    found = _DECLARED.search(content[:_SNIFFED])
    for name in (declared, found and found[1].decode("ascii", "replace")):
        charset = _SUPERSETS.get(name.strip("\"' ").lower(), name.strip("\"' ").lower()) if name else ""
        if charset and charset not in _NO_CHARSETS:
            yield charset


def _flawed_utf8(content: bytes) -> str | None:
    text = content.decode("utf-8", "replace")
    beyond = sum(not character.isascii() for character in text)
    return text if text.count("�") <= max(1, _STRAY * beyond) < beyond else None


def _guess(content: bytes) -> str:
    from charset_normalizer import from_bytes  # needed for few pages

    guesses = (match.encoding for match in from_bytes(content[:_GUESSED].replace(b"\x00", b"")))
    return next((name for name in guesses if "<a>".encode(name) == b"<a>"), "cp1252")
