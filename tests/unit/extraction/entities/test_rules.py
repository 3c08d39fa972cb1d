"""Every rule that can put a mention on its entity has a reason, a text in which it fires and one where it does not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

import factwire.extraction.entities
from factwire.extraction.entities.detectors import Detected
from factwire.extraction.entities.explaining import resolve_name
from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.kinds import KINDS
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article, Document, Span
from factwire.extraction.pipeline import Pipeline, build_pipeline
from factwire.extraction.text.layout import lay_out
from factwire.kb.catalogue import AliasKind, Catalogue

CORPORA: Final = Path(__file__).parents[3] / "corpora/entities"
FAMILIES: Final[dict[str, Any]] = tomllib.loads((CORPORA / "rules.toml").read_text("utf-8"))
TEXTS: Final = {f"{family}.{rule}": case for family, rules in FAMILIES.items() for rule, case in rules.items()}
MENTIONED: Final = [pytest.param(r, case, id=r) for r, case in TEXTS.items() if not r.startswith("verdict.")]
VERDICTS: Final = [pytest.param(r, case, id=r) for r, case in TEXTS.items() if r.startswith("verdict.")]
PUBLISHED: Final = "2024-04-12"


class Finder:
    """A detector that finds the same words in every text."""

    version = "finder"

    def __init__(self, words: list[str]) -> None:
        self.words = words

    def detect(self, document: Document) -> Iterator[Detected]:
        for word in self.words:
            if (start := document.text.find(word)) >= 0:
                yield Detected(Span(start, start + len(word)), "product")


@pytest.fixture(scope="module")
def read(catalogue: Catalogue) -> Callable[[str, list[str]], Document]:
    lexicons = load_lexicons()
    plain = build_pipeline(lexicons, catalogue)

    def reader(text: str, detected: list[str]) -> Document:
        pipeline: Pipeline = build_pipeline(lexicons, catalogue, Finder(detected)) if detected else plain
        return pipeline(_article(text))

    return reader


def _article(text: str, published: str = PUBLISHED) -> Article:
    return Article(body=text, language="en", published_at=datetime.fromisoformat(published).replace(tzinfo=UTC))


def _fired(document: Document) -> set[str]:
    return {mention.rule for entity in document.entities for mention in entity.mentions}


@pytest.mark.parametrize(("rule", "case"), MENTIONED)
def test_rule_fires_where_it_must(rule: str, case: dict[str, Any], read: Callable[..., Document]) -> None:
    assert rule in _fired(read(case["fires"], case.get("detected", [])))


@pytest.mark.parametrize(("rule", "case"), MENTIONED)
def test_rule_stays_silent_where_it_must(rule: str, case: dict[str, Any], read: Callable[..., Document]) -> None:
    assert rule not in _fired(read(case["silent"], case.get("detected", [])))


def _verdicts(name: str, text: str, published: str, catalogue: Catalogue) -> set[str]:
    """The rules about the candidates of a name where the text has it last."""
    start = text.rindex(name)
    where, document = Span(start, start + len(name)), lay_out(_article(text, published))
    found = resolve_name(document, where, grammar=EntityGrammar.compile(load_lexicons()), catalogue=catalogue)
    return {name for verdict in found.verdicts for name, _ in verdict.reasons}


@pytest.mark.parametrize(("rule", "case"), VERDICTS)
def test_candidate_is_judged_by_a_rule_where_it_must(rule: str, case: dict[str, Any], catalogue: Catalogue) -> None:
    published = case.get("fires_published", PUBLISHED)
    assert rule in _verdicts(case["name"], case["fires"], published, catalogue)


@pytest.mark.parametrize(("rule", "case"), VERDICTS)
def test_candidate_is_left_to_the_weights_where_it_must(rule: str, case: dict[str, Any], catalogue: Catalogue) -> None:
    assert rule not in _verdicts(case["name"], case["silent"], PUBLISHED, catalogue)


def _told() -> dict[str, str]:
    table = load_lexicons().table("entities/rules").content
    return {f"{family}.{rule}": reason for family, rules in table.items() for rule, reason in rules.items()}


def test_every_rule_has_a_reason_in_one_line_and_a_text_of_either_kind() -> None:
    assert set(TEXTS) == set(_told())
    assert all(case["fires"] and case["silent"] for case in TEXTS.values())
    assert all(reason and "\n" not in reason for reason in _told().values())


def test_every_rule_that_the_code_names_is_listed_and_no_other() -> None:
    package = Path(factwire.extraction.entities.__file__).parent
    code = "\n".join(path.read_text("utf-8") for path in package.glob("*.py"))
    named = set(re.findall(rf'"((?:{"|".join(FAMILIES)})\.[a-z-]+)"', code))
    named |= {f"known.{kind.name.lower().replace('_', '-')}" for kind in AliasKind}
    named |= {f"unknown.{kind}" for kind in KINDS if kind != "none"}
    assert named == set(_told())


def test_every_mention_names_a_listed_rule(read: Callable[..., Document]) -> None:
    cases = tomllib.loads((CORPORA / "mentions.toml").read_text("utf-8"))["case"]
    fired = {rule for case in cases for rule in _fired(read(case["text"], []))}
    assert fired <= set(_told())
    assert len(fired) > len(_told()) / 2
