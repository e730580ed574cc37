"""Gather, out of the ledger, what is doubtful about who is who.

Owns: a doubt is listed with its evidence and decides nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from anonledger.engine.recipes import is_learnt
from anonledger.ledger.queries import Ledger
from anonledger.records import DoubtRow, Identity
from anonledger.subjects.corrections import told_apart
from anonledger.subjects.identities import KNOWN_APART, resolve
from anonledger.subjects.imported import is_imported

STUDY = "a study with the files of several patients"
FOLDER = "a folder with the files of several patients"


def identities(ledger: Ledger) -> list[Identity]:
    """Return the identities that tell who is who."""
    return [
        one for one in ledger.identities() if not is_learnt(one.evidence) and not is_imported(one.evidence)
    ]


def doubts(ledger: Ledger) -> tuple[DoubtRow, ...]:
    """Return every doubt about the patients of the DICOM, a row for each spelling of those concerned."""
    known = {identity.id: identity for identity in identities(ledger)}
    names = {subject.id: subject.pseudonym for subject in ledger.subjects()}
    found = [*_of_patients(ledger, known.values(), names)]
    for doubt, places in zip((STUDY, FOLDER), ledger.of_several(), strict=True):
        found += _of_places(doubt, places, known, names)
    return tuple(found)


def counted(rows: Iterable[DoubtRow]) -> dict[str, int]:
    """Return of how many patients, studies or folders each doubt is."""
    cases: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        cases[row.doubt].add(row.where or row.pseudonym)
    return {doubt: len(found) for doubt, found in sorted(cases.items())}


def _of_patients(ledger: Ledger, known: Iterable[Identity], names: Mapping[int, str]) -> Iterator[DoubtRow]:
    in_dicom = ledger.subjects_of_instances()
    apart = {subject for pair in told_apart(ledger.corrections()) for subject in pair}
    for cluster in resolve(list(known), ()):
        if cluster.subject in in_dicom:
            # A person decided on these.
            settled = {KNOWN_APART} if cluster.subject in apart else set()
            for doubt in (one for one in cluster.doubts if one not in settled):
                for evidence in cluster.evidence:
                    yield DoubtRow(doubt, names[cluster.subject], evidence, evidence.scope)


def _of_places(
    doubt: str, places: Iterable[tuple[str, int]], known: Mapping[int, Identity], names: Mapping[int, str]
) -> Iterator[DoubtRow]:
    found: dict[str, list[Identity]] = defaultdict(list)
    for place, identity in places:
        if identity in known:
            found[place].append(known[identity])
    for place, here in found.items():
        if len({one.subject for one in here}) > 1:
            for one in here:
                yield DoubtRow(doubt, names[one.subject], one.evidence, place)
