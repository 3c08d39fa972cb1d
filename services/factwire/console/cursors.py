"""Cursors: the place of the last row seen, opaque to the caller, checked when it comes back."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from uuid import UUID

from factwire.runtime.web.problems import INVALID, Fault, Problem
from factwire.storage.entities import EntityPlace
from factwire.storage.newest import ClaimPlace
from factwire.storage.search import Place


def write_cursor(*place: datetime | str | int | UUID) -> str:
    parts = [part.isoformat() if isinstance(part, datetime) else part for part in place]
    return base64.urlsafe_b64encode(json.dumps(parts, default=str).encode()).decode().rstrip("=")


def read_article_cursor(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    try:
        moment, article_id = _parts(cursor)
        return datetime.fromisoformat(moment), str(article_id)
    except (ValueError, TypeError) as error:
        raise _refusal() from error


def read_claim_cursor(cursor: str | None) -> ClaimPlace | None:
    if cursor is None:
        return None
    try:
        moment, article_id, start, claim_id = _parts(cursor)
        return datetime.fromisoformat(moment), str(article_id), int(start), UUID(claim_id)
    except (ValueError, TypeError, AttributeError) as error:
        raise _refusal() from error


def read_entity_cursor(cursor: str | None) -> EntityPlace | None:
    if cursor is None:
        return None
    try:
        name, entity_id = _parts(cursor)
        return str(name), str(entity_id)
    except (ValueError, TypeError) as error:
        raise _refusal() from error


def _parts(cursor: str) -> list[str]:
    parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    if not isinstance(parts, list) or any("\x00" in str(part) for part in parts):
        raise ValueError("not a cursor")
    return parts


def _refusal() -> Problem:
    detail = "cursor is not one that this service gave out; begin without one"
    return Problem(INVALID, detail, errors=[Fault(pointer="#cursor", detail=detail)])
