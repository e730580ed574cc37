"""``anonledger audit``: is the ledger what the program wrote, and all that it speaks of still there?

Owns: nothing but how it is printed.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from anonledger.cli.present import Bar, format_option, project_option, shown, visible
from anonledger.outcomes import ExitCode

if TYPE_CHECKING:
    from anonledger.engine.auditing import Audited

COLUMNS = ("what", "which", "problem", "where")
MADE = ("object", "output", "file")  # findings on what can be made anew


@click.command(
    "audit",
    epilog="Exit status: 0 done; 1 error; 2 no project here; 3 finished, something was found; "
    "5 another run holds the project; 6 newer ledger; 130 interrupted.",
)
@project_option
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The shared folder; default that of the last run.",
)
@click.option("--head", default="", metavar="DIGEST", help="A head noted at an earlier audit, to look for.")
@click.option("--quick", is_flag=True, help="Of objects and files look at presence and size only.")
@format_option
@click.option("-q", "--quiet", is_flag=True, help="No progress bar and no closing sentences.")
def command(project: Path, output: Path | None, head: str, quick: bool, form: str, quiet: bool) -> None:
    """Find what was changed, added or removed by hand.

    Each row of the ledger is compared with its seal, and the seals with one another; each output must have
    its object, each object its digest, and each file of the dataset must be as placed. Nothing is written.
    """
    from anonledger.engine.auditing import audit

    found = audit(project, output, head, quick, Bar(quiet))
    rows = [(one.table, one.row, str(one.problem), one.where) for one in found.findings]
    if rows or form != "table":
        click.echo(shown(COLUMNS, rows, form))
    if not quiet:
        click.echo("\n".join(closing_sentences(found, head)), err=form != "table")
    raise click.exceptions.Exit(ExitCode.QUARANTINED if found.findings else ExitCode.DONE)


def _advice(found: "Audited") -> list[str]:
    """Return what to do about rows, and about what can be made anew from the sources."""
    said = ["Keep a copy of the project as it is, and find out who changed it."]
    if any(one.table not in MADE for one in found.findings):
        said.append("Then put a backup in the ledger's place.")
    if any(one.table in MADE for one in found.findings):
        said.append("Objects and files are made anew by `anonledger run --force` with all sources there.")
    return said


def _others(found: "Audited") -> str:
    """Return which files lie in the tree that anonledger did not place."""
    lie = "1 other file lies" if found.strange == 1 else f"{found.strange:,} other files lie"
    names = ", ".join(visible(name) for name in found.examples)
    more = ", …" if found.strange > len(found.examples) else ""
    return f"{lie} there ({names}{more}); `anonledger verify` searches them."


def closing_sentences(found: "Audited", head: str) -> list[str]:
    """Return what was looked at, what came out, and the head to note."""
    looked_at = (
        f"{found.rows:,} rows, {found.chain.seals:,} seals, {found.objects:,} objects and "
        f"{found.files:,} files in {found.root}"
    )
    verdict = "all is as recorded."
    if found.findings:
        many = "1 thing is" if len(found.findings) == 1 else f"{len(found.findings):,} things are"
        verdict = f"{many} not as recorded. {' '.join(_advice(found))}"
    said = [f"Audited {looked_at}: {verdict}"]
    if found.recorded != found.root:
        said.append(f"The project was moved or copied: its files are on record in {found.recorded}.")
    if found.strange:
        said.append(_others(found))
    if head and found.chain.noted is not None:
        said.append(f"The head that you noted is in the chain; {found.chain.noted:,} seals came after it.")
    said.append(f"Head of the chain: {found.chain.head}")
    said.append(
        "Note it elsewhere, and give it to --head later: who rewrites the whole chain cannot keep it."
    )
    return said
