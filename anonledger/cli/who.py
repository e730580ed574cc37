"""``anonledger who``: who stands behind a pseudonym?

Owns: nothing but how it is printed.
"""

from pathlib import Path

import click

from anonledger.cli.present import format_option, project_option, shown


@click.command(
    "who",
    epilog="Exit status: 0 done; 1 error; 2 wrong use, nothing recorded; 5 another run holds the project; "
    "6 newer ledger.",
)
@click.argument("pseudonyms", metavar="PSEUDONYM...", nargs=-1, required=True)
@project_option
@format_option
def command(pseudonyms: tuple[str, ...], project: Path, form: str) -> None:
    """Tell who stands behind pseudonyms: names, IDs, birth dates, rows of tables and files.

    This names patients, on purpose. That it was asked stands in the ledger's chain of events before anything
    is printed: see `anonledger log --events --event re-identified`.
    """
    from anonledger.engine.who import who

    rows = [(one, told.what, told.value, told.run, told.why) for one, told in who(project, pseudonyms)]
    click.echo(shown(("pseudonym", "what", "value", "run", "source"), rows, form))
