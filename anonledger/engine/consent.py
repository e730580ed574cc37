"""Keep those who are forgotten out of what is imported, and take withdrawals over from another ledger.

Owns: no import brings back what a withdrawal removed.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from anonledger.engine.decisions import own_run
from anonledger.engine.gate import withdrawn_of
from anonledger.engine.project import Project
from anonledger.engine.salt import FACT, find_salt, refuse_other
from anonledger.errors import UsageError
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.records import Mark, Subject
from anonledger.subjects.imported import Imported
from anonledger.subjects.withdrawn import Withdrawn

Theirs = TypeVar("Theirs")


def admitted(
    project: Project, ledger: Ledger, found: Sequence[tuple[Imported, Theirs]], salt_file: Path | None
) -> tuple[list[tuple[Imported, Theirs]], int]:
    """Return what may be imported, and how many withdrew consent here. Raises UsageError, SaltError.

    Without the salt nobody could be recognised, so that it must be there once somebody is forgotten.
    """
    retired = set(ledger.forgotten().values())
    if not retired:
        return list(found), 0
    salt = _salt(project, salt_file, "this project", ledger.fact(FACT))
    gone = withdrawn_of(ledger, salt)
    left = [
        (one, theirs)
        for one, theirs in found
        if one.pseudonym not in retired and not any(map(gone.is_of, one.evidence))
    ]
    return left, len(found) - len(left)


def carry_over(
    clerk: Clerk, project: Project, other: Ledger, salt_file: Path | None
) -> tuple[int, tuple[str, ...]]:
    """Take over the withdrawals of another ledger of the same salt.

    Returns how many are new here, and the pseudonyms of patients who are known here still, though they
    withdrew there: those have to be forgotten by a person. Raises UsageError, SaltError, LedgerError.
    """
    ledger = clerk.ledger
    theirs = {one.id: one for one in other.subjects() if one.id in other.forgotten()}
    if not theirs or other.fact(FACT) is None or ledger.fact(FACT) not in (None, other.fact(FACT)):
        return 0, ()
    salt = _salt(project, salt_file, "the other project", other.fact(FACT))
    marks = other.marks()
    known, retired = ledger.known_subjects(), ledger.forgotten()
    ours = {one.pseudonym: one for one in ledger.subjects()}
    still: set[str] = set()
    new: list[tuple[Subject, list[Mark]]] = []
    for number, one in theirs.items():
        their_marks = [mark for mark in marks if mark.subject == number]
        mine = ours.get(one.pseudonym)
        alive = _alive(ledger, Withdrawn(salt, their_marks))
        if mine is not None and mine.id in known:
            alive.add(mine.pseudonym)
        still |= alive
        if not alive and (mine is None or mine.id not in retired):
            new.append((one, their_marks))
    if new:
        _withdraw(clerk, project, ours, new)
    return len(new), tuple(sorted(still))


def _salt(project: Project, salt_file: Path | None, whose: str, known: str | None) -> bytes:
    """Return the salt by which those are recognised who withdrew. Raises UsageError, SaltError."""
    salt = find_salt(project, salt_file)
    if salt is None:
        raise UsageError(
            f"A patient of {whose} withdrew consent, and is recognised with the salt only. Nothing was "
            "imported. Give the salt (ANONLEDGER_SALT or --salt-file) and import again."
        )
    refuse_other(salt, known)
    return salt


def _alive(ledger: Ledger, gone: Withdrawn) -> set[str]:
    """Return the pseudonyms under which somebody who withdrew is known here."""
    names = {one.id: one.pseudonym for one in ledger.subjects()}
    return {names[one.subject] for one in ledger.identities() if gone.is_of(one.evidence)}


def _withdraw(
    clerk: Clerk, project: Project, ours: dict[str, Subject], new: Iterable[tuple[Subject, list[Mark]]]
) -> None:
    with own_run(clerk, project, "ledger import") as run:
        for one, marks in new:
            mine = ours.get(one.pseudonym) or clerk.add_subjects(run, [(one.pseudonym, one.key_hash)])[0]
            clerk.withdraw(run, mine.id, {(mark.kind, mark.digest) for mark in marks})
