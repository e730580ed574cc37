"""``anonledger export``: a table again, from the ledger alone, as it stands or as it was.

Owns: what is written says whether it may be shared.
"""

import sys
from pathlib import Path

import click

from anonledger.cli.present import OutputFile, project_option

TABLES = tuple(
    "mapping matches missing doubts quarantine demographics participants manifest provenance report".split()
)
MAY = "Shareable: it holds pseudonyms and no identifier."
MUST_NOT = "Private: it names patients or leads to them. Do not share it."


@click.command("export", epilog="Exit status: 0 done; 1 error; 2 wrong use; 6 newer ledger.")
@click.argument("name", metavar="TABLE", type=click.Choice(TABLES))
@project_option
@click.option(
    "-o",
    "--output",
    type=OutputFile(),
    help="File; default standard output, and private/report.html for the report.",
)
@click.option(
    "--as-of",
    metavar="RUN|DATE",
    help="The bytes that it had after a run: a number, a day or a time in UTC.",
)
@click.option(
    "--drop-column",
    multiple=True,
    help="Further column of the demographics to leave out, beside those of the last run.",
)
@click.option("--unused-rows", is_flag=True, help="With `missing`: table rows without a patient too.")
@click.option("--shareable", is_flag=True, help="With `missing`: the form that holds pseudonyms only.")
@click.option("--sidecar", is_flag=True, help="With `participants`: the .json that describes the columns.")
@click.option("--with-sources", is_flag=True, help="With `manifest`: digests of the sources too; private.")
@click.option("--with-places", is_flag=True, help="With `manifest`: where they lie as well; private.")
@click.option("-q", "--quiet", is_flag=True, help="Do not say whether it may be shared.")
def command(
    name: str,
    project: Path,
    output: Path | None,
    as_of: str | None,
    drop_column: tuple[str, ...],
    unused_rows: bool,
    shareable: bool,
    sidecar: bool,
    with_sources: bool,
    with_places: bool,
    quiet: bool,
) -> None:
    """Write a TABLE from the ledger alone; the same ledger gives the same bytes.

    Private: mapping, matches, missing, doubts, quarantine, the manifest with sources, and report (a page).

    Shareable: demographics, `missing --shareable`, participants (BIDS: a .tsv and, beside an --output, its
    .json), manifest (the published files), provenance (W3C PROV-JSON).

    A private table is not written below a folder that any run shared.
    """
    if name == "report":
        if as_of is not None:
            raise click.UsageError(
                "The report is not kept: it shows the project and its sources as they are now. Leave --as-of "
                "out, or export a table as of then."
            )
        from anonledger.engine.reporting import export_report

        click.echo(f"Wrote {export_report(project, output)}.", err=True)
        return
    from anonledger.engine.export import Order, export

    order = Order(
        name, output, drop_column, unused_rows, shareable, sidecar, with_sources, with_places, as_of
    )
    if output is None and sys.stdout is None:
        raise click.UsageError("Standard output is closed. Name a file with --output.")
    done = export(project, order, sys.stdout.buffer.write)
    sys.stdout.flush()
    for file in done.files:
        click.echo(f"Wrote {file}.", err=True)
    for note in done.notes:
        click.echo(note, err=True)
    if not quiet:
        click.echo(MUST_NOT if done.private else MAY, err=True)
