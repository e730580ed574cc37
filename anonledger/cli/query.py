"""``anonledger query``: ask the ledger by name or in SQL.

Owns: nothing but how it is printed.
"""

from pathlib import Path

import click

from anonledger.cli.present import format_option, project_option, shown


@click.command("query", epilog="Exit status: 0 done; 1 error; 2 wrong use; 6 newer ledger.")
@click.argument("name", required=False, default="")
@project_option
@click.option("--sql", default="", metavar="TEXT", help="One SELECT in SQLite's words, instead of a NAME.")
@format_option
def command(name: str, project: Path, sql: str, form: str) -> None:
    """Ask the ledger by NAME or in SQL, read-only. Without both, list what can be asked by name.

    The named questions are views in .anonledger/ledger.sqlite3, so that any other program that reads SQLite
    has them as well. Those marked "Private" name patients or paths; so do the tables below them.
    """
    from anonledger.engine.asking import ask

    found = ask(project, name, sql)
    click.echo(shown(found.columns, found.rows, form))
