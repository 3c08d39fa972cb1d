"""The command as a whole: cheap to start, plain in its errors, an example in every help page."""

import subprocess
import sys

import pytest

from factwire import __version__
from factwire.cli.main import COMMANDS

GROUPS = {
    "feeds": ["add", "list", "remove", "pause", "resume"],
    "topics": ["apply"],
    "db": ["upgrade", "reader"],
    "dlq": ["list", "show", "replay", "purge"],
    "kb": ["info", "lookup", "build"],
    "webhooks": ["add", "list", "remove", "test", "replay"],
    "keys": ["create", "list", "revoke"],
}


def factwire(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "factwire.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_alone_it_lists_its_commands() -> None:
    done = factwire()
    assert done.returncode == 0
    assert all(name in done.stdout for name in COMMANDS)


def test_it_knows_its_version() -> None:
    assert factwire("--version").stdout == f"factwire {__version__}\n"


def test_an_unknown_command_is_wrong_usage() -> None:
    done = factwire("enrihc")
    assert done.returncode == 2
    assert "No such command" in done.stderr


@pytest.mark.parametrize(
    "command",
    [[name] for name in COMMANDS if name not in GROUPS]
    + [[group, name] for group, names in GROUPS.items() for name in names],
    ids=" ".join,
)
def test_every_help_page_has_an_example(command: list[str]) -> None:
    done = factwire(*command, "--help")
    assert done.returncode == 0
    assert f"factwire {' '.join(command)}" in " ".join(done.stdout.split("Example")[-1].split())


def test_starting_imports_no_service_and_no_client() -> None:
    probe = (
        "import sys\nfrom factwire.cli import main\n"
        "heavy = {'aiokafka', 'sqlalchemy', 'faststream', 'pydantic', 'fastapi'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
