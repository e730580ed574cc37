"""Play what a run would write, and take it back.

Owns: what is played leaves no trace.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from anonledger.ledger.schema import told
from anonledger.ledger.seals import watch
from anonledger.ledger.writing import Writing


class Rehearsing(Writing):
    """What the clerk does when a run has ended."""

    @contextmanager
    def undone(self) -> Iterator[Callable[[], bool]]:
        """Take back all that is written meanwhile; lend what tells whether anything was."""
        with told(self._path), self._writer.connect() as connection:
            watch(connection)
            transaction = connection.begin()
            try:
                with self.ledger.joining(connection):
                    yield lambda: connection.exec_driver_sql("SELECT 1 FROM touched").first() is not None
            finally:
                transaction.rollback()
