"""Show which links await a person, and keep what the person decides on them.

Owns: a decision changes no pseudonym, and takes effect with the next run.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from anonledger.engine.alike import Alike, Likened, keep, told_likened
from anonledger.engine.correcting import refuse_inner
from anonledger.engine.decisions import own_run
from anonledger.engine.desk import Desk, in_words
from anonledger.engine.places import refuse_place
from anonledger.engine.project import Project, locked, project_at
from anonledger.engine.status import open_for_reading
from anonledger.errors import UsageError
from anonledger.exports.review import IMPORTED, Filled, Wrong, read_filled, review
from anonledger.exports.table import to_csv
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Ruling
from anonledger.records import Case, Ruled
from anonledger.tree import hand_out

MOST_TOLD = 10


def cases(root: Path, everything: bool) -> list[Case]:
    """Return the patients who await a decision, by pseudonym; with ``everything`` all of them."""
    with open_for_reading(project_at(root)) as ledger:
        return sorted(
            [*Desk(ledger).cases(everything), *Alike(ledger).cases()], key=lambda one: one.pseudonym
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was kept: what it says in words, what held before it, and the rows it is about."""

    what: str
    before: str = ""
    rows: tuple[int, ...] = ()


def decide(
    root: Path, ruling: Ruling, pseudonym: str, row: int | str | None = None, sure: bool = False
) -> Decided:
    """Keep a decision on a patient; one on a row is about all rows of one person.

    ``row`` (1 for the first below the header, or the pseudonym of somebody who was imported) may be left out
    where there is but one candidate. Raises UsageError for a decision that cannot be taken, UnlikeError for a
    row that is nothing like the patient unless ``sure``.
    """
    named = None if row is None else str(row)
    project = project_at(root)
    open_for_reading(project).close()
    with locked(project), Clerk(project.ledger) as clerk:
        desk, alike = Desk(clerk.ledger), Alike(clerk.ledger)
        if ruling is Ruling.UNDO:
            return _undo(clerk, project, desk, pseudonym)
        likened = alike.likened(ruling, pseudonym, named) if alike.concerns(pseudonym, named) else None
        if likened is not None and not (ruling is Ruling.NONE and desk.is_linked(pseudonym)):
            keep(clerk, project, f"review {ruling}", likened)
            return Decided(told_likened(likened))
        ruled = desk.ruled(ruling, pseudonym, _number(named), sure)
        with clerk.together():
            done = _ruled_on(clerk, project, desk, ruled, pseudonym)
            if likened is not None:  # nobody imported, and no row either
                keep(clerk, project, f"review {ruling}", likened)
    return done


def _ruled_on(clerk: Clerk, project: Project, desk: Desk, ruled: Ruled, pseudonym: str) -> Decided:
    """Keep a decision on rows, and return it with what held before it."""
    rows, before = tuple(desk.rows([ruled.who])), desk.before(pseudonym)
    with own_run(clerk, project, f"review {ruled.ruling}") as run:
        clerk.rule(run, [ruled])
    return Decided(in_words(ruled.ruling, rows), before, rows)


def _number(row: str | None) -> int | None:
    if row is not None and not (row.isdecimal() and int(row) > 0):
        raise UsageError(f"A row is a number from 1 on, and '{row}' is none.")
    return None if row is None else int(row)


def _undo(clerk: Clerk, project: Project, desk: Desk, pseudonym: str) -> Decided:
    """Take back all that was decided on a patient: on rows, and on whether it is somebody imported."""
    corrections = Alike(clerk.ledger).undone(pseudonym)
    done = Decided("", "the decision on an imported pseudonym")
    with clerk.together():
        if desk.is_ruled(pseudonym) or not corrections:
            done = _ruled_on(clerk, project, desk, desk.ruled(Ruling.UNDO, pseudonym, None), pseudonym)
        for one in corrections:
            refuse_inner(clerk.ledger, one)
            with own_run(clerk, project, "review undo") as run:
                clerk.uncorrect(run, one)
    return done


def export_cases(root: Path, output: Path) -> int:
    """Write the patients who await a decision to a private CSV file (0600); return how many."""
    project = project_at(root)
    with open_for_reading(project) as ledger:
        refuse_place(project, ledger, output, "review", private=True)
        found = [*Desk(ledger).cases(everything=False), *Alike(ledger).cases()]
    hand_out(output, [to_csv(review(found))], private=True)
    return len(found)


def import_cases(root: Path, path: Path, sure: bool = False) -> int:
    """Keep what was filled in, all of it or nothing; return how many decisions. Raises UsageError.

    ``sure``: also rows that are nothing like the patient.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"The file cannot be read ({error.strerror}). Check its path.") from error
    lines, wrong = read_filled(data)
    project = project_at(root)
    open_for_reading(project).close()
    with locked(project), Clerk(project.ledger) as clerk:
        ruled, likened = _ruled(Desk(clerk.ledger), Alike(clerk.ledger), lines, wrong, sure)
        with clerk.together():
            if ruled:
                with own_run(clerk, project, "review import") as run:
                    clerk.rule(run, ruled)
            for one in likened:
                keep(clerk, project, "review import", one)
    return len(ruled) + len(likened)


def _ruled(
    desk: Desk, alike: Alike, lines: Sequence[Filled], wrong: Iterable[Wrong], sure: bool
) -> tuple[list[Ruled], list[Likened]]:
    """Return the decisions of a file. Raises UsageError that says what is wrong, line by line."""
    found: list[Ruled] = []
    likened: list[Likened] = []
    told = dict(wrong)
    for one in lines:
        try:
            if one.table == IMPORTED:
                ruling = Ruling.ACCEPT if one.imported else Ruling.NONE
                likened.append(alike.likened(ruling, one.pseudonym, one.imported or None))
                continue
            if one.table != desk.mark:
                raise UsageError("The table has other people or rows by now. Export again, and fill that in.")
            ruling = Ruling.NONE if one.row is None else Ruling.ACCEPT
            found.append(desk.ruled(ruling, one.pseudonym, one.row, sure))
        except UsageError as error:
            told[one.line] = str(error)
    told = dict(_repeated(desk, lines)) | told
    if told:
        said = [f"Line {line}: {why}" for line, why in sorted(told.items())]
        more = f"\nAnd {len(said) - MOST_TOLD:,} more." if len(said) > MOST_TOLD else ""
        raise UsageError("\n".join(["Nothing was recorded.", *said[:MOST_TOLD]]) + more)
    return found, likened


def _repeated(desk: Desk, lines: Iterable[Filled]) -> Iterator[Wrong]:
    """Yield what is wrong with lines on a patient, or a row, that an earlier line decided on."""
    first: dict[tuple[str, object], int] = {}
    for one in lines:
        person = desk.people.get(one.row or 0)
        about: list[tuple[str, object]] = [("row", person.key)] if person is not None else []
        kind = "imported patient" if one.table == IMPORTED else "patient"
        for what, which in (*about, (kind, one.pseudonym)):
            earlier = first.setdefault((what, which), one.line)
            if earlier != one.line:
                yield one.line, f"Line {earlier} decides on the same {what}. Leave one of them empty."
