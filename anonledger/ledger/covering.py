"""Compare rows with their latest seals before a transaction that changed or removed them seals them anew.

Owns: what was tampered with is not covered up by an honest run; the chain of events says so for good.
"""

from sqlalchemy import Connection, select

from anonledger.ledger import events
from anonledger.ledger.models import seal
from anonledger.ledger.parts import Key, Part, one_digest, places_of
from anonledger.ledger.seals import watched

COVERED = "rows did not fit"
NAMED = 5  # keys in one event


def tell_misfits(connection: Connection) -> None:
    """Append an event for each part of which the transaction touched rows that were not as sealed before."""
    before: dict[int, dict[Key, bytes]] = {}
    # With min(), SQLite takes the other cells from the row that has it: the first touch of each key.
    changed = "SELECT part FROM touched WHERE was IS NOT NULL"
    asked = f"SELECT part, key, was, min(rowid) FROM touched WHERE part IN ({changed}) GROUP BY part, key"  # noqa: S608
    for number, key, was, _ in connection.exec_driver_sql(asked):
        if was is not None:
            before.setdefault(number, {})[key] = was
    told = []
    for number, held in sorted(before.items()):
        part = watched(connection)[number]
        sealed = _latest(connection, part, set(held))
        unfit = [key for key, was in held.items() if sealed.get(key) != was]
        if unfit:
            told.append((None, _words(part, unfit)))
    run = connection.exec_driver_sql("SELECT max(id) FROM run").scalar() if told else None
    if run is not None:
        events.append(connection, run, COVERED, told)


def _words(part: Part, unfit: list[Key]) -> str:
    """Return what did not fit in words; a key that is no number stays out, for it may be a person's."""
    many = f"{part.table}: {len(unfit)} {'row was' if len(unfit) == 1 else 'rows were'} not as sealed"
    named = sorted(key for key in unfit if isinstance(key, int))[:NAMED]
    return (
        f"{many} ({', '.join(map(str, named))}{', …' if len(unfit) > len(named) else ''})" if named else many
    )


def _latest(connection: Connection, part: Part, keys: set[Key]) -> dict[Key, bytes]:
    """Return the latest digests of rows; seals are read from the newest back, until all are found."""
    asked = select(seal.c.id, seal.c.table_name, seal.c.columns, seal.c.row_keys)
    own = asked.where(seal.c.table_name.in_([part.table, ""])).order_by(seal.c.id.desc())
    found: dict[Key, bytes] = {}
    with connection.execute(own) as seals:
        for number, table, columns, packed in seals:
            if not keys or not table:  # the seal of no table is that behind which all begins anew
                break
            places = places_of(packed, keys) if tuple(columns) == part.columns else {}
            if places:
                digests = connection.scalar(select(seal.c.row_digests).where(seal.c.id == number)) or b""
                found |= {key: one_digest(digests, place) for key, place in places.items()}
                keys -= places.keys()
    return found
