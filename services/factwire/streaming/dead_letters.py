"""Dead letters: the record byte for byte, the reason in headers beside it, and a limit that stops a flood.

Header names are Kafka Connect's (KIP-298), so that tools which know them can read ours.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from factwire.errors import PoisonFlood
from factwire.streaming.records import DeadLetter, Outgoing, RawHeaders, Reason, Record

PREFIX: Final = "__connect.errors."
SUFFIX: Final = ".dlq"
ATTEMPTS: Final = "factwire.attempts"
MESSAGE_BYTES: Final = 4096
WINDOW: Final = 1000


def to_dead_letter(letter: DeadLetter) -> Outgoing:
    """The record for its topic's dead letters: key, value and headers untouched, the reason after them."""
    record = letter.record
    topic = f"{record.partition.topic}{SUFFIX}"
    return Outgoing(topic, record.key, record.value, (*record.headers, *_reason(record, letter.reason)))


def original_headers(record: Record) -> RawHeaders:
    """A record's own headers, without the reasons of an earlier death: what a replay sends."""
    return tuple(h for h in record.headers if not h[0].startswith(PREFIX) and h[0] != ATTEMPTS)


def attempts(record: Record) -> int:
    """How often the record has died before; a broken count is one."""
    count = record.header(ATTEMPTS) or b"0"
    return int(count) if count.isdigit() and len(count) < 6 else 1


def _reason(record: Record, reason: Reason) -> RawHeaders:
    said = {
        f"{PREFIX}topic": record.partition.topic,
        f"{PREFIX}partition": str(record.partition.number),
        f"{PREFIX}offset": str(record.offset),
        f"{PREFIX}stage": reason.stage,
        f"{PREFIX}exception.class.name": reason.kind,
        f"{PREFIX}exception.message": reason.message,
        ATTEMPTS: str(attempts(record) + 1),
    }
    return tuple((name, text.encode("utf-8", "backslashreplace")[:MESSAGE_BYTES]) for name, text in said.items())


@dataclass
class FloodGate:
    """Stops the service when so many records die that the fault is likely ours: a ratio, and a run without a break."""

    ratio: float
    run: int

    def __post_init__(self) -> None:
        self._died: deque[bool] = deque(maxlen=WINDOW)
        self._in_a_row = 0

    def check(self, records: int, dead: Sequence[DeadLetter]) -> None:
        """Before a batch is committed. Raises :class:`PoisonFlood`, and then nothing of the batch is written.

        Counts nothing yet: a batch whose commit fails comes again.
        """
        recent = deque(self._died, maxlen=WINDOW)
        recent.extend(_fates(records, dead))
        self._judge(recent, self._run_after(records, dead), dead)

    def count(self, records: int, dead: Sequence[DeadLetter]) -> None:
        """Once it is committed. Raises as well: there may be records that only the commit has refused."""
        self._died.extend(_fates(records, dead))
        self._in_a_row = self._run_after(records, dead)
        self._judge(self._died, self._in_a_row, dead)

    def _run_after(self, records: int, dead: Sequence[DeadLetter]) -> int:
        return self._in_a_row + records if records == len(dead) else 0

    def _judge(self, died: Collection[bool], in_a_row: int, dead: Sequence[DeadLetter]) -> None:
        if in_a_row > self.run:
            raise PoisonFlood(f"{in_a_row} records in a row cannot be processed, {self._last(dead)}")
        share = sum(died) / WINDOW
        if len(died) == WINDOW and share > self.ratio:
            raise PoisonFlood(f"{share:.0%} of the last {WINDOW} records cannot be processed, {self._last(dead)}")

    def _last(self, dead: Sequence[DeadLetter]) -> str:
        reason = dead[-1].reason.message if dead else "see the dead letters"
        return f"the last: {reason}; fix it, or raise FACTWIRE_DEAD_LETTER_RUN / _RATIO and start again"


def _fates(records: int, dead: Sequence[DeadLetter]) -> list[bool]:
    return [True] * len(dead) + [False] * (records - len(dead))
