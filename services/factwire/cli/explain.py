"""``factwire explain``: what is found in one text, which rules found it, and why other numbers were not."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article, Claim, Document, Period, Span, Unit, decimal_string
from factwire.extraction.pipeline import Pipeline, open_pipeline
from factwire.extraction.reasons import reasons_of

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_PIPE_WIDTH = 120
"""Characters of a table that goes into a file or a pipe."""
COMPARATORS = {"eq": "", "gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ ", "between": ""}


def explain(
    text: Annotated[str, typer.Argument(help="The text, or - for stdin.")],
    published: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="When it was published.")
    ] = None,
    country: Annotated[str | None, typer.Option(help='The outlet\'s country (IN): what a bare "$" is.')] = None,
    lexicons: Annotated[list[Path] | None, typer.Option(help="A folder with your own lexicons, over ours.")] = None,
    reasons: Annotated[bool, typer.Option("--reasons", help="Say of every rule that fired what it goes by.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the enriched event instead.")] = False,
) -> None:
    """What is found in one text, and why. Needs no broker and no database.

    Example:  factwire explain "Profit rose 18 percent to $4.1bn last year, Acme said." --published 2024-04-12 --reasons
    """
    body = sys.stdin.read() if text == "-" else text
    moment = published.replace(tzinfo=UTC) if published else None
    folders = tuple(lexicons or ())
    pipeline = open_pipeline(folders)
    if json:
        print(_event(body, moment, country, pipeline))
        return
    document = pipeline(Article(body=body, published_at=moment, country=country.upper() if country else None))
    _show(document)
    if reasons:
        _show_reasons(document, reasons_of(load_lexicons(*folders)))


def _event(body: str, published: datetime | None, country: str | None, pipeline: Pipeline) -> str:
    """The enriched event; pydantic is imported only here, because the plain view must start at once."""
    from factwire.enricher.mapping import enrich_article
    from factwire.formats.json import read_payload

    source = {"id": "explain", "country": country.upper()} if country else None
    raw = read_payload({"body": body, "published_at": published, "source": source})
    return enrich_article(raw, pipeline, clock=perf_counter).model_dump_json(indent=2)


def _show(document: Document) -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    numbers = {index: place for place, index in enumerate(range(len(document.claims)), 1)}
    for number, sentence in enumerate(document.sentences):
        claims = [(numbers[i], c) for i, c in enumerate(document.claims) if c.sentence == number]
        console.print(_marked(document, sentence.span, claims, speaks=sentence.speaks), soft_wrap=True)
    if document.claims:
        console.print(_claim_table(document))
        for number, claim in enumerate(document.claims, 1):
            console.print(f"rules of {number}: {', '.join(claim.rules)}", style="dim", soft_wrap=True)
    else:
        console.print("No numeric claims in this text.")
    if document.entities:
        console.print(_entity_table(document))
        for entity in document.entities:
            rules = dict.fromkeys(mention.rule for mention in entity.mentions)
            console.print(f"rules of {entity.name}: {', '.join(rules)}", style="dim", soft_wrap=True)
    for drop in document.dropped:
        console.print(f"not a claim: {drop.span.of(document.text)!r}: {drop.reason} ({drop.rule})", soft_wrap=True)
    for warning in document.warnings:
        console.print(f"note: {warning}", soft_wrap=True)


def _show_reasons(document: Document, reasons: Mapping[str, str]) -> None:
    """The rules that fired, each with its reason, in the order of their tables."""
    fired = {rule for claim in document.claims for rule in claim.rules}
    fired |= {mention.rule for entity in document.entities for mention in entity.mentions}
    fired |= {drop.rule for drop in document.dropped}
    for rule in filter(fired.__contains__, reasons):
        typer.echo(f"{rule}: {reasons[rule]}")


def _marked(document: Document, span: Span, claims: list[tuple[int, Claim]], *, speaks: bool) -> Text:
    """The sentence with each claim as ``[1: its words]``; entities in colour, furniture greyed."""
    from rich.text import Text

    line = Text(style="" if speaks else "dim")
    at = span.start
    for number, claim in sorted(claims, key=lambda found: found[1].span):
        if claim.span.start < at:
            continue
        line.append_text(_with_entities(document, Span(at, claim.span.start)))
        line.append(f"[{number}: {claim.span.of(document.text)}]", style="bold")
        at = claim.span.end
    return line.append_text(_with_entities(document, Span(at, span.end)))


def _with_entities(document: Document, span: Span) -> Text:
    from rich.text import Text

    piece = Text(span.of(document.text))
    for entity in document.entities:
        for mention in entity.mentions:
            if span.holds(mention.span):
                piece.stylize("cyan", mention.span.start - span.start, mention.span.end - span.start)
    return piece


def _claim_table(document: Document) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    table = Table("#", "value", "unit", "period", "about", "speaker", box=SIMPLE_HEAD, pad_edge=False)
    for number, claim in enumerate(document.claims, 1):
        table.add_row(
            str(number),
            value_of(claim),
            escape(unit_of(claim.unit)),
            period_of(claim.period),
            escape(_about(claim, document)),
            escape(claim.attribution.speaker.name if claim.attribution else ""),
        )
    return table


def _entity_table(document: Document) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    table = Table("entity", "id", "type", "written as", box=SIMPLE_HEAD, pad_edge=False)
    for entity in document.entities:
        words = dict.fromkeys(f"{m.span.of(document.text)} ({m.form})" for m in entity.mentions)
        kind = entity.type if entity.subtype is None else f"{entity.type}, {entity.subtype}"
        identity = entity.entity_id if not entity.entity_id.startswith("nil:") else "unknown"
        table.add_row(escape(entity.name), identity, kind, escape(", ".join(words)))
    return table


def value_of(claim: Claim) -> str:
    """The value with its comparator: ``> 70``, ``40 to 50``, ``about 250``, with + or - where it is a change."""
    if claim.value is None:
        ends = [decimal_string(claim.lower) or "…", decimal_string(claim.upper) or "…"]
        number = " to ".join(ends)
    else:
        number = f"{COMPARATORS[claim.comparator]}{decimal_string(claim.value)}"
    sign = {"up": "+", "down": "-", None: ""}[claim.direction] if claim.role == "delta" else ""
    return f"{'about ' if claim.approximate else ''}{sign}{number}"


def unit_of(unit: Unit) -> str:
    """The unit's code, with the phrase for counts and what it is per."""
    name = (unit.label or unit.code or "") if unit.system == "count" else (unit.code or unit.label or "")
    return f"{name} per {unit_of(unit.per)}" if unit.per else name


def period_of(period: Period | None) -> str:
    """Both days, or the one."""
    if period is None:
        return ""
    if period.begin is None and period.end is None:
        return period.edtf or ""
    days = [str(day) if day else "…" for day in (period.begin, period.end)]
    return days[0] if days[0] == days[1] else " to ".join(days)


def _about(claim: Claim, document: Document) -> str:
    """What is measured, and of what it is a part; said once where the two are the same words."""
    if claim.of is None:
        return _words(claim.concept.span, document) if claim.concept else ""
    whole = f"of {_words(claim.of.span, document)}"
    if claim.concept is None or claim.concept.span == claim.of.span:
        return whole
    return f"{_words(claim.concept.span, document)} {whole}"


def _words(span: Span, document: Document) -> str:
    return " ".join(span.of(document.text).split())
