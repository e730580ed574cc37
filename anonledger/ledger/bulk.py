"""Write rows by the thousand with a statement that is made once.

Owns: a cell is bound as its column says, in whatever way a statement is executed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table, Update
from sqlalchemy.dialects.sqlite import dialect

SQLITE = dialect()


class Bulk:
    """A statement to be given many rows, each by the names of what is bound.

    SQLAlchemy makes a statement anew each time that it is asked, and binds cell by cell: for a file looked at
    or published that took several times as long as SQLite does.
    """

    def __init__(self, statement: Insert | Update, columns: Sequence[str] | None = None) -> None:
        """``columns``: those of an INSERT that are given."""
        compiled: Any = statement.compile(dialect=SQLITE, column_keys=columns)
        self._statement = str(compiled)
        kinds = {name: compiled.binds[name].type for name in compiled.positiontup}
        self._bound = [
            (name, kind.dialect_impl(SQLITE).bind_processor(SQLITE)) for name, kind in kinds.items()
        ]

    def execute(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it for each of the rows, if there are any."""
        if not rows:
            return
        columns = []
        for name, stored in self._bound:
            cells = [row[name] for row in rows]
            columns.append(cells if stored is None else map(stored, cells))
        connection.exec_driver_sql(self._statement, list(zip(*columns, strict=True)))


def columns_of(table: Table) -> list[str]:
    """Return the columns that a row is added with: all but the number that SQLite gives it."""
    return [column.name for column in table.c if column is not table.autoincrement_column]
