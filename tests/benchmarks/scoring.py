"""Count how good a linkage is on a set whose truth is known, and whether that is good enough.

Owns: what is right and what is wrong: a record counts once, and only an accepted link can be a wrong one.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from anonledger.outcomes import LinkStatus
from anonledger.records import Link
from tests.benchmarks.sets import Kind, Sample

# The columns of the table that are used beside the name.
NAME, BIRTH, ALL, ID = "name", "+ birth date + sex", "+ patient ID", "name + patient ID"
COLUMNS = {
    NAME: (),
    BIRTH: ("birth_date", "sex"),
    ALL: ("birth_date", "sex", "patient_id"),
    ID: ("patient_id",),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the program said of one record: the link, and the pseudonym of its patient."""

    link: Link
    pseudonym: str


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of records, 0 to 1, and the number of people who share a pseudonym with somebody else.

    ``precision``: right links among the accepted; ``recall``: right links among records whose person has a
    row, and ``helped`` that with every review resolved by a person who sees the candidates; ``review``: for
    review, among all; ``strangers``: accepted, among the records whose person has no row.
    ``merged`` leaves out records without ID and birth date: a name alone tells no homonyms apart.
    """

    precision: float
    recall: float
    helped: float
    review: float
    strangers: float
    merged: int


@dataclass(frozen=True, slots=True)
class Goal:
    """The least precision, recall and recall with reviews resolved, and the most reviews."""

    precision: float
    recall: float
    helped: float
    review: float


MOST_SECONDS, MOST_MEGABYTES = 30.0, 500.0
_WITH_ID = {
    Kind.ORDINARY: Goal(0.9995, 0.99, 0.999, 0.02),
    Kind.STRESS: Goal(0.999, 0.985, 0.999, 0.06),
    Kind.FEBRL: Goal(0.9995, 0.93, 0.99, 0.06),
}
GOALS: Mapping[str, Mapping[Kind, Goal]] = {
    NAME: {
        Kind.ORDINARY: Goal(0.994, 0.80, 0.98, 0.22),
        Kind.STRESS: Goal(0.97, 0.78, 0.98, 0.28),
        Kind.FEBRL: Goal(0.997, 0.42, 0.90, 0.65),
    },
    BIRTH: {
        Kind.ORDINARY: Goal(0.999, 0.92, 0.995, 0.09),
        Kind.STRESS: Goal(0.993, 0.90, 0.995, 0.12),
        Kind.FEBRL: Goal(0.9995, 0.71, 0.97, 0.23),
        Kind.LARGE: Goal(0.998, 0.88, 0.99, 0.12),
    },
    ALL: _WITH_ID,
    ID: _WITH_ID,
}


def scored(sample: Sample, said: Mapping[str, Said]) -> Score:
    """Return the score of what was said of each record, by its id."""
    right = accepted = review = found = strangers = 0
    bearers: dict[str, set[str]] = defaultdict(set)
    for record in sample.records:
        link, rows = said[record.id].link, sample.right(record)
        if record.patient_id or record.birth_date:
            bearers[said[record.id].pseudonym].add(record.person)
        if link.status is LinkStatus.ACCEPTED:
            accepted += 1
            right += set(link.rows) <= rows
            strangers += not rows
        elif link.status is LinkStatus.REVIEW:
            review += 1
            found += not rows.isdisjoint(link.candidates)
    present = sum(bool(sample.right(record)) for record in sample.records)
    return Score(
        precision=_share(right, accepted),
        recall=_share(right, present),
        helped=_share(right + found, present),
        review=_share(review, len(sample.records)),
        strangers=strangers / max(len(sample.records) - present, 1),
        merged=len({who for people in bearers.values() if len(people) > 1 for who in people}),
    )


def short_of(score: Score, goal: Goal) -> list[str]:
    """Return in words what a score lacks of a goal."""
    lacks = {
        "precision": score.precision < goal.precision,
        "recall": score.recall < goal.recall,
        "recall with reviews": score.helped < goal.helped,
        "review": score.review > goal.review,
        "merged": score.merged > 0,
    }
    return [what for what, lacking in lacks.items() if lacking]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
