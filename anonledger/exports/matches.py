"""What linkage decided for each patient, for a person to look through.

Owns: private/matches.csv.
"""

from collections.abc import Iterable

from anonledger.exports.table import ExportTable, joined
from anonledger.records import MatchRow

COLUMNS = (
    "pseudonym",
    "patient_id",
    "patient_name",
    "birth_date",
    "status",
    "table",
    "row",
    "score",
    "candidates",
    "reasons",
)


def matches(rows: Iterable[MatchRow]) -> ExportTable:
    """Return the matches in the order of their columns.

    "row" holds the accepted rows and "candidates" the possible ones, best first (1 is the first row below the
    header, "|" between several); "score" lies between 0 and 1 and has four decimals.
    """
    return ExportTable("matches", COLUMNS, tuple(sorted({_cells(row) for row in rows})), private=True)


def _cells(row: MatchRow) -> tuple[str, ...]:
    who, link = row.evidence, row.link
    return (
        row.pseudonym,
        who.patient_id,
        who.name,
        who.birth_date,
        str(link.status),
        row.table,
        joined(map(str, link.rows)),
        f"{link.score:.4f}",
        joined(map(str, link.candidates)),
        joined(link.reasons),
    )
