"""Change the ledger's file: one transaction at a time, by the only one who may.

Owns: a transaction that did not end has left nothing behind, one that did has sealed what it touched; what
belongs together is one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from anonledger.ledger.covering import tell_misfits
from anonledger.ledger.expunging import seal_erased
from anonledger.ledger.queries import Ledger
from anonledger.ledger.schema import open_ledger, told
from anonledger.ledger.seals import seal_touched, watch


class Writing:
    """The ledger of a project, open for writing; ``ledger`` reads the same file meanwhile."""

    def __init__(self, path: Path) -> None:
        """Open the ledger, creating or upgrading it; raises LedgerError, NewerLedgerError."""
        engine = open_ledger(path)
        self._path = path
        self._writer = engine.execution_options(writes=True)
        self.ledger = Ledger(path, engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.ledger.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make all that is written meanwhile one transaction, which ``ledger`` reads from; may be nested.

        An error that leaves it takes all of it back.
        """
        with self._writing() as connection, self.ledger.joining(connection):
            yield

    @contextmanager
    def _writing(self, *, erasing: bool = False) -> Iterator[Connection]:
        """Write in one transaction; ``erasing``: not even the seals keep a trace of what it changes."""
        if self.ledger.joined is not None:
            if erasing:
                raise RuntimeError("What is erased is a transaction of its own.")
            yield self.ledger.joined
            return
        with told(self._path), self._writer.connect() as connection:
            watch(connection)
            with connection.begin():
                yield connection
                tell_misfits(connection)
                seal_erased(connection) if erasing else seal_touched(connection)
