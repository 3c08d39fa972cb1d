"""Names that hold numbers: found before any quantity, because no claim is drawn from inside one.

Some are listed (``identifiers.toml``), most have a shape: a label with its number, letters joined to digits, a
capitalised name with a number behind it, an address, a telephone number, a link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from factwire.extraction.lexicons import Lexicons
from factwire.extraction.model import Document, Identifier, Span
from factwire.extraction.quantities.currencies import CurrencyTable
from factwire.extraction.quantities.number import Number
from factwire.extraction.quantities.numbers import numbers_in
from factwire.extraction.quantities.rows import listed
from factwire.extraction.quantities.scene import Vocabulary
from factwire.extraction.quantities.tokens import Tokens

Found: TypeAlias = tuple[int, int, str]

_LINK: Final = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}")
_AIRLINER: Final = 3
_WHICH_ONE: Final = frozenset(("the", "a", "each", "another", "this", "that", "these"))
_MOST_CAPITALS: Final = 0.7
_PHONE: Final = (9, 15)
_LASTING: Final = frozenset(("label-number", "name-number"))
_TIMES: Final = frozenset(("week", "day", "year", "season", "game", "match", "series", "period"))
_LABELLED: Final = frozenset(("label-number", "label-goes-on"))
_LISTING: Final = frozenset((",", "and", "or", "&"))
_ASIDE: Final = 12
"""Tokens in the brackets behind a number of a list."""
_WHICH: Final = frozenset(("last", "this", "next", "a", "each", "every", "per", "one", "past", "the"))


@dataclass(frozen=True, slots=True)
class IdentifierGrammar:
    vocabulary: Vocabulary
    strong: frozenset[str]
    weak: frozenset[str]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], int, bool], ...]]
    signs: frozenset[str]
    unnamed: frozenset[str]
    common: frozenset[str]
    counting: frozenset[str]
    streets: frozenset[str]
    clock: frozenset[str]
    airliners: frozenset[str]
    whose: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons, vocabulary: Vocabulary | None = None) -> IdentifierGrammar:
        """``vocabulary``: that of the quantities; sharing it, both read each sentence once."""
        table = lexicons.table("quantities/identifiers")
        vocabulary = vocabulary or Vocabulary.compile(lexicons)
        return cls(
            vocabulary,
            listed(table, "labels", "strong"),
            listed(table, "labels", "weak"),
            _phrases(vocabulary, *(listed(table, "names", key) for key in ("phrases", "idioms"))),
            frozenset(CurrencyTable.compile(lexicons).signs),
            *(
                listed(table, "words", key)
                for key in ("unnamed", "common", "counting", "streets", "clock", "airliners", "whose")
            ),
        )


def find_identifiers(document: Document, *, grammar: IdentifierGrammar) -> Document:
    """Fills ``identifiers``, in reading order, none overlapping another."""
    found = [Identifier(Span(*match.span()), "link-or-handle") for match in _links(document.folded)]
    known: set[str] = set()
    for sentence in document.sentences:
        if read := numbers_in(document.folded, *sentence.span, grammar.vocabulary.numbers):
            found.extend(_in_sentence(*read, grammar, known))
    return replace(document, identifiers=tuple(_apart(found)))


def _links(text: str) -> Iterator[re.Match[str]]:
    if "@" in text or "#" in text or "www." in text or "://" in text:
        yield from _LINK.finditer(text)


def _apart(found: list[Identifier]) -> Iterator[Identifier]:
    end = 0
    for identifier in sorted(found, key=lambda each: (each.span.start, -each.span.end)):
        if identifier.span.start >= end:
            end = identifier.span.end
            yield identifier


def _in_sentence(
    tokens: Tokens, numbers: Sequence[Number], grammar: IdentifierGrammar, known: set[str]
) -> Iterator[Identifier]:
    """``known``: numbers of names met before, added to; "Boeing 767" makes a later "767" one."""
    line = _Line(grammar, tokens, known)
    until = 0
    for number in numbers:
        if number.first < until:
            continue
        for rule in _RULES:
            found = rule(line, number)
            if found is not None:
                until = found[1]
                if found[2] in _LABELLED:
                    line.labelled = found[1]
                if found[2] in _LASTING and len(tokens.text[number.first]) > 2:
                    known.add(tokens.text[number.first])
                yield Identifier(tokens.span(found[0], found[1]), found[2])
                break


class _Line:
    """A sentence's tokens with the grammar, and whether all its words are capitalised, as in headlines."""

    __slots__ = ("barrier", "grammar", "headline", "known", "labelled", "tokens")

    def __init__(self, grammar: IdentifierGrammar, tokens: Tokens, known: set[str]) -> None:
        self.known = known
        self.labelled: int | None = None
        self.grammar = grammar
        self.tokens = tokens
        self.barrier = bytearray(tokens.size)
        words = [word for word in tokens.text if len(word) > 3 and word[0].isalpha()]
        capitals = sum(word[0].isupper() for word in words)
        ended = tokens.size > 0 and tokens.text[-1] == "."
        self.headline = len(words) > 2 and capitals > _MOST_CAPITALS * len(words) and not ended

    def counts(self, number: Number, *, label: bool = False) -> bool:
        """Whether a plural, a unit or a verb of many follows: then it counts something. "Round five of" counts not."""
        grammar, tokens = self.grammar, self.tokens
        following = tokens.word(number.last)
        if label and following in ("of", "to", "and", "or", "-"):
            return following == "to" and tokens.word(number.last + 1)[:1].isdigit()
        if following in grammar.counting or following in ("%", "percent"):
            return True
        if grammar.vocabulary.units.read(tokens, number.last) is not None:
            return True
        return grammar.vocabulary.nouns.read(tokens, number.last, self.barrier, one=False) is not None


def _phrase(line: _Line, number: Number) -> Found | None:
    """A name of the list around the number."""
    tokens = line.tokens
    for at in range(max(0, number.first - 1), number.last):
        for words, index, cased in line.grammar.phrases.get(tokens.low[at], ()):
            first = at - index
            last = first + len(words)
            if first < 0 or tuple(tokens.low[first:last]) != words:
                continue
            if not cased or any(word[0].isupper() for word in tokens.text[max(first, 1) : last]):
                return first, last, "listed-name"
    return None


def _labelled(line: _Line, number: Number) -> Found | None:
    """As in "Article 5", "phase two", "pages 12-15", "Resolution 2231"."""
    tokens, grammar = line.tokens, line.grammar
    if number.form not in ("digits", "words") or number.scale >= 1000 or tokens.glued(number.first - 1):
        return None
    label = tokens.low[number.first - 1]
    at = number.first - 1
    if label == "." and at > 0:
        label, at = tokens.low[at - 1], at - 1
    single = label.removesuffix("s") if number.form == "digits" else label
    if label == "of" and tokens.word(at - 1).removesuffix("s") in grammar.strong:
        last = _lettered(tokens, number.last)
        return (at - 1, last, "label-number") if last > number.last else None
    if label in grammar.strong or single in grammar.strong:
        if tokens.raw(at).islower() and number.form == "words" and line.counts(number, label=True):
            return None
        return at, _listed(line, number), "label-number"
    if label.endswith("s") and label[:-1] in grammar.weak | grammar.strong:
        last = _numbered(line, number)
        return (at, last, "label-number") if last > number.last else None
    counted = label in _TIMES and tokens.word(at - 1) in _WHICH
    if label in grammar.weak and not counted and not line.counts(number, label=True):
        return at, number.last, "label-number"
    return None


def _numbered(line: _Line, number: Number) -> int:
    """Past ", four and five" behind "years three", where the list counts nothing behind it."""
    tokens, ones, last = line.tokens, line.grammar.vocabulary.numbers.ones, number.last
    while tokens.word(last) in _LISTING and tokens.word(last + 1) in ones:
        last += 2
    counts = line.grammar.vocabulary.nouns.read(tokens, last, line.barrier, one=False) is not None
    return number.last if counts else last


def _listed(line: _Line, number: Number) -> int:
    """Past "and 6", "-15" and ", 9" behind a labelled number, and past the letter of "120B"."""
    tokens, last = line.tokens, _lettered(line.tokens, number.last)
    while tokens.word(last) in ("-", "\u2013", "/", "and", ",", "to", "or") and tokens.word(last + 1)[:1].isdigit():
        if tokens.word(last) not in ("-", "\u2013", "/") and not tokens.low[number.first - 1].endswith("s"):
            break
        last += 2
    return last


def _further(line: _Line, number: Number) -> Found | None:
    """As in "section 447 (trespass), 354 (assault) and 367": the label of the list goes on over each number."""
    if line.labelled is None or number.form != "digits" or number.scale != 1 or line.counts(number, label=True):
        return None
    tokens, at = line.tokens, number.first - 1
    if tokens.word(number.last) == "of" and not tokens.raw(number.last + 2)[:1].isupper():
        return None
    while at >= line.labelled and tokens.low[at] in _LISTING:
        at -= 1
        if tokens.low[at] == ")":
            at = next((i for i in range(at, max(0, at - _ASIDE), -1) if tokens.low[i] == "("), 0) - 1
    listed = at == line.labelled - 1 and at < number.first - 1
    return (number.first, _lettered(tokens, number.last), "label-goes-on") if listed else None


def _lettered(tokens: Tokens, last: int) -> int:
    """Past the one letter of "120B"."""
    return last + (tokens.glued(last - 1) and len(tokens.word(last)) == 1 and tokens.word(last).isalpha())


def _coded(line: _Line, number: Number) -> Found | None:
    """Letters joined to digits: "F-16", "MH17", "B-17s", "SARS-CoV-2", "737-800", "24703L202"."""
    tokens, first, last = line.tokens, number.first, number.first + 1
    if number.form not in ("digits", "odd", "oversized", "ordinal") or not tokens.low[first][0].isdigit():
        return None
    left = tokens.word(first - 1)
    if tokens.glued(first - 1) and left[:1].isalpha() and not _is_sign(line, first - 1) and not _is_power(line, first):
        return _widened(tokens, first - 1, last, "letters-and-digits")
    if left == "-" and tokens.glued(first - 1) and tokens.glued(first - 2) and _names(line, first - 2):
        return _widened(tokens, first - 2, last, "hyphened-code")
    run = tokens.glued(last - 1) and tokens.word(last)[:1].isalpha()
    if run and tokens.glued(last) and tokens.word(last + 1)[:1].isdigit() and len(tokens.low[last]) < 4:
        return None if tokens.word(last + 1) in ("2", "3") else _widened(tokens, first, last, "letters-and-digits")
    if tokens.hyphened(first) and _mixed(tokens.raw(first + 2)):
        return _widened(tokens, first, first + 3, "hyphened-code")
    return None


def _mixed(word: str) -> bool:
    """Small letters before capitals, as in "nCoV"."""
    return word[:1].islower() and not word.islower()


def _is_sign(line: _Line, at: int) -> bool:
    """Whether letters glued to digits are a currency ("USD115", "RM42")."""
    low = line.tokens.low[at]
    return (low in line.grammar.signs or (low[1:] in line.grammar.signs and low[0] == "m")) and low != "a"


def _is_power(line: _Line, at: int) -> bool:
    """Whether the digits are the power of a unit ("190 km2")."""
    tokens = line.tokens
    return tokens.low[at] in ("2", "3") and tokens.word(at - 2)[:1].isdigit()


def _names(line: _Line, at: int) -> bool:
    """Whether a word before a hyphen and digits makes a name with them."""
    word, low = line.tokens.raw(at), line.tokens.word(at)
    grammar = line.grammar
    if (
        not low[:1].isalpha()
        or (low in grammar.unnamed and word.islower())
        or low in grammar.vocabulary.numbers.triggers
    ):
        return False
    return not (line.tokens.word(at - 1)[:1].isdigit() and line.tokens.glued(at - 1)) and len(word) < 20


def _widened(tokens: Tokens, first: int, last: int, rule: str) -> Found:
    """Left and right over what is joined without a space."""
    while first > 1 and tokens.glued(first - 1) and (tokens.low[first - 1].isalnum() or _joint(tokens, first - 1)):
        first -= 1
    while last < tokens.size and tokens.glued(last - 1) and (tokens.low[last].isalnum() or _joint(tokens, last)):
        last += 1
    return first, last, rule


def _joint(tokens: Tokens, at: int) -> bool:
    return tokens.low[at] == "-" and tokens.glued(at) and tokens.glued(at - 1)


def _clock(line: _Line, number: Number) -> Found | None:
    """As in "19:45", "7 p.m.", "10.45pm"; "16:9" too: nothing is counted by either."""
    tokens, last = line.tokens, number.first + 1
    if number.form not in ("digits", "odd", "words"):
        return None
    if (
        tokens.word(last) == ":"
        and tokens.glued(last - 1)
        and tokens.glued(last)
        and tokens.word(last + 1)[:1].isdigit()
    ):
        last += 2
        while tokens.word(last) == ":" and tokens.word(last + 1).isdecimal():
            last += 2
        return number.first, last + (tokens.word(last) in line.grammar.clock), "clock-time"
    if tokens.word(number.last) in line.grammar.clock and (number.value or 0) < 2401:
        return number.first, number.last + 1, "clock-time"
    return None


def _variant(line: _Line, number: Number) -> Found | None:
    """As in "767-300 planes": an airliner with its variant."""
    tokens, first = line.tokens, number.first
    if not _is_airliner(tokens.text[first]) or not tokens.hyphened(first) or tokens.hyphened(first + 2):
        return None
    variant = tokens.low[first + 2]
    return (first, first + 3, "airliner") if variant.isdecimal() and len(variant) == _AIRLINER else None


def _dashed(line: _Line, number: Number) -> Found | None:
    """As in "9-17-37": three numbers joined by hyphens are a date or a code."""
    tokens, first = line.tokens, number.first
    if number.form not in ("digits", "odd") or not tokens.low[first].isdecimal():
        return None
    if not (tokens.hyphened(first) and tokens.hyphened(first + 2)):
        return None
    parts = (tokens.low[first], tokens.low[first + 2], tokens.low[first + 4])
    return (first, first + 5, "hyphened-code") if all(part.isdecimal() for part in parts) else None


def _telephone(line: _Line, number: Number) -> Found | None:
    """Groups of digits joined by hyphens, brackets or blanks behind "+", "(" or 0: nine to fifteen digits."""
    tokens, first, last = line.tokens, number.first, number.first
    if number.form not in ("digits", "odd", "oversized"):
        return None
    plus = tokens.word(first - 1) in ("+", "(") and tokens.glued(first - 1)
    joined = tokens.word(first + 1) == "-" and tokens.glued(first)
    if not (plus or joined or tokens.low[first][0] == "0"):
        return None
    digits, groups, hyphens = 0, 0, 0
    while last < min(tokens.size, first + 14):
        low = tokens.low[last]
        if low[0].isdigit():
            digits, groups = digits + sum(map(str.isdigit, low)), groups + 1
        elif low in ("-", ")", "("):
            hyphens += low == "-"
        else:
            break
        last += 1
    fits = _PHONE[0] <= digits <= _PHONE[1] + 8 * (hyphens > 1) and groups > 1
    return (first - plus, last, "telephone") if fits and (plus or tokens.low[first][0] == "0" or hyphens > 1) else None


def _address(line: _Line, number: Number) -> Found | None:
    """As in "123 Random Street"."""
    tokens = line.tokens
    if number.form != "digits" or number.last != number.first + 1:
        return None
    for at in range(number.last, min(tokens.size, number.last + 4)):
        word = tokens.text[at]
        if not word[0].isupper():
            break
        if at > number.last and tokens.low[at] in line.grammar.streets:
            return number.first, at + 1, "street-address"
    return None


def _citation(line: _Line, number: Number) -> Found | None:
    """As in "410 U.S. 113", "42 U.S.C. 1983", "18 USC 2"."""
    tokens, at = line.tokens, number.last
    reporter = tokens.word(at).replace(".", "")
    if number.form != "digits" or reporter not in ("us", "usc", "cfr", "fsupp", "sct", "f2d", "f3d"):
        return None
    at += 1 + (tokens.word(at + 1) in ("§", "."))
    return (
        (number.first, at + 1, "legal-citation")
        if tokens.word(at).isdecimal() and tokens.raw(number.last).isupper()
        else None
    )


def _capitalised(line: _Line, number: Number) -> Found | None:
    """A number word with a capital inside a sentence ("the Five Families"), with the capitalised words around it."""
    tokens, first = line.tokens, number.first
    if line.headline or number.form != "words" or first == 0 or not tokens.text[first][0].isupper():
        return None
    before = tokens.text[first - 1]
    if not (before[0].isalpha() or before == ","):
        return None
    last = number.last
    while last < tokens.size and tokens.text[last][0].isupper():
        last += 1
    if tokens.text[first - 1][0].isupper() and first > 1 and tokens.low[first - 1] not in line.grammar.common:
        first -= 1
    return first, last, "capitalised-number"


def _named(line: _Line, number: Number) -> Found | None:
    """A capitalised name and a bare number behind it that counts nothing: "WESH 2", "Windows 10"."""
    tokens, first = line.tokens, number.first
    if number.form != "digits" or number.last != first + 1 or first == 0 or line.headline:
        return None
    raw, name = tokens.text[first], tokens.text[first - 1]
    if tokens.hyphened(first) and tokens.word(first + 2)[:1].isdigit():
        return None
    if not raw.isdecimal() or len(raw) > 5 or not name[0].isupper() or tokens.glued(first - 1):
        return None
    if (
        tokens.low[first - 1] in line.grammar.common
        or (first == 1 and not _begins(line))
        or (line.counts(number, label=True) and not _is_counted(line, first - 1))
    ):
        return None
    if "'" in name or _is_sign(line, first - 1) or _sentence_like(tokens, first - 2):
        return None
    return first - 1, number.last, "name-number"


def _again(line: _Line, number: Number) -> Found | None:
    """The bare number of a name met before: "the 767" behind "a Boeing 767"."""
    tokens, first = line.tokens, number.first
    if number.last != first + 1 or tokens.text[first] not in line.known:
        return None
    suffix = tokens.glued(first) and tokens.word(first + 1) in ("s", "a", "b", "c", "e", "er", "max")
    airliner = _is_airliner(tokens.text[first]) and tokens.word(first - 1) in _WHICH_ONE
    if (line.counts(number) and not airliner) or tokens.word(first - 1) in ("$", "£", "€"):
        return None
    return first, number.last + suffix, "name-again"


def _is_counted(line: _Line, at: int) -> bool:
    """Whether a number stands before the name: "12 BAE 146 jets" are twelve, and no 146."""
    word = line.tokens.word(at - 1)
    return word.isdecimal() or word in line.grammar.vocabulary.numbers.triggers


def _airliner(line: _Line, number: Number) -> Found | None:
    """The number of an airliner alone: "its 737 MAX jets", "12 new 787 Dreamliners"."""
    tokens, first, last = line.tokens, number.first, number.first + 1
    if not _is_airliner(tokens.text[first]) or number.last != last or tokens.glued(first - 1):
        return None
    if tokens.word(last) == "max" or tokens.word(last) in line.grammar.airliners:
        named = tokens.word(first - 1) in line.grammar.whose or _is_counted(line, first)
        return (first, last + (tokens.word(last) == "max"), "airliner") if named else None
    return None


def _is_airliner(word: str) -> bool:
    return len(word) == _AIRLINER and word[::2] == "77"


def _begins(line: _Line) -> bool:
    """Whether the first word of a sentence is a name for certain: in capitals throughout."""
    return line.tokens.text[0].isupper() and len(line.tokens.text[0]) > 1


def _sentence_like(tokens: Tokens, at: int) -> bool:
    """Whether the token before the name ends something: then its capital says nothing."""
    return at >= 0 and tokens.low[at] in ('"', ":", "\u2013", ".", ";", "'")


_RULES: Final[tuple[Callable[[_Line, Number], Found | None], ...]] = (
    _phrase,
    _coded,
    _clock,
    _telephone,
    _dashed,
    _variant,
    _labelled,
    _further,
    _citation,
    _address,
    _capitalised,
    _airliner,
    _named,
    _again,
)


def _phrases(
    vocabulary: Vocabulary, names: frozenset[str], idioms: frozenset[str]
) -> dict[str, tuple[tuple[tuple[str, ...], int, bool], ...]]:
    """Each phrase under the first of its tokens that begins a number, longest first; names need a capital."""
    found: dict[str, list[tuple[tuple[str, ...], int, bool]]] = {}
    triggers = vocabulary.numbers.triggers
    for phrase in names | idioms:
        words = tuple(Tokens(phrase, Span(0, len(phrase))).low)
        index = next((i for i, word in enumerate(words) if word[0].isdigit() or word in triggers), None)
        if index is not None:
            cased = phrase not in idioms and any(word.isalpha() for word in words)
            found.setdefault(words[index], []).append((words, index, cased))
    return {word: tuple(sorted(rows, key=lambda row: -len(row[0]))) for word, rows in found.items()}
