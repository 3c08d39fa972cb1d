"""``factwire enrich``: events to stdout in order, one JSON object per bad line to stderr, a telling exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = '{"article_id": "a", "body": "Profit rose 18 percent, Acme said.", "published_at": "2024-05-10T08:00:00Z"}'


def factwire(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "factwire.cli.main", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)


def test_a_good_line_becomes_an_event() -> None:
    done = factwire("enrich", stdin=GOOD + "\n")
    (event,) = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, event["article_id"], event["claims"][0]["value"]) == (0, "a", "18")


def test_a_bad_line_does_not_stop_the_run() -> None:
    done = factwire(
        "enrich",
        "-",
        stdin=f'{GOOD}\nnope\n{{"body": 5}}\n{GOOD.replace(chr(34) + "a" + chr(34), chr(34) + "b" + chr(34))}\n',
    )
    assert [json.loads(line)["article_id"] for line in done.stdout.splitlines()] == ["a", "b"]
    faults = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(fault["line"], fault["error"].get("field")) for fault in faults] == [(2, None), (3, "/body")]
    assert done.returncode == 1


def test_several_processes_keep_the_order(tmp_path: Path) -> None:
    lines = [json.dumps({"article_id": str(n), "body": f"It sold {n} cars."}) for n in range(40)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    done = factwire("enrich", str(tmp_path / "in.jsonl"), "--workers", "2")
    assert [json.loads(line)["article_id"] for line in done.stdout.splitlines()] == [str(n) for n in range(40)]


def test_pretty_is_for_people_and_still_json() -> None:
    done = factwire("enrich", "--pretty", stdin=GOOD)
    assert json.loads(done.stdout)["article_id"] == "a"
    assert done.stdout.startswith("{\n  ")


def test_a_text_file_is_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Profit rose 18 percent.\n")
    done = factwire("enrich", "--format", "text", str(tmp_path / "a.txt"))
    assert json.loads(done.stdout)["text"] == "Profit rose 18 percent.\n"


def test_the_same_input_gives_the_same_bytes_but_for_the_duration() -> None:
    first, second = (json.loads(factwire("enrich", stdin=GOOD).stdout) for _ in range(2))
    first["enrichment"].pop("duration_ms")
    second["enrichment"].pop("duration_ms")
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["enrich", "no-such-file"], "cannot read no-such-file"),
        (["enrich", "--format", "pdf"], "unknown format 'pdf'"),
        (["enrich", "--lexicons", "no-such-folder"], "no such folder of lexicons"),
    ],
)
def test_wrong_usage_says_what_is_wrong(arguments: list[str], message: str) -> None:
    done = factwire(*arguments, stdin=GOOD)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_ones_own_boilerplate_pattern_is_used_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "text/sections.toml").write_text("[boilerplate]\nours = { pattern = 'our shop sells' }\n")
    article = json.dumps({"article_id": "a", "body": "Profit rose 18 percent, Acme said.\n\nOur shop sells 500 mugs."})
    done = factwire("enrich", "--lexicons", str(tmp_path), stdin=article)
    assert json.loads(done.stdout)["sections"][-1]["kind"] == "boilerplate"
