"""``anonledger diff``: what differs between two runs.

Owns: nothing but how it is printed.
"""

from pathlib import Path

import click

from anonledger.cli.present import format_option, project_option, shown


@click.command("diff", epilog="Exit status: 0 done; 1 error; 2 wrong use; 6 newer ledger.")
@click.argument("first", metavar="RUN1", type=int)
@click.argument("second", metavar="RUN2", type=int)
@project_option
@format_option
def command(first: int, second: int, project: Path, form: str) -> None:
    """Show what differs between the ends of two runs, given by their numbers in `anonledger log`.

    Settings and rules, subjects, files of the dataset (by the digest of their bytes), links and the
    quarantine; each with the run and the reason. Nobody is named.
    """
    from anonledger.engine.past import diff

    found = diff(project, first, second)
    click.echo(shown(found.columns, found.rows, form))
