"""Fits the weights of the entity rules anew and writes ``extraction/entities/weights.toml``.

python -m bench.entity_weights FOLDER
python -m bench.entity_weights FOLDER TABLE 0/4       into another table, without one of four parts of the documents

Three linear models (:mod:`factwire.extraction.entities.kinds`, ``scoring``, ``metonymy``) are logistic regressions over
features that the rules name themselves, so this file only walks annotated texts, asks the rules for the features of
what they see, and notes what the annotation says of it. scikit-learn is needed to run it, and by nothing else.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from factwire.extraction.entities.kinds import KINDS
from factwire.extraction.entities.linking import EntityGrammar, find_names, prepare
from factwire.extraction.entities.metonymy import SenseModel
from factwire.extraction.entities.names import Name
from factwire.extraction.entities.scoring import Scorer
from factwire.extraction.entities.tokens import tokenize
from factwire.extraction.lexicons import load_lexicons
from factwire.extraction.model import Article, Document, Span
from factwire.extraction.text.layout import lay_out
from factwire.extraction.text.sections import SectionGrammar, mark_sections
from factwire.extraction.text.sentences import SentenceGrammar, split_sentences
from factwire.kb.catalogue import Candidate, Catalogue
from factwire.kb.keys import alias_key
from factwire.kb.load import load_catalogue

TABLE: Final = Path(__file__).parents[1] / "services/factwire/extraction/entities/weights.toml"
SETS: Final = {
    "wikigold": 0.7,
    "crossner-politics": 1.0,
    "gum-other": 1.0,
    "finer-ord": 1.0,
    "news-fair": 3.0,
    "wiki-fair": 2.0,
    "rss-500": 1.0,
    "tweeki": 0.5,
    "geovirus": 0.7,
}
"""Sets and how much an example of each weighs: the closer to news, the more."""
LINKED: Final = frozenset(["news-fair", "wiki-fair", "rss-500", "tweeki", "gum-other", "geovirus"])
PARTIAL: Final = frozenset(["rss-500", "tweeki", "geovirus"])
"""Sets that leave names unmarked: what they do not mark is not known to be no name."""
TYPES: Final = {
    "PER": "person",
    "ORG": "organization",
    "LOC": "place",
    "EVENT": "event",
    "WEAPON": "work",
    "MISC": "work",
    "NORP": "none",
}
UNMARKED_FINANCE: Final = 0.4
"""Unmarked names weigh less in finer-ord, which marks persons, bodies and places only."""

GIVEN: Final[Mapping[str, list[float]]] = {
    "after noun place": [-0.6, -0.2, 1.6, -0.1, -0.2, -0.1],
    "after noun work": [-0.5, -0.3, -0.6, -0.1, 1.6, -0.1],
    "before age": [2.5, -0.7, -0.9, -0.3, -0.3, -0.3],
    "more before age": [-0.93, 0.05, 1.05, -0.02, -0.14, -0.01],
    "before ground": [-1.0, -0.3, 1.6, -0.1, -0.1, -0.1],
    "before ticker": [-1.5, 4.0, -1.0, -0.5, -0.5, -0.5],
    "family first": [1.5, -0.4, -0.6, -0.2, -0.2, -0.1],
    "family last": [2.5, -0.6, -1.2, -0.3, -0.3, -0.1],
}
"""Rows of the kind model that are stated, not fitted: the public sets have hardly an age, a ticker or a police force
after an unknown name, or "the village" and "the film" before one, and few names of South and East Asia or Africa, which
are one in five in the news of a day."""

Gold = Mapping[str, Any]


@dataclass(slots=True)
class Examples:
    """Features, labels and weights of one model, and which document each comes from."""

    features: list[list[str]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)

    def add(self, features: Iterable[str], label: int, document: str, weight: float = 1.0) -> None:
        self.features.append(list(features))
        self.labels.append(label)
        self.weights.append(weight)
        self.documents.append(document)


@dataclass(slots=True)
class Trainer:
    """Walks the annotated sets and collects the examples of the three models."""

    grammar: EntityGrammar
    catalogue: Catalogue
    sections: SectionGrammar
    sentences: SentenceGrammar
    document: str = ""
    """The one that is being read."""
    kinds: Examples = field(default_factory=Examples)
    links: Examples = field(default_factory=Examples)
    senses: Examples = field(default_factory=Examples)

    @classmethod
    def load(cls) -> Trainer:
        lexicons = load_lexicons()
        return cls(
            EntityGrammar.compile(lexicons),
            load_catalogue(),
            SectionGrammar.compile(lexicons),
            SentenceGrammar.compile(lexicons),
        )

    def laid_out(self, record: Gold) -> Document:
        day = record.get("date")
        published = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
        document = lay_out(Article(body=record["text"], language="en", published_at=published))
        return split_sentences(mark_sections(document, grammar=self.sections), grammar=self.sentences)

    def learn_names(self, name_of_set: str, records: Iterable[Gold]) -> None:
        """Kinds of unknown names, and which candidate a known one means."""
        for record in records:
            self.document = f"{name_of_set} {record['id']}"
            document = self.laid_out(record)
            tokens = tokenize(document.folded)
            names = find_names(document, tokens, self.grammar, self.catalogue)
            decider = prepare(document, tokens, names, self.grammar, self.catalogue)
            seen = Counter(decider.votes.key(name) for name in names)
            for name in names:
                span = decider.spans.span(name, name.candidates[0].record.name if name.candidates else "")
                if not _is_annotated(span, record):
                    continue
                exact, marked = _gold_at(span, record["gold"])
                if name_of_set not in PARTIAL and _teaches_kind(name, exact, len(record["text"])):
                    features = decider.votes.kinds.features(name, seen[decider.votes.key(name)])
                    self._learn_kind(name_of_set, features, exact, marked, tokens.keys[name.stop - 1])
                if name.candidates and name_of_set in LINKED:
                    self._learn_link(name_of_set, decider.votes.scorer, name, exact, marked)

    def _learn_kind(
        self, name_of_set: str, features: Iterable[str], exact: Gold | None, marked: bool, last: str
    ) -> None:
        kind = self._kind(exact, marked, last)
        if kind is not None:
            slight = name_of_set == "finer-ord" and kind == "none"
            weight = SETS[name_of_set] * (UNMARKED_FINANCE if slight else 1)
            self.kinds.add(features, KINDS.index(kind), self.document, weight)

    def _kind(self, exact: Gold | None, marked: bool, last: str) -> str | None:
        """What the annotation calls a name; None where it marks a part of it or says nothing."""
        if exact is None:
            return None if marked else "none"
        if exact.get("type") == "MISC" and self.grammar.last.get(last) == "event":
            return "event"
        return TYPES.get(exact.get("type", ""))

    def _learn_link(self, name_of_set: str, scorer: Scorer, name: Name, exact: Gold | None, marked: bool) -> None:
        if (exact is None and marked) or (exact is not None and exact.get("optional")):
            return
        if not marked and name_of_set in ("rss-500", "tweeki"):
            return
        for rank, candidate in enumerate(name.candidates):
            if scorer.decides_by_rule(name, candidate):
                continue
            if name_of_set == "geovirus" and candidate.record.type != "place":
                continue
            meant = 0 if exact is None else self._is_meant(exact, candidate)
            if meant is not None:
                self.links.add(scorer.features(name, candidate, rank), int(meant), self.document, SETS[name_of_set])

    def _is_meant(self, gold: Gold, candidate: Candidate) -> bool | None:
        """Whether the annotation means this candidate; None if it does not say."""
        record = candidate.record
        if gold.get("qid"):
            named = _plain(gold.get("label") or "") == _plain(record.name)
            return gold["qid"] == record.id or (not record.id.startswith("Q") and named)
        if gold.get("nil"):
            return record.id.startswith("nil:")
        if gold.get("wiki"):
            title = re.sub(r"\s*\([^)]*\)$", "", gold["wiki"].replace("_", " "))
            listed = {c.record.id for c in self.catalogue.candidates(alias_key(title))}
            return _plain(gold["wiki"]) == _plain(record.name) or record.id in listed
        return None

    def learn_senses(self, records: Iterable[Gold]) -> None:
        """Whether a place is meant as one: one place a text."""
        for record in records:
            gold = record["gold"][0]
            tokens = tokenize(self.laid_out(record).folded)
            first, stop = tokens.index_from(gold["start"]), tokens.index_from(gold["end"])
            places = (c.record for c in self.catalogue.candidates(tokens.key(first, stop)) if c.record.type == "place")
            subtype = next((place.subtype for place in places), None)
            features = SenseModel(tokens, self.grammar).features(first, stop, subtype)
            self.senses.add(features, int(gold["sense"] == "metonymic"), record["id"])


def _is_annotated(span: Span, record: Gold) -> bool:
    regions = record.get("spans")
    return not regions or any(start <= span.start and span.end <= end for start, end in regions)


def _gold_at(span: Span, gold: Sequence[Gold]) -> tuple[Gold | None, bool]:
    """The annotation with just these offsets, if any, and whether some annotation overlaps them."""
    bounds = [span.start, span.end]
    exact = (g for g in gold if [g["start"], g["end"]] == bounds or bounds in [list(alt) for alt in g.get("alt", ())])
    return next(exact, None), any(g["start"] < span.end and span.start < g["end"] for g in gold)


def _teaches_kind(name: Name, exact: Gold | None, size: int) -> bool:
    """Unknown names, and a third of the known ones of several words, as if they were unknown."""
    return not name.candidates or (name.size > 1 and exact is not None and (name.first + size) % 3 == 0)


def _plain(title: str) -> str:
    """A title to compare by: no article, no bracket, nothing after a comma."""
    title = re.sub(r"\s*\([^)]*\)$", "", title.replace("_", " "))
    return alias_key(title.split(", ")[0])


def records_in(path: Path) -> Iterator[Gold]:
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


def fit(
    examples: Examples, *, fewest: int, strength: float, given: Mapping[str, list[float]] | None = None
) -> dict[str, list[float]]:
    """Weights by feature, a column a class (one for two classes). ``strength``: inverse of the L2 penalty.

    ``given``: rows that are stated, and left out of the fit. The share of examples that are right is told by four-fold
    cross-validation in which no document is in two folds.
    """
    from sklearn.feature_extraction.text import CountVectorizer  # type: ignore[import-not-found]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found]
    from sklearn.model_selection import GroupKFold, cross_val_predict  # type: ignore[import-not-found]

    counts = Counter(feature for features in examples.features for feature in features)
    kept = sorted(feature for feature, count in counts.items() if count >= fewest and feature not in (given or ()))
    matrix = CountVectorizer(analyzer=list, vocabulary=kept, binary=True).transform(examples.features)
    model = LogisticRegression(C=strength, max_iter=1000, fit_intercept=False)
    folds = GroupKFold(4).split(matrix, groups=examples.documents)
    weighed = {"sample_weight": examples.weights}
    guessed = cross_val_predict(model, matrix, examples.labels, cv=list(folds), params=weighed)
    right = sum(a == b for a, b in zip(guessed, examples.labels, strict=True)) / len(examples.labels)
    print(f"{len(examples.labels)} examples, {len(kept)} features, {right:.1%} right on other documents")
    model.fit(matrix, examples.labels, sample_weight=examples.weights)
    fitted = {feature: [round(float(w), 2) for w in model.coef_[:, i]] for i, feature in enumerate(kept)}
    return dict(sorted({**fitted, **(given or {})}.items()))


def write(path: Path, kind: Mapping[str, Any], link: Mapping[str, Any], sense: Mapping[str, Any]) -> None:
    """The three tables as TOML, rows in order, so that two fits can be compared line by line."""
    parts = [
        "# Weights of the three linear models, fitted by logistic regression on public data that is not part of this",
        "# repository: python -m bench.entity_weights FOLDER. A feature that is missing weighs nothing; a row may",
        "# be changed by hand.",
        f"\n# Columns: {', '.join(KINDS)}.\n[kind]",
        *(f"{json.dumps(name)} = {row}" for name, row in kind.items()),
        "\n# Positive: the candidate is meant.\n[link]",
        *(f"{json.dumps(name)} = {row[0]}" for name, row in link.items()),
        "\n# Positive: the place stands for those who act in its name.\n[sense]",
        *(f"{json.dumps(name)} = {row[0]}" for name, row in sense.items()),
    ]
    text = "\n".join(parts) + "\n"
    tomllib.loads(text)
    path.write_text(text, "utf-8")


def in_part(document: str, part: str) -> bool:
    """Whether a document is in the part "k/n": the same one in every run."""
    number, count = map(int, part.split("/"))
    return zlib.crc32(document.encode()) % count == number


def main(shared: Path, table: Path = TABLE, without: str = "") -> int:
    try:
        import sklearn  # type: ignore[import-not-found]  # noqa: F401
    except ModuleNotFoundError:
        print("Fitting needs scikit-learn, which factwire itself does not: pip install scikit-learn", file=sys.stderr)
        return 1
    trainer, gold = Trainer.load(), shared / "dev-entities" / "gold"
    for name in SETS:
        records = records_in(gold / f"{name}.jsonl")
        trainer.learn_names(name, (r for r in records if not (without and in_part(r["id"], without))))
    trainer.learn_senses(records_in(gold / "relocar-train.jsonl"))
    write(
        table,
        fit(trainer.kinds, fewest=25, strength=0.5, given=GIVEN),
        fit(trainer.links, fewest=6, strength=1.0),
        fit(trainer.senses, fewest=3, strength=0.4),
    )
    print(f"wrote {table}")
    return 0


if __name__ == "__main__":
    chosen = Path(sys.argv[2]) if len(sys.argv) > 2 else TABLE
    raise SystemExit(main(Path(sys.argv[1]), chosen, *sys.argv[3:4]))
