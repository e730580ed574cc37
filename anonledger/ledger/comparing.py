"""Compare every row with its latest seal.

Owns: a row that was changed, added or removed without a seal is named, in whatever table.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from sqlalchemy import Connection, func, select

from anonledger.ledger.columns import among
from anonledger.ledger.models import seal
from anonledger.ledger.parts import (
    GONE,
    SHAPE,
    Key,
    Part,
    cells_digest,
    parts,
    unpacked_digests,
    unpacked_keys,
)
from anonledger.outcomes import Misfit
from anonledger.records import Unfit

Sealed: TypeAlias = dict[tuple[str, ...], dict[Key, bytes]]


def unfit_rows(connection: Connection, unfit: Iterable[int]) -> Iterator[Unfit]:
    """Yield the rows of all tables that are not as sealed; ``unfit`` are ids of seals that say nothing."""
    there = [SHAPE, *parts(connection)]
    for table in sorted({part.table for part in there}):
        sealed = _sealed(connection, table, unfit)
        told: dict[tuple[str, str], Unfit] = {}
        for part in there:
            if part.table == table:
                for found in _compared(connection, part, sealed.get(part.columns, {})):
                    told.setdefault((found.row, found.problem), found)
        yield from told.values()


def _compared(connection: Connection, part: Part, sealed: dict[Key, bytes]) -> Iterator[Unfit]:
    where = ", ".join(part.columns) if len(part.columns) == 1 else ""
    for key, *cells in connection.exec_driver_sql(part.rows()):
        expected = sealed.pop(key, GONE)
        if expected == GONE:
            yield Unfit(part.table, str(key), Misfit.ADDED)
        elif expected != cells_digest(cells):
            yield Unfit(part.table, str(key), Misfit.CHANGED, where)
    for key, expected in sealed.items():
        if expected != GONE:
            yield Unfit(part.table, str(key), Misfit.REMOVED)


def _sealed(connection: Connection, table: str, unfit: Iterable[int]) -> Sealed:
    """Return the latest digest of each row of a table, by the columns that were sealed together."""
    fitting = among(seal.c.id, unfit)
    begun = select(func.max(seal.c.id)).where(seal.c.table_name == "", ~fitting).scalar_subquery()
    asked = select(seal.c.columns, seal.c.row_keys, seal.c.row_digests).where(seal.c.table_name == table)
    found: Sealed = {}
    for columns, packed, digests in connection.execute(
        asked.where(seal.c.id > func.coalesce(begun, 0), ~fitting).order_by(seal.c.id)
    ):
        keys = unpacked_keys(packed)
        latest = found.setdefault(tuple(columns), {})
        latest.update(zip(keys, unpacked_digests(digests, len(keys)), strict=True))
    return found
