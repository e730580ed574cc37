"""Seal what a transaction changed: the digest of each row that it touched, in a chain of seals.

Owns: nothing that goes through the clerk is added, changed or removed without a seal.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert, select

from anonledger.digests import digest
from anonledger.ledger.models import seal
from anonledger.ledger.parts import (
    GONE,
    SHAPE,
    Key,
    Part,
    cells_digest,
    packed_digests,
    packed_keys,
    parts,
    quoted,
)

AT_ONCE = 10_000  # rows in one seal
WATCHED = "sealed parts"


def watch(connection: Connection) -> None:
    """Note from now on which rows are touched, on this connection alone; for a time between transactions."""
    if WATCHED in connection.info:
        return
    watched = parts(connection)
    connection.rollback()
    # Not through SQLAlchemy, which would begin a transaction: what it rolls back must not be the watch.
    driver: Any = connection.connection.driver_connection
    driver.execute("CREATE TEMP TABLE IF NOT EXISTS touched (part INTEGER, line INTEGER, key)")
    for number, part in enumerate(watched):
        for statement in _triggers(number, part):
            driver.execute(statement)
    connection.info[WATCHED] = watched


def _triggers(number: int, part: Part) -> Iterator[str]:
    columns = ", ".join(map(quoted, part.columns))
    for name, event, row in (
        ("added", "INSERT", "NEW"),
        ("changed", f"UPDATE OF {columns}", "NEW"),
        ("removed", "DELETE", "OLD"),
    ):
        noted = f"INSERT INTO touched VALUES ({number}, {row}.rowid, {part.key_of(row + '.')})"  # noqa: S608
        when = f"AFTER {event} ON main.{quoted(part.table)}"
        yield f"CREATE TEMP TRIGGER IF NOT EXISTS {name}_{number} {when} BEGIN {noted}; END"


def seal_touched(connection: Connection) -> None:
    """Seal the rows that this transaction touched, at its end."""
    touched: dict[int, set[Key]] = {}
    for number, key in connection.exec_driver_sql("SELECT DISTINCT part, key FROM touched ORDER BY part"):
        touched.setdefault(number, set()).add(key)
    for number, keys in touched.items():
        part = connection.info[WATCHED][number]
        lines = f"WHERE rowid IN (SELECT line FROM touched WHERE part = {number})"  # noqa: S608
        left = dict.fromkeys(keys, GONE) | dict(_digests(connection, part, lines))
        _seal(connection, part, left.items())
    connection.exec_driver_sql("DELETE FROM touched")


def seal_all(connection: Connection) -> None:
    """Begin anew with every row of every table as it stands: for a new file, and after an upgrade."""
    _append(connection, "", (), b"", b"")
    for part in (SHAPE, *parts(connection)):
        _seal(connection, part, _digests(connection, part))


def _digests(connection: Connection, part: Part, condition: str = "") -> Iterator[tuple[Key, bytes]]:
    rows = connection.exec_driver_sql(part.rows(condition))
    while some := rows.fetchmany(AT_ONCE):
        yield from ((key, cells_digest(cells)) for key, *cells in some)


def _seal(connection: Connection, part: Part, sealed: Iterable[tuple[Key, bytes]]) -> None:
    left = iter(sealed)
    while some := sorted(islice(left, AT_ONCE), key=lambda one: (isinstance(one[0], str), one[0])):
        keys, digests = zip(*some, strict=True)
        _append(connection, part.table, part.columns, packed_keys(keys), packed_digests(digests))


def _append(connection: Connection, table: str, columns: Sequence[str], keys: bytes, digests: bytes) -> None:
    previous = connection.scalar(select(seal.c.digest).order_by(seal.c.id.desc()).limit(1)) or ""
    run = connection.exec_driver_sql("SELECT max(id) FROM run").scalar()
    content = content_digest(keys, digests)
    row = {
        "run_id": run,
        "table_name": table,
        "columns": list(columns),
        "row_keys": keys,
        "row_digests": digests,
        "content": content,
        "previous": previous,
        "digest": chained(previous, run, table, columns, content),
    }
    connection.execute(insert(seal), row)


def content_digest(keys: bytes, digests: bytes) -> str:
    """Return the digest (64 hex digits) of what a seal is about."""
    return digest("sealed/1", keys, digests)


def chained(previous: str, run: int | None, table: str, columns: Sequence[str], content: str) -> str:
    """Return the digest (64 hex digits) of a seal; ``previous`` is that of the one before, "" at first."""
    return digest("seal/1", previous, run, table, columns, content)
