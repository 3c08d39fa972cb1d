"""Structured logs: one line an event, for a person or a machine, with our libraries' lines in the same shape."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import Final, Literal

import structlog
from structlog.typing import FilteringBoundLogger, Processor

NOISY: Final = ("aiokafka", "faststream", "asyncio", "alembic")
"""Loggers that repeat one line for each reconnect attempt: 13,000 in one broker outage."""


def configure_logs(form: Literal["console", "json"] = "console", level: str = "INFO", *, service: str = "") -> None:
    """Sets the process's logging up: structlog and the standard library end in one formatter on stderr."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    _install(structlog.stdlib.ProcessorFormatter(processors=_rendering(form), foreign_pre_chain=shared), level)
    structlog.contextvars.clear_contextvars()
    if service:
        structlog.contextvars.bind_contextvars(service=service)


def get_logger(name: str) -> FilteringBoundLogger:
    logger: FilteringBoundLogger = structlog.get_logger(name)
    return logger


class RateLimit(logging.Filter):
    """Lets a line of the same logger and template through once in ``interval`` seconds; says how many it held back."""

    def __init__(self, interval: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._interval = interval
        self._clock = clock
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        key, now = (record.name, str(record.msg)), self._clock()
        since, held = self._seen.get(key, (-self._interval, 0))
        if now - since < self._interval:
            self._seen[key] = (since, held + 1)
            return False
        self._seen[key] = (now, 0)
        if held:
            record.msg = f"{record.msg} (and {held} more like it)"
        return True


def _rendering(form: Literal["console", "json"]) -> list[Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if form == "json":
        return [strip, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    plain = structlog.dev.plain_traceback  # without the values of variables, among which there are passwords
    return [strip, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _install(formatter: logging.Formatter, level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    limit = RateLimit()
    handler.addFilter(lambda record: limit.filter(record) if record.name.startswith(NOISY) else True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
