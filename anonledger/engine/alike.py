"""Lay out who may be somebody that was imported with a pseudonym, and keep what a person decides.

Owns: "the same" is a merge into the imported pseudonym, "another" keeps the two apart for good.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from anonledger.engine.correcting import merge_in
from anonledger.engine.decisions import own_run
from anonledger.engine.project import Project
from anonledger.engine.recipes import is_learnt
from anonledger.engine.reuse import likenesses
from anonledger.errors import UsageError
from anonledger.exports.review import IMPORTED
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Correction, Ruling
from anonledger.records import Candidate, Case, Corrected, Evidence, Link
from anonledger.subjects.corrections import in_force


@dataclass(frozen=True, slots=True)
class Likened:
    """A decision that can be taken: a patient is, or is not, those who were imported."""

    ruling: Ruling
    pseudonym: str
    imported: tuple[str, ...]


class Alike:
    """Those who may be somebody that was imported, as the ledger stands."""

    def __init__(self, ledger: Ledger) -> None:
        """Look at nothing yet."""
        self._ledger = ledger

    def cases(self) -> list[Case]:
        """Return the patients who await a decision, by pseudonym."""
        found = (self._case(subject, one) for subject, one in self._links.items())
        return sorted(found, key=lambda case: case.pseudonym)

    def concerns(self, pseudonym: str, imported: str | None) -> bool:
        """Whether a decision on a patient is on somebody imported, rather than on a row of the table."""
        case = next((one for one in self.cases() if one.pseudonym == pseudonym), None)
        if case is None:
            return imported is not None and not imported.isdecimal()
        return imported is None or imported in {one.pseudonym for one in case.candidates}

    def likened(self, ruling: Ruling, pseudonym: str, imported: str | None) -> Likened:
        """Return a decision on a patient and, without ``imported``, the only candidate. Raises UsageError."""
        subject = self._subject(pseudonym)
        names = [self._names[c] for c in self._links[subject].candidates] if subject in self._links else []
        if ruling is Ruling.NONE:
            return Likened(ruling, pseudonym, tuple(names))
        if imported is None:
            if len(names) != 1:
                raise UsageError(
                    f"There are {len(names)} candidates. Name the pseudonym that `anonledger review` lists."
                )
            imported = names[0]
        if self._subject(imported) not in self._ledger.known_subjects() or imported == pseudonym:
            raise UsageError(f"{imported} is nobody whom {pseudonym} could be. See `anonledger review list`.")
        return Likened(ruling, pseudonym, (imported,))

    def undone(self, pseudonym: str) -> list[Corrected]:
        """Return what was decided on whether a patient is somebody imported, the latest first."""
        subject = self._subject(pseudonym)
        known = self._ledger.likenesses()
        found = [
            one
            for one in in_force(self._ledger.corrections())
            if (one.kind is Correction.MERGE and one.other == subject and subject in known)
            or (one.kind is Correction.APART and one.subject == subject)
        ]
        return found[::-1]

    @cached_property
    def _links(self) -> dict[int, Link]:
        return likenesses(self._ledger)

    @cached_property
    def _names(self) -> dict[int, str]:
        return {one.id: one.pseudonym for one in self._ledger.subjects()}

    @cached_property
    def _evidence(self) -> dict[int, list[Evidence]]:
        found: dict[int, list[Evidence]] = defaultdict(list)
        for one in self._ledger.identities():
            if not is_learnt(one.evidence):
                found[one.subject].append(one.evidence)
        return found

    def _subject(self, pseudonym: str) -> int:
        found = next((number for number, name in self._names.items() if name == pseudonym), None)
        if found is None:
            raise UsageError("No patient has this pseudonym. See `anonledger review list --all`.")
        return found

    def _case(self, subject: int, link: Link) -> Case:
        said = self._evidence[subject]
        return Case(
            self._names[subject],
            names=_told([e.name for e in said]),
            ids=_told([e.patient_id for e in said]),
            birth_dates=_told([e.birth_date for e in said]),
            sexes=_told([e.sex for e in said]),
            link=link,
            candidates=tuple(self._candidate(one) for one in link.candidates),
            table=IMPORTED,
        )

    def _candidate(self, subject: int) -> Candidate:
        said = self._evidence[subject]
        name, birth_date, sex, number = (
            " / ".join(_told([getattr(e, field) for e in said]))
            for field in ("name", "birth_date", "sex", "patient_id")
        )
        return Candidate(0, name, birth_date, sex, number, self._names[subject])


def keep(clerk: Clerk, project: Project, command: str, one: Likened) -> None:
    """Keep a decision: the same person is merged into the imported pseudonym, others are kept apart."""
    if one.ruling is Ruling.ACCEPT:
        merge_in(clerk, project, command, one.imported[0], one.pseudonym)
        return
    numbers = {subject.pseudonym: subject.id for subject in clerk.ledger.subjects()}
    with own_run(clerk, project, command) as run:
        for other in one.imported:
            clerk.correct(run, Correction.APART, numbers[one.pseudonym], numbers[other])


def told_likened(one: Likened) -> str:
    """Return what is decided on somebody imported."""
    return (
        one.imported[0] if one.ruling is Ruling.ACCEPT else f"not {' or '.join(one.imported) or 'imported'}"
    )


def _told(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts) - {""}))
