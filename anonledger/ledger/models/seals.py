"""The table of seals: what each transaction left in the rows that it touched, as digests.

Owns: the shape of the chain that every row of the ledger hangs on.
"""

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, Table, Text

from anonledger.ledger.columns import refers, required
from anonledger.ledger.models.runs import metadata

seal = Table(
    "seal",
    metadata,
    Column("id", Integer, primary_key=True),
    # NULL: made with the file, before its first run.
    refers("run_id", "run.id", optional=True),
    # "" begins anew: with the file, and after its schema was upgraded.
    required("table_name", Text),
    required("columns", JSON),
    required("row_keys", LargeBinary),
    required("row_digests", LargeBinary),
    required("content", Text),
    required("previous", Text),
    required("digest", Text),
    Index(None, "table_name"),
)
