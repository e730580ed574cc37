"""Settle who is who: gather evidence into patients, link them to the table, give new ones a pseudonym.

Owns: a pseudonym is given once; what was decided is on record before any file is touched.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from anonledger.engine.recipes import is_learnt, learnt, row_evidence
from anonledger.errors import CollisionError
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import IdScheme, LinkStatus, Origin
from anonledger.records import Cluster, Evidence, Identity, Link, Person, Subject, Table
from anonledger.settings import Settings
from anonledger.subjects.identities import resolve as clusters_of
from anonledger.subjects.linkage import link
from anonledger.subjects.names import is_placeholder
from anonledger.subjects.people import table_people
from anonledger.subjects.pseudonyms import key_fields, key_hash, pseudonym, sequential


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled: how many subjects are new, how links ended, and doubts in words, counted."""

    new_subjects: int
    links: Mapping[int, Link]
    unused_rows: int
    doubts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """A patient without a subject, and the names and birth dates that the pseudonym is made of."""

    cluster: Cluster
    names: tuple[str, ...]
    birth_dates: tuple[str, ...]


def resolve(clerk: Clerk, run: int, settings: Settings, salt: bytes, table: Table | None) -> Settled:
    """Assign every evidence to a subject and every patient to its row. Raises CollisionError."""
    ledger = clerk.ledger
    before = len(ledger.subjects())
    people = table_people(table) if table else ()
    if table and not ledger.has_instances():
        _enrol(clerk, run, settings, salt, people)
    patients = _patients(ledger)
    links = _linked(patients, people, settings)
    _assign(clerk, run, settings, salt, patients, people, links)
    decided = _record_links(clerk, run, table, patients, people, links)
    used = {row for found in decided.values() for row in found.rows}
    return Settled(
        new_subjects=len(ledger.subjects()) - before,
        links=decided,
        unused_rows=sum(1 for p in people for row in p.rows if row not in used) if patients else 0,
        doubts=Counter(doubt for cluster in patients for doubt in cluster.doubts),
    )


def _patients(ledger: Ledger) -> list[Cluster]:
    """Return the patients of the DICOM, in an order that depends on nothing but who they are."""
    in_dicom = ledger.subjects_of_instances()
    new = ledger.unassigned()
    fresh = set(new)
    return [
        cluster
        for cluster in clusters_of(_identities(ledger), new)
        if cluster.subject in in_dicom or not fresh.isdisjoint(cluster.evidence)
    ]


def _linked(patients: Sequence[Cluster], people: Sequence[Person], settings: Settings) -> list[Link]:
    sides = [_person(number, cluster.evidence) for number, cluster in enumerate(patients)]
    return list(link(sides, people, settings.dist_threshold, settings.dist_margin)) if people else []


def _person(number: int, evidence: Sequence[Evidence]) -> Person:
    return Person(
        key=number,
        names=tuple(sorted({e.name for e in evidence if not is_placeholder(e.name)})),
        birth_dates=tuple(sorted({e.birth_date for e in evidence if e.birth_date})),
        sex=next((e.sex for e in evidence if e.sex), ""),
        ids=tuple(sorted({e.patient_id for e in evidence if not is_placeholder(e.patient_id)})),
    )


def _enrol(clerk: Clerk, run: int, settings: Settings, salt: bytes, people: Sequence[Person]) -> None:
    """Make subjects of the people of a table that comes without DICOM; corrected rows stay who they are."""
    spelled = {row_evidence(person): person for person in people if person.names}
    known: list[tuple[Evidence, int]] = []
    newcomers: list[_Newcomer] = []
    for cluster in clusters_of(_identities(clerk.ledger), list(spelled)):
        rows = [evidence for evidence in cluster.evidence if evidence in spelled]
        if cluster.subject is not None:
            known += [(evidence, cluster.subject) for evidence in rows]
        elif rows:
            newcomers.append(_Newcomer(cluster, *_names_and_dates(spelled[evidence] for evidence in rows)))
    clerk.assign(run, known, Origin.TABLE)
    _add(clerk, run, settings, salt, newcomers, Origin.TABLE)


def _names_and_dates(people: Iterable[Person]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = list(people)
    return tuple(n for p in found for n in p.names), tuple(d for p in found for d in p.birth_dates)


def _identities(ledger: Ledger) -> list[Identity]:
    """Return the identities that tell who is who."""
    return [identity for identity in ledger.identities() if not is_learnt(identity.evidence)]


def _assign(
    clerk: Clerk,
    run: int,
    settings: Settings,
    salt: bytes,
    patients: Sequence[Cluster],
    people: Sequence[Person],
    links: Sequence[Link],
) -> None:
    by_row = {person.rows: person for person in people}
    enrolled = {identity.evidence: identity.subject for identity in clerk.ledger.identities()}
    known: list[tuple[Evidence, int]] = []
    newcomers: list[_Newcomer] = []
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
    _add(clerk, run, settings, salt, newcomers, Origin.DICOM)


def _newcomer(cluster: Cluster, person: Person | None) -> _Newcomer:
    """The spelling of the linked row comes before that of the DICOM: people type it with more care."""
    own = _person(0, cluster.evidence)
    if person is None:
        return _Newcomer(cluster, own.names, own.birth_dates)
    return _Newcomer(cluster, person.names or own.names, person.birth_dates or own.birth_dates)


def _add(
    clerk: Clerk, run: int, settings: Settings, salt: bytes, newcomers: Sequence[_Newcomer], origin: Origin
) -> None:
    known = clerk.ledger.subjects()
    keys = _keys(newcomers, salt, {subject.key_hash for subject in known})
    ordered = sorted(zip(keys, newcomers, strict=True), key=lambda pair: pair[0])
    names = [_pseudonym(settings, key, len(known) + n) for n, (key, _) in enumerate(ordered, start=1)]
    _refuse_collisions(names, known)
    added = clerk.add_subjects(run, [(name, key) for name, (key, _) in zip(names, ordered, strict=True)])
    by_name = {subject.pseudonym: subject.id for subject in added}
    assignments = [
        (evidence, by_name[name])
        for name, (_, newcomer) in zip(names, ordered, strict=True)
        for evidence in newcomer.cluster.evidence
    ]
    clerk.assign(run, assignments, origin)


def _keys(newcomers: Sequence[_Newcomer], salt: bytes, taken: set[str]) -> list[str]:
    """Return the key hash of each newcomer; IDs tell those apart who have one name and birth date."""
    fields = [key_fields(n.names, n.birth_dates) for n in newcomers]
    plain = [key_hash(salt, *field) if field[0] else "" for field in fields]
    many = Counter(plain)
    keys = [
        key
        if key and many[key] == 1 and key not in taken
        else key_hash(salt, *field, *_distinction(newcomer.cluster))
        for key, field, newcomer in zip(plain, fields, newcomers, strict=True)
    ]
    if len(set(keys) | taken) < len(keys) + len(taken):
        raise CollisionError(
            "Two patients have the same name, birth date and ID, and yet seem to be two. "
            "Nothing was released. Mend the ID or birth date of one of them, and run again."
        )
    return keys


def _distinction(cluster: Cluster) -> tuple[str, ...]:
    """Return what tells a patient from others of the same name: ID and issuer, else all that is known."""
    ids = sorted((e.patient_id, e.issuer) for e in cluster.evidence if not is_placeholder(e.patient_id))
    if ids:
        return ("patient id", *ids[0])
    return ("study", *min((e.scope, e.sex, e.patient_id, e.name) for e in cluster.evidence))


def _pseudonym(settings: Settings, key: str, number: int) -> str:
    match settings.ids:
        case IdScheme.HASH:
            return pseudonym(key, settings.id_prefix, settings.id_digits)
        case IdScheme.SEQUENTIAL:
            return sequential(settings.id_prefix, number, settings.id_digits)


def _refuse_collisions(names: Sequence[str], known: Sequence[Subject]) -> None:
    taken = [subject.pseudonym for subject in known]
    twice = [name for name, count in Counter([*taken, *names]).items() if count > 1]
    if twice:
        raise CollisionError(
            f"{len(twice)} pseudonym(s), the first {twice[0]}, would stand for two patients each. "
            "Nothing was released. Run again with a greater --id-length; pseudonyms given before stay."
        )


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
        (learnt(by_row[one.rows], pseudonyms[subject]), subject)
        for subject, one in sorted(decided.items())
        if one.status is LinkStatus.ACCEPTED
    ]
    clerk.assign(run, kept, Origin.TABLE)
    return {subject: replace(one, person=subject) for subject, one in decided.items()}
