"""``anonledger review``: which rows are not certain, and what a person decides on them.

Owns: nothing but how it is printed and asked for; who a patient is goes to standard output only.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from anonledger.cli.present import ListingGroup, OutputFile, format_option, project_option, shown, visible

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
NOBODY_WAITS = "Nobody awaits a decision."
LATER = "It takes effect with the next `anonledger run`."
KEYS = {
    "a": "accept a row",
    "r": "reject a row",
    "n": "none: this patient has no row",
    "s": "skip",
    "b": "back to the last patient",
    "q": "quit",
}
ANSWERS = [*KEYS, "accept", "reject", "none", "skip", "back", "quit"]
STEPS = {"s": 1, "b": -1, "q": 0}
DECIDING = ("--accept", "--reject", "--none", "--undo")  # spelled as options, too


class ReviewGroup(ListingGroup):
    """A group that lists when no command is named, and whose decisions may be spelled as options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take ``--accept``, wherever it stands, for ``accept``."""
        said = [at for at, word in enumerate(args) if word.partition("=")[0] in DECIDING]
        if len(said) > 1:
            raise click.UsageError("Give one decision at a time.", ctx)
        if said and not any(word in self.commands for word in args[:1]):
            option, _, value = args[said[0]].partition("=")
            behind = [value] if value else []
            args = [option.removeprefix("--"), *behind, *args[said[0] + 1 :], *args[: said[0]]]
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

    found = cases(project, everything)
    if found or form != "table":
        click.echo(shown(COLUMNS, [_cells(case, form) for case in found], form))
    else:
        click.echo(NOBODY_WAITS, err=True)


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
    number = 0
    while number < len(found):
        case = found[number]
        click.echo(f"\n{number + 1} of {len(found)}: {case.pseudonym}\n\n{_side_by_side(case)}\n")
        click.echo("  " + visible("; ".join(case.link.reasons)) + "\n")
        step = _asked(project, case)
        if not step:
            break
        number = max(0, number + step)
    if not found:
        click.echo(NOBODY_WAITS, err=True)


yes_option = click.option(
    "--yes", is_flag=True, help="Do not ask, even if the row is unlike in name and birth date."
)


@command.command("accept", epilog=EPILOG)
@click.argument("pseudonym")
@click.argument("row", metavar="[ROW|PSEUDONYM]", required=False)
@project_option
@yes_option
def accept(pseudonym: str, row: str | None, project: Path, yes: bool) -> None:
    """Decide that ROW of the table is this patient's, or that it is whose imported PSEUDONYM is named.

    Either may be left out where there is one candidate.
    """
    _decide(project, "accept", pseudonym, row, yes)


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
@click.argument("file", type=OutputFile())
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
@yes_option
def import_decisions(file: Path, project: Path, yes: bool) -> None:
    """Record the decisions of a FILE that was filled in: all of them, or none when one line is wrong."""
    from anonledger.engine.review import import_cases

    count = import_cases(project, file, yes)
    click.echo(f"Recorded: {count:,} {'decision' if count == 1 else 'decisions'}. {LATER}")


def _decide(project: Path, verdict: str, pseudonym: str, row: str | None, sure: bool = False) -> None:
    """Keep a decision and say which; ask first where a row is unlike and there is somebody to ask."""
    from anonledger.engine.desk import UnlikeError
    from anonledger.engine.review import decide
    from anonledger.errors import UsageError
    from anonledger.outcomes import Ruling

    ruling = Ruling(verdict)
    try:
        done = decide(project, ruling, pseudonym, row, sure)
    except UnlikeError as error:
        if not sys.stdin.isatty():
            raise
        click.echo(str(error))
        if not click.confirm("Is it this patient's row?"):
            raise UsageError("Nothing was recorded.") from error
        done = decide(project, ruling, pseudonym, row, True)
    before = f" (before: {done.before})" if done.before and done.what else ""
    said = "Recorded" if done.what else "Taken back"
    one = ", which name, birth date and ID make one person's" if len(done.rows) > 1 else ""
    click.echo(f"{said} for {pseudonym}: {done.what or done.before}{one}{before}. {LATER}")


def _asked(project: Path, case: "Case") -> int:
    """Ask what to do with a patient and do it; return how many patients to go on, 0 to quit."""
    from anonledger.errors import UsageError

    rows = [one.label for one in case.candidates]
    while True:
        click.echo("  ".join(f"[{key}] {what}" for key, what in KEYS.items()))
        answer = click.prompt(
            "Your decision", type=click.Choice(ANSWERS, case_sensitive=False), show_choices=False
        )
        key = answer[0]
        if key in STEPS:
            return STEPS[key]
        row = None
        if key != "n":
            row = rows[0] if len(rows) == 1 else click.prompt("Which row", type=click.Choice(rows))
        verdict = {"a": "accept", "r": "reject", "n": "none"}[key]
        try:
            _decide(project, verdict, case.pseudonym, row)
        except UsageError as error:
            click.echo(visible(str(error), lines=True))
        else:
            return 1


def _side_by_side(case: "Case") -> str:
    """Return the patient beside each candidate, a line for each field."""
    fields = {
        "name": (case.names, "name"),
        "birth date": (case.birth_dates, "birth_date"),
        "sex": (case.sexes, "sex"),
        "patient ID": (case.ids, "patient_id"),
    }
    lines = [
        (title, "\n".join(map(visible, own)), *(visible(getattr(one, name)) for one in case.candidates))
        for title, (own, name) in fields.items()
    ]
    return shown(
        ("", "in the DICOM", *(one.pseudonym or f"row {one.row}" for one in case.candidates)), lines, "table"
    )


def _cells(case: "Case", form: str) -> tuple[Any, ...]:
    lists: tuple[Sequence[Any], ...] = (case.names, case.ids, case.birth_dates, case.sexes)
    reasons, candidates = case.link.reasons, case.candidates
    if form == "json":
        each = [{name: getattr(one, name) for name in one.__slots__} for one in candidates]
        return (case.pseudonym, *lists, case.link.score, reasons, each, case.decision)
    between = "\n" if form == "table" else "|"
    told = visible if form == "table" else str
    own = [between.join(map(told, texts)) for texts in lists]
    texts = between.join(told(_candidate_text(one)) for one in candidates)
    return (case.pseudonym, *own, f"{case.link.score:.4f}", between.join(reasons), texts, case.decision)


def _candidate_text(one: "Candidate") -> str:
    return f"{one.label}: " + ", ".join(filter(None, (one.name, one.birth_date, one.sex, one.patient_id)))
