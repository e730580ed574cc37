"""Tell whether what is said of two patients may be said of one.

Owns: a name that many bear, or half a name, makes nobody the same; nor do names that differ in one script.
"""

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from anonledger.folding import fold
from anonledger.records import Evidence
from anonledger.subjects.alignment import kind_of
from anonledger.subjects.dates import birth_date
from anonledger.subjects.names import is_placeholder, is_telling, listed
from anonledger.subjects.spelled import is_initial

FIRST_OF_A_YEAR = "0101"  # often written where the year alone is known, so that namesakes share it


def tells_a_person(name: str) -> bool:
    """Tell whether a canonical name is a person's whole name: two words, or two signs of another script."""
    parts = [part for part in name.split() if not is_initial(part)]
    if not listed("kin_words.txt").isdisjoint(parts):
        return False
    return len(parts) > 1 or (not name.isascii() and len(name.replace(" ", "")) > 1)


def abbreviation(names: tuple[str, ...]) -> str:
    """Return the sorted initials that a name consists of, or ""."""
    parts = names[0].split()
    if len(parts) > 1 and all(len(part) == 1 for part in parts):
        return "".join(parts)
    return "".join(sorted(parts[0])) if len(parts) == 1 and 2 <= len(parts[0]) <= 3 else ""


def tells_a_day(birth: str) -> bool:
    """Tell whether a birth date is more than a year."""
    return not birth.endswith(FIRST_OF_A_YEAR)


def other_script(names: Iterable[str]) -> frozenset[str]:
    """Return those of the names that are not in Latin letters, without the spaces."""
    return frozenset(name.replace(" ", "") for name in names if not name.isascii())


def are_two(one: tuple[str, frozenset[str]], other: tuple[str, frozenset[str]]) -> bool:
    """Tell whether birth dates and names (folded words) of two pieces of evidence cannot be one person's.

    They are so when the dates differ by more than a slip, and both names have words beside one in common.
    """
    (birth, words), (its_birth, its_words) = one, other
    if not birth or not its_birth or _is_slip(birth, its_birth):
        return False
    mine, its = (sorted(filter(is_telling, found)) for found in (words, its_words))
    alike = sum(any(kind_of(word, another) is not None for another in its) for word in mine)
    return min(len(mine), len(its)) > 1 and alike < 2


def at_odds(one: Sequence[Evidence], other: Sequence[Evidence]) -> bool:
    """Tell whether what is known of two namesakes speaks against their being one person.

    Their birth dates or sexes differ; or their patient IDs do, and they have no birth date in common.
    """
    births, its_births = _births(one), _births(other)
    if births and its_births:
        if births.isdisjoint(its_births):
            return True
    elif _ids(one) and _ids(other) and not _share_an_id(one, other):
        return True
    sexes, its_sexes = ({fold(e.sex.strip()) for e in side} & {"m", "f"} for side in (one, other))
    return bool(sexes and its_sexes) and sexes.isdisjoint(its_sexes)


def confirmed(one: Sequence[Evidence], other: Sequence[Evidence]) -> bool:
    """Tell whether two namesakes have a birth date or a patient ID in common."""
    return not _births(one).isdisjoint(_births(other)) or _share_an_id(one, other)


def _births(evidence: Iterable[Evidence]) -> set[str]:
    return {birth_date(one.birth_date) for one in evidence} - {""}


def _ids(evidence: Iterable[Evidence]) -> set[tuple[str, str]]:
    return {
        (fold(one.patient_id.strip()), fold(one.issuer.strip()))
        for one in evidence
        if not is_placeholder(one.patient_id)
    }


def _share_an_id(one: Iterable[Evidence], other: Iterable[Evidence]) -> bool:
    """Tell whether there is a patient ID of both; an unknown issuer equals any."""
    return any(a == b and (not i or not j or i == j) for a, i in _ids(one) for b, j in _ids(other))


def _is_slip(one: str, other: str) -> bool:
    exchanged = one[:4] + one[6:] + one[4:6]
    return exchanged == other or OSA.distance(one, other, score_cutoff=1) <= 1
