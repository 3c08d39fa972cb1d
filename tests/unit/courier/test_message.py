"""Signatures as Standard Webhooks has them, and ids that stay the same."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from tests.support.events import enriched

from factwire.courier.message import Message, article_message, new_secret, signed_headers, withdrawal_message
from factwire.errors import InvalidInput

NOW = datetime(2021, 2, 25, 16, 24, 8, tzinfo=UTC)


def test_signature_is_that_of_the_reference():
    """The example that the reference implementations test with (standard-webhooks, libraries/)."""
    message = Message("msg_p5jXN8AQM9LWM0D4loKWxJek", "x", b'{"test": 2432232314}')
    headers = signed_headers(message, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", datetime.fromtimestamp(1614265330, UTC))
    assert headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_new_secret_signs():
    secret = new_secret()
    message = article_message("e-1", enriched(), NOW)
    headers = signed_headers(message, secret, NOW)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"e-1.{headers['webhook-timestamp']}.".encode() + message.body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    assert new_secret() != secret


def test_a_withdrawal_without_event_id_has_a_stable_one():
    assert withdrawal_message("", "a", 1, NOW).id == withdrawal_message("", "a", 1, NOW).id
    assert withdrawal_message("", "a", 1, NOW).id != withdrawal_message("", "b", 1, NOW).id
    assert withdrawal_message("e-9", "a", 1, NOW).id == "e-9"


def test_a_secret_that_is_none_is_told():
    with pytest.raises(InvalidInput, match="whsec_"):
        signed_headers(Message("m", "x", b""), "not base64!", NOW)
