"""The words that speech is recognised by, read once from ``cues.toml``."""

from __future__ import annotations

from dataclasses import dataclass

from factwire.extraction.lexicons import Lexicons

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpeechGrammar:
    """Sets of lower-case words, and phrases as tuples of them. See ``cues.toml`` for what each holds."""

    speech: frozenset[str]
    opinion: frozenset[str]
    document: frozenset[str]
    placing: frozenset[str]
    placed: frozenset[str]
    quoting: frozenset[str]
    urging: frozenset[str]
    quoting_others: frozenset[str]
    many: frozenset[str]
    reduced: frozenset[str]
    joined: frozenset[str]
    addressing: frozenset[str]
    taking: frozenset[str]
    taken: frozenset[str]
    verbs: frozenset[str]
    expectation: frozenset[str]
    also_nouns: frozenset[str]
    according: tuple[Phrase, ...]
    per: tuple[Phrase, ...]
    introducing: frozenset[str]
    """The words that ``according`` and ``per`` open with."""
    between: frozenset[str]
    reckoning: frozenset[str]
    expectations: frozenset[str]
    measuring: frozenset[str]
    handed: frozenset[str]
    people: frozenset[str]
    documents: frozenset[str]
    forecasters: frozenset[str]
    finders: frozenset[str]
    firms: frozenset[str]
    he: frozenset[str]
    it: frozenset[str]
    unspeaking: frozenset[str]
    other: frozenset[str]
    left_stops: frozenset[str]
    qualities: frozenset[str]
    known_by: frozenset[str]
    made_by: frozenset[str]
    right_stops: frozenset[str]
    adverbial: frozenset[str]
    naming: frozenset[str]
    openers: frozenset[str]
    apposition: frozenset[str]
    closing: frozenset[str]
    signals: frozenset[str]

    @classmethod
    def compile(cls, lexicons: Lexicons) -> SpeechGrammar:
        """Raises :class:`VocabularyFault` on a table that is none."""
        table = lexicons.table("attribution/cues")

        def words(section: str, key: str) -> frozenset[str]:
            return frozenset(table.section(section).get(key, ()))

        def phrases(key: str) -> tuple[Phrase, ...]:
            return tuple(tuple(phrase.split()) for phrase in table.section("phrases").get(key, ()))

        verbs = {
            key: words("verbs", key) for key in ("speech", "opinion", "document", "placing", "expectation", "quoting")
        }
        according, per = phrases("according"), phrases("per")
        return cls(
            **verbs,
            placed=words("verbs", "placed"),
            urging=words("verbs", "urging"),
            quoting_others=words("verbs", "quoting_others"),
            many=words("verbs", "many"),
            reduced=words("verbs", "reduced"),
            joined=words("verbs", "joined"),
            addressing=words("verbs", "addressing"),
            taking=words("verbs", "taking"),
            taken=words("verbs", "taken"),
            verbs=frozenset().union(*(verbs[key] for key in ("speech", "opinion", "document", "quoting"))),
            also_nouns=words("verbs", "also_nouns"),
            according=according,
            per=per,
            introducing=frozenset(phrase[0] for phrase in (*according, *per)),
            between=words("phrases", "between"),
            reckoning=words("phrases", "reckoning"),
            expectations=words("phrases", "expectations"),
            measuring=words("phrases", "measuring"),
            handed=words("phrases", "handed"),
            people=words("nouns", "people"),
            documents=words("nouns", "documents"),
            forecasters=words("nouns", "forecasters"),
            finders=words("nouns", "finders"),
            firms=words("nouns", "firms"),
            he=words("nouns", "he"),
            it=words("nouns", "it"),
            unspeaking=words("nouns", "unspeaking"),
            other=words("nouns", "other"),
            left_stops=words("stops", "left"),
            qualities=words("stops", "qualities"),
            known_by=words("stops", "known_by"),
            made_by=words("stops", "made_by"),
            right_stops=words("stops", "right"),
            adverbial=words("stops", "adverbial"),
            naming=words("stops", "naming"),
            openers=words("stops", "openers"),
            apposition=words("stops", "apposition"),
            closing=words("stops", "closing"),
            signals=frozenset().union(
                *verbs.values(),
                (p[0] for p in (*according, *per)),
                words("verbs", "urging"),
                words("phrases", "reckoning"),
                words("phrases", "expectations"),
                words("phrases", "handed"),
            ),
        )
