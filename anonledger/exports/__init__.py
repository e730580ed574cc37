"""Records to tables: mapping, missing patients, matches, doubts, quarantine, the shortened demographics.

Owns: the names by which the hall knows this room.
"""

from anonledger.exports.demographics import shortened
from anonledger.exports.doubts import doubts
from anonledger.exports.mapping import mapping
from anonledger.exports.matches import matches
from anonledger.exports.missing import missing_private, missing_shareable
from anonledger.exports.quarantine import quarantine
from anonledger.exports.table import ExportTable, to_csv

__all__ = [
    "ExportTable",
    "doubts",
    "mapping",
    "matches",
    "missing_private",
    "missing_shareable",
    "quarantine",
    "shortened",
    "to_csv",
]
