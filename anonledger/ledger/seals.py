"""Seal what a transaction changed: the digest of each row that it touched, in a chain of seals.

Owns: nothing that goes through the clerk is added, changed or removed without a seal.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert, select

from anonledger.digests import digest
from anonledger.ledger.models import seal
from anonledger.ledger.parts import (
    GONE,
    RESTLESS,
    SHAPE,
    Key,
    Part,
    cells_digest,
    packed_digests,
    packed_keys,
    packed_spans,
    parts,
    portions,
    quoted,
)

AT_ONCE = 10_000  # rows in one seal
WATCHED = "sealed parts"


def watch(connection: Connection) -> None:
    """Note from now on which rows are touched, on this connection alone; for a time between transactions."""
    if WATCHED in connection.info:
        return
    found = parts(connection)
    connection.rollback()
    # Not through SQLAlchemy, which would begin a transaction: what it rolls back must not be the watch.
    driver: Any = connection.connection.driver_connection
    driver.execute("CREATE TEMP TABLE IF NOT EXISTS touched (part INTEGER, line INTEGER, key, was BLOB)")
    driver.execute("CREATE TEMP TABLE IF NOT EXISTS sealed_apart (value)")
    driver.create_function("digest_of_cells", -1, lambda *cells: cells_digest(cells))
    for number, part in enumerate(found):
        for statement in _triggers(number, part):
            driver.execute(statement)
    connection.info[WATCHED] = found


def _triggers(number: int, part: Part) -> Iterator[str]:
    columns = ", ".join(map(quoted, part.columns))
    restless = any((part.table, name) in RESTLESS for name in part.columns)
    was = f"digest_of_cells({', '.join('OLD.' + quoted(name) for name in part.columns)})"
    was = "NULL" if restless else was
    for name, event, row, before in (
        ("added", "INSERT", "NEW", "NULL"),
        ("changed", f"UPDATE OF {columns}", "NEW", was),
        ("removed", "DELETE", "OLD", was),
    ):
        cells = f"{number}, {row}.rowid, {part.key_of(row + '.')}, {before}"
        when = f"AFTER {event} ON main.{quoted(part.table)}"
        if restless and name == "changed":
            when += f" WHEN NEW.{columns} IS NOT (SELECT value FROM sealed_apart)"  # noqa: S608
        noted = f"INSERT INTO touched VALUES ({cells})"  # noqa: S608
        yield f"CREATE TEMP TRIGGER IF NOT EXISTS {name}_{number} {when} BEGIN {noted}; END"


def seal_touched(connection: Connection) -> None:
    """Seal the rows that this transaction touched, at its end; of a removed one the key stays."""
    for part, keys in touched_keys(connection).items():
        lines = f"WHERE rowid IN (SELECT line FROM touched WHERE part = {watched(connection).index(part)})"  # noqa: S608
        left = dict.fromkeys(keys, GONE) | dict(digests_of(connection, part, lines))
        seal_rows(connection, part, left.items())
    connection.exec_driver_sql("DELETE FROM touched")


@contextmanager
def sealing_apart(connection: Connection, spans: Sequence[tuple[int, int]], value: int) -> Iterator[None]:
    """Seal what is seen of very many sources at once: within, all rows of these spans get the same value.

    They are as many as there are files; noted one by one, they would take ten times as long.
    """
    ((table, column),) = RESTLESS
    connection.exec_driver_sql("INSERT INTO sealed_apart VALUES (?)", (value,))
    yield
    connection.exec_driver_sql("DELETE FROM sealed_apart")
    digests = packed_digests([cells_digest((value,))])
    for some in portions(spans, AT_ONCE):
        append(connection, table, (column,), packed_spans(some), digests)


def touched_keys(connection: Connection) -> dict[Part, set[Key]]:
    """Return the keys of the rows that this transaction touched, by part."""
    touched: dict[int, set[Key]] = defaultdict(set)
    for number, key in connection.exec_driver_sql("SELECT part, key FROM touched"):
        touched[number].add(key)
    return {watched(connection)[number]: keys for number, keys in sorted(touched.items())}


def is_touched(connection: Connection, tables: Collection[str]) -> bool:
    """Tell whether this transaction touched a row of one of these tables."""
    ours = [number for number, part in enumerate(watched(connection)) if part.table in tables]
    asked = f"SELECT 1 FROM touched WHERE part IN ({', '.join(map(str, ours))}) LIMIT 1"  # noqa: S608
    return connection.exec_driver_sql(asked).first() is not None


def watched(connection: Connection) -> list[Part]:
    """Return the parts that are watched; what is noted of one has its position."""
    found: list[Part] = connection.info[WATCHED]
    return found


def seal_all(connection: Connection) -> None:
    """Begin anew with every row of every table as it stands: for a new file, and after an upgrade."""
    append(connection, "", (), b"", b"")
    for part in (SHAPE, *parts(connection)):
        seal_rows(connection, part, digests_of(connection, part))


def digests_of(connection: Connection, part: Part, condition: str = "") -> Iterator[tuple[Key, bytes]]:
    """Yield key and digest of the rows of a part."""
    rows = connection.exec_driver_sql(part.rows(condition))
    digested = cache(cells_digest) if len(part.columns) == 1 else cells_digest  # many rows share one cell
    while some := rows.fetchmany(AT_ONCE):
        yield from [(row[0], digested(row[1:])) for row in some]


def seal_rows(connection: Connection, part: Part, sealed: Iterable[tuple[Key, bytes]]) -> None:
    """Append seals of rows."""
    left = iter(sealed)
    while some := sorted(islice(left, AT_ONCE), key=lambda one: (isinstance(one[0], str), one[0])):
        keys, digests = zip(*some, strict=True)
        append(connection, part.table, part.columns, packed_keys(keys), packed_digests(digests))


def append(connection: Connection, table: str, columns: Sequence[str], keys: bytes, digests: bytes) -> None:
    """Append a seal to the chain."""
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
