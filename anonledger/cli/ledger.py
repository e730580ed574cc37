"""``anonledger ledger``: what is done to the ledger as a whole.

Owns: nothing but how it is asked for and told.
"""

from pathlib import Path

import click

from anonledger.cli.importing import salt_option, told
from anonledger.cli.keeping import backup, encrypt, info, upgrade
from anonledger.cli.present import project_option

EPILOG = (
    "Exit status: 0 done; 1 error; 2 wrong use, nothing recorded; 5 another run holds the project; "
    "6 newer ledger."
)


@click.group("ledger", epilog=EPILOG)
def command() -> None:
    """Work on the ledger as a whole."""


command.add_command(backup)
command.add_command(upgrade)
command.add_command(encrypt)
command.add_command(info)


@command.command("import", epilog=EPILOG)
@click.argument("other", type=click.Path(dir_okay=False, path_type=Path))
@project_option
@salt_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def import_other(other: Path, project: Path, salt_file: Path | None, quiet: bool) -> None:
    """Take over the patients of another project's ledger (its ledger.sqlite3), with their pseudonyms.

    OTHER is only read. Nobody is joined with anybody unasked: who seems to have a pseudonym in both ledgers
    is listed by `anonledger review`.
    """
    from anonledger.engine.importing import import_ledger
    from anonledger.settings import read_settings

    taken = import_ledger(project, other, read_settings(project), salt_file)
    if not quiet:
        click.echo("\n".join(told(taken)))
