"""Say what is at odds in the evidence that was taken for one patient's.

Owns: it is told and decides nothing; no sentence holds an identifier.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from anonledger.folding import fold
from anonledger.records import Evidence
from anonledger.subjects.alignment import align
from anonledger.subjects.dates import birth_date
from anonledger.subjects.names import is_placeholder
from anonledger.subjects.spelled import Name, spelled

DATES_APART = "one patient with different birth dates"
SEXES_APART = "one patient with both sexes"
WORDS_APART = "one patient with names of which a whole word differs"
IDS_APART = "one name and birth date with several patient IDs, taken for one patient"
UNDATED_IDS_APART = "one patient with several patient IDs"  # by a person's decision, or an imported pseudonym
MOST_SPELLINGS = 20  # of one patient, that are compared with each other


def contradictions(evidence: Sequence[Evidence]) -> Iterator[str]:
    """Yield what is at odds: different birth dates, sexes, names or patient IDs."""
    if len(evidence) < 2:
        return
    if len({birth_date(one.birth_date) for one in evidence} - {""}) > 1:
        yield DATES_APART
    if {fold(one.sex.strip()) for one in evidence} >= {"m", "f"}:
        yield SEXES_APART
    ids, dated = _ids(evidence), _ids(one for one in evidence if birth_date(one.birth_date))
    if len(ids) > 1:
        yield IDS_APART if ids == dated else UNDATED_IDS_APART
    if _words_differ([spelled([name]) for name in sorted({one.name for one in evidence})]):
        yield WORDS_APART


def _ids(evidence: Iterable[Evidence]) -> set[str]:
    return {fold(one.patient_id.strip()) for one in evidence if not is_placeholder(one.patient_id)}


def _words_differ(names: Sequence[Sequence[Name]]) -> bool:
    """Tell whether two names, each in one or more scripts, differ in every script that they share."""
    for one, other in combinations(names[:MOST_SPELLINGS], 2):
        alike = [align(a, b) for a in one for b in other if _latin(a) is _latin(b)]
        if alike and all(found.contrary for found in alike):
            return True
    return False


def _latin(name: Name) -> bool:
    return all(word.text.isascii() for word in name)
