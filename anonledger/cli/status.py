"""``anonledger status``: what the project holds.

Owns: nothing but how it is printed.
"""

from pathlib import Path

import click

from anonledger.cli.present import format_option, project_option, shown


@click.command("status", epilog="Exit status: 0 done; 1 error; 2 no project here; 6 newer ledger.")
@project_option
@format_option
def command(project: Path, form: str) -> None:
    """Show subjects, instances, links, pending reviews, quarantine and the last run."""
    from anonledger.engine.status import status_rows

    click.echo(shown(("what", "count"), status_rows(project), form))
