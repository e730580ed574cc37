"""Write which bytes the tables had after a run, and what a withdrawal made of them.

Owns: a row is added only for bytes that are kept; a withdrawal leaves no digest of what it took away.
"""

from collections.abc import Sequence

from sqlalchemy import insert, update

from anonledger.ledger import events
from anonledger.ledger.kept import REDACTED
from anonledger.ledger.models import export
from anonledger.ledger.writing import Writing
from anonledger.records import Kept


class Filing(Writing):
    """What the clerk writes of exports that were kept."""

    def keep_exports(self, run: int, kept: Sequence[Kept]) -> None:
        """Add exports whose bytes lie in the store; their ids are given here."""
        rows = [
            {"name": k.name, "delimiter": k.delimiter, "digest": k.digest, "size": k.size, "run_id": run}
            for k in kept
        ]
        with self._writing() as connection:
            if rows:
                connection.execute(insert(export), rows)

    def redact_exports(self, run: int, kept: Sequence[Kept]) -> None:
        """Let exports, by their ids, have other bytes from now on; of the former ones no trace stays."""
        with self._writing(erasing=True) as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            for one in kept:
                now = {"digest": one.digest, "size": one.size, "redacted_run_id": run}
                connection.execute(update(export).where(export.c.id == one.id).values(now))
            events.append(connection, run, REDACTED, [(None, f"{len(kept)} tables")])
