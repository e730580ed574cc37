"""``anonledger review``: which rows are not certain, and what a person decides on them.

Owns: nothing but how it is printed and asked for; who a patient is goes to standard output only.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from anonledger.cli.present import ListingGroup, format_option, project_option, shown

if TYPE_CHECKING:
    from anonledger.records import Candidate, Case

COLUMNS = (
    "pseudonym",
    "patient_name",
    "patient_id",
    "birth_date",
    "sex",
    "score",
    "reasons",
    "candidates",
    "decision",
)
EPILOG = (
    "Exit status: 0 done; 1 error; 2 wrong use, nothing recorded; 5 another run holds the project; "
    "6 newer ledger."
)
LATER = "It takes effect with the next `anonledger run`."
KEYS = {
    "a": "accept a row",
    "r": "reject a row",
    "n": "none: this patient has no row",
    "s": "skip",
    "q": "quit",
}
DECIDING = ("--accept", "--reject", "--none", "--undo")  # spelled as options, too


class ReviewGroup(ListingGroup):
    """A group that lists when no command is named, and whose decisions may be spelled as options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take ``--accept`` for ``accept``."""
        if args and args[0] in DECIDING:
            args = [args[0].removeprefix("--"), *args[1:]]
        return super().parse_args(ctx, args)


@click.group("review", cls=ReviewGroup, epilog=EPILOG)
def command() -> None:
    """List the patients whose row is not certain (the default), and decide: which row, or none.

    What is printed names patients. A decision is on who a row is about, so it holds when the table changes,
    and takes effect with the next `anonledger run`. It changes no pseudonym.
    """


@command.command("list", epilog=EPILOG)
@project_option
@click.option("--all", "everything", is_flag=True, help="All patients, whatever was decided or linked.")
@format_option
def list_cases(project: Path, everything: bool, form: str) -> None:
    """List who awaits a decision, with the candidates by row (1 is the first below the header)."""
    from anonledger.engine.review import cases

    click.echo(shown(COLUMNS, [_cells(case, form) for case in cases(project, everything)], form))


@command.command("go", epilog=EPILOG)
@project_option
def go(project: Path) -> None:
    """Decide one by one in the terminal. Each decision is recorded at once; quit whenever you like."""
    from anonledger.engine.review import cases

    if not sys.stdin.isatty():
        raise click.UsageError(
            "This asks in a terminal, and there is none. Use `anonledger review accept` and the like, or "
            "`export` and `import`."
        )
    found = cases(project, False)
    for number, case in enumerate(found, start=1):
        click.echo(f"\n{number} of {len(found)}: {case.pseudonym}\n\n{_side_by_side(case)}\n")
        click.echo("  " + "; ".join(case.link.reasons) + "\n")
        if not _asked(project, case):
            break
    click.echo(LATER if found else "Nobody awaits a decision.")


@command.command("accept", epilog=EPILOG)
@click.argument("pseudonym")
@click.argument("row", metavar="[ROW|PSEUDONYM]", required=False)
@project_option
def accept(pseudonym: str, row: str | None, project: Path) -> None:
    """Decide that ROW of the table is this patient's, or that it is whose imported PSEUDONYM is named.

    Either may be left out where there is one candidate.
    """
    _decide(project, "accept", pseudonym, row)


@command.command("reject", epilog=EPILOG)
@click.argument("pseudonym")
@click.argument("row", metavar="[ROW|PSEUDONYM]", required=False)
@project_option
def reject(pseudonym: str, row: str | None, project: Path) -> None:
    """Decide that ROW of the table, or an imported PSEUDONYM, is another's.

    Either may be left out where there is one candidate.
    """
    _decide(project, "reject", pseudonym, row)


@command.command("none", epilog=EPILOG)
@click.argument("pseudonym")
@project_option
def none(pseudonym: str, project: Path) -> None:
    """Decide that no row of the table, and no imported pseudonym, is this patient's."""
    _decide(project, "none", pseudonym, None)


@command.command("undo", epilog=EPILOG)
@click.argument("pseudonym")
@project_option
def undo(pseudonym: str, project: Path) -> None:
    """Take back all that was decided on a patient."""
    _decide(project, "undo", pseudonym, None)


@command.command("export", epilog=EPILOG)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@project_option
def export(file: Path, project: Path) -> None:
    """Write who awaits a decision to a CSV FILE, to fill in: a row number, or none, in its last column.

    The file names patients. It is readable for you only, and refused in a folder that is shared.
    """
    from anonledger.engine.review import export_cases

    count = export_cases(project, file)
    click.echo(f"Wrote {count:,} {'patient' if count == 1 else 'patients'} to {file}.", err=True)


@command.command("import", epilog=EPILOG)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@project_option
def import_decisions(file: Path, project: Path) -> None:
    """Record the decisions of a FILE that was filled in: all of them, or none when one line is wrong."""
    from anonledger.engine.review import import_cases

    count = import_cases(project, file)
    click.echo(f"Recorded: {count:,} {'decision' if count == 1 else 'decisions'}. {LATER}")


def _decide(project: Path, verdict: str, pseudonym: str, row: str | None) -> None:
    from anonledger.engine.review import decide
    from anonledger.outcomes import Ruling

    decide(project, Ruling(verdict), pseudonym, row)
    click.echo(f"{'Taken back' if verdict == 'undo' else 'Recorded'}: {pseudonym}. {LATER}")


def _asked(project: Path, case: "Case") -> bool:
    """Ask what to do with a patient and do it; return whether to go on."""
    from anonledger.errors import UsageError

    rows = [one.label for one in case.candidates]
    while True:
        click.echo("  ".join(f"[{key}] {what}" for key, what in KEYS.items()))
        key = click.prompt("Your decision", type=click.Choice([*KEYS]), show_choices=False)
        if key in "sq":
            return bool(key == "s")
        row = None
        if key != "n":
            row = rows[0] if len(rows) == 1 else click.prompt("Which row", type=click.Choice(rows))
        verdict = {"a": "accept", "r": "reject", "n": "none"}[key]
        try:
            _decide(project, verdict, case.pseudonym, row)
        except UsageError as error:
            click.echo(str(error))
        else:
            return True


def _side_by_side(case: "Case") -> str:
    """Return the patient beside each candidate, a line for each field."""
    fields = {
        "name": (case.names, "name"),
        "birth date": (case.birth_dates, "birth_date"),
        "sex": (case.sexes, "sex"),
        "patient ID": (case.ids, "patient_id"),
    }
    lines = [
        (title, "\n".join(own), *(getattr(one, name) for one in case.candidates))
        for title, (own, name) in fields.items()
    ]
    return shown(
        ("", "in the DICOM", *(one.pseudonym or f"row {one.row}" for one in case.candidates)), lines, "table"
    )


def _cells(case: "Case", form: str) -> tuple[Any, ...]:
    lists: tuple[Sequence[Any], ...] = (case.names, case.ids, case.birth_dates, case.sexes)
    reasons, candidates = case.link.reasons, case.candidates
    if form == "json":
        told = [{name: getattr(one, name) for name in one.__slots__} for one in candidates]
        return (case.pseudonym, *lists, case.link.score, reasons, told, case.decision)
    between = "\n" if form == "table" else "|"
    own = [between.join(texts) for texts in lists]
    texts = between.join(map(_candidate_text, candidates))
    return (case.pseudonym, *own, f"{case.link.score:.4f}", between.join(reasons), texts, case.decision)


def _candidate_text(one: "Candidate") -> str:
    return f"{one.label}: " + ", ".join(filter(None, (one.name, one.birth_date, one.sex, one.patient_id)))
