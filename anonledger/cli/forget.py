"""``anonledger forget``: a patient withdraws consent.

Owns: nothing is removed before a person said yes to what would be.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from anonledger.cli.present import format_option, project_option, shown

if TYPE_CHECKING:
    from anonledger.engine.forgetting import Foreseen

EPILOG = (
    "Exit status: 0 done; 1 error; 2 wrong use, nothing recorded; 5 another run holds the project; "
    "6 newer ledger."
)
COUNTED = {
    "files": "files of the dataset, with what they were made into",
    "spellings": "spellings of who the patient is",
    "instances": "instances on record",
    "rows": "rows of recorded tables",
    "strange": "files in the patient's folder that anonledger did not place: they stay",
    "backups": "backups of the ledger, which hold the patient too",
    "frozen": "files of others that may hold the name: they stay, and are not done again",
}


@click.command("forget", epilog=EPILOG)
@click.argument("pseudonym")
@project_option
@click.option("-n", "--dry-run", is_flag=True, help="Print what would be removed; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--salt-file", type=click.Path(dir_okay=False, path_type=Path), help="File with the secret salt."
)
@format_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors; takes --yes.")
def command(
    pseudonym: str,
    project: Path,
    dry_run: bool,
    yes: bool,
    salt_file: Path | None,
    form: str,
    quiet: bool,
) -> None:
    """Forget a patient: remove what was published and all that is known, and refuse the files from now on.

    It cannot be undone. The pseudonym stays, retired, and that it happened. Sources are never touched: remove
    those yourself.
    """
    from anonledger.engine.forgetting import foreseen, forget

    if dry_run or not yes:
        found = foreseen(project, pseudonym)
        click.echo(shown(("what", "count"), _rows(found), form), err=not dry_run)
        if dry_run:
            return
        if not sys.stdin.isatty():
            raise click.UsageError("Nothing was removed: there is nobody to ask. Give --yes if you mean it.")
        click.confirm(f"Forget {pseudonym}? It cannot be undone", abort=True, err=True)
    found = forget(project, pseudonym, salt_file)
    if quiet:
        return
    click.echo(
        f"Forgotten: {pseudonym}. {found.files:,} files were removed. Remove the patient's sources as well, "
        "and copies of the dataset, of its tables and of the ledger elsewhere; tell who received any."
    )
    if found.strange:
        click.echo(
            f"In the folder {pseudonym} lie files that anonledger did not place ({found.strange:,}). They "
            "were not removed: look at them yourself."
        )
    if found.own:
        click.echo(
            "No run wrote these files in the private folder, and they may name the patient: look at them and "
            f"remove them, or the patient's rows: {', '.join(found.own[:5])}"
            f"{f' and {len(found.own) - 5:,} more' if len(found.own) > 5 else ''}."
        )
    for tree in found.absent:
        click.echo(
            f"Not there now, or another project's: {tree}. Its folder {pseudonym} is removed by the next run "
            "that finds it there, or by this command."
        )


def _rows(found: "Foreseen") -> list[tuple[str, int]]:
    return [(what, getattr(found, name)) for name, what in COUNTED.items()]
