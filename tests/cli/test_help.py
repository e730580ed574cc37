"""What can be asked of the command line without any project.

Owns: help is complete and comes at once.
"""

import subprocess
import sys

import pytest

from anonledger import __version__
from anonledger.cli.main import COMMANDS

PAGES = [[name] for name in COMMANDS] + [["profile", "show"]]


def asked(*arguments: str) -> str:
    command = [sys.executable, "-m", "anonledger", *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_every_command_tells_its_exit_status(page: list[str]) -> None:
    text = asked(*page, "--help")
    assert text.startswith(f"Usage: python -m anonledger {' '.join(page)} ")
    assert "Exit status: 0 done;" in text


def test_help_lists_every_command() -> None:
    text = asked("--help")
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert text == asked("-h")


@pytest.mark.parametrize("page", [[], *PAGES], ids=" ".join)
def test_help_loads_neither_pydicom_nor_sqlalchemy(page: list[str]) -> None:
    arguments = [*page, "--help"]
    program = (
        "import sys; from anonledger.cli.main import cli; "
        f"cli.main({arguments!r}, standalone_mode=False); "
        "print(sorted({'pydicom', 'sqlalchemy', 'alembic', 'openpyxl', 'rapidfuzz'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version_is_that_of_the_package() -> None:
    assert asked("--version") == f"anonledger {__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion_script(shell: str) -> None:
    script = asked("completion", shell)
    assert "_ANONLEDGER_COMPLETE" in script
    assert f"{shell}_complete" in script
