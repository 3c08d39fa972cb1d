"""What can go wrong, named by what the caller must do about it.

    FactwireError
      TransientError        try again in place, with backoff
        Unavailable         a broker or database cannot be reached
      InvalidRecord         to the dead letters, with its reason
      InvalidInput          one item of a person's input is bad: report it, go on with the rest
        VocabularyFault     a line of a grammar, lexicon or table is bad: file, line, fault
      FencedError           give up the partition: somebody else owns it now
      ConfigurationError    refuse to start
      PoisonFlood           too many dead letters: stop instead of flooding their topic

Every message says what happened, where, and what to do next.
"""

from __future__ import annotations

from typing import Final

EXIT_BAD_INPUT: Final = 1
"""Some input was bad; the rest was done."""
EXIT_USAGE: Final = 2
"""Wrong usage or configuration: nothing was started."""
EXIT_UNREACHABLE: Final = 3
"""A dependency is unreachable."""


class FactwireError(Exception):
    """Root of everything factwire raises on purpose."""

    exit_code: int = EXIT_BAD_INPUT


class TransientError(FactwireError):
    """The same call may succeed later."""

    exit_code = EXIT_UNREACHABLE


class Unavailable(TransientError):
    """A dependency did not answer: which one, where, and for how long we tried."""


class InvalidRecord(FactwireError):
    """A Kafka record that can never be processed. ``stage`` names where it failed, ``field`` a JSON pointer if any."""

    def __init__(self, reason: str, *, stage: str, field: str | None = None) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.reason: Final = reason
        self.stage: Final = stage
        self.field: Final = field


class InvalidInput(FactwireError):
    """Something a person gave us is bad; ``field`` is a JSON pointer into it if there is one."""

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.reason: Final = reason
        self.field: Final = field


class VocabularyFault(InvalidInput):
    """A grammar, lexicon or table has a bad line."""

    exit_code = EXIT_USAGE

    def __init__(self, origin: str, line: int | None, fault: str) -> None:
        place = f"{origin}:{line}" if line else origin
        super().__init__(f"{place}: {fault}")
        self.origin: Final = origin
        self.line: Final = line
        self.fault: Final = fault


class FencedError(FactwireError):
    """Another instance has taken over the partition; what we hold of it is void."""


class ConfigurationError(FactwireError):
    """A setting is missing or wrong, or the surroundings could lose data. The message names the setting."""

    exit_code = EXIT_USAGE


class PoisonFlood(FactwireError):
    """Dead letters above the allowed ratio or run length: the fault is likely ours, not the records'."""
