"""``anonledger show``: all that is known of one thing.

Owns: nothing but how it is printed.
"""

from pathlib import Path

import click

from anonledger.cli.present import format_option, project_option, shown


@click.command("show", epilog="Exit status: 0 done; 1 error; 2 wrong use; 6 newer ledger.")
@click.argument("what", metavar="FILE|DIGEST|SUBJECT|RUN")
@project_option
@format_option
def command(what: str, project: Path, form: str) -> None:
    """Show all that is known of a file, a digest (six digits or more), a subject or a run.

    Each line says from which run it is, and by which rules or on whose word. Nobody is named, but the paths
    of sources may name patients.
    """
    from anonledger.engine.showing import show

    rows = [(told.what, told.value, told.run, told.why) for told in show(project, what)]
    click.echo(shown(("what", "value", "run", "why"), rows, form))
