"""``anonledger log``: what happened, the newest first.

Owns: nothing but how it is printed.
"""

from datetime import datetime
from pathlib import Path

import click

from anonledger.cli.present import format_option, project_option, shown


@click.command("log", epilog="Exit status: 0 done; 1 error; 2 wrong use; 6 newer ledger.")
@project_option
@click.option("-n", "--number", type=click.IntRange(1), help="How many at most; default all.")
@click.option("--since", type=click.DateTime(), help="From this day or time on, in UTC.")
@click.option("--subject", default="", metavar="PSEUDONYM", help="Only what had to do with a subject.")
@click.option("--event", default="", metavar="KIND", help="Only with an event whose kind begins so.")
@click.option("--events", is_flag=True, help="The events themselves, not the runs.")
@format_option
def command(
    project: Path,
    number: int | None,
    since: datetime | None,
    subject: str,
    event: str,
    events: bool,
    form: str,
) -> None:
    """List the runs, or the events, the newest first; nobody is named. All times are UTC.

    Each decision, re-identification and further command that wrote into the ledger is a run, too.
    """
    from anonledger.engine.past import log

    found = log(project, since, subject, event, number or 0, events=events)
    click.echo(shown(found.columns, found.rows, form))
