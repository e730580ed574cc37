"""``anonledger export``: a table again, from the ledger alone.

Owns: a private table is never written into the folder that is shared.
"""

import sys
from pathlib import Path

import click

from anonledger.cli.present import project_option

TABLES = ("mapping", "missing", "demographics", "matches", "doubts", "quarantine", "report")


@click.command("export", epilog="Exit status: 0 done; 1 error; 2 wrong use; 6 newer ledger.")
@click.argument("name", metavar="TABLE", type=click.Choice(TABLES))
@project_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File; default standard output, and private/report.html for the report.",
)
@click.option(
    "--drop-column",
    multiple=True,
    help="Further column of the demographics to leave out, beside those of the last run.",
)
@click.option("--unused-rows", is_flag=True, help="With `missing`: table rows without a patient too.")
@click.option("--shareable", is_flag=True, help="With `missing`: the form that holds pseudonyms only.")
def command(
    name: str,
    project: Path,
    output: Path | None,
    drop_column: tuple[str, ...],
    unused_rows: bool,
    shareable: bool,
) -> None:
    """Write a TABLE: mapping, missing, demographics, matches, doubts or quarantine; or the report.

    The same ledger gives the same bytes. All are private but demographics and `missing --shareable`.
    """
    if name == "report":
        from anonledger.engine.reporting import export_report

        click.echo(f"Wrote {export_report(project, output)}.", err=True)
        return
    from anonledger.engine.status import export

    content = export(project, name, output, drop_column, unused_rows, shareable)
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        click.echo(f"Wrote {output}.", err=True)
