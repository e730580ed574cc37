"""``anonledger ledger``: what is done to the ledger as a whole.

Owns: nothing but how it is asked for and told.
"""

import click

from anonledger.cli.keeping import backup, encrypt, info, upgrade

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
