from __future__ import annotations

import json
import logging

import pytest

from factwire.runtime.logs import RateLimit, configure_logs, get_logger


def line(message: str) -> logging.LogRecord:
    return logging.LogRecord("aiokafka.conn", logging.ERROR, __file__, 1, message, ("a",), None)


def test_a_repeated_line_passes_once_in_the_interval_and_counts_the_rest() -> None:
    now = 0.0
    limit = RateLimit(10, lambda: now)
    assert limit.filter(line("no connection to %s"))
    assert not limit.filter(line("no connection to %s"))
    assert not limit.filter(line("no connection to %s"))
    now = 11.0
    later = line("no connection to %s")
    assert limit.filter(later)
    assert "2 more" in later.msg


def test_different_lines_do_not_hold_each_other_back() -> None:
    limit = RateLimit(10, lambda: 0.0)
    assert limit.filter(line("one"))
    assert limit.filter(line("other"))


def test_json_lines_carry_level_time_and_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json", service="sink")
    get_logger("t").warning("paused", article_id="a-1")
    said = json.loads(capsys.readouterr().err)
    assert said["event"] == "paused"
    assert (said["level"], said["article_id"], said["service"]) == ("warning", "a-1", "sink")
    assert said["timestamp"].endswith("Z")


def test_library_lines_have_the_same_shape(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")
    logging.getLogger("sqlalchemy").warning("from %s", "elsewhere")
    assert json.loads(capsys.readouterr().err)["event"] == "from elsewhere"
