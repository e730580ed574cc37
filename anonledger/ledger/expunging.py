"""Seal a transaction that erases: what earlier seals say of the rows that it touched goes, the chain stays.

Owns: from the seals nobody can guess what stood in a row that was erased.
"""

from sqlalchemy import Connection, select, update

from anonledger.ledger.models import seal
from anonledger.ledger.parts import (
    SEALS,
    Key,
    packed_digests,
    packed_keys,
    unpacked_digests,
    unpacked_keys,
)
from anonledger.ledger.seals import append, content_digest, digests_of, seal_rows, touched_keys, watched


def seal_erased(connection: Connection) -> None:
    """Seal the rows that this transaction touched and left, at its end; of the others nothing stays."""
    touched: dict[str, set[Key]] = {}
    for part, keys in touched_keys(connection).items():
        touched.setdefault(part.table, set()).update(keys)
    for table, keys in touched.items():
        _expunge(connection, table, keys)
        own = {number: part for number, part in enumerate(watched(connection)) if part.table == table}
        lines = f"WHERE rowid IN (SELECT line FROM touched WHERE part IN ({', '.join(map(str, own))}))"  # noqa: S608
        for part in own.values():
            seal_rows(connection, part, digests_of(connection, part, lines))
    connection.exec_driver_sql("DELETE FROM touched")


def _expunge(connection: Connection, table: str, gone: set[Key]) -> None:
    """Take rows out of the seals of a table, and say in a further seal what is left of each."""
    asked = select(seal.c.id, seal.c.row_keys, seal.c.row_digests).where(seal.c.table_name == table)
    contents: dict[int, str] = {}
    for number, packed, digests in connection.execute(asked.order_by(seal.c.id)).all():
        keys = unpacked_keys(packed)
        left = [
            (key, one)
            for key, one in zip(keys, unpacked_digests(digests, len(keys)), strict=True)
            if key not in gone
        ]
        if len(left) < len(keys):
            kept = packed_keys(key for key, _ in left), packed_digests([one for _, one in left])
            now = dict(zip(("row_keys", "row_digests"), kept, strict=True))
            connection.execute(update(seal).where(seal.c.id == number).values(now))
            contents[number] = content_digest(*kept)
    if contents:
        append(connection, SEALS, list(contents.values()), packed_keys(contents), b"")
