"""Patients of the DICOM without a row in the demographics table, and rows without a patient.

Owns: private/missing.csv and the missing.csv that may be shared (pseudonyms only).
"""

from collections.abc import Iterable

from anonledger.exports.table import ExportTable
from anonledger.outcomes import LinkStatus
from anonledger.records import MatchRow, UnusedRow

PRIVATE_COLUMNS = ("pseudonym", "patient_name", "patient_id", "birth_date", "status")
SHAREABLE_COLUMNS = ("pseudonym",)


def missing_private(matches: Iterable[MatchRow], unused: Iterable[UnusedRow] | None = None) -> ExportTable:
    """Return the patients whose link is not accepted, sorted by pseudonym; status "missing" or "review".

    With ``unused`` there is a further column "row", and behind the patients stand the rows of the table that
    belong to nobody, by number: status "unused row", the name as the table has it.
    """
    patients = sorted({_cells(match) for match in _missing(matches)})
    if unused is None:
        return ExportTable("missing", PRIVATE_COLUMNS, tuple(patients), private=True)
    rows = [(*cells, "") for cells in patients]
    rows += [("", u.name, "", "", "unused row", str(u.row)) for u in sorted(unused, key=lambda u: u.row)]
    return ExportTable("missing", (*PRIVATE_COLUMNS, "row"), tuple(rows), private=True)


def missing_shareable(matches: Iterable[MatchRow]) -> ExportTable:
    """Return the pseudonyms of the patients whose link is not accepted, sorted."""
    pseudonyms = sorted({match.pseudonym for match in _missing(matches)})
    return ExportTable("missing", SHAREABLE_COLUMNS, tuple((p,) for p in pseudonyms), private=False)


def _missing(matches: Iterable[MatchRow]) -> Iterable[MatchRow]:
    return (match for match in matches if match.link.status is not LinkStatus.ACCEPTED)


def _cells(match: MatchRow) -> tuple[str, ...]:
    who = match.evidence
    return (match.pseudonym, who.name, who.patient_id, who.birth_date, str(match.link.status))
