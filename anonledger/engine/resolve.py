"""Settle who is who: gather evidence into patients, link them to the table, give new ones a pseudonym.

Owns: a pseudonym is given once; what was decided is on record before any file is touched.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from anonledger.engine.doubts import counted, doubts, identities
from anonledger.engine.newcomers import Maker, Newcomer, id_column
from anonledger.engine.outcome import Settled
from anonledger.engine.recipes import learnt, learnt_names, row_evidence
from anonledger.engine.relinking import Linked, linked
from anonledger.engine.reuse import likenesses, settle
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import LinkStatus, Origin, RunStatus
from anonledger.records import Cluster, Evidence, Link, Person, Table
from anonledger.settings import NAME_AND_BIRTH_DATE, Settings
from anonledger.subjects.columns import refuse_unknown
from anonledger.subjects.dialects import is_text
from anonledger.subjects.identities import resolve as clusters_of
from anonledger.subjects.names import is_placeholder
from anonledger.subjects.people import table_people
from anonledger.subjects.rulings import standing


def resolve(
    clerk: Clerk, run: int, settings: Settings, salt: bytes, table: Table | None, csg_salt: str = ""
) -> Settled:
    """Assign every evidence to a subject and every patient to its row. Raises CollisionError, UsageError."""
    id_column(settings, table)
    if table is not None:
        refuse_unknown(table.columns, settings)
    with clerk.together():  # a subject without its evidence would keep others from its pseudonym
        return _resolve(clerk, run, settings, table, Maker(settings, salt, table, csg_salt))


def _resolve(clerk: Clerk, run: int, settings: Settings, table: Table | None, maker: Maker) -> Settled:
    ledger = clerk.ledger
    before = len(ledger.subjects())
    people = table_people(table) if table else ()
    otherwise = 0
    if table and not ledger.has_instances():
        otherwise += _enrol(clerk, run, maker, people)
    patients = _patients(ledger)
    found = _linked(ledger, patients, people, settings, maker.salt, table)
    links = found.links
    otherwise += _assign(clerk, run, maker, patients, people, links)
    decided = _record_links(clerk, run, table, patients, people, links)
    found.keep(clerk, run, decided)
    used = {row for found in decided.values() for row in found.rows}
    if not patients:
        used = {row for person in people if person.names for row in person.rows}
    return Settled(
        new_subjects=len(ledger.subjects()) - before,
        links=decided,
        unused_rows=sum(1 for person in people for row in person.rows if row not in used),
        doubts=counted(doubts(ledger)),
        alike=len(likenesses(ledger)),
        notes=(*_notes(ledger, settings, before, otherwise), *_read_as(table)),
    )


def _notes(ledger: Ledger, settings: Settings, known: int, otherwise: int) -> tuple[str, ...]:
    """Return what is to be said of the pseudonyms of this run."""
    done = (run.settings for run in ledger.runs(1000) if run.status is RunStatus.DONE)
    (last,) = next(done, {}).get("id_from", (NAME_AND_BIRTH_DATE,))
    told = []
    if known and last != settings.id_from:
        told.append(
            f"pseudonyms are made from {settings.id_from} now, and {known:,} given before, from {last}, stay"
        )
    if otherwise:
        told.append(
            f"new patients whom {settings.id_from} does not tell, with pseudonyms from name and birth date "
            f"instead, or what else is known: {otherwise:,}"
        )
    return tuple(told)


def _read_as(table: Table | None) -> Iterator[str]:
    """Yield what is to be said of the encoding of a table, unless it is one that nothing is mistaken for."""
    if table is not None and is_text(table) and not table.encoding.startswith("utf"):
        yield (
            f"the table was read in the encoding {table.encoding}; if its names are not right then, say with "
            "--encoding which it is in, and run again with -d"
        )


def _patients(ledger: Ledger) -> list[Cluster]:
    """Return the patients of the DICOM, in an order that depends on nothing but who they are."""
    in_dicom = ledger.subjects_of_instances()
    new = ledger.unassigned()
    fresh = set(new)
    return [
        cluster
        for cluster in clusters_of(identities(ledger), new)
        if cluster.subject in in_dicom or not fresh.isdisjoint(cluster.evidence)
    ]


def _linked(
    ledger: Ledger,
    patients: Sequence[Cluster],
    people: Sequence[Person],
    settings: Settings,
    salt: bytes,
    table: Table | None,
) -> Linked:
    """Return a link for each patient: a person's decision first, then what linkage says."""
    if table is None:
        return Linked(())
    sides = [_person(number, cluster.evidence) for number, cluster in enumerate(patients)]
    subjects = [cluster.subject for cluster in patients]
    return linked(ledger, settings, salt, table, sides, people, subjects, standing(ledger.rulings()))


def _person(number: int, evidence: Sequence[Evidence]) -> Person:
    return Person(
        key=number,
        names=tuple(sorted({e.name for e in evidence if not is_placeholder(e.name)})),
        birth_dates=tuple(sorted({e.birth_date for e in evidence if e.birth_date})),
        sex=next((e.sex for e in evidence if e.sex), ""),
        ids=tuple(sorted({e.patient_id for e in evidence if not is_placeholder(e.patient_id)})),
    )


def _enrol(clerk: Clerk, run: int, maker: Maker, people: Sequence[Person]) -> int:
    """Make subjects of the people of a table that comes without DICOM; corrected rows stay who they are."""
    spelled = {row_evidence(person): person for person in people if person.names}
    known: list[tuple[Evidence, int]] = []
    newcomers: list[Newcomer] = []
    for cluster in clusters_of(identities(clerk.ledger), list(spelled)):
        rows = [evidence for evidence in cluster.evidence if evidence in spelled]
        if cluster.subject is not None:
            known += [(evidence, cluster.subject) for evidence in rows]
        elif rows:
            newcomers.append(_of_rows(cluster, [spelled[evidence] for evidence in rows]))
    clerk.assign(run, known, Origin.TABLE)
    otherwise = settle(clerk, run, maker, newcomers, Origin.TABLE)
    _keep_further_names(clerk, run, spelled)
    return otherwise


def _keep_further_names(clerk: Clerk, run: int, people: Mapping[Evidence, Person]) -> None:
    """Record what names people of a table have beside their own, which must go too."""
    subjects = {identity.evidence: identity.subject for identity in clerk.ledger.identities()}
    pseudonyms = {subject.id: subject.pseudonym for subject in clerk.ledger.subjects()}
    found = [
        (evidence, subjects[row])
        for row, person in people.items()
        for evidence in learnt_names(person, pseudonyms[subjects[row]])
    ]
    clerk.assign(run, found, Origin.TABLE)


def _of_rows(cluster: Cluster, people: Iterable[Person]) -> Newcomer:
    found = tuple(people)
    names = tuple(name for person in found for name in person.names)
    return Newcomer(cluster, names, tuple(date for person in found for date in person.birth_dates), found)


def _assign(
    clerk: Clerk,
    run: int,
    maker: Maker,
    patients: Sequence[Cluster],
    people: Sequence[Person],
    links: Sequence[Link],
) -> int:
    by_row = {person.rows: person for person in people}
    enrolled = {identity.evidence: identity.subject for identity in clerk.ledger.identities()}
    known: list[tuple[Evidence, int]] = []
    newcomers: list[Newcomer] = []
    for number, cluster in enumerate(patients):
        accepted = links and links[number].status is LinkStatus.ACCEPTED
        person = by_row.get(links[number].rows) if accepted else None
        subject = cluster.subject
        if subject is None and person is not None and person.names:
            subject = enrolled.get(row_evidence(person))
        if subject is not None:
            known += [(evidence, subject) for evidence in cluster.evidence]
        else:
            newcomers.append(_newcomer(cluster, person))
    clerk.assign(run, known)
    return settle(clerk, run, maker, newcomers, Origin.DICOM)


def _newcomer(cluster: Cluster, person: Person | None) -> Newcomer:
    """The spelling of the linked row comes before that of the DICOM: people type it with more care."""
    own = _person(0, cluster.evidence)
    if person is None:
        return Newcomer(cluster, own.names, own.birth_dates)
    return Newcomer(cluster, person.names or own.names, person.birth_dates or own.birth_dates, (person,))


def _record_links(
    clerk: Clerk,
    run: int,
    table: Table | None,
    patients: Sequence[Cluster],
    people: Sequence[Person],
    links: Sequence[Link],
) -> dict[int, Link]:
    """Record the links by subject, with what accepted rows say of them, and return them."""
    if table is None or not links:
        return {}
    subjects = {identity.evidence: identity.subject for identity in clerk.ledger.identities()}
    decided = {subjects[patients[one.person].evidence[0]]: one for one in links}
    clerk.link(run, table.digest, sorted(decided.items()))
    pseudonyms = {subject.id: subject.pseudonym for subject in clerk.ledger.subjects()}
    by_row = {person.rows: person for person in people}
    kept = [
        (evidence, subject)
        for subject, one in sorted(decided.items())
        if one.status is LinkStatus.ACCEPTED
        for evidence in learnt(by_row[one.rows], pseudonyms[subject])
    ]
    clerk.assign(run, kept, Origin.TABLE)
    return {subject: replace(one, person=subject) for subject, one in decided.items()}
