"""The page of one article: its text in blocks with marks, its claims as cards, its entities as names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from factwire.console.addresses import address, article_address, entity_address
from factwire.console.markup import Mark, mark_up, share_out
from factwire.console.writing import (
    moment,
    shorten,
    write_days,
    write_manner,
    write_number,
    write_period,
    write_speaker,
    write_unit,
)
from factwire.events.enriched_article import Claim, EnrichedArticle, Entity, Mention, Section, Time

PARAGRAPHS: Final = re.compile(r"\n[^\S\n]*\n\s*")
ASIDES: Final = {"boilerplate": "Boilerplate", "duplicate": "Repeat"}
CHANGES: Final = {"delta": "by this much", "from": "from this", "to": "to this"}
LONGEST_OPENING: Final = 90


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or heading. ``label`` names what is greyed out."""

    kind: str
    html: Markup
    label: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled part of a claim. ``details`` are smaller print; ``address`` is the page of whom it names."""

    label: str
    value: str
    details: str = ""
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One claim beside the text. ``facts`` are its labelled parts, in reading order."""

    claim_id: str
    number: str
    unit: str
    kind: str
    written: str
    facts: tuple[Fact, ...]
    evidence: str
    confidence: float
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """One entity beside the text. ``register`` links to where its id is from."""

    entity_id: str
    name: str
    type: str
    subtype: str | None
    mentions: int
    salience: float
    address: str
    register: str | None


@dataclass(frozen=True, slots=True)
class ArticlePage:
    title: str
    blocks: tuple[Block, ...]
    cards: tuple[Card, ...]
    names: tuple[Name, ...]
    source: Fact | None
    """The outlet, and its articles."""
    facts: tuple[str, ...]
    warnings: tuple[str, ...]
    url: str | None
    original: str | None
    """The page of the article of another id that first had this text."""


def article_page(article: EnrichedArticle) -> ArticlePage:
    marks = tuple(_marks(article))
    names = {entity.entity_id: entity.name for entity in article.entities}
    claims = sorted(article.claims, key=lambda claim: (claim.span.start, claim.span.end))
    return ArticlePage(
        title=headline(article.title, article.text),
        blocks=tuple(_blocks(article, marks)),
        cards=tuple(_card(claim, article, names) for claim in claims),
        names=tuple(map(_name, sorted(article.entities, key=lambda entity: -entity.salience))),
        source=_source(article),
        facts=tuple(_metadata(article)),
        warnings=article.enrichment.warnings,
        url=web_address(article.url or article.canonical_url),
        original=article_address(article.duplicate_of.article_id) if article.duplicate_of else None,
    )


def web_address(url: str | None) -> str | None:
    """An address that may be a link: feeds can write anything there, ``javascript:`` too."""
    return url if url and re.match(r"https?://", url, re.IGNORECASE) else None


def register_address(entity_id: str) -> str | None:
    """Where an id is explained to people."""
    if re.fullmatch(r"Q[0-9]{1,12}", entity_id):
        return f"https://www.wikidata.org/wiki/{entity_id}"
    if found := re.fullmatch(r"geonames:([0-9]{1,10})", entity_id):
        return f"https://www.geonames.org/{found[1]}"
    return None


def headline(title: str | None, text: str) -> str:
    """The title, else how the text begins."""
    given = (title or "").strip()
    return given or shorten(text.strip().partition("\n")[0], LONGEST_OPENING)


def _source(article: EnrichedArticle) -> Fact | None:
    source = article.source
    return Fact("source", source.name or source.id, address=address("/", source=source.id)) if source else None


def _metadata(article: EnrichedArticle) -> Iterator[str]:
    if article.provider:
        yield f"via {article.provider}"
    if article.byline:
        yield article.byline
    yield moment(article.published_at) if article.published_at else "no date of publication"
    if article.language and article.language != "en":
        yield f"language {article.language}"
    if article.revision > 1:
        yield f"revision {article.revision}"


def _marks(article: EnrichedArticle) -> Iterator[Mark]:
    for claim in article.claims:
        target = f"claim-{claim.claim_id}"
        yield Mark(claim.span.start, claim.span.end, "claim", target, _claim_tip(claim), f"at-{claim.claim_id}")
    for entity in article.entities:
        for mention in entity.mentions:
            kind, target = f"entity {entity.type}", f"entity-{entity.entity_id}"
            yield Mark(mention.span.start, mention.span.end, kind, target, _mention_tip(entity, mention))


def _claim_tip(claim: Claim) -> str:
    head = f"{write_number(claim)} {write_unit(claim.unit)}".strip()
    kind = claim.kind.replace("_", " ")
    return f"{head} · {kind} · confidence {claim.confidence:.2f}\n{', '.join(claim.rules)}\n{claim.claim_id}"


def _mention_tip(entity: Entity, mention: Mention) -> str:
    sort = entity.subtype or entity.type
    via = f" via {mention.via}" if mention.via else ""
    rule = f"\n{mention.rule}" if mention.rule else ""
    return (
        f"{entity.name} · {sort.replace('_', ' ')} · {entity.entity_id}\n"
        f"{mention.form}{via} · confidence {mention.confidence:.2f}{rule}"
    )


def _blocks(article: EnrichedArticle, marks: tuple[Mark, ...]) -> Iterator[Block]:
    text = article.text
    sections = article.sections or (Section(kind="body", start=0, end=len(text)),)
    kinds = {stretch: part.kind for part in sections for stretch in _paragraphs(text, part.start, part.end)}
    for (start, end), inside in share_out(marks, sorted(kinds)):
        kind = kinds[start, end]
        yield Block(kind, mark_up(text, start, end, inside), ASIDES.get(kind))


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches between blank lines, without the white space round them."""
    for gap in [*PARAGRAPHS.finditer(text, start, end), None]:
        upto = gap.start() if gap else end
        content = text[start:upto]
        if content.strip():
            lead = len(content) - len(content.lstrip())
            yield start + lead, start + len(content.rstrip())
        start = gap.end() if gap else end


def _card(claim: Claim, article: EnrichedArticle, names: Mapping[str, str]) -> Card:
    start, end = article.sentences[claim.sentence] if claim.sentence < len(article.sentences) else (0, 0)
    return Card(
        claim_id=str(claim.claim_id),
        number=write_number(claim),
        unit=write_unit(claim.unit),
        kind=claim.kind.replace("_", " "),
        written=claim.span.text,
        facts=tuple(fact for fact in _facts(claim, article.times, names) if fact.value),
        evidence=article.text[start:end],
        confidence=claim.confidence,
        rules=claim.rules,
    )


def _facts(claim: Claim, times: tuple[Time, ...], names: Mapping[str, str]) -> Iterator[Fact]:
    yield Fact("about", claim.concept.span.text if claim.concept else "")
    yield Fact("of", claim.of.span.text if claim.of and claim.of.span != (claim.concept and claim.concept.span) else "")
    for argument in claim.arguments:
        known = argument.entity_id in names
        name = names.get(argument.entity_id) or argument.span.text
        yield Fact(argument.role, name, address=entity_address(argument.entity_id) if known else None)
    yield Fact("change", ", ".join(filter(None, (claim.direction, CHANGES.get(claim.role, "")))))
    yield _when(claim, times)
    yield _said_by(claim, names)
    yield Fact("stated as", write_manner(claim))


def _when(claim: Claim, times: tuple[Time, ...]) -> Fact:
    """The days, and beside them the words that mean them; the words alone where they mean no day."""
    period = claim.period
    if period is None:
        return Fact("when", "")
    words = times[period.time].span.text if period.time is not None and period.time < len(times) else ""
    days = write_period(period)
    bare = words.lower() in (days.lower(), write_days(period.begin, period.end).lower())
    details = ", ".join(
        filter(None, ("" if bare else f"“{words}”" if words else "", "assumed" if period.assumed else ""))
    )
    return Fact("when", days, details) if days else Fact("when", words)


def _said_by(claim: Claim, names: Mapping[str, str]) -> Fact:
    if claim.attribution is None:
        return Fact("said by", "")
    who = claim.attribution.speaker.entity_id
    page = entity_address(who) if who and who in names else None
    return Fact("said by", write_speaker(claim, names), claim.attribution.mode, page)


def _name(entity: Entity) -> Name:
    return Name(
        entity_id=entity.entity_id,
        name=entity.name,
        type=entity.type,
        subtype=entity.subtype,
        mentions=len(entity.mentions),
        salience=entity.salience,
        address=entity_address(entity.entity_id),
        register=register_address(entity.entity_id),
    )
