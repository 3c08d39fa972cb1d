"""Every mention to one id: names are proposed, decided, joined into chains, and each chain is one entity.

The longer a name, the earlier it is decided: full names first, then the single words that may be short for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from factwire.extraction.entities.acronyms import SpelledNames
from factwire.extraction.entities.acts import LawNames
from factwire.extraction.entities.chains import Chain, Chains
from factwire.extraction.entities.common_nouns import CommonNouns
from factwire.extraction.entities.containment import Containment
from factwire.extraction.entities.context import Context
from factwire.extraction.entities.deciding import Decider
from factwire.extraction.entities.detected import join_detected
from factwire.extraction.entities.detectors import Detector
from factwire.extraction.entities.double_names import DoubleNames
from factwire.extraction.entities.firms import PartnerNames
from factwire.extraction.entities.grammar import EntityGrammar
from factwire.extraction.entities.headlines import find_headlines
from factwire.extraction.entities.kinds import KindModel, Told
from factwire.extraction.entities.metonymy import SenseModel
from factwire.extraction.entities.ministries import Ministries
from factwire.extraction.entities.names import LEGAL_FORMS, Name, NameFinder
from factwire.extraction.entities.nominals import Nominals
from factwire.extraction.entities.quoted import QuotedWorks
from factwire.extraction.entities.salience import SalienceScale
from factwire.extraction.entities.scoring import Scorer
from factwire.extraction.entities.short_forms import ShortForms
from factwire.extraction.entities.spans import NameSpans, is_degree, is_suffix
from factwire.extraction.entities.tokens import Tokens, tokenize
from factwire.extraction.entities.votes import Votes
from factwire.extraction.model import Document, Entity, Span
from factwire.extraction.text.spans import OrderedSpans
from factwire.kb.catalogue import Catalogue

__all__ = ["EntityGrammar", "link_mentions"]


def link_mentions(
    document: Document, *, grammar: EntityGrammar, catalogue: Catalogue, detector: Detector | None = None
) -> Document:
    """The document with its entities: one entity an id, mentions in reading order and never overlapping.

    ``detector`` finds names beside the rules.
    """
    tokens = tokenize(document.folded)
    told = dict[str, Told]()
    names = QuotedWorks(tokens, grammar).mend(find_names(document, tokens, grammar, catalogue), told)
    if detector is not None:
        names, found = join_detected(names, detector.detect(document), tokens, catalogue)
        told = {**found, **told}
    decider = prepare(document, tokens, names, grammar, catalogue, told)
    chains = decider.decide(names)
    Nominals(tokens, grammar).add(chains.in_order())
    return replace(document, entities=tuple(_entities(document, chains)))


def find_names(document: Document, tokens: Tokens, grammar: EntityGrammar, catalogue: Catalogue) -> list[Name]:
    """Everything that may be a name, in reading order."""
    spans = [sentence.span for sentence in document.sentences] or [Span(0, len(document.text))]
    headline, shouted = find_headlines(tokens, spans)
    found = SpelledNames(tokens).mend(NameFinder.of(tokens, grammar, catalogue, headline, shouted).find())
    found = DoubleNames(tokens).mend(PartnerNames(tokens, grammar).mend(found))
    found = LawNames(tokens).mend(Ministries(tokens).mend(found))
    found = list(CommonNouns(tokens, grammar, catalogue).drop(found))
    counted = OrderedSpans.of(q.span if q.kind == "money" else q.number for q in document.quantities)
    return [
        name
        for name in found
        if not is_degree(tokens, name.first, name.stop)
        and not _is_suffix(tokens, name)
        and not _is_postnominal(tokens, name, grammar)
        and not _is_counted(tokens, name, counted)
    ]


def _is_suffix(tokens: Tokens, name: Name) -> bool:
    form = tokens.keys[name.first] in LEGAL_FORMS and not name.candidates
    return name.size == 1 and (form or is_suffix(tokens, name.first))


def _is_postnominal(tokens: Tokens, name: Name, grammar: EntityGrammar) -> bool:
    """Whether letters in capitals follow somebody's name: Desmond O'Farrell KC."""
    first = name.first
    if tokens.keys[first] not in grammar.postnominals or name.size > 1 or name.candidates:
        return False
    return tokens.words[first].isupper() and first > 1 and all(tokens.capital[first - 2 : first])


def _is_counted(tokens: Tokens, name: Name, counted: OrderedSpans) -> bool:
    """Whether an unknown name holds a quantity, or is the currency of one: "Rs 150 crore" names nobody."""
    return not name.candidates and bool(counted.within(Span(*tokens.span(name.first, name.stop))))


def prepare(
    document: Document,
    tokens: Tokens,
    names: Sequence[Name],
    grammar: EntityGrammar,
    catalogue: Catalogue,
    told: Mapping[str, Told] | None = None,
) -> Decider:
    """The rules bound to one document. ``told``: kinds of unknown names, by key."""
    context = Context.of(names, tokens.keys, document.published_on, document.article.country)
    scorer = Scorer(tokens, grammar, catalogue, context, Containment.of(tokens, grammar, catalogue, names))
    return Decider(
        tokens=tokens,
        grammar=grammar,
        catalogue=catalogue,
        votes=Votes(tokens, scorer, KindModel(tokens, grammar, catalogue), told or {}),
        senses=SenseModel(tokens, grammar),
        spans=NameSpans.of(tokens, names),
        shorts=ShortForms(tokens, grammar, catalogue),
        chains=Chains(),
    )


def _entities(document: Document, chains: Chains) -> Iterable[Entity]:
    scale = SalienceScale.of(document)
    for chain in chains.in_order():
        yield _entity(chain, scale)


def _entity(chain: Chain, scale: SalienceScale) -> Entity:
    mentions = tuple(sorted(chain.mentions, key=lambda m: m.span))
    return Entity(
        entity_id=chain.entity_id,
        type=chain.type,  # type: ignore[arg-type]
        subtype=chain.subtype,
        name=chain.name,
        confidence=round(max(m.confidence for m in mentions), 4),
        salience=scale.salience(mentions),
        mentions=mentions,
    )
