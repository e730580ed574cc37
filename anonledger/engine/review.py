"""Show which links await a person, and keep what the person decides on them.

Owns: a decision changes no pseudonym, and takes effect with the next run.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from anonledger.engine.alike import Alike, Likened, keep
from anonledger.engine.decisions import own_run
from anonledger.engine.desk import Desk
from anonledger.engine.project import Project, locked, project_at
from anonledger.engine.status import open_for_reading, refuse_shared, shared_folders
from anonledger.errors import UsageError
from anonledger.exports.review import IMPORTED, Filled, read_filled, review
from anonledger.exports.table import to_csv
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Ruling
from anonledger.records import Case, Ruled
from anonledger.tree import write_file

MOST_TOLD = 10


def cases(root: Path, everything: bool) -> list[Case]:
    """Return the patients who await a decision, by pseudonym; with ``everything`` all of them."""
    with open_for_reading(project_at(root)) as ledger:
        return sorted(
            [*Desk(ledger).cases(everything), *Alike(ledger).cases()], key=lambda one: one.pseudonym
        )


def decide(root: Path, ruling: Ruling, pseudonym: str, row: int | str | None = None) -> None:
    """Keep a decision on a patient. Raises UsageError for one that cannot be taken.

    ``row`` (1 for the first below the header, or the pseudonym of somebody who was imported) may be left out
    where there is but one candidate.
    """
    named = None if row is None else str(row)
    project = project_at(root)
    open_for_reading(project).close()
    with locked(project), Clerk(project.ledger) as clerk:
        desk, alike = Desk(clerk.ledger), Alike(clerk.ledger)
        if ruling is Ruling.UNDO:
            _undo(clerk, project, desk, pseudonym)
            return
        about_imported = alike.concerns(pseudonym, named)
        likened = alike.likened(ruling, pseudonym, named) if about_imported else None
        # Nobody imported, and no row either, unless the patient was never compared with a table.
        if likened is None or (ruling is Ruling.NONE and desk.is_linked(pseudonym)):
            ruled = desk.ruled(ruling, pseudonym, _number(named))
            with own_run(clerk, project, f"review {ruling}") as run:
                clerk.rule(run, [ruled])
        if likened is not None:
            keep(clerk, project, f"review {ruling}", likened)


def _number(row: str | None) -> int | None:
    if row is not None and not (row.isdecimal() and int(row) > 0):
        raise UsageError(f"A row is a number from 1 on, and '{row}' is none.")
    return None if row is None else int(row)


def _undo(clerk: Clerk, project: Project, desk: Desk, pseudonym: str) -> None:
    """Take back all that was decided on a patient: on rows, and on whether it is somebody imported."""
    corrections = Alike(clerk.ledger).undone(pseudonym)
    if desk.is_ruled(pseudonym) or not corrections:
        ruled = desk.ruled(Ruling.UNDO, pseudonym, None)
        with own_run(clerk, project, "review undo") as run:
            clerk.rule(run, [ruled])
    for one in corrections:
        with own_run(clerk, project, "review undo") as run:
            clerk.uncorrect(run, one)


def export_cases(root: Path, output: Path) -> int:
    """Write the patients who await a decision to a private CSV file (0600); return how many."""
    project = project_at(root)
    with open_for_reading(project) as ledger:
        refuse_shared("review", output, shared_folders(project, ledger))
        found = [*Desk(ledger).cases(everything=False), *Alike(ledger).cases()]
    write_file(output.absolute().parent, output.name, to_csv(review(found)), private=True)
    return len(found)


def import_cases(root: Path, path: Path) -> int:
    """Keep what was filled in, all of it or nothing; return how many decisions. Raises UsageError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"The file cannot be read ({error.strerror}). Check its path.") from error
    lines, wrong = read_filled(data)
    project = project_at(root)
    open_for_reading(project).close()
    with locked(project), Clerk(project.ledger) as clerk:
        ruled, likened = _ruled(Desk(clerk.ledger), Alike(clerk.ledger), lines, wrong)
        if ruled:
            with own_run(clerk, project, "review import") as run:
                clerk.rule(run, ruled)
        for one in likened:
            keep(clerk, project, "review import", one)
    return len(ruled) + len(likened)


def _ruled(
    desk: Desk, alike: Alike, lines: Sequence[Filled], wrong: Iterable[str]
) -> tuple[list[Ruled], list[Likened]]:
    """Return the decisions of a file. Raises UsageError that says what is wrong, line by line."""
    found: list[Ruled] = []
    likened: list[Likened] = []
    told = [*wrong, *_repeated(desk, lines)]
    for one in lines:
        try:
            if one.table == IMPORTED:
                ruling = Ruling.ACCEPT if one.imported else Ruling.NONE
                likened.append(alike.likened(ruling, one.pseudonym, one.imported or None))
                continue
            if one.table != desk.mark:
                raise UsageError("The table is another one by now. Export again, and fill that in.")
            found.append(
                desk.ruled(Ruling.NONE if one.row is None else Ruling.ACCEPT, one.pseudonym, one.row)
            )
        except UsageError as error:
            told.append(f"Line {one.line}: {error}")
    if told:
        more = f"\nAnd {len(told) - MOST_TOLD:,} more." if len(told) > MOST_TOLD else ""
        raise UsageError("\n".join(["Nothing was recorded.", *told[:MOST_TOLD]]) + more)
    return found, likened


def _repeated(desk: Desk, lines: Iterable[Filled]) -> Iterator[str]:
    """Yield what is wrong with lines on a patient, or a row, that an earlier line decided on."""
    first: dict[tuple[str, object], int] = {}
    for one in lines:
        person = desk.people.get(one.row or 0)
        about: list[tuple[str, object]] = [(f"patient{' ' * (one.table == IMPORTED)}", one.pseudonym)]
        about += [("row", person.key)] if person is not None else []
        for what, which in about:
            earlier = first.setdefault((what, which), one.line)
            if earlier != one.line:
                yield f"Line {one.line}: Line {earlier} decides on the same {what}. Leave one of them empty."
