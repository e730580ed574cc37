"""``anonledger quarantine``: what is held back, and what a person decides on it.

Owns: nothing but how it is printed and asked for.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from anonledger.cli.present import ListingGroup, format_option, project_option, shown

if TYPE_CHECKING:
    from anonledger.records import QuarantineRow

COLUMNS = ("id", "path", "member", "sha256", "reason", "where", "since_run", "decision")
EPILOG = (
    "Exit status: 0 done; 1 error; 2 wrong use, nothing recorded; 5 another run holds the project; "
    "6 newer ledger."
)


@click.group("quarantine", cls=ListingGroup, epilog=EPILOG)
def command() -> None:
    """List what is held back (the default), show one, and release or drop it.

    A decision holds for the content of a file (its SHA-256) and takes effect with the next `anonledger run`.
    """


@command.command("list", epilog=EPILOG)
@project_option
@click.option("--all", "everything", is_flag=True, help="What was decided or left out by the settings too.")
@format_option
def list_entries(project: Path, everything: bool, form: str) -> None:
    """List what is held back and awaits a decision. The paths may name patients."""
    from anonledger.engine.decisions import entries

    click.echo(shown(COLUMNS, [_cells(row) for row in entries(project, everything)], form))


@command.command("show", epilog=EPILOG)
@click.argument("entry", metavar="ID", type=int)
@project_option
@format_option
def show(entry: int, project: Path, form: str) -> None:
    """Show everything known of one entry. The path may name a patient."""
    from anonledger.engine.decisions import entry_facts

    click.echo(shown(("what", "value"), entry_facts(project, entry), form))


def deciding(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what the commands that decide have in common."""
    ids = click.argument("ids", metavar="ID...", type=int, nargs=-1, required=True)
    return ids(project_option(function))


why_option = click.option("--why", required=True, help="The reason, in your words; it stays in the ledger.")


@command.command("release", epilog=EPILOG)
@deciding
@why_option
def release(ids: tuple[int, ...], project: Path, why: str) -> None:
    """Release entries in spite of their reason. Look at the files first: you answer for them.

    Only this one reason is waived, for this content: the file is still cleaned, and checked for all else.
    """
    _decide(project, ids, "release", why, "Released")


@command.command("drop", epilog=EPILOG)
@deciding
@why_option
def drop(ids: tuple[int, ...], project: Path, why: str) -> None:
    """Leave entries out for good: counted as left out, and no longer listed as held back."""
    _decide(project, ids, "drop", why, "Dropped")


@command.command("undo", epilog=EPILOG)
@deciding
def undo(ids: tuple[int, ...], project: Path) -> None:
    """Take a decision back."""
    _decide(project, ids, "undo", "", "Taken back")


def _decide(project: Path, ids: Sequence[int], verdict: str, why: str, done: str) -> None:
    from anonledger.engine.decisions import decide
    from anonledger.outcomes import Decision

    count = decide(project, ids, Decision(verdict), why)
    entries = "1 entry" if count == 1 else f"{count:,} entries"
    click.echo(f"{done}: {entries}. It takes effect with the next `anonledger run`.")


def _cells(row: "QuarantineRow") -> tuple[object, ...]:
    decision = row.decision.verdict if row.decision else "left out" if row.left_out else ""
    return (row.id, row.path, row.member, row.digest, row.reason, row.where, row.run, decision)
