"""Correct who is who, as a person decided: two subjects are one, one is two, or two only look alike.

Owns: a correction is recorded with all that it moves; the next run redoes the files that it concerns.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from anonledger.engine.decisions import own_run
from anonledger.engine.newcomers import Maker, Newcomer
from anonledger.engine.project import Project, locked, project_at
from anonledger.engine.recipes import is_learnt
from anonledger.engine.salt import FACT, NO_SALT, csg_salt, find_salt, refuse_other
from anonledger.engine.status import open_for_reading
from anonledger.errors import UsageError
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Correction
from anonledger.records import Cluster, Corrected, Evidence, Identity
from anonledger.settings import NAME_AND_BIRTH_DATE, Settings
from anonledger.subjects.corrections import latest, merged_since
from anonledger.subjects.imported import is_imported


@dataclass(frozen=True, slots=True)
class Done:
    """What a correction did: the pseudonym that files go to now, and how many instances are concerned."""

    pseudonym: str
    instances: int


def spellings(root: Path, pseudonym: str) -> list[tuple[int, Evidence, str]]:
    """Return each spelling of a subject as (number, evidence, where it is from): what `split` can take."""
    with open_for_reading(project_at(root)) as ledger:
        found = _identities(ledger, _subject(ledger, pseudonym))
    return [(one.id, one.evidence, _origin(one.evidence)) for one in found]


def merge(root: Path, kept: str, gone: str) -> Done:
    """Decide that ``gone`` is ``kept``: its files get that pseudonym. Raises UsageError."""
    with _open(root) as (project, clerk):
        return merge_in(clerk, project, "merge", kept, gone)


def merge_in(clerk: Clerk, project: Project, command: str, kept: str, gone: str) -> Done:
    """Merge two subjects of a project that is open and locked."""
    one, other = (_subject(clerk.ledger, name) for name in (kept, gone))
    if one == other:
        raise UsageError("These are one patient already. Name two pseudonyms.")
    moved = [identity.id for identity in _identities(clerk.ledger, other)]
    with own_run(clerk, project, command) as run:
        clerk.correct(run, Correction.MERGE, one, other, [(identity, one) for identity in moved])
    return Done(kept, clerk.ledger.instances_of(moved))


def split(
    root: Path,
    pseudonym: str,
    numbers: Sequence[int],
    settings: Settings,
    target: str | None = None,
    salt_file: Path | None = None,
) -> Done:
    """Decide that some spellings of a subject are another person, a new one or ``target``.

    Raises UsageError, SaltError, CollisionError.
    """
    with _open(root) as (project, clerk):
        ledger = clerk.ledger
        one = _subject(ledger, pseudonym)
        theirs = {identity.id: identity for identity in _identities(ledger, one)}
        taken = _taken(theirs, numbers, pseudonym)
        other: int | tuple[str, str]
        if target is not None:
            other = _subject(ledger, target, anybody=True)
            if other == one:
                raise UsageError("These are one patient already. Name another pseudonym.")
        else:
            other = _new(project, ledger, settings, salt_file, [theirs[n].evidence for n in taken])
        with own_run(clerk, project, "split") as run:
            moved = [(identity, 0) for identity in taken]
            number = clerk.correct(run, Correction.SPLIT, one, other, moved)
        names = {subject.id: subject.pseudonym for subject in ledger.subjects()}
        return Done(names[number], ledger.instances_of(taken))


def undo(root: Path, kind: Correction, one: str, other: str) -> Done:
    """Take a merge or a split back. Raises UsageError when there is none."""
    with _open(root) as (project, clerk):
        ledger = clerk.ledger
        pair = [_subject(ledger, name, anybody=True) for name in (one, other)]
        made = latest(ledger.corrections(), kind, *pair)
        if made is None:
            raise UsageError(f"There is no {kind} of {one} and {other} to take back.")
        refuse_inner(ledger, made)
        with own_run(clerk, project, f"{kind} --undo") as run:
            back = clerk.uncorrect(run, made)
        return Done(other if kind is Correction.MERGE else one, ledger.instances_of(back))


def refuse_inner(ledger: Ledger, made: Corrected) -> None:
    """Raise UsageError for a correction whose files went on with a later merge: that is taken back first."""
    over = merged_since(ledger.corrections(), made)
    if over is not None:
        names = {subject.id: subject.pseudonym for subject in ledger.subjects()}
        raise UsageError(
            f"{names[over.other]} was merged into {names[over.subject]} since. Take that back first: "
            f"`anonledger merge {names[over.subject]} {names[over.other]} --undo`."
        )


@contextmanager
def _open(root: Path) -> Iterator[tuple[Project, Clerk]]:
    project = project_at(root)
    open_for_reading(project).close()
    with locked(project), Clerk(project.ledger) as clerk:
        yield project, clerk


def _subject(ledger: Ledger, pseudonym: str, *, anybody: bool = False) -> int:
    """Return the id of a subject. Raises UsageError for one that is none, or none any more."""
    found = next((one.id for one in ledger.subjects() if one.pseudonym == pseudonym), None)
    if found is None:
        raise UsageError("No patient has this pseudonym. `anonledger export mapping` lists them all.")
    if found in ledger.forgotten():
        raise UsageError(f"{pseudonym} is forgotten: nothing is known of this patient any more.")
    if not anybody and found not in ledger.known_subjects():
        raise UsageError(
            f"{pseudonym} is nobody's any more: it was merged into another, or a split was taken back. "
            "Name the other pseudonym, or take that back first (--undo)."
        )
    return found


def _identities(ledger: Ledger, subject: int) -> list[Identity]:
    return [identity for identity in ledger.identities() if identity.subject == subject]


def _origin(evidence: Evidence) -> str:
    if is_imported(evidence):
        return "import"
    return "row of the table" if is_learnt(evidence) else "files"


def _taken(theirs: Mapping[int, Identity], numbers: Sequence[int], pseudonym: str) -> list[int]:
    wanted = sorted(set(numbers))
    if unknown := [number for number in wanted if number not in theirs]:
        raise UsageError(f"{pseudonym} has no spelling {unknown[0]}. See `anonledger split {pseudonym}`.")
    if wanted and all(is_learnt(theirs[number].evidence) for number in wanted):
        raise UsageError(
            "This is how a row of the table spells the patient, and no file does. Where the row is somebody "
            f"else's, decide `anonledger review reject {pseudonym}`."
        )
    if len(wanted) == len(theirs):
        raise UsageError("These are all spellings of this patient, so nobody would be left. Leave one out.")
    return wanted


def _new(
    project: Project,
    ledger: Ledger,
    settings: Settings,
    salt_file: Path | None,
    evidence: Sequence[Evidence],
) -> tuple[str, str]:
    """Return the pseudonym and key hash of a subject who was taken for another one."""
    salt = find_salt(project, salt_file)
    refuse_other(salt, ledger.fact(FACT))
    if salt is None:
        raise UsageError(NO_SALT)
    names = tuple(sorted({one.name for one in evidence if one.name}))
    births = tuple(sorted({one.birth_date for one in evidence if one.birth_date}))
    newcomer = Newcomer(Cluster(None, tuple(evidence)), names, births)
    # What --id-from says would often lead to the very pseudonym that they are split from.
    plain = replace(settings, id_from=NAME_AND_BIRTH_DATE)
    ((pseudonym, key, _),) = Maker(plain, salt, None, csg_salt(project, salt)).made(ledger, [newcomer])
    return pseudonym, key
