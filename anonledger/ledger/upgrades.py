"""Tell of an upgrade in the chain, and seal everything in its new shape.

Owns: what did not fit before an upgrade is not forgotten by it.
"""

from sqlalchemy import Connection, inspect

from anonledger.ledger import events
from anonledger.ledger.comparing import unfit_rows
from anonledger.ledger.links import unfit_seals
from anonledger.ledger.parts import SEALS
from anonledger.ledger.seals import seal_all

UPGRADED = "schema upgraded"
MISFITS = " seals and rows did not fit"
NO_MISFITS = f", 0{MISFITS}"


def misfits(connection: Connection) -> str:
    """Return in words how much does not fit before an upgrade."""
    if not inspect(connection).has_table(SEALS):
        return ", nothing was sealed before"
    seals = unfit_seals(connection)
    return f", {len(seals) + sum(1 for _ in unfit_rows(connection, seals))}{MISFITS}"


def upgraded(connection: Connection, before: str | None, now: str, told: str) -> None:
    """Seal every row in the new shape; ``told`` is what ``misfits`` said of the old one."""
    run = connection.exec_driver_sql("SELECT max(id) FROM run").scalar()
    if run is not None:
        events.append(connection, run, UPGRADED, [(None, f"{before} to {now}{told}")])
    seal_all(connection)
