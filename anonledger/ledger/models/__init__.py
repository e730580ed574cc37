"""The tables of the ledger; a row is added and stays, but for the stat cache and what closes a row.

Owns: the shape that the migrations build up to, and every row names its run.
"""

from anonledger.ledger.models.corrections import correction, likeness, mark, withdrawal
from anonledger.ledger.models.exports import export
from anonledger.ledger.models.people import (
    assignment,
    demographic,
    demographic_table,
    identity,
    link,
    ruling,
    subject,
    term,
)
from anonledger.ledger.models.runs import event, fact, metadata, run
from anonledger.ledger.models.seals import seal
from anonledger.ledger.models.sources import instance, source, vocabulary
from anonledger.ledger.models.work import (
    EMPTY,
    decision,
    open_by_content,
    open_by_location,
    output,
    placement,
    quarantine,
    standing,
)

__all__ = [
    "EMPTY",
    "assignment",
    "correction",
    "decision",
    "demographic",
    "demographic_table",
    "event",
    "export",
    "fact",
    "identity",
    "instance",
    "likeness",
    "link",
    "mark",
    "metadata",
    "open_by_content",
    "open_by_location",
    "output",
    "placement",
    "quarantine",
    "ruling",
    "run",
    "seal",
    "source",
    "standing",
    "subject",
    "term",
    "vocabulary",
    "withdrawal",
]
