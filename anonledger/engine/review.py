"""Show which links await a person, and keep what the person decides on them.

Owns: a decision changes no pseudonym, and takes effect with the next run.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from anonledger.engine.decisions import own_run
from anonledger.engine.desk import Desk
from anonledger.engine.project import locked, project_at
from anonledger.engine.status import open_for_reading, refuse_shared, shared_folders
from anonledger.errors import UsageError
from anonledger.exports.review import Filled, read_filled, review
from anonledger.exports.table import to_csv
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Ruling
from anonledger.records import Case, Ruled
from anonledger.tree import write_file

MOST_TOLD = 10


def cases(root: Path, everything: bool) -> list[Case]:
    """Return the patients who await a decision, by pseudonym; with ``everything`` all of them."""
    with open_for_reading(project_at(root)) as ledger:
        return Desk(ledger).cases(everything)


def decide(root: Path, ruling: Ruling, pseudonym: str, row: int | None = None) -> list[int]:
    """Keep a decision on a patient; return the rows that it is about: all those of one person.

    ``row`` (1 for the first below the header) may be left out where there is but one candidate. Raises
    UsageError for a decision that cannot be taken.
    """
    project = project_at(root)
    open_for_reading(project).close()
    with locked(project), Clerk(project.ledger) as clerk:
        desk = Desk(clerk.ledger)
        ruled = desk.ruled(ruling, pseudonym, row)
        with own_run(clerk, project, f"review {ruling}") as run:
            clerk.rule(run, [ruled])
        return desk.rows([ruled.who])


def export_cases(root: Path, output: Path) -> int:
    """Write the patients who await a decision to a private CSV file (0600); return how many."""
    project = project_at(root)
    with open_for_reading(project) as ledger:
        refuse_shared("review", output, shared_folders(project, ledger))
        found = Desk(ledger).cases(everything=False)
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
        ruled = _ruled(Desk(clerk.ledger), lines, wrong)
        if ruled:
            with own_run(clerk, project, "review import") as run:
                clerk.rule(run, ruled)
    return len(ruled)


def _ruled(desk: Desk, lines: Sequence[Filled], wrong: Iterable[str]) -> list[Ruled]:
    """Return the decisions of a file. Raises UsageError that says what is wrong, line by line."""
    found: list[Ruled] = []
    told = [*wrong, *_repeated(desk, lines)]
    for one in lines:
        try:
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
    return found


def _repeated(desk: Desk, lines: Iterable[Filled]) -> Iterator[str]:
    """Yield what is wrong with lines on a patient, or a row, that an earlier line decided on."""
    first: dict[tuple[str, object], int] = {}
    for one in lines:
        person = desk.people.get(one.row or 0)
        about: list[tuple[str, object]] = [("patient", one.pseudonym)]
        about += [("row", person.key)] if person is not None else []
        for what, which in about:
            earlier = first.setdefault((what, which), one.line)
            if earlier != one.line:
                yield f"Line {one.line}: Line {earlier} decides on the same {what}. Leave one of them empty."
