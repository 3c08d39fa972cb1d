"""What a committed batch leaves in the log."""

from __future__ import annotations

from structlog.testing import capture_logs
from tests.support.records import record

from factwire.streaming.accounting import account
from factwire.streaming.records import DeadLetter, Reason


def test_a_fault_of_ours_is_logged_as_an_error_with_article_and_traceback() -> None:
    letter = DeadLetter(record(b"{}"), Reason("extraction", "KeyError", "a bug", "Traceback: here"))
    with capture_logs() as lines:
        account("enricher", [letter.record], [letter], 0.1)
    [line] = [line for line in lines if line["event"] == "dead letter"]
    assert (line["log_level"], line["article_id"], line["stage"]) == ("error", "a-1", "extraction")
    assert (line["reason"], line["exception"]) == ("a bug", "Traceback: here")


def test_a_bad_record_is_a_warning_without_a_traceback() -> None:
    letter = DeadLetter(record(b"{"), Reason("decode", "InvalidRecord", "is not JSON"))
    with capture_logs() as lines:
        account("enricher", [letter.record], [letter], 0.1)
    [line] = [line for line in lines if line["event"] == "dead letter"]
    assert line["log_level"] == "warning"
    assert "exception" not in line
