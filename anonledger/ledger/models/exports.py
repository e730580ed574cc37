"""The table of exports that were kept: which bytes a table had, and since which run.

Owns: a table as of a run is the latest row of its name whose run is not a later one.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from anonledger.ledger.columns import Word, refers, required
from anonledger.ledger.models.runs import metadata
from anonledger.outcomes import Export

export = Table(
    "export",
    metadata,
    Column("id", Integer, primary_key=True),
    required("name", Word(Export)),
    # Between the cells of a line; "" where there are no lines.
    required("delimiter", Text),
    # SHA-256 of the bytes; "" when a withdrawal left nothing of them.
    required("digest", Text),
    required("size", BigInteger),
    refers("run_id", "run.id"),
    # The run of the latest withdrawal that took rows out: from then on these are not the bytes of then.
    Column("redacted_run_id", ForeignKey("run.id")),
    Index(None, "name"),
)
