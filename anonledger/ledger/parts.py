"""What a seal is about: columns of a table that change together, and the digests of what they hold.

Owns: the same cells give the same digest on every machine; a part is told by the file, not by the models.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection

Key: TypeAlias = int | str

SCHEMA = "sqlite_schema"
SEALS = "seal"
# What a run with nothing to do changes in every row: sealed by itself, where many rows share a digest.
RESTLESS = {("source", "last_seen_run_id")}
LENGTH = 16  # bytes of a digest: enough against a second text that has the same one
GONE = bytes(LENGTH)


@dataclass(frozen=True, slots=True)
class Part:
    """Columns of a table, and the expressions for its key with NEW. or OLD. or nothing before each name."""

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]

    def key_of(self, row: str = "") -> str:
        """Return the SQL for a row's key; more than one column make a JSON list."""
        names = ", ".join(row + quoted(name) for name in self.key)
        return names if len(self.key) == 1 else f"json_array({names})"

    def rows(self, condition: str = "") -> str:
        """Return the SQL that asks for key and cells."""
        cells = ", ".join(map(quoted, self.columns))
        return f"SELECT {self.key_of()}, {cells} FROM main.{quoted(self.table)} {condition}"  # noqa: S608


def quoted(name: str) -> str:
    """Return a name as SQL takes it, whatever it is made of."""
    return '"' + name.replace('"', '""') + '"'


def parts(connection: Connection) -> list[Part]:
    """Return all parts of all tables that the file has, but for the seals themselves."""
    asked = (
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
    )
    tables = sorted(name for (name,) in connection.exec_driver_sql(asked) if name != SEALS)
    return [part for table in tables for part in _parts_of(connection, table)]


def _parts_of(connection: Connection, table: str) -> Iterator[Part]:
    columns = connection.exec_driver_sql(f"PRAGMA main.table_info({quoted(table)})").all()
    names = [column[1] for column in columns]
    in_key = sorted((column[5], column[1]) for column in columns if column[5])
    key = tuple(name for _, name in in_key) or ("rowid",)
    restless = tuple(name for name in names if (table, name) in RESTLESS)
    yield Part(table, key, tuple(name for name in names if name not in restless))
    if restless:
        yield Part(table, key, restless)


def count_rows(connection: Connection, table: str) -> int:
    """Return how many rows a table has."""
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {quoted(table)}").scalar() or 0)  # noqa: S608


# The file's own tables, indexes, views and triggers; SQLite itself lets nobody watch them.
SHAPE = Part(SCHEMA, ("name",), ("type", "tbl_name", "sql"))


def _hexed(cell: Any) -> dict[str, str]:
    return {"hex": bytes(cell).hex()}


_encode = json.JSONEncoder(separators=(",", ":"), default=_hexed).encode


def cells_digest(cells: Sequence[Any]) -> bytes:
    """Return the first 16 bytes of the SHA-256 of cells: as SQLite holds them, a JSON list in ASCII.

    There are no spaces in it, and bytes are an object with the one name ``hex``.
    """
    return hashlib.sha256(_encode(cells).encode()).digest()[:LENGTH]


def packed_keys(keys: Iterable[Key]) -> bytes:
    """Return keys as zlib of a JSON list, in which [first, last] stands for whole numbers in a row."""
    told: list[Key | list[int]] = []
    for key in keys:
        if isinstance(key, int) and told and isinstance(last := told[-1], list) and key == last[1] + 1:
            last[1] = key
        else:
            told.append([key, key] if isinstance(key, int) else key)
    return zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 1)


def packed_spans(spans: Iterable[tuple[int, int]]) -> bytes:
    """Return whole numbers, told by the first and the last of those in a row, as keys are packed."""
    return zlib.compress(json.dumps([*spans], separators=(",", ":")).encode(), 1)


def portions(spans: Iterable[tuple[int, int]], most: int) -> Iterator[list[tuple[int, int]]]:
    """Yield spans in portions of so many whole numbers; a longer span is cut."""
    portion: list[tuple[int, int]] = []
    left = most
    for first, last in spans:
        while first <= last:
            end = min(last, first + left - 1)
            portion.append((first, end))
            left -= end - first + 1
            first = end + 1
            if not left:
                yield portion
                portion, left = [], most
    if portion:
        yield portion


def unpacked_keys(packed: bytes) -> list[Key]:
    """Return the keys; raises ValueError for bytes that are none."""
    try:
        told = json.loads(zlib.decompress(packed))
        return [
            key for one in told for key in (range(one[0], one[1] + 1) if isinstance(one, list) else [one])
        ]
    except (zlib.error, ValueError, TypeError, LookupError) as error:
        raise ValueError("these are no keys") from error


def places_of(packed: bytes, wanted: Set[Key]) -> dict[Key, int]:
    """Return where among packed keys the wanted ones are; of bytes that are no keys nothing."""
    try:
        told = json.loads(zlib.decompress(packed))
    except (zlib.error, ValueError, TypeError):
        return {}
    found: dict[Key, int] = {}
    passed = 0
    for one in told:
        span = range(one[0], one[1] + 1) if isinstance(one, list) else (one,)
        fewer = wanted if len(wanted) < len(span) else span
        found |= {key: passed + span.index(key) for key in fewer if key in wanted and key in span}  # type: ignore[arg-type]
        passed += len(span)
    return found


def packed_digests(digests: Sequence[bytes]) -> bytes:
    """Return digests one behind the other, or the one that all have."""
    return digests[0] if len(set(digests)) == 1 else b"".join(digests)


def unpacked_digests(packed: bytes, count: int) -> list[bytes]:
    """Return as many digests as there are keys; raises ValueError for bytes that are none."""
    if count and len(packed) == LENGTH:
        return [packed] * count
    if len(packed) != LENGTH * count:
        raise ValueError("these are no digests")
    return [packed[start : start + LENGTH] for start in range(0, len(packed), LENGTH)]


def one_digest(packed: bytes, place: int) -> bytes:
    """Return the digest at a place among packed ones."""
    return packed if len(packed) == LENGTH else packed[LENGTH * place : LENGTH * (place + 1)]
