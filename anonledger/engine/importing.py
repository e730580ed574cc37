"""Take pseudonyms over from a table or from another project's ledger.

Owns: all of it or nothing; a pseudonym that stands for somebody here is never given to another.
"""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from anonledger.engine.consent import admitted, carry_over
from anonledger.engine.decisions import own_run
from anonledger.engine.project import Project, check_paths, locked, project_at
from anonledger.engine.reuse import compare, imported_people
from anonledger.engine.salt import FACT
from anonledger.errors import CollisionError, UsageError
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.ledger.schema import copy_ledger
from anonledger.outcomes import Origin
from anonledger.records import Evidence, Subject
from anonledger.settings import Settings
from anonledger.subjects.imported import Imported, as_imported, read_imported
from anonledger.subjects.names import usable

KEY = "imported "  # begins the key hash of who was imported: it is made of nothing that leads to anybody
LEDGER_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import took over: subjects that are new, that were known, and how many await a person.

    ``clashes``: pseudonyms that stand for other people here, so that they were not taken over;
    ``other_salt``: the other ledger was begun with another salt. ``withdrawn``: who withdrew consent here and
    was left out; ``carried``: withdrawals of the other ledger that hold here now; ``to_forget``: pseudonyms
    of those who withdrew there and are known here still.
    """

    new: int
    known: int
    review: int
    clashes: tuple[str, ...] = ()
    other_salt: bool = False
    withdrawn: int = 0
    carried: int = 0
    to_forget: tuple[str, ...] = ()


def import_table(
    root: Path, path: Path, settings: Settings, column: str = "", salt_file: Path | None = None
) -> Taken:
    """Take over who has which pseudonym from a table. Raises UsageError, CollisionError."""
    project = project_at(root)
    found = read_imported(path, settings, column)
    check_paths(project, (), path)
    with locked(project), Clerk(project.ledger) as clerk:
        left, gone = admitted(project, clerk.ledger, [(one, None) for one in found], salt_file)
        wanted, clashes = _sorted(clerk.ledger, left)
        if clashes:
            raise CollisionError(
                f"{len(clashes)} pseudonym(s) of the table, the first {clashes[0]}, stand for somebody else "
                "in this project. Nothing was imported. Import into a project of its own, or mend the table."
            )
        return replace(_keep(clerk, project, "import", settings, wanted), withdrawn=gone)


def import_ledger(root: Path, path: Path, settings: Settings, salt_file: Path | None = None) -> Taken:
    """Take over the subjects of another ledger, which is only read. Raises UsageError, LedgerError."""
    project = project_at(root)
    _refuse(project, path)
    with tempfile.TemporaryDirectory(prefix="anonledger-", ignore_cleanup_errors=True) as folder:  # 0700
        copy = Path(folder) / "ledger.sqlite3"
        copy_ledger(path, copy)
        with Ledger(copy) as other, locked(project), Clerk(project.ledger) as clerk:
            carried, alive = carry_over(clerk, project, other, salt_file)
            left, gone = admitted(project, clerk.ledger, _subjects(other), salt_file)
            wanted, clashes = _sorted(clerk.ledger, left)
            taken = _keep(clerk, project, "ledger import", settings, wanted)
            salts = {other.fact(FACT), clerk.ledger.fact(FACT)} - {None}
    return Taken(taken.new, taken.known, taken.review, clashes, len(salts) > 1, gone, carried, alive)


def _refuse(project: Project, path: Path) -> None:
    try:
        with path.open("rb") as stream:
            is_ledger = stream.read(len(LEDGER_MAGIC)) == LEDGER_MAGIC
    except OSError as error:
        raise UsageError(f"The other ledger cannot be read ({error.strerror}). Check its path.") from error
    if not is_ledger:
        raise UsageError("This is no ledger. Name the file ledger.sqlite3 in the other .anonledger folder.")
    if project.exists() and path.resolve() == project.ledger.resolve():
        raise UsageError("This is the project's own ledger. Name that of another project.")


def _subjects(other: Ledger) -> list[tuple[Imported, Subject | None]]:
    """Return everybody whom another ledger knows, with all their evidence."""
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    for identity in other.identities():
        evidence[identity.subject].append(identity.evidence)
    return [
        (Imported(one.pseudonym, tuple(evidence[one.id])), one)
        for one in other.subjects()
        if one.id in evidence
    ]


Wanted = tuple[Imported, str, int | None]  # with the key hash, and the subject that it is here


def _sorted(
    ledger: Ledger, found: Sequence[tuple[Imported, Subject | None]]
) -> tuple[list[Wanted], tuple[str, ...]]:
    """Return what can be taken over, and the pseudonyms that stand for somebody else here."""
    ours = {subject.pseudonym: subject for subject in ledger.subjects()}
    known = ledger.known_subjects()
    names: dict[int, set[str]] = defaultdict(set)
    for identity in ledger.identities():
        names[identity.subject] |= {*usable(identity.evidence.name)}
    wanted: list[Wanted] = []
    clashes: list[str] = []
    for one, theirs in found:
        mine = ours.get(one.pseudonym)
        spelled = {name for said in one.evidence for name in usable(said.name)}
        same_key = mine is not None and theirs is not None and mine.key_hash == theirs.key_hash
        if mine is None:
            wanted.append((one, theirs.key_hash if theirs else KEY + one.pseudonym, None))
        elif mine.id in known and (same_key or not spelled.isdisjoint(names[mine.id])):
            wanted.append((one, mine.key_hash, mine.id))
        else:
            clashes.append(one.pseudonym)
    return wanted, tuple(sorted(clashes))


def _keep(
    clerk: Clerk, project: Project, command: str, settings: Settings, wanted: Sequence[Wanted]
) -> Taken:
    new = [(one.pseudonym, key) for one, key, subject in wanted if subject is None]
    with own_run(clerk, project, command) as run:
        added = {subject.pseudonym: subject.id for subject in clerk.add_subjects(run, new)}
        assignments = [
            (as_imported(said, one.pseudonym), subject or added[one.pseudonym])
            for one, _, subject in wanted
            for said in one.evidence
        ]
        clerk.assign(run, assignments, Origin.IMPORT)
        people = imported_people(clerk.ledger)
        fresh = {subject: people[subject] for subject in added.values() if subject in people}
        review = compare(clerk, run, settings, fresh) if fresh else 0
    return Taken(len(added), len(wanted) - len(added), review)
