"""Ask the ledger's file: one question on one connection, answered at once or row by row.

Owns: what the database raises leaves as one sentence, and no connection stays open.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Select

from anonledger.ledger.schema import open_ledger, told

AT_ONCE = 1000


class Reading:
    """The ledger of a project, open for reading; an iterator sees the rows as they were when it began."""

    def __init__(self, path: Path, engine: Engine | None = None) -> None:
        """Open the ledger, creating or upgrading it; raises LedgerError, NewerLedgerError."""
        self._path = path
        self._engine = engine or open_ledger(path)
        self.joined: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextmanager
    def joining(self, connection: Connection) -> Iterator[None]:
        """Ask a connection that writes, so that answers hold what is not committed yet."""
        before, self.joined = self.joined, connection
        try:
            yield
        finally:
            self.joined = before

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self.joined is not None:
            yield self.joined
            return
        with told(self._path), self._engine.connect() as connection:
            yield connection

    def _all(self, query: Select[Any]) -> list[Any]:
        with self._reading() as connection:
            return list(connection.execute(query))

    def _stream(self, query: Select[Any]) -> Iterator[Any]:
        if self.joined is not None:  # what is written while they are read would come up in them
            yield from self._all(query)
            return
        with self._reading() as connection:
            yield from connection.execution_options(yield_per=AT_ONCE).execute(query)
