"""The chain of events: what was decided, by which run, each link holding the digest of the one before.

Owns: an event that was altered, taken out or put in afterwards breaks the chain.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from anonledger.digests import digest
from anonledger.ledger.models import event


def link_digest(previous: str, time: datetime, run: int, kind: str, subject: int | None, detail: str) -> str:
    """Return the digest (64 hex digits) of an event; ``previous`` is that of the one before, "" at first."""
    return digest("event/1", previous, time.astimezone(UTC).isoformat(), run, kind, subject, detail)


def append(connection: Connection, run: int, kind: str, told: Sequence[tuple[int | None, str]]) -> None:
    """Append one event of a kind for each (subject id or None, detail); a detail holds no identifier."""
    time = datetime.now(UTC)
    previous = connection.scalar(select(event.c.digest).order_by(event.c.id.desc()).limit(1)) or ""
    rows = []
    for subject, detail in told:
        link = link_digest(previous, time, run, kind, subject, detail)
        rows.append(
            {
                "time": time,
                "run_id": run,
                "kind": kind,
                "subject_id": subject,
                "detail": detail,
                "previous": previous,
                "digest": link,
            }
        )
        previous = link
    if rows:
        connection.execute(insert(event), rows)


def first_broken(connection: Connection) -> int | None:
    """Return the id of the first event that does not fit the chain, None when all do.

    Events cut off at the end leave a shorter chain that fits; only a digest kept elsewhere can tell.
    """
    # As SQLite holds them: what was put in by hand need not be a time.
    cells = ", ".join(column.name for column in event.c)
    previous = ""
    rows = connection.exec_driver_sql(f"SELECT {cells} FROM event ORDER BY id")  # noqa: S608
    for number, time, run, kind, subject, detail, said, found in rows:
        try:
            told = datetime.fromisoformat(time).replace(tzinfo=UTC)
            expected = link_digest(previous, told, run, kind, subject, detail)
        except (ValueError, TypeError):
            return int(number)
        if said != previous or found != expected:
            return int(number)
        previous = found
    return None
