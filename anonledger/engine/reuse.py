"""Give new patients the pseudonyms that were imported for them, where it is certain who they are.

Owns: a doubtful one gets a pseudonym of its own and waits for a person; no pseudonym given before changes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from anonledger.engine.newcomers import Maker, Newcomer
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import LinkStatus, Origin
from anonledger.records import Evidence, Link, Person
from anonledger.settings import Settings
from anonledger.subjects.corrections import awaiting
from anonledger.subjects.imported import is_imported, person_of
from anonledger.subjects.linkage import link
from anonledger.subjects.sameness import at_odds, confirmed

PUBLISHED = "it has a pseudonym of its own already"
OTHER_THERE = "files of another patient ID, birth date or sex have this pseudonym"
NAMESAKE_WAITS = "a namesake awaits a decision on the same pseudonym"


def settle(clerk: Clerk, run: int, maker: Maker, newcomers: Sequence[Newcomer], origin: Origin) -> int:
    """Make newcomers somebody: who was imported, or a subject of their own.

    Returns how many lack what their pseudonyms were to be made of. Raises CollisionError.
    """
    links = _links(clerk.ledger, maker.settings, newcomers)
    sure = [(n, one) for n, one in zip(newcomers, links, strict=True) if one.rows]
    others = [
        replace(n, doubtful=one.status is LinkStatus.REVIEW)
        for n, one in zip(newcomers, links, strict=True)
        if not one.rows
    ]
    clerk.assign(run, [(said, one.rows[0]) for n, one in sure for said in n.cluster.evidence], origin)
    otherwise = maker.add(clerk, run, others, origin)
    subjects = (
        {identity.evidence: identity.subject for identity in clerk.ledger.identities()} if links else {}
    )
    found = [
        (subjects[n.cluster.evidence[0]], one)
        for n, one in zip(newcomers, links, strict=True)
        if one.candidates
    ]
    clerk.liken(run, found)
    return otherwise


def compare(clerk: Clerk, run: int, settings: Settings, fresh: Mapping[int, Person]) -> int:
    """Compare those who were just imported with all who have a pseudonym; return how many await a person."""
    ledger = clerk.ledger
    sides = [
        person_of(subject, said)
        for subject, said in sorted(_by_subject(ledger).items())
        if subject not in fresh
    ]
    links = _linked(sides, list(fresh.values()), settings)
    alike = [
        (one.person, replace(one, status=LinkStatus.REVIEW, rows=(), reasons=(PUBLISHED, *one.reasons)))
        for one in links
        if one.candidates
    ]
    clerk.liken(run, alike)
    return len(alike)


def likenesses(ledger: Ledger) -> dict[int, Link]:
    """Return who awaits a person's decision on whether it is somebody who was imported."""
    found = ledger.likenesses()
    return awaiting(found, ledger.corrections(), ledger.known_subjects()) if found else {}


def imported_people(ledger: Ledger) -> dict[int, Person]:
    """Return all that is known of each subject that came with an import, by its id."""
    return {
        subject: person_of(subject, evidence)
        for subject, evidence in sorted(_by_subject(ledger).items())
        if any(map(is_imported, evidence))
    }


def _links(ledger: Ledger, settings: Settings, newcomers: Sequence[Newcomer]) -> Sequence[Link]:
    sides = [
        Person(
            key=number,
            names=tuple(sorted({*n.names, *own.names})),
            birth_dates=tuple(sorted({*n.birth_dates, *own.birth_dates})),
            sex=own.sex,
            ids=own.ids,
        )
        for number, n in enumerate(newcomers)
        for own in [person_of(number, n.cluster.evidence)]
    ]
    people = imported_people(ledger)
    links = _linked(sides, list(people.values()), settings)
    return _questioned(ledger, newcomers, links) if people else links


def _questioned(ledger: Ledger, newcomers: Sequence[Newcomer], links: Sequence[Link]) -> Sequence[Link]:
    """Return the links, but for review where somebody who came before has the pseudonym or may have it."""
    evidence = _by_subject(ledger)
    asked_for = {candidate for one in likenesses(ledger).values() for candidate in one.candidates}
    found = []
    for newcomer, one in zip(newcomers, links, strict=True):
        said = newcomer.cluster.evidence
        theirs = [other for row in one.rows for other in evidence[row]]
        if one.rows and at_odds(said, theirs):
            one = _for_review(one, OTHER_THERE)
        elif not asked_for.isdisjoint(one.rows) and not confirmed(said, theirs):
            one = _for_review(one, NAMESAKE_WAITS)
        found.append(one)
    return found


def _for_review(one: Link, why: str) -> Link:
    return replace(one, status=LinkStatus.REVIEW, rows=(), candidates=one.rows, reasons=(why, *one.reasons))


def _by_subject(ledger: Ledger) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = defaultdict(list)
    for identity in ledger.identities():
        found[identity.subject].append(identity.evidence)
    return found


def _linked(sides: Sequence[Person], people: Sequence[Person], settings: Settings) -> Sequence[Link]:
    return link(sides, people, settings.matcher, settings.dist_threshold, settings.dist_margin)
