"""``anonledger import``: reuse the pseudonyms of a table.

Owns: nothing but how it is asked for and told.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from anonledger.cli.choices import given_settings, reading_options, settings_of
from anonledger.cli.present import project_option

if TYPE_CHECKING:
    from anonledger.engine.importing import Taken

EPILOG = (
    "Exit status: 0 done; 1 error; 2 wrong use, nothing recorded; 5 another run holds the project; "
    "6 newer ledger."
)
CLASHES = (
    "that stand for other people here ({}). Where they are one patient, correct that there first; where not, "
    "keep the two datasets apart."
)
ODDS = (
    "that stand for somebody of another birth date, sex or patient ID here ({}): namesakes, taken for two "
    "people. Their files get other pseudonyms here; where they are one patient after all, run over those "
    "files, then join the two with `anonledger merge`."
)
MERGED = (
    "that are nobody's here any more ({}): they were merged into others, or a split was taken back. Decide "
    "here as in the other project (`anonledger merge --undo`), or there as here, and import again."
)

UNLIKE = (
    "Look at: {} pseudonyms that the table gives to names, birth dates or sexes that are hardly one person's "
    "({}). Each was taken for one; where they are two, take them apart with `anonledger split`."
)


@click.command("import", epilog=EPILOG)
@click.argument("table", type=click.Path(dir_okay=False, path_type=Path))
@project_option
@click.option(
    "--pseudonym-column", default="", help="Column with the pseudonym; found by its header if not given."
)
@reading_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def command(table: Path, project: Path, pseudonym_column: str, quiet: bool, **options: Any) -> None:
    """Reuse the pseudonyms of a TABLE: a mapping, or a table that holds pseudonyms beside names.

    A patient of a later run who is somebody in it for certain gets that pseudonym. One who only may be gets a
    pseudonym of its own and is listed by `anonledger review`. idtoname.csv and dicom_names.csv of
    csg_dicoms_anonymizer are recognised.
    """
    from anonledger.engine.importing import import_table

    settings = settings_of(project, given_settings(options))
    taken = import_table(project, table, settings, pseudonym_column)
    if not quiet:
        click.echo("\n".join(told(taken)))


def told(taken: "Taken") -> list[str]:
    """Return what an import did, in sentences."""
    said = [f"Imported: {taken.new:,} new pseudonyms, {taken.known:,} that were known here."]
    for pseudonyms, why in (
        (taken.clashes, CLASHES),
        (taken.odds, ODDS),
        (taken.merged, MERGED),
    ):
        if pseudonyms:
            said.append(
                f"Not imported: {len(pseudonyms):,} pseudonyms {why.format(', '.join(pseudonyms[:5]))}"
            )
    if taken.unlike:
        said.append(UNLIKE.format(f"{len(taken.unlike):,}", ", ".join(taken.unlike[:5])))
    if taken.other_salt:
        said.append("The other ledger was begun with another salt: new patients get other pseudonyms there.")
    if taken.review:
        said.append(
            f"For review: {taken.review:,} patients who have a pseudonym here already may be among them. "
            "Decide with `anonledger review`."
        )
    return said
