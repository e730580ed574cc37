"""The sources that are held back, and why.

Owns: private/quarantine.csv.
"""

from collections.abc import Iterable

from anonledger.exports.table import ExportTable
from anonledger.records import QuarantineRow

COLUMNS = ("path", "member", "sha256", "reason", "where", "since_run", "id")


def quarantine(rows: Iterable[QuarantineRow]) -> ExportTable:
    """Return the quarantine by path, member, digest, reason, place in the file, run and the ledger's id."""
    ordered = sorted({(r.path, r.member, r.digest, str(r.reason), r.where, r.run, r.id) for r in rows})
    cells = tuple((*texts, str(run), str(one)) for *texts, run, one in ordered)
    return ExportTable("quarantine", COLUMNS, cells, private=True)
