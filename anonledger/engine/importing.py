"""Take pseudonyms over from a table or from another project's ledger.

Owns: all of it or nothing; a pseudonym that stands for somebody here is never given to another.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from anonledger.engine.consent import admitted, carry_over
from anonledger.engine.decisions import own_run
from anonledger.engine.elsewhere import other_ledger
from anonledger.engine.overlap import Sorted, sort_out
from anonledger.engine.project import Project, check_paths, locked, project_at
from anonledger.engine.reuse import compare, imported_people
from anonledger.engine.salt import FACT
from anonledger.errors import CollisionError, UsageError
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Origin
from anonledger.records import Evidence, Subject
from anonledger.settings import Settings
from anonledger.subjects.contradictions import DATES_APART, SEXES_APART, WORDS_APART, contradictions
from anonledger.subjects.imported import Imported, as_imported, flaw, read_imported

UNLIKE = {DATES_APART, SEXES_APART, WORDS_APART}


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import took over: subjects that are new, that were known, and how many await a person.

    Not taken over were pseudonyms with another name here (``clashes``), with another birth date, sex or
    patient ID (``odds``), and those that are nobody's here any more (``merged``). ``other_salt``: the other
    ledger was begun with another salt. ``unlike``: pseudonyms of which the table says what is
    hardly one person's. ``withdrawn``: who withdrew consent here and was left out; ``carried``: withdrawals
    of the other ledger that hold here now; ``to_forget``: pseudonyms of those who withdrew there and are
    known here still.
    """

    new: int
    known: int
    review: int
    clashes: tuple[str, ...] = ()
    odds: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    other_salt: bool = False
    unlike: tuple[str, ...] = ()
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
        known = sort_out(clerk.ledger, left)
        if clashes := sorted((*known.clashes, *known.odds, *known.merged)):
            why = (
                "by the birth date, sex or patient ID. Where it is one person after all, mend the table or "
                "leave the row out; else import"
                if (*known.odds,) == (*clashes,)
                else "in this project. Mend the table, or import"
            )
            raise CollisionError(
                f"{len(clashes)} pseudonym(s) of the table, the first {clashes[0]}, stand for somebody else "
                f"{why} into a project of its own. Nothing was imported."
            )
        taken = _keep(clerk, project, "import", settings, known)
    unlike = tuple(one.pseudonym for one, _ in left if not UNLIKE.isdisjoint(contradictions(one.evidence)))
    return replace(taken, unlike=unlike, withdrawn=gone)


def import_ledger(root: Path, path: Path, settings: Settings, salt_file: Path | None = None) -> Taken:
    """Take over the subjects of another ledger, which is only read. Raises UsageError, LedgerError."""
    project = project_at(root)
    with other_ledger(project, path) as other:
        found = _subjects(other)
        with locked(project), Clerk(project.ledger) as clerk:
            carried, alive = carry_over(clerk, project, other, salt_file)
            left, gone = admitted(project, clerk.ledger, found, salt_file)
            taken = _keep(clerk, project, "ledger import", settings, sort_out(clerk.ledger, left))
            salts = {other.fact(FACT), clerk.ledger.fact(FACT)} - {None}
    return replace(taken, other_salt=len(salts) > 1, withdrawn=gone, carried=carried, to_forget=alive)


def _subjects(other: Ledger) -> list[tuple[Imported, Subject | None]]:
    """Return everybody whom another ledger knows, with all their evidence. Raises UsageError."""
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    for identity in other.identities():
        evidence[identity.subject].append(identity.evidence)
    found: list[tuple[Imported, Subject | None]] = [
        (Imported(one.pseudonym, tuple(evidence[one.id])), one)
        for one in other.subjects()
        if one.id in evidence
    ]
    for one, _ in found:
        if why := flaw(one.pseudonym, [said.name for said in one.evidence]):
            raise UsageError(f"The other ledger has a pseudonym that {why}. Nothing was imported.")
    return found


def _keep(clerk: Clerk, project: Project, command: str, settings: Settings, known: Sorted) -> Taken:
    new = [(one.pseudonym, one.key_hash) for one in known.wanted if one.subject is None]
    with own_run(clerk, project, command) as run:
        added = {subject.pseudonym: subject.id for subject in clerk.add_subjects(run, new)}
        assignments = [
            (as_imported(said, one.pseudonym), one.subject or added[one.pseudonym])
            for one in known.wanted
            for said in one.evidence
        ]
        clerk.assign(run, assignments, Origin.IMPORT)
        clerk.liken(run, sorted(known.alike.items(), key=lambda pair: pair[0]))
        people = imported_people(clerk.ledger)
        fresh = {subject: people[subject] for subject in added.values() if subject in people}
        review = compare(clerk, run, settings, fresh) if fresh else 0
    return Taken(
        new=len(added),
        known=len(known.wanted) - len(added),
        review=review + len(known.alike),
        clashes=known.clashes,
        odds=known.odds,
        merged=known.merged,
    )
