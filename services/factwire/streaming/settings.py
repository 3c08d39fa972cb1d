"""How to reach Kafka, and what the topics look like."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, model_validator

from factwire.runtime.settings import Seconds, ServiceSettings

Names = Annotated[str, Field(pattern=r"^[^,\s:]+(:\d+)?(,[^,\s:]+(:\d+)?)*$")]


class KafkaSettings(ServiceSettings):
    """One cluster for everything; plain by default, TLS and SASL by setting."""

    kafka_bootstrap_servers: Names
    """Where to find the cluster: host:port, several with commas."""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How to speak to it."""
    kafka_security_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How to sign in, with SASL."""
    kafka_security_username: str | None = None
    """Who signs in."""
    kafka_security_password: SecretStr | None = None
    """Its password."""
    kafka_security_ca_file: str | None = None
    """Certificates to trust, a PEM file; the system's when empty."""
    topic_partitions: Annotated[int, Field(ge=1, le=1000)] = 6
    """Partitions of every topic; fixed once they exist: keys and transactional ids depend on it."""
    topic_replication: Annotated[int, Field(ge=1, le=9)] = 1
    """Copies of every partition: 1 on one broker, 3 in a cluster."""

    @model_validator(mode="after")
    def signs_in_completely(self) -> Self:
        if self.kafka_security_protocol.startswith("SASL") and not (
            self.kafka_security_username and self.kafka_security_password
        ):
            raise ValueError("FACTWIRE_KAFKA_SECURITY_USERNAME and _PASSWORD are needed with SASL")
        return self

    def client(self) -> dict[str, Any]:
        """What every aiokafka client takes."""
        return {"bootstrap_servers": self.kafka_bootstrap_servers.split(","), **self._security()}

    def _security(self) -> dict[str, Any]:
        options: dict[str, Any] = {"security_protocol": self.kafka_security_protocol}
        if self.kafka_security_protocol.endswith("SSL"):
            import ssl

            options["ssl_context"] = ssl.create_default_context(cafile=self.kafka_security_ca_file)
        if self.kafka_security_password is not None:
            options["sasl_mechanism"] = self.kafka_security_mechanism
            options["sasl_plain_username"] = self.kafka_security_username
            options["sasl_plain_password"] = self.kafka_security_password.get_secret_value()
        return options


class ConsumerSettings(KafkaSettings):
    """What the services that read topics have beside the cluster."""

    max_records: Annotated[int, Field(ge=1, le=10_000)] = 200
    """Most records of one batch; a transaction costs the same whatever is in it."""
    group_suffix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]*$")] = ""
    """Appended to the consumer group, for a second set of services beside the first."""
    session_timeout: Seconds = 10.0
    """Seconds after which a silent process loses its partitions."""
    dead_letter_ratio: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Largest share of dead letters among the last thousand records; above it the service stops."""
    dead_letter_run: Annotated[int, Field(ge=1)] = 500
    """Most dead letters in a row; above it the service stops instead of flooding their topic."""

    @property
    def enricher_group(self) -> str:
        return f"factwire-enricher{self.group_suffix}"

    @property
    def sink_group(self) -> str:
        return f"factwire-sink{self.group_suffix}"
