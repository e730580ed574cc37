"""Link patients to the people of a demographics table by the evidence for it.

Owns: a link is accepted only when it is all but certain and nothing speaks against it; else it is reviewed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from anonledger.outcomes import Matcher
from anonledger.records import Link, Person
from anonledger.subjects.alignment import Alignment, align
from anonledger.subjects.blocking import Blocks
from anonledger.subjects.claims import Decision, settled
from anonledger.subjects.distance import link_by_distance
from anonledger.subjects.fields import Fields, FieldWeights, compare, fields_of
from anonledger.subjects.frequencies import Frequencies
from anonledger.subjects.hypotheses import NameWeights, Weights
from anonledger.subjects.people import is_one_by_name
from anonledger.subjects.spelled import Name, comparable, is_foreign, said_beside, spelled
from anonledger.subjects.verdicts import Candidate, decided

# Before anything is known: a table is made for its images, and families come to one hospital.
PRESENT, RELATIVE = 0.7, 0.05
STRANGER = 1 - PRESENT - RELATIVE
VISITS = 0.2  # share of names that stand in several rows, from which these are visits rather than namesakes


def link(
    patients: Sequence[Person],
    people: Sequence[Person],
    matcher: Matcher = Matcher.EVIDENCE,
    threshold: float = 0.2,
    margin: float = 0.1,
) -> tuple[Link, ...]:
    """Return what linkage decides for each patient, in the order of their keys.

    ``threshold`` and ``margin`` are those of ``Matcher.DISTANCE``. The order of the input does not matter.
    """
    if matcher is Matcher.DISTANCE:
        return link_by_distance(patients, people, threshold, margin)
    rows = [_side(person) for person in sorted(people, key=lambda p: p.key)]
    sides = [_side(person) for person in sorted(patients, key=lambda p: p.key)]
    in_table = {id_ for row in rows for id_ in row.fields.ids}
    if not any(side.fields.ids & in_table for side in sides):
        # Two numberings that never meet say nothing about each other.
        rows, sides = ([_without_ids(s) for s in group] for group in (rows, sides))
    evidence = _Evidence(sides, rows)
    return settled([evidence.decision(side) for side in sides])


@dataclass(frozen=True, slots=True)
class _Side:
    """A person of either side, made comparable."""

    person: Person = field(repr=False)
    names: tuple[Name, ...] = field(repr=False)
    fields: Fields = field(repr=False)
    beside: tuple[frozenset[str], frozenset[str]] = field(repr=False)


def _side(person: Person) -> _Side:
    return _Side(person, spelled(person.names), fields_of(person), said_beside(person.names))


def _without_ids(side: _Side) -> _Side:
    return replace(side, fields=replace(side.fields, ids=frozenset())) if side.fields.ids else side


class _Evidence:
    """Both sides of a linkage with all that is known of their words, dates and numbers."""

    def __init__(self, sides: Sequence[_Side], rows: Sequence[_Side]) -> None:
        frequencies = Frequencies([s.names for s in sides], [r.names for r in rows])
        self._rows = rows
        self._names = NameWeights(frequencies)
        self._fields = FieldWeights([s.fields for s in (*sides, *rows)])
        by_name = [
            row.person for row in rows if row.names and not row.person.birth_dates and not row.person.ids
        ]
        repeated = sum(len(person.rows) > 1 for person in by_name)
        self._visits_are_usual = repeated >= VISITS * len(by_name)
        self._blocks = Blocks([r.names for r in rows], [r.fields for r in rows], frequencies)

    def decision(self, side: _Side) -> Decision:
        """Return what is decided for one patient: the posterior of each row (Bayes) against all others."""
        rows = (self._rows[i] for i in self._blocks.rows(side.names, side.fields))
        found = [pair for pair in (self._candidate(side, row) for row in rows) if pair[0].leads]
        whole = STRANGER + sum(weights.same + weights.relative for _, weights in found)
        candidates = [
            replace(candidate, posterior=weights.same / whole, relative=weights.relative / whole)
            for candidate, weights in found
        ]
        return decided(side.person.key, bool(side.names), candidates)

    def _candidate(self, side: _Side, row: _Side) -> tuple[Candidate, Weights]:
        """Return a row with the weights of its being the patient's, and a relative's."""
        compared = compare(side.fields, row.fields)
        aligned = [[align(m, t) for t in row.names if comparable(m, t)] for m in side.names]
        names, best = self._best([a for spelling in aligned for a in spelling])
        fields = self._fields.weights(compared, side.fields, row.fields)
        candidate = Candidate(
            person=row.person,
            aligned=best,
            named=bool(row.names and side.names),
            apart=any(all(a.contrary and a.matches for a in spelling) for spelling in aligned if spelling),
            compared=compared,
            shared_ids=side.fields.ids & row.fields.ids,
            near_names=self._names.near_names(best),
            birth_tells=self._fields.birth_tells(side.fields, row.fields),
            other_generation=all((side.beside[0], row.beside[0])) and side.beside[0] != row.beside[0],
            kin=side.beside[1] != row.beside[1],
            two_scripts=not any(is_foreign(m) == is_foreign(t) for m in side.names for t in row.names),
            namesakes=not self._visits_are_usual and is_one_by_name(row.person),
        )
        prior = 1 / len(self._rows)
        return candidate, Weights(
            names.same * fields.same * PRESENT * prior, names.relative * fields.relative * RELATIVE * prior
        )

    def _best(self, aligned: Sequence[Alignment]) -> tuple[Weights, Alignment]:
        """Return the alignment of the spellings that agree best; without names there is nothing to say."""
        weighed = [(self._names.weights(a), a) for a in aligned]
        return max(weighed, key=lambda pair: pair[0].same, default=(Weights(), Alignment()))
