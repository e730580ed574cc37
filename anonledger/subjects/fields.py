"""Compare birth dates, sex and patient IDs of two people.

Owns: what a field says for one person, a relative and a stranger; a field that is empty says nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from rapidfuzz.distance import OSA

from anonledger.folding import fold
from anonledger.records import Person
from anonledger.subjects.dates import birth_date
from anonledger.subjects.hypotheses import Weights
from anonledger.subjects.names import is_placeholder

BIRTH_DATES = 30_000  # days on which living people were born
EQUAL_BIRTH, NEAR_BIRTH, OTHER_BIRTH, TWIN = 0.965, 0.03, 0.005, 0.03
ELSEWHERE = 500  # people whose birth dates are spread evenly, added to those of a small table
UNKNOWN_DAY = "0101"
YEARS = 80  # of birth of people; a first of January often says no more
COMMON_BIRTH = 0.01  # share of people from which a birth date tells nobody apart
PLAUSIBLE_YEAR = re.compile("(?:18[5-9]|19[0-9]|20[0-9])[0-9]")
LEAST_DIGITS_WITHOUT_ZEROS = 4
NEIGHBOURS = 40  # dates that one slip makes of another
EQUAL_SEX, OTHER_SEX = 0.98, 0.02
EQUAL_ID, NEAR_ID, OTHER_ID = 0.95, 0.03, 0.02
COMMONEST_ID = 1e-6  # numbers run in series, so that a long one is not much rarer than a short one
LEAST_DIGITS_OF_A_SLIP = 5
SERIES = 2  # characters at the end of an ID in which people who are registered one after the other differ


class Verdict(StrEnum):
    """What comes of two values of a field."""

    EQUAL = "equal"
    NEAR = "nearly equal"
    NEIGHBOUR = "differs in its last digits"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a person, comparable.

    ``dates``: eight digits each; ``births``: the valid ones; ``readings``: of dates that are not certain.
    """

    births: frozenset[str] = field(repr=False)
    dates: frozenset[str] = field(repr=False)
    sex: str = field(repr=False)
    ids: frozenset[str] = field(repr=False)
    readings: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Compared:
    """The verdict on each field."""

    birth: Verdict
    sex: Verdict
    id: Verdict


def fields_of(person: Person) -> Fields:
    """Return a person's fields."""
    births = frozenset(filter(None, map(birth_date, person.birth_dates)))
    digits = {text.strip() for text in person.birth_dates}
    ids = frozenset(_comparable(id_) for id_ in person.ids if not is_placeholder(id_))
    sex = person.sex.strip().upper()
    others = {text for text in digits - births if text.isdigit() and len(text) == 8}
    dates = births | others if others else births
    exchanged = {birth_date(text[:4] + text[6:] + text[4:6]) for text in dates - births} - {""}
    years = {text for text in digits if PLAUSIBLE_YEAR.fullmatch(text)}
    readings = {*person.possible_dates, *exchanged, *years}
    return Fields(births, dates, sex if sex in {"M", "F"} else "", ids, frozenset(readings))


def compare(mine: Fields, theirs: Fields) -> Compared:
    """Return the verdicts on the fields of two people."""
    sexes = {mine.sex, theirs.sex}
    return Compared(
        _births(mine, theirs),
        Verdict.UNKNOWN if "" in sexes else Verdict.EQUAL if len(sexes) == 1 else Verdict.DIFFERS,
        _ids(mine.ids, theirs.ids),
    )


def _births(mine: Fields, theirs: Fields) -> Verdict:
    """Return the verdict on birth dates; one that can be read in two ways may contradict, never agree."""
    near = any(_near(a, b) for a in mine.dates for b in theirs.dates)
    if near or (mine.births and theirs.births):
        return _verdict(mine.births, theirs.births, near)
    one, other = (side.births or side.readings for side in (mine, theirs))
    if not one or not other or any(_may_be_one(a, b) for a in one for b in other):
        return Verdict.UNKNOWN
    return Verdict.DIFFERS


def _may_be_one(one: str, other: str) -> bool:
    """Tell whether two readings may be of one date; one of them may be a year alone."""
    return one.startswith(other) or other.startswith(one)


def _comparable(patient_id: str) -> str:
    """Return the letters and digits of an ID; a spreadsheet takes the zeros in front of a number away."""
    folded = fold(patient_id)
    found = "".join(filter(str.isalnum, folded)) or folded.strip()
    short = found.lstrip("0")
    return short if len(short) >= LEAST_DIGITS_WITHOUT_ZEROS else found


def _verdict(mine: frozenset[str], theirs: frozenset[str], near: bool) -> Verdict:
    if mine & theirs:
        return Verdict.EQUAL
    if near:
        return Verdict.NEAR
    return Verdict.DIFFERS if mine and theirs else Verdict.UNKNOWN


def _near(one: str, other: str) -> bool:
    """Tell whether one slip makes a date of the other, or only the year was known (written as 1 January)."""
    if one[:4] == other[:4] and UNKNOWN_DAY in (one[4:], other[4:]):
        return True
    return one[:4] + one[6:] + one[4:6] == other or OSA.distance(one, other, score_cutoff=1) <= 1


def _near_id(one: str, other: str) -> bool:
    long_enough = min(len(one), len(other)) >= LEAST_DIGITS_OF_A_SLIP
    return long_enough and OSA.distance(one, other, score_cutoff=1) <= 1


def _ids(mine: frozenset[str], theirs: frozenset[str]) -> Verdict:
    """Return the verdict on IDs; in a series, neighbours are other people rather than slips."""
    near = [(a, b) for a in mine for b in theirs if _near_id(a, b)]
    verdict = _verdict(mine, theirs, bool(near))
    if verdict is Verdict.NEAR and all(a[:-SERIES] == b[:-SERIES] for a, b in near):
        return Verdict.NEIGHBOUR
    return verdict


class FieldWeights:
    """What verdicts on fields weigh; a birth date that many share, such as 1 January 1900, weighs less."""

    def __init__(self, everybody: Iterable[Fields]) -> None:
        people = list(everybody)
        self._births = Counter(date for person in people for date in person.births)
        self._people = len(people)

    def weights(self, compared: Compared, mine: Fields, theirs: Fields) -> Weights:
        """Return how much likelier the fields are for one person and for a relative than for a stranger."""
        same = relative = 1.0
        match compared.birth:
            case Verdict.EQUAL:
                rare = 1 / max(self._shared(date) for date in mine.births & theirs.births)
                same, relative = EQUAL_BIRTH * rare, TWIN * rare + 1
            case Verdict.NEAR:
                same = NEAR_BIRTH * BIRTH_DATES / NEIGHBOURS
            case Verdict.DIFFERS:
                same = OTHER_BIRTH
        match compared.sex:
            case Verdict.EQUAL:
                same *= 2 * EQUAL_SEX
            case Verdict.DIFFERS:
                same *= 2 * OTHER_SEX
        match compared.id:
            case Verdict.EQUAL:
                same *= EQUAL_ID / max(COMMONEST_ID, min(10.0 ** -len(i) for i in mine.ids & theirs.ids))
            case Verdict.NEAR:
                same *= NEAR_ID / NEIGHBOURS / COMMONEST_ID
            case Verdict.DIFFERS:
                same *= OTHER_ID
        return Weights(same, relative)

    def birth_tells(self, mine: Fields, theirs: Fields) -> bool:
        """Tell whether two people have a birth date in common that few share."""
        return any(self._shared(date) < COMMON_BIRTH for date in mine.births & theirs.births)

    def _shared(self, date: str) -> float:
        # A person with their row are two who share a date by right.
        others = max(0, self._births[date] - 2)
        choices = YEARS if date.endswith(UNKNOWN_DAY) else BIRTH_DATES
        return (others + ELSEWHERE / choices) / (self._people + ELSEWHERE)
