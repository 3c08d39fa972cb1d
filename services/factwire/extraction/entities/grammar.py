"""The vocabulary of the entity rules, compiled once: titles, heads, small words, weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from factwire.extraction.entities.tokens import Tokens
from factwire.extraction.lexicons import Lexicons

_TITLE_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class EntityGrammar:
    """Sets of lower-case words; ``last`` and ``first`` say what kind of name ends or begins with a word."""

    openers: frozenset[str]
    calendar: frozenset[str]
    capitals: frozenset[str]
    particles: frozenset[str]
    syllables: frozenset[str]
    states: frozenset[str]
    stances: frozenset[str]
    dealings: frozenset[str]
    favours: frozenset[str]
    messages: frozenset[str]
    joined: frozenset[str]
    speech: frozenset[str]
    acts: frozenset[str]
    occupations: frozenset[str]
    inside: frozenset[str]
    trailers: frozenset[str]
    postnominals: frozenset[str]
    directions: frozenset[str]
    branches: frozenset[str]
    fields: frozenset[str]
    grounds: frozenset[str]
    works: frozenset[str]
    of_states: frozenset[str]
    of_countries: frozenset[str]
    title_heads: frozenset[str]
    title_parts: frozenset[str]
    title_domains: frozenset[str]
    royal: frozenset[str]
    polite: frozenset[str]
    numbers: frozenset[str]
    surnames: frozenset[str]
    doubtful: frozenset[str]
    gender: Mapping[str, str]
    last: Mapping[str, str]
    first: Mapping[str, str]
    of: frozenset[str]
    nominals: Mapping[str, frozenset[str]]
    units: Mapping[str, str]
    families: frozenset[str]
    nicknames: Mapping[str, frozenset[str]]
    kind_weights: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    link_weights: Mapping[str, float] = field(default_factory=dict)
    sense_weights: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def compile(cls, lexicons: Lexicons) -> EntityGrammar:
        """Reads the tables ``entities/*``. Raises :class:`VocabularyFault`."""
        words, titles = lexicons.table("entities/words"), lexicons.table("entities/titles")
        heads, weights = lexicons.table("entities/heads"), lexicons.table("entities/weights")
        sets = {name: frozenset(words.words(name)) for name in _WORDS}
        nominals = lexicons.table("entities/nominals")
        sets |= {name: frozenset(titles.words(name)) for name in _TITLES}
        title_heads = frozenset(titles.words("heads"))
        return cls(
            **sets,
            title_heads=title_heads,
            title_parts=title_heads | frozenset(titles.words("modifiers")),
            title_domains=frozenset(titles.words("domains")),
            gender={word: gender for gender, listed in titles.section("gender").items() for word in listed},
            last=_kinds(heads.section("last")),
            first=_kinds(heads.section("first")),
            of=frozenset(heads.section("of")["words"]),
            families=frozenset(lexicons.table("entities/families").words("names")),
            nicknames={n: frozenset(full) for n, full in lexicons.table("entities/nicknames").section("names").items()},
            nominals={noun: frozenset(kinds) for noun, kinds in nominals.section("nouns").items()},
            units={adjective: str(noun) for adjective, noun in nominals.section("units").items()},
            kind_weights={name: tuple(row) for name, row in weights.section("kind").items()},
            link_weights=dict(weights.section("link")),
            sense_weights=dict(weights.section("sense")),
        )

    def title_gender(self, title: Sequence[str]) -> str:
        """``m`` or ``f`` if a word of the title says so (Mrs, Congressman), else empty."""
        return next((self.gender[word] for word in title if word in self.gender), "")

    def is_half(self, tokens: Tokens, index: int) -> bool:
        """Whether a small syllable behind a hyphen ends an East Asian given name: Lim Soo-jung."""
        hyphened = index > 1 and tokens.gap(index) == "-" and tokens.capital[index - 1]
        return hyphened and tokens.keys[index] in self.syllables and not tokens.capital[index]

    def title_end(self, tokens: Tokens, first: int, stop: int) -> int:
        """Where the title that begins at ``first`` ends (exclusive); ``first`` itself if there is none."""
        keys, end = tokens.keys, first
        for index in range(first, min(stop, first + _TITLE_WORDS)):
            if keys[index] not in self.title_parts:
                break
            if keys[index] in self.title_heads:
                end = index + 1
        return end


_WORDS: Final = (
    "openers",
    "calendar",
    "capitals",
    "particles",
    "syllables",
    "states",
    "stances",
    "dealings",
    "favours",
    "messages",
    "joined",
    "speech",
    "acts",
    "occupations",
    "inside",
    "trailers",
    "postnominals",
    "directions",
    "branches",
    "fields",
    "grounds",
    "works",
    "of_states",
    "of_countries",
)
_TITLES: Final = ("royal", "polite", "numbers", "surnames", "doubtful")


def _kinds(section: Mapping[str, list[str]]) -> dict[str, str]:
    return {word: kind for kind, listed in section.items() for word in listed}
