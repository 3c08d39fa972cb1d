"""An article without one of its entities: every name of it is blacked out, and no offset moves.

Each character of a name becomes one block, so that all other spans stay where they are. Works on the article's rows as
storage gives them; nothing is read or written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

Record: TypeAlias = dict[str, Any]
BLOCK: Final = "█"
_NAMING: Final = frozenset({"name", "alias", "surname", "title", "acronym"})
"""Forms of mention that hold a name; "she" and "the minister" name nobody."""
_SPANS: Final = ("span", "of", "concept", "speaker", "cue")
_PLAIN: Final = ("title", "summary", "byline", "dateline", "provider")
_LISTS: Final = ("authors", "categories", "keywords")
_ADDRESSES: Final = ("url", "canonical_url")


def redact(record: Mapping[str, Any], entity_id: str, name: str) -> Record:
    """The article and its children without the entity. ``name``: as the database has it."""
    mentions = [mention for mention in record["mentions"] if mention["entity_id"] == entity_id]
    pattern = _pattern([name, *(mention["span_text"] for mention in mentions if mention["form"] in _NAMING)])
    marked = [(m["span_start"], m["span_end"]) for m in mentions if m["form"] in _NAMING]
    text = _blacked(record["text"], [*marked, *(found.span() for found in pattern.finditer(record["text"]))])
    return {
        **record,
        **_metadata(record, pattern),
        "text": text,
        "text_sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "entities": _others(record["entities"], entity_id),
        "mentions": [
            {**_reread(one, text), "via": None if one["via"] == entity_id else one["via"]}
            for one in _others(record["mentions"], entity_id)
        ],
        "times": [_reread(time, text) for time in record["times"]],
        "claims": [_claim(claim, entity_id, text, pattern) for claim in record["claims"]],
        "arguments": [_reread(one, text) for one in _others(record["arguments"], entity_id)],
    }


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Any of the names, or a word of theirs that can stand for a person, as whole words in any capitals."""
    whole = {" ".join(name.split()) for name in names if name.strip()}
    parts = {word for name in whole for word in name.split() if len(word) > 2 and word[:1].isupper()}
    ordered = sorted(whole | parts, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE)


def _blacked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = [letter if letter.isspace() else BLOCK for letter in letters[start:end]]
    return "".join(letters)


def _metadata(record: Mapping[str, Any], pattern: re.Pattern[str]) -> Record:
    """What stands beside the text. An address that spells a name goes as a whole."""

    def clean(value: str) -> str:
        return pattern.sub(lambda found: BLOCK * len(found.group()), value)

    return {
        **{name: clean(record[name]) for name in _PLAIN if record[name] is not None},
        **{name: [clean(one) for one in record[name]] for name in _LISTS},
        **{
            name: None for name in _ADDRESSES if record[name] and pattern.search(re.sub(r"[-_/+.%]", " ", record[name]))
        },
        **{
            name: json.loads(clean(json.dumps(record[name], ensure_ascii=False)))
            for name in ("subjects", "rights", "extra")
        },
    }


def _claim(claim: Record, entity_id: str, text: str, pattern: re.Pattern[str]) -> Record:
    speaks = claim["speaker_entity_id"] == entity_id
    name = claim["speaker_name"]
    hidden = name is not None and (speaks or pattern.search(name))
    facets = [one for one in claim["facets"] if not one.endswith(f":{entity_id}") and not one.startswith("for:")]
    return {
        **_reread(claim, text),
        "speaker_entity_id": None if speaks else claim["speaker_entity_id"],
        "speaker_name": pattern.sub(lambda found: BLOCK * len(found.group()), name) if hidden and name else name,
        "speakers": [one for one in claim["speakers"] if one != entity_id],
        "facets": [one for one in facets if not (hidden and one == f"said:{' '.join(name.split()).lower()[:200]}")],
        "concept_head": claim["concept_head"] and pattern.sub(BLOCK, claim["concept_head"]),
        "unit_label": claim["unit_label"] and pattern.sub(BLOCK, claim["unit_label"]),
    }


def _reread(row: Record, text: str) -> Record:
    """The words of every span as they are now."""
    found = {
        f"{part}_text": text[row[f"{part}_start"] : row[f"{part}_end"]]
        for part in _SPANS
        if row.get(f"{part}_start") is not None
    }
    return {**row, **found}


def _others(rows: Sequence[Record], entity_id: str) -> list[Record]:
    return [row for row in rows if row["entity_id"] != entity_id]
