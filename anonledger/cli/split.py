"""``anonledger split``: one pseudonym is two patients.

Owns: nothing but how it is asked for and told; who a patient is goes to standard output only.
"""

from pathlib import Path

import click

from anonledger.cli.merge import told
from anonledger.cli.present import format_option, project_option, shown

EPILOG = (
    "Exit status: 0 done; 1 error; 2 wrong use, nothing recorded; 5 another run holds the project; "
    "6 newer ledger."
)
COLUMNS = ("number", "patient_name", "patient_id", "birth_date", "sex", "from")


@click.command("split", epilog=EPILOG)
@click.argument("pseudonym", metavar="A")
@click.argument("numbers", metavar="[NUMBER...]", nargs=-1, type=int)
@project_option
@click.option("--to", "target", help="The pseudonym that they get; a new one if not given.")
@click.option("--undo", "other", metavar="B", help="Take back that B was split from A.")
@click.option(
    "--salt-file", type=click.Path(dir_okay=False, path_type=Path), help="File with the secret salt."
)
@format_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def command(
    pseudonym: str,
    numbers: tuple[int, ...],
    project: Path,
    target: str | None,
    other: str | None,
    salt_file: Path | None,
    form: str,
    quiet: bool,
) -> None:
    """Decide that some spellings of the patient A are another person, who gets a pseudonym of its own.

    Without a NUMBER it lists how A is spelled in files and tables, with the numbers to name; this names the
    patient. It takes effect with the next `anonledger run` over the sources of their files.
    """
    from anonledger.engine.correcting import spellings, split, undo
    from anonledger.outcomes import Correction
    from anonledger.settings import read_settings

    if other is not None:
        done = undo(project, Correction.SPLIT, pseudonym, other)
    elif not numbers:
        rows = [
            (number, who.name or "|".join(who.other_names), who.patient_id, who.birth_date, who.sex, origin)
            for number, who, origin in spellings(project, pseudonym)
        ]
        click.echo(shown(COLUMNS, rows, form))
        return
    else:
        done = split(project, pseudonym, numbers, read_settings(project), target, salt_file)
    if not quiet:
        click.echo(told(done.pseudonym, done.instances, other is not None))
