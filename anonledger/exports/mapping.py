"""The mapping: which pseudonym stands for whom, one line for each way the patient was spelled.

Owns: private/mapping.csv.
"""

from collections.abc import Iterable

from anonledger.exports.table import ExportTable, joined
from anonledger.records import MappingRow

COLUMNS = (
    "pseudonym",
    "patient_name",
    "patient_id",
    "issuer_of_patient_id",
    "birth_date",
    "sex",
    "other_identifiers",
)


def mapping(rows: Iterable[MappingRow]) -> ExportTable:
    """Return the mapping in the order of its columns; a line that would say the same again is left out."""
    return ExportTable("mapping", COLUMNS, tuple(sorted({_cells(row) for row in rows})), private=True)


def _cells(row: MappingRow) -> tuple[str, ...]:
    who = row.evidence
    return (
        row.pseudonym,
        who.name,
        who.patient_id,
        who.issuer,
        who.birth_date,
        who.sex,
        joined((*who.other_names, *who.other_ids)),
    )
