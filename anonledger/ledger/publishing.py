"""Read which files stood in the dataset after a run, and what made them.

Owns: told by rows that later runs only add to, or close with their own number; so the answer stays the same.
"""

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from anonledger.ledger.columns import Spelled
from anonledger.ledger.history import text
from anonledger.ledger.reading import AT_ONCE, Reading
from anonledger.records import Published

# The newest output of that source with those bytes, and none that a later run added.
MADE = """
SELECT placement.path, placement.object_digest, placement.size, placement.source_digest,
  coalesce(output.rules_digest, '') AS rules_digest, coalesce(output.run_id, placement.run_id) AS run
FROM placement
LEFT JOIN output ON output.id = (
  SELECT max(made.id) FROM output AS made WHERE made.source_digest = placement.source_digest
    AND made.object_digest = placement.object_digest AND made.run_id <= :run
)
WHERE placement.tree = :tree AND placement.run_id <= :run AND placement.removed_run_id {} ORDER BY path
"""
STANDING, REMOVED = MADE.format("IS NULL"), MADE.format("> :run")
PLACE = """
SELECT rtrim(root, '/') || '/' || path || CASE member WHEN '' THEN '' ELSE '!/' || member END
FROM source WHERE digest = ? ORDER BY last_seen_run_id DESC, root, path, member LIMIT 1
"""


class Publications:
    """The files of a dataset as of a run; every pass over them sees the same rows."""

    def __init__(self, connection: Connection, tree: str, run: int) -> None:
        """Look at a tree as it was when a run had ended."""
        self._connection = connection
        self._bound = {"tree": Spelled.stored(tree), "run": run}

    def __iter__(self) -> Iterator[Published]:
        """Yield the files, ordered by path."""
        # Apart, for those that stand come by an index and need no sorting.
        for row in heapq.merge(self._rows(STANDING), self._rows(REMOVED), key=_order):
            yield Published(
                text(row.path), row.object_digest, row.size, row.rules_digest, row.run, row.source_digest
            )

    def place(self, source_digest: str) -> str:
        """Return a place where a source lay when it was last seen, "" when it is not known any more."""
        found = self._connection.exec_driver_sql(PLACE, (source_digest,)).scalar()
        return "" if found is None else text(found)

    def _rows(self, query: str) -> Iterator[Any]:
        streaming = self._connection.execution_options(yield_per=AT_ONCE)
        return iter(streaming.exec_driver_sql(query, self._bound))


class Publishing(Reading):
    """The ledger of a project, open for questions on what was published."""

    @contextmanager
    def as_of(self, tree: str, run: int) -> Iterator[Publications]:
        """Look at a tree as it was when a run had ended, until the context is left."""
        with self._reading() as connection:
            yield Publications(connection, tree, run)


def _order(row: Any) -> tuple[bool, bytes]:
    """Return the order of SQLite: texts by their bytes in UTF-8, then bytes."""
    path = row.path
    return (True, path) if isinstance(path, bytes) else (False, path.encode())
