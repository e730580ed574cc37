"""Ask the ledger's file: one question on one connection, answered at once or row by row.

Owns: what the database raises leaves as one sentence, and no connection stays open.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, Select

from anonledger.ledger.parts import SEALS
from anonledger.ledger.schema import open_ledger, told
from anonledger.ledger.seals import is_touched

AT_ONCE = 1000

Made = TypeVar("Made")


class Reading:
    """The ledger of a project, open for reading; an iterator sees the rows as they were when it began."""

    def __init__(self, path: Path, engine: Engine | None = None) -> None:
        """Open the ledger, creating or upgrading it; raises LedgerError, NewerLedgerError."""
        self._path = path
        self._engine = engine or open_ledger(path)
        self.joined: Connection | None = None
        self._made: dict[str, tuple[object, Any]] = {}

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

    def _unless_sealed(self, name: str, tables: Sequence[str], make: Callable[[], Made]) -> Made:
        """Return what was made of some tables before; it is made anew when anything was written to one."""
        asked = "SELECT max(id) FROM seal WHERE table_name IN (SELECT value FROM json_each(?))"
        with self._reading() as connection:
            if self.joined is not None and is_touched(connection, tables):
                return make()
            # Of rows that were erased only the seal that tells of seals speaks.
            last = connection.exec_driver_sql(asked, (json.dumps([*tables, SEALS]),)).scalar()
        if name not in self._made or self._made[name][0] != last:
            self._made[name] = last, make()
        made: Made = self._made[name][1]
        return made

    def _all(self, query: Select[Any]) -> list[Any]:
        with self._reading() as connection:
            return list(connection.execute(query))

    def _stream(self, query: Select[Any]) -> Iterator[Any]:
        if self.joined is not None:  # what is written while they are read would come up in them
            yield from self._all(query)
            return
        with self._reading() as connection:
            yield from connection.execution_options(yield_per=AT_ONCE).execute(query)
