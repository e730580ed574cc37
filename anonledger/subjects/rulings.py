"""Let what a person decided on patients and rows go before what linkage says.

Owns: a decision holds for who a row is about, not for its number; nothing is accepted for want of a rival.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from anonledger.folding import fold
from anonledger.outcomes import LinkMethod, LinkStatus, Ruling
from anonledger.records import Evidence, Link, Person, Ruled, Standing
from anonledger.subjects.names import canonical
from anonledger.subjects.people import is_one_by_name

CHOSEN = "a person decided that this is the row"
NOBODY = "a person decided that no row is this patient's"
GONE = "the row that a person decided on is not in this table as it was"
REFUSED = "a person decided that a row is another's"
TAKEN = "a person gave this row to another patient"


def described(person: Person) -> Evidence:
    """Return who a person of the table is: name, birth date and ID, "" for unknown."""
    name, birth, number = ((*texts, "")[0] for texts in (person.names, person.birth_dates, person.ids))
    return Evidence(name=name, birth_date=birth, patient_id=number)


def same_person(one: Evidence, other: Evidence) -> bool:
    """Tell whether two descriptions are of one person: equal in canonical name, birth date and ID."""
    return _key(one) == _key(other)


def known_as(people: Iterable[Person]) -> dict[tuple[str, ...], Person]:
    """Return the people of a table by who they are, without those who cannot be told from others."""
    found: dict[tuple[str, ...], list[Person]] = defaultdict(list)
    for person in people:
        found[_key(described(person))].append(person)
    return {key: same[0] for key, same in found.items() if len(same) == 1 and any(key)}


def find(who: Evidence, known: Mapping[tuple[str, ...], Person]) -> Person | None:
    """Return the person that a description is of, None when nobody or several are."""
    return known.get(_key(who))


def standing(rulings: Iterable[Ruled]) -> dict[int, Standing]:
    """Return what holds for each subject; of a row and no row the later counts, and UNDO clears all."""
    found: dict[int, Standing] = {}
    for one in rulings:
        before = found.pop(one.subject, Standing())
        others = tuple(who for who in before.refused if not same_person(who, one.who))
        match one.ruling:
            case Ruling.ACCEPT:
                found[one.subject] = Standing(chosen=one.who, refused=others, rows=one.rows)
            case Ruling.NONE:
                found[one.subject] = Standing(nobody=True, refused=before.refused)
            case Ruling.REJECT:
                dropped = before.chosen is not None and same_person(before.chosen, one.who)
                chosen = None if dropped else before.chosen
                found[one.subject] = Standing(chosen, before.nobody, (*others, one.who), before.rows)
            case Ruling.UNDO:
                pass
    return found


def undecided(
    patients: Sequence[Person], people: Sequence[Person], decided: Mapping[int, Standing]
) -> list[Person]:
    """Return the patients whom linkage is to decide on; ``decided`` is by the key of a patient."""
    known = known_as(people) if decided else {}
    return [patient for patient in patients if _ruled(patient.key, decided, known) is None]


def honoured(
    patients: Sequence[Person],
    links: Sequence[Link],
    people: Sequence[Person],
    decided: Mapping[int, Standing],
) -> list[Link]:
    """Return a link for each patient: a person's decision, or what linkage says within such decisions."""
    known = known_as(people) if decided else {}
    by_key = {one.person: one for one in links}
    rulings = {p.key: ruled for p in patients if (ruled := _ruled(p.key, decided, known)) is not None}
    taken = {row for one in rulings.values() for row in one.rows}
    return [
        rulings[p.key]
        if p.key in rulings
        else _within(by_key[p.key], decided.get(p.key, Standing()), known, taken)
        for p in patients
    ]


def _ruled(key: int, decided: Mapping[int, Standing], known: Mapping[tuple[str, ...], Person]) -> Link | None:
    """Return the link that a person decided on, None where nobody did or the row is not there."""
    held = decided.get(key, Standing())
    if held.nobody:
        return Link(key, LinkStatus.MISSING, LinkMethod.HUMAN, 0.0, reasons=(NOBODY,))
    person = find(held.chosen, known) if held.chosen else None
    if person is None or (len(person.rows) > held.rows and is_one_by_name(person)):
        return None  # a further row of this name may be a namesake's
    return Link(key, LinkStatus.ACCEPTED, LinkMethod.HUMAN, 1.0, person.rows, person.rows, (CHOSEN,))


def _within(link: Link, held: Standing, known: Mapping[tuple[str, ...], Person], taken: set[int]) -> Link:
    """Return what is left of a link when rows were refused, given to others, or went with their table."""
    found = (find(who, known) for who in held.refused)
    refused = {row for person in found if person is not None for row in person.rows}
    left = tuple(row for row in link.candidates if row not in refused)
    against = [
        why
        for why, true in (
            (GONE, held.chosen is not None),
            (REFUSED, left != link.candidates),
            (TAKEN, not taken.isdisjoint(link.rows)),
        )
        if true
    ]
    if not against:
        return link
    reasons = (*against, *link.reasons)
    if link.status is LinkStatus.MISSING or not left:
        return Link(link.person, LinkStatus.MISSING, LinkMethod.NONE, link.score, (), left, reasons)
    return Link(link.person, LinkStatus.REVIEW, LinkMethod.NONE, link.score, (), left, reasons)


def _key(who: Evidence) -> tuple[str, ...]:
    return canonical(who.name), who.birth_date, fold(who.patient_id.strip())
