"""The command group; a command's module is imported only when that command is called.

Owns: the only way out of the program, with the exit status that the command's help promises.
"""

import importlib
import io
import os
import sys
from typing import Final

import click

from anonledger import __version__

COMMANDS: Final = {
    "run": "Pseudonymize DICOM and demographics into a dataset to share.",
    "inspect": "Show what a run would make of a table and of sources.",
    "demo": "Build a small made-up study and run the job on it.",
    "status": "Show what the project holds and what awaits a person.",
    "quarantine": "List what is held back, and decide on it.",
    "review": "List whose row is not certain, and decide on it.",
    "import": "Reuse the pseudonyms of a table or a mapping.",
    "merge": "Decide that two pseudonyms are one patient.",
    "split": "Decide that one pseudonym is two patients.",
    "forget": "Forget a patient who withdraws consent.",
    "verify": "Search and hash again all that is shared.",
    "audit": "Find what was changed by hand in the ledger and in what it speaks of.",
    "who": "Tell who stands behind a pseudonym.",
    "show": "Show all that is known of a file, a digest, a subject or a run.",
    "log": "List the runs or the events, the newest first.",
    "diff": "Show what differs between two runs.",
    "query": "Ask the ledger by name or in SQL, read-only.",
    "ledger": "Back up, upgrade, encrypt, describe the ledger; import another.",
    "export": "Write one of the tables again, from the ledger alone.",
    "profile": "Show what is done to each element.",
    "completion": "Print the shell completion script.",
}

MODULES: Final = {"import": "importing"}  # a module cannot be called by a word of the language


KEY_FILE: Final = "ANONLEDGER_LEDGER_KEY_FILE"


def name_key(path: str | None) -> None:
    """Tell all that opens the ledger in this process where its key lies."""
    if path == "" or (path is None and os.environ.get(KEY_FILE) == ""):
        raise click.UsageError(
            f"The name of the file with the ledger's key is empty (--ledger-key-file or {KEY_FILE}). Name "
            "the file, or leave both out for a ledger that is not encrypted."
        )
    if path:
        os.environ[KEY_FILE] = os.path.abspath(path)  # noqa: PTH100, not to import pathlib for --help


class LazyGroup(click.Group):
    """A group that knows its commands by name and loads one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(
            f"anonledger.cli.{MODULES.get(cmd_name, cmd_name)}"
        ).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command list without loading the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="anonledger", message="anonledger %(version)s")
@click.option(
    "--ledger-key-file",
    envvar=KEY_FILE,
    metavar="FILE",
    expose_value=False,
    callback=lambda _context, _option, path: name_key(path),
    help=f"File with the key of an encrypted ledger (64 hexadecimal digits); also {KEY_FILE}.",
)
def cli() -> None:
    """Pseudonymize DICOM studies together with their demographics table.

    Names become pseudonyms, the same in the images and in the table; what is written is checked in its bytes;
    a ledger records it all, so that the dataset can grow. Sources are never changed.

    Start with: anonledger demo
    """


def main() -> None:
    """Run the command line and exit."""
    from anonledger.cli.present import visible
    from anonledger.errors import AnonledgerError
    from anonledger.outcomes import ExitCode

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter ends no run
    try:
        sys.exit(cli.main(standalone_mode=False))  # click returns the status that a command exits with
    except click.Abort:
        click.echo("Interrupted. What was done is recorded; run the same command again to go on.", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.USAGE)
    except AnonledgerError as error:
        click.echo(f"Error: {visible(str(error), lines=True)}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output went away
        sys.exit(ExitCode.ERROR)
    except OSError as error:
        click.echo(f"Error: the system refused: {error.strerror}. Check disk and permissions.", err=True)
        sys.exit(ExitCode.ERROR)
