"""What was found in a text, as Markdown to paste into an issue: the text, every claim with its rules, the versions."""

from __future__ import annotations

from collections.abc import Iterator

from factwire.console.article_page import Card, article_page
from factwire.events.enriched_article import EnrichedArticle

BAR_ESCAPES = str.maketrans({"|": "\\|", "\n": " ", "`": "'"})


def report(article: EnrichedArticle) -> str:
    return "\n".join(_lines(article)) + "\n"


def _lines(article: EnrichedArticle) -> Iterator[str]:
    page = article_page(article)
    day = article.published_at.date().isoformat() if article.published_at else "not given"
    yield "### What is wrong\n\n<!-- which number or name, and what you expected -->\n"
    yield f"### Text\n\nPublished: {day}\n"
    yield from _fenced(article.text)
    yield f"\n### Claims ({len(page.cards)})\n"
    yield "| written | value | kind | details | rules |\n| --- | --- | --- | --- | --- |"
    yield from map(_row, page.cards)
    yield f"\n### Entities ({len(page.names)})\n"
    yield from (f"- {_cell(name.name)} · {name.entity_id} · {name.subtype or name.type}" for name in page.names)
    yield "\n### Versions\n"
    made = article.enrichment
    yield f"factwire {made.enricher_version}, rules {made.rules_version}, knowledge base {made.kb_version}"


def _row(card: Card) -> str:
    details = "; ".join(f"{fact.label}: {fact.value}" for fact in card.facts)
    cells = (card.written, f"{card.number} {card.unit}".strip(), card.kind, details, ", ".join(card.rules))
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return text.translate(BAR_ESCAPES)


def _fenced(text: str) -> Iterator[str]:
    """In a fence longer than any that the text holds."""
    fence = "```"
    while fence in text:
        fence += "`"
    yield f"{fence}text\n{text}\n{fence}"
