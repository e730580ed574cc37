"""Look along the chain of seals: is each as it was written, and does it follow the one before it?

Owns: one seal that was changed, added or removed does not cast doubt on the others.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from anonledger.ledger.models import seal
from anonledger.ledger.parts import SEALS, quoted, unpacked_digests, unpacked_keys
from anonledger.ledger.seals import chained, content_digest
from anonledger.outcomes import Misfit

COLUMNS = ", ".join(quoted(column.name) for column in seal.c)
ASKED = f"SELECT {COLUMNS} FROM seal ORDER BY id"  # noqa: S608
MOST_GONE = 1000  # of a gap, not to fill the screen when somebody made up a number


def unfit_seals(connection: Connection) -> dict[int, Misfit]:
    """Return the ids of seals that do not fit, with what is wrong, in order."""
    expunged = _expunged(connection)
    return dict(_along(connection, expunged))


def _along(connection: Connection, expunged: dict[int, str]) -> Iterator[tuple[int, Misfit]]:
    """Yield the misfits; after a seal that was altered, the next one is taken to follow it."""
    follows: set[str] | None = {""}
    before, seen = 0, {""}
    rows = connection.exec_driver_sql(ASKED)
    for number, run, table, columns, keys, digests, content, previous, digest in rows:
        gap, before = range(before + 1, number)[:MOST_GONE], number
        held = _content(keys, digests)
        if not _is_whole(run, table, columns, previous, content, digest):
            follows = None
            yield number, Misfit.CHANGED
            continue
        if held not in (content, expunged.get(number)):
            yield number, Misfit.CHANGED
        elif follows is not None and previous not in follows:
            if previous in seen or not gap:
                yield number, Misfit.BROKEN
                follows.add(digest)
                continue
            yield from ((gone, Misfit.REMOVED) for gone in gap)
        follows = {digest}
        seen.add(digest)


def _is_whole(run: Any, table: Any, columns: Any, previous: Any, content: Any, digest: Any) -> bool:
    try:
        return bool(chained(previous, run, table, json.loads(columns), content) == digest)
    except (ValueError, TypeError):
        return False


def _content(keys: Any, digests: Any) -> str:
    try:
        held = len(unpacked_keys(keys)) if digests else 0
        unpacked_digests(digests, held)
        return content_digest(keys, digests)
    except (ValueError, TypeError):
        return ""


def _expunged(connection: Connection) -> dict[int, str]:
    """Return what a later seal says of the content of seals from which rows were expunged."""
    asked = "SELECT row_keys, columns FROM seal WHERE table_name = ? ORDER BY id"
    found: dict[int, str] = {}
    for keys, columns in connection.exec_driver_sql(asked, (SEALS,)):
        try:
            found |= dict(zip(unpacked_keys(keys), json.loads(columns), strict=True))  # type: ignore[arg-type]
        except (ValueError, TypeError):
            continue
    return found
