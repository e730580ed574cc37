"""``anonledger verify``: is everything that is shared still as it should be?

Owns: nothing but how it is printed.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from anonledger.cli.present import Bar, format_option, project_option, shown
from anonledger.outcomes import ExitCode, Flaw

if TYPE_CHECKING:
    from anonledger.engine.verifying import Verified

ADVICE = {
    Flaw.MISSING: "what is missing comes back with the next `anonledger run`",
    Flaw.ALTERED: "delete what was altered and run again",
}
OTHERWISE = (
    "hold the folder back, run `anonledger run --force` with all sources there, move away files of your own "
    "that hold an identifier, and verify again"
)


@click.command(
    "verify",
    epilog="Exit status: 0 done; 1 error; 2 no project or no dataset here; 3 finished, something was found; "
    "5 another run holds the project; 6 newer ledger; 130 interrupted.",
)
@project_option
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to verify; default that of the last run.",
)
@click.option("-j", "--jobs", type=click.IntRange(1), help="Worker processes; default all cores.")
@format_option
@click.option("-q", "--quiet", is_flag=True, help="No progress bar and no closing sentence.")
def command(project: Path, output: Path | None, jobs: int | None, form: str, quiet: bool) -> None:
    """Search and hash again all that is shared, by what the ledger knows by now.

    Each file is compared with the digest of what was published, and searched for the names and IDs of its
    patient and the full names of all others, later ones too; so are paths and tables. Nothing is written.
    """
    from anonledger.engine.verifying import verify
    from anonledger.engine.workers import cores

    found = verify(project, output, jobs or cores(), Bar(quiet))
    rows = [(finding.path, str(finding.problem), finding.where) for finding in found.findings]
    if rows or form != "table":
        click.echo(shown(("path", "problem", "where"), rows, form))
    if not quiet:
        click.echo(closing_sentence(found), err=form != "table")
    raise click.exceptions.Exit(ExitCode.QUARANTINED if found.faults else ExitCode.DONE)


def closing_sentence(found: "Verified") -> str:
    """Return what was looked at, what came out, and what to do next."""
    files = f"{found.files:,} file{'s' * (found.files != 1)}"
    if not found.faults:
        return (
            f"Verified {files} in {found.root}: all that was published is as it was, and no identifier was "
            f"found.{_strange(found)}"
        )
    problems = {finding.problem for finding in found.faults}
    advice = [text for flaw, text in ADVICE.items() if flaw in problems]
    if problems - ADVICE.keys():
        advice.append(OTHERWISE)
    faulty = len({finding.path for finding in found.faults})
    said = f"{faulty:,} of {files} in {found.root} should not be shared like this: {'; '.join(advice)}."
    return said + _strange(found)


def _strange(found: "Verified") -> str:
    """Return what is to be said of files that lie there and are no part of what was published."""
    if not found.strange:
        return ""
    inside = f", {found.inside:,} of them in folders of patients" if found.inside else ""
    return (
        f" Not placed by anonledger: {found.strange:,}{inside}. They are no part of what was published; if "
        "they are not yours, move them away."
    )
