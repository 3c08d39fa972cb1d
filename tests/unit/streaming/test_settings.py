from __future__ import annotations

import pytest
from pydantic import ValidationError

from factwire.streaming.settings import ConsumerSettings, KafkaSettings


def test_plain_by_default() -> None:
    settings = KafkaSettings(kafka_bootstrap_servers="a:1,b:2")
    assert settings.client() == {"bootstrap_servers": ["a:1", "b:2"], "security_protocol": "PLAINTEXT"}


def test_sasl_needs_a_name_and_a_password() -> None:
    with pytest.raises(ValidationError, match="USERNAME"):
        KafkaSettings(kafka_bootstrap_servers="a:1", kafka_security_protocol="SASL_SSL")


def test_sasl_over_tls_reaches_the_client() -> None:
    options = KafkaSettings.model_validate(
        {
            "kafka_bootstrap_servers": "a:1",
            "kafka_security_protocol": "SASL_SSL",
            "kafka_security_username": "u",
            "kafka_security_password": "p",
        }
    ).client()
    assert options["sasl_plain_password"] == "p"
    assert options["ssl_context"] is not None


@pytest.mark.parametrize("wrong", ["", "a b", "host:port", "a,,b"])
def test_addresses_are_checked(wrong: str) -> None:
    with pytest.raises(ValidationError):
        KafkaSettings(kafka_bootstrap_servers=wrong)


def test_a_second_set_of_services_has_groups_of_its_own() -> None:
    settings = ConsumerSettings(kafka_bootstrap_servers="a:1", group_suffix="-blue")
    assert settings.enricher_group == "factwire-enricher-blue"
