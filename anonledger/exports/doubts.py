"""What is doubtful about who is who, for a person to look through.

Owns: private/doubts.csv.
"""

from collections.abc import Iterable

from anonledger.exports.table import ExportTable
from anonledger.records import DoubtRow

COLUMNS = ("doubt", "where", "pseudonym", "patient_id", "patient_name", "birth_date", "sex")


def doubts(rows: Iterable[DoubtRow]) -> ExportTable:
    """Return the doubts by what they are and where: a study UID or a folder, else "" (they are on a patient).

    The pseudonym is "" for patients who got none because the run stopped at this doubt.
    """
    return ExportTable("doubts", COLUMNS, tuple(sorted({_cells(row) for row in rows})), private=True)


def _cells(row: DoubtRow) -> tuple[str, ...]:
    who = row.evidence
    return (row.doubt, row.where, row.pseudonym, who.patient_id, who.name, who.birth_date, who.sex)
