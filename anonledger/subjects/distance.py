"""Link patients to the people of a demographics table by the distance of their names alone, the plain rule.

Owns: a link is accepted only when one person stands out and nothing speaks against it; else it is reviewed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from anonledger.folding import fold
from anonledger.outcomes import LinkMethod, LinkStatus
from anonledger.records import Link, Person
from anonledger.subjects.claims import Decision, settled
from anonledger.subjects.dates import birth_date
from anonledger.subjects.names import groups, is_placeholder, is_telling, near_words
from anonledger.subjects.spellings import EXCUSED_BY_BIRTH_DATE, Spelling, faults, spelling, word_distance

MOST_CANDIDATES = 5
TELLING_ID = 6  # characters from which two equal IDs are no two numberings that meet by chance
ROUNDING = 1e-9

# How near two spellings are, the nearest first: their distance, whether words differ, and the faults.
_Nearness = tuple[float, bool, tuple[str, ...]]


def link_by_distance(
    patients: Sequence[Person], people: Sequence[Person], threshold: float, margin: float
) -> tuple[Link, ...]:
    """Return what linkage decides for each patient, in the order of their keys.

    ``threshold``: the largest distance of two names that are one; ``margin``: how much farther the next
    person must be. Both lie between 0 and 1. The order of the input does not matter.
    """
    rows = [_side(person) for person in sorted(people, key=lambda p: p.key)]
    sides = [_side(person) for person in sorted(patients, key=lambda p: p.key)]
    in_table = {id_ for row in rows for id_ in row.ids}
    if not any(side.ids & in_table for side in sides):
        # Two numberings that never meet say nothing about each other.
        rows, sides = ([replace(s, ids=frozenset()) for s in group] for group in (rows, sides))
    index = _index(rows, reach=min(threshold + margin, 1.0))
    numbered = _by_id(rows)
    return settled(
        [
            _decided(side, _candidates(side, index), threshold, margin)
            if side.spellings
            else _decided_by_id(side, numbered)
            for side in sides
        ]
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """A person of either side, made comparable."""

    person: Person = field(repr=False)
    spellings: tuple[Spelling, ...]
    births: frozenset[str] = field(repr=False)
    ids: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A table person who may be the patient; ``faults``: why their names are not enough."""

    row: _Side
    distance: float
    exact: bool
    faults: tuple[str, ...]
    same_id: bool
    same_birth: bool
    against: tuple[str, ...]

    @property
    def objections(self) -> tuple[str, ...]:
        """What speaks against the person although the name lies near."""
        if self.same_id:
            return self.against
        excused = EXCUSED_BY_BIRTH_DATE if self.same_birth else set()
        return (*self.against, *(fault for fault in self.faults if fault not in excused))


@dataclass(frozen=True, slots=True)
class _Index:
    """The table's spellings, each with the people who bear it, and where each word stands."""

    bearers: list[list[_Side]]
    spellings: list[Spelling]
    letters: list[str]
    by_word: dict[str, list[int]]
    vocabulary: list[str]
    reach: float


def _side(person: Person) -> _Side:
    named = (g for name in person.names for g in groups(name) if not is_placeholder(g))
    return _Side(
        person=person,
        spellings=tuple(sorted({spelling(name) for name in named})),
        births=frozenset(filter(None, map(birth_date, person.birth_dates))),
        ids=frozenset(fold(id_.strip()) for id_ in person.ids if not is_placeholder(id_)),
    )


def _index(rows: Iterable[_Side], reach: float) -> _Index:
    bearers: dict[Spelling, list[_Side]] = defaultdict(list)
    for row in rows:
        for spelled in row.spellings:
            bearers[spelled].append(row)
    spellings = sorted(bearers)
    by_word: dict[str, list[int]] = defaultdict(list)
    for position, spelled in enumerate(spellings):
        for word in filter(is_telling, set(spelled.words)):
            by_word[word].append(position)
    letters = [spelled.letters for spelled in spellings]
    return _Index([bearers[s] for s in spellings], spellings, letters, by_word, sorted(by_word), reach)


def _near(spelled: Spelling, index: _Index) -> Iterator[tuple[int, float]]:
    """Yield the positions of spellings within reach, and their distance; some come twice."""
    for _, distance, position in process.extract(
        spelled.letters,
        index.letters,
        scorer=Levenshtein.normalized_distance,
        score_cutoff=index.reach,
        limit=None,
    ):
        yield position, distance
    telling = set(filter(is_telling, spelled.words))
    alike = telling.union(*(near_words(word, index.vocabulary) for word in telling))
    for position in {p for word in alike for p in index.by_word.get(word, ())}:
        distance = word_distance(spelled, index.spellings[position])
        if distance <= index.reach:
            yield position, distance


def _candidates(side: _Side, index: _Index) -> list[_Candidate]:
    """Return the people within reach of a patient, nearest first."""
    found: dict[int, tuple[_Nearness, _Side]] = {}
    for spelled in side.spellings:
        for position, distance in _near(spelled, index):
            other = index.spellings[position]
            nearness = (distance, spelled.words != other.words, faults(spelled, other))
            for row in index.bearers[position]:
                key = row.person.key
                if key not in found or nearness < found[key][0]:
                    found[key] = nearness, row
    candidates = [_compared(side, row, *nearness) for nearness, row in found.values()]
    return sorted(candidates, key=lambda c: (c.distance, not c.same_id, not c.same_birth, c.row.person.key))


def _compared(side: _Side, row: _Side, distance: float, unequal: bool, wrong: tuple[str, ...]) -> _Candidate:
    sexes = {side.person.sex, row.person.sex}
    differing = {
        "birth date differs": side.births and row.births and not side.births & row.births,
        "patient ID differs": side.ids and row.ids and not side.ids & row.ids,
        "sex differs": sexes == {"M", "F"},
    }
    return _Candidate(
        row=row,
        distance=distance,
        exact=not unequal,
        faults=wrong,
        same_id=bool(side.ids & row.ids),
        same_birth=bool(side.births & row.births),
        against=tuple(reason for reason, differs in differing.items() if differs),
    )


def _decided(side: _Side, candidates: Sequence[_Candidate], threshold: float, margin: float) -> Decision:
    key = side.person.key
    near = [c for c in candidates if c.distance <= threshold + ROUNDING]
    if not near:
        why = "no name within the threshold" if side.spellings else "no usable name"
        score = 1 - candidates[0].distance if candidates else 0.0
        return Decision(Link(key, LinkStatus.MISSING, LinkMethod.NONE, round(score, 4), reasons=(why,)))
    exact = [c for c in near if c.exact]
    rivals = exact or [
        c for c in candidates if c.distance - near[0].distance < max(margin, 2 * ROUNDING) - ROUNDING
    ]
    fitting = [c for c in rivals if (c.same_birth or c.same_id) and not c.against]
    chosen = rivals[0] if len(rivals) == 1 else fitting[0] if len(fitting) == 1 else None
    if chosen is None:
        return _for_review(key, candidates, ("several rows are equally near",))
    if chosen not in near:
        return _for_review(key, candidates, ("the row that fits has another name",))
    if chosen.objections:
        return _for_review(key, candidates, chosen.objections)
    strong = chosen.exact and (chosen.same_birth or chosen.same_id)
    return Decision(_accepted(key, chosen), chosen.row.person.key, int(strong))


def _by_id(rows: Iterable[_Side]) -> dict[str, list[_Side]]:
    found: dict[str, list[_Side]] = defaultdict(list)
    for row in rows:
        for number in row.ids:
            found[number].append(row)
    return found


def _decided_by_id(side: _Side, numbered: Mapping[str, Sequence[_Side]]) -> Decision:
    """Decide on a patient whose DICOM names nobody: the ID leads to one row and nothing contradicts."""
    key = side.person.key
    rows = {row.person.key: row for number in side.ids for row in numbered.get(number, ())}
    if len(rows) != 1:
        return Decision(Link(key, LinkStatus.MISSING, LinkMethod.NONE, 0.0, reasons=("no usable name",)))
    (row,) = rows.values()
    chosen = _compared(side, row, 1.0, True, ())
    unnamed = "the DICOM has no name"
    told = chosen.same_birth or max(map(len, side.ids & row.ids)) >= TELLING_ID
    objections = (*chosen.against, *["its ID is too short to decide alone"] * (not told))
    if objections:
        return _for_review(key, [chosen], (unnamed, *objections))
    found = row.person.rows
    why = (unnamed, "patient ID equal", *["birth date equal"] * chosen.same_birth)
    link = Link(key, LinkStatus.ACCEPTED, LinkMethod.EXACT, 1.0, found, found, why)
    return Decision(link, row.person.key, strength=1)


def _for_review(key: int, candidates: Sequence[_Candidate], reasons: tuple[str, ...]) -> Decision:
    rows = tuple(row for c in candidates[:MOST_CANDIDATES] for row in c.row.person.rows)
    score = round(1 - candidates[0].distance, 4)
    return Decision(Link(key, LinkStatus.REVIEW, LinkMethod.NONE, score, (), rows, reasons))


def _accepted(key: int, chosen: _Candidate) -> Link:
    same = {"birth date equal": chosen.same_birth, "patient ID equal": chosen.same_id}
    return Link(
        person=key,
        status=LinkStatus.ACCEPTED,
        method=LinkMethod.EXACT if chosen.exact else LinkMethod.FUZZY,
        score=round(1 - chosen.distance, 4),
        rows=chosen.row.person.rows,
        candidates=chosen.row.person.rows,
        reasons=(
            "names equal" if chosen.exact else "names alike",
            *(why for why, true in same.items() if true),
        ),
    )
