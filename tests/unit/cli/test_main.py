"""The command as a whole: cheap to start, plain in its errors, an example in every help page."""

import subprocess
import sys
from collections.abc import Iterator

from typer.testing import CliRunner

from factwire import __version__
from factwire.cli.main import COMMANDS, app, load_command


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


def all_commands() -> Iterator[list[str]]:
    """Every command; of a group its members."""
    for name, entry in COMMANDS.items():
        members = getattr(load_command(name, entry), "commands", None)
        yield from [[name, member] for member in members] if members else [[name]]


def has_example(command: list[str]) -> bool:
    page = CliRunner().invoke(app, [*command, "--help"]).stdout
    return f"factwire {' '.join(command)}" in " ".join(page.split("Example:")[-1].split())


def test_every_help_page_has_an_example() -> None:
    commands = list(all_commands())
    assert len(commands) > len(COMMANDS)
    assert [" ".join(command) for command in commands if not has_example(command)] == []


def test_starting_imports_no_service_and_no_client() -> None:
    probe = (
        "import sys\nfrom factwire.cli import main\n"
        "heavy = {'aiokafka', 'sqlalchemy', 'faststream', 'pydantic', 'fastapi'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
