"""``anonledger merge``: two pseudonyms are one patient.

Owns: nothing but how it is asked for and told.
"""

from pathlib import Path

import click

from anonledger.cli.present import project_option

EPILOG = (
    "Exit status: 0 done; 1 error; 2 wrong use, nothing recorded; 5 another run holds the project; "
    "6 newer ledger."
)


@click.command("merge", epilog=EPILOG)
@click.argument("kept", metavar="A")
@click.argument("gone", metavar="B")
@project_option
@click.option("--undo", "undone", is_flag=True, help="Take such a merge back.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def command(kept: str, gone: str, project: Path, undone: bool, quiet: bool) -> None:
    """Decide that the patient B is the patient A: B's files get A's pseudonym, and B is nobody's any more.

    It takes effect with the next `anonledger run` over the sources of B's files, and holds from then on.
    """
    from anonledger.engine.correcting import merge, undo
    from anonledger.outcomes import Correction

    done = undo(project, Correction.MERGE, kept, gone) if undone else merge(project, kept, gone)
    if not quiet:
        click.echo(told(done.pseudonym, done.instances, undone))


def told(pseudonym: str, instances: int, undone: bool) -> str:
    """Return what a correction did, and what to do next."""
    files = "1 file goes" if instances == 1 else f"{instances:,} files go"
    return (
        f"{'Taken back' if undone else 'Recorded'}: {files} to {pseudonym}. It takes effect with the next "
        "`anonledger run` over their sources."
    )
