"""What a webhook is sent, and its signature: Standard Webhooks 1.0 (standardwebhooks.com, "Signature scheme")."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid5

import orjson

from factwire.errors import InvalidInput
from factwire.events.enriched_article import EnrichedArticle
from factwire.events.envelope import ENRICHED_TYPE, NAMESPACE, WITHDRAWN_TYPE

PREFIX: Final = "whsec_"
TEST_TYPE: Final = "factwire.test"
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Message:
    """``id`` is the ``ce_id`` of the event, the same whenever it is sent again."""

    id: str
    type: str
    body: bytes


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def article_message(event_id: str, article: EnrichedArticle, when: datetime) -> Message:
    return _message(event_id, ENRICHED_TYPE, article.model_dump(mode="json"), when)


def withdrawal_message(event_id: str, article_id: str, revision: int, when: datetime) -> Message:
    stable = event_id or str(uuid5(NAMESPACE, f"withdrawn\x1f{article_id}\x1f{revision}"))
    return _message(stable, WITHDRAWN_TYPE, {"article_id": article_id, "revision": revision}, when)


def trial_message(id: str, when: datetime) -> Message:
    return _message(id, TEST_TYPE, {"says": "If you can check my signature, this webhook is set up."}, when)


def signed_headers(message: Message, secret: str, at: datetime) -> dict[str, str]:
    """The standard's three headers. Raises :class:`InvalidInput` for a secret that is not ``whsec_`` and base64."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((message.id.encode(), timestamp.encode(), message.body))
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "user-agent": "factwire",
        "webhook-id": message.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _message(id: str, type: str, data: Mapping[str, Any], when: datetime) -> Message:
    body = {"type": type, "timestamp": when.isoformat().replace("+00:00", "Z"), "id": id, "data": data}
    return Message(id, type, orjson.dumps(body))


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as fault:
        raise InvalidInput("a webhook secret is whsec_ and base64; make one with: factwire webhooks add") from fault
