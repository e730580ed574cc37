"""Sort what an import brings by who of it is known here, who is new, and who is somebody else.

Owns: a pseudonym that is known on both sides joins nobody whose evidence speaks against it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anonledger.errors import CollisionError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import LinkMethod, LinkStatus
from anonledger.records import Evidence, Link, Subject
from anonledger.subjects.imported import Imported
from anonledger.subjects.names import usable
from anonledger.subjects.sameness import at_odds

KEY = "imported "  # begins the key hash of who was imported: it is made of nothing that leads to anybody
JOINED_THERE = "the other project takes them for one patient"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pseudonym that can be taken over; ``subject``: who it is here, None for somebody new."""

    pseudonym: str
    evidence: tuple[Evidence, ...]
    key_hash: str
    subject: int | None


@dataclass(frozen=True, slots=True)
class Sorted:
    """What can be taken over, and the pseudonyms that cannot, sorted.

    ``clashes`` have another name here, ``odds`` another birth date, sex or patient ID, ``merged`` are
    nobody's here any more; ``alike``: whom the other project takes for one, by the other subject here.
    """

    wanted: tuple[Wanted, ...]
    clashes: tuple[str, ...]
    odds: tuple[str, ...]
    merged: tuple[str, ...]
    alike: dict[int, Link]


def sort_out(ledger: Ledger, found: Sequence[tuple[Imported, Subject | None]]) -> Sorted:
    """Return what becomes of pseudonyms that are imported; the subject is that of the other ledger.

    Raises CollisionError for pseudonyms that only upper and lower case tell apart.
    """
    _refuse_case({one.pseudonym for one, _ in found}, {one.pseudonym for one in ledger.subjects()})
    ours = {subject.pseudonym: subject for subject in ledger.subjects()}
    here = _Here(ledger)
    wanted: list[Wanted] = []
    refused: dict[str, list[str]] = defaultdict(list)
    alike: dict[int, set[int]] = defaultdict(set)
    for one, theirs in found:
        mine = ours.get(one.pseudonym)
        if mine is None:
            key = theirs.key_hash if theirs else KEY + one.pseudonym
            wanted.append(Wanted(one.pseudonym, one.evidence, key, None))
            continue
        same_key = theirs is not None and mine.key_hash == theirs.key_hash
        if why := here.refusal(mine.id, one.evidence, same_key):
            refused[why].append(one.pseudonym)
            continue
        kept = []
        for said in one.evidence:
            others = here.others(mine.id, said)
            for other in others:
                alike[other].add(mine.id)
            if not others:
                kept.append(said)
        wanted.append(Wanted(one.pseudonym, tuple(kept), mine.key_hash, mine.id))
    clashes, odds, merged = (tuple(sorted(refused[why])) for why in ("clashes", "odds", "merged"))
    return Sorted(tuple(wanted), clashes, odds, merged, _links(ledger, alike))


def _refuse_case(theirs: set[str], ours: set[str]) -> None:
    spelled: dict[str, set[str]] = defaultdict(set)
    for pseudonym in theirs | ours:
        spelled[pseudonym.lower()].add(pseudonym)
    if alike := sorted(one for one in theirs if len(spelled[one.lower()]) > 1):
        raise CollisionError(
            f"{len(alike)} pseudonym(s), the first {alike[0]}, differ from another one only in upper and "
            "lower case: on many disks they would be one folder. Nothing was imported. Change one of each."
        )


class _Here:
    """Those who have a pseudonym in this project, and what is known of them."""

    def __init__(self, ledger: Ledger) -> None:
        self._known = ledger.known_subjects()
        self._forgotten = ledger.forgotten()
        self._evidence: dict[int, list[Evidence]] = defaultdict(list)
        self._names: dict[int, set[str]] = defaultdict(set)
        self._bearers: dict[str, set[int]] = defaultdict(set)
        for identity in ledger.identities():
            self._evidence[identity.subject].append(identity.evidence)
            for name in usable(identity.evidence.name):
                self._names[identity.subject].add(name)
                self._bearers[name].add(identity.subject)

    def refusal(self, subject: int, evidence: Sequence[Evidence], same_key: bool) -> str:
        """Return why what is said elsewhere is not of a subject, "" if it is."""
        if subject not in self._known:
            return "clashes" if subject in self._forgotten else "merged"
        if not same_key and _spelled(evidence).isdisjoint(self._names[subject]):
            return "clashes"
        return "odds" if at_odds(evidence, self._evidence[subject]) else ""

    def others(self, subject: int, said: Evidence) -> set[int]:
        """Return who else bears what is said elsewhere of a subject that does not bear it here."""
        if self._fits(subject, said):
            return set()
        bearers = {one for name in usable(said.name) for one in self._bearers[name]} & self._known
        return {one for one in bearers - {subject} if self._fits(one, said)}

    def _fits(self, subject: int, said: Evidence) -> bool:
        return not _spelled([said]).isdisjoint(self._names[subject]) and not at_odds(
            [said], self._evidence[subject]
        )


def _spelled(evidence: Iterable[Evidence]) -> set[str]:
    return {name for said in evidence for name in usable(said.name)}


def _links(ledger: Ledger, alike: dict[int, set[int]]) -> dict[int, Link]:
    """Return whom subjects are like now, together with whom they were like before."""
    before = ledger.likenesses() if alike else {}
    found = {}
    for subject, others in alike.items():
        known = before[subject].candidates if subject in before else ()
        candidates = (*known, *sorted(others - {*known}))
        found[subject] = Link(
            subject, LinkStatus.REVIEW, LinkMethod.EXACT, 1.0, (), candidates, (JOINED_THERE,)
        )
    return found
