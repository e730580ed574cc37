"""Read which exports were kept, and which run a moment falls to.

Owns: what a table was as of a run.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from anonledger.ledger.models import event, export
from anonledger.ledger.models import run as runs
from anonledger.ledger.reading import Reading
from anonledger.outcomes import Export
from anonledger.records import Kept

REDACTED = "kept tables redacted"


class KeptExports(Reading):
    """The exports of a project that were kept."""

    def kept(self) -> tuple[Kept, ...]:
        """Return all that were kept, the oldest first."""
        return tuple(map(_kept_of, self._all(select(export).order_by(export.c.id))))

    def last_kept(self) -> dict[Export, Kept]:
        """Return the latest of each name."""
        latest = select(func.max(export.c.id)).group_by(export.c.name)
        rows = self._all(select(export).where(export.c.id.in_(latest)))
        return {row.name: _kept_of(row) for row in rows}

    def kept_as_of(self, name: Export, run: int) -> Kept | None:
        """Return a table as it was after a run, None when none of that name was kept by then."""
        asked = select(export).where(export.c.name == name, export.c.run_id <= run)
        found = self._all(asked.order_by(export.c.run_id.desc(), export.c.id.desc()).limit(1))
        return next(map(_kept_of, found), None)

    def first_kept(self, name: Export) -> int | None:
        """Return the first run that kept a table of that name."""
        with self._reading() as connection:
            asked = select(func.min(export.c.run_id)).where(export.c.name == name)
            found: int | None = connection.scalar(asked)
            return found

    def last_run_by(self, moment: datetime) -> int | None:
        """Return the last run that had ended by a moment, None when none had."""
        with self._reading() as connection:
            asked = select(func.max(runs.c.id)).where(runs.c.finished <= moment)
            found: int | None = connection.scalar(asked)
            return found

    def redacted_after(self, run: int) -> bool:
        """Tell whether a withdrawal took something out of the exports after a run."""
        with self._reading() as connection:
            asked = select(func.max(event.c.run_id)).where(event.c.kind == REDACTED)
            return (connection.scalar(asked) or 0) > run


def _kept_of(row: Any) -> Kept:
    return Kept(row.id, row.name, row.delimiter, row.digest, row.size, row.run_id, row.redacted_run_id)
