"""Leave the roster of everybody where each worker reads it once, instead of sending it with every task.

Owns: it lies in a private folder while the work lasts; what a killed run left, the next one clears away.
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from anonledger.disk import telling
from anonledger.engine.worker import Work, work
from anonledger.records import Roster, Verdict


@dataclass(frozen=True, slots=True)
class Notice:
    """Where a roster lies; ``digest`` is its own."""

    path: Path
    digest: str

    def work(self, task: Work) -> list[Verdict]:
        """Do a task with the roster; what a worker is given to call. Raises StoreError."""
        return work(replace(task, roster=_read(self)))


@contextmanager
def put_up(roster: Roster, scratch: Path) -> Iterator[Notice]:
    """Write a roster into a private folder for as long as the block lasts. Raises StoreError."""
    notice = Notice(scratch / "roster", roster.digest)
    with telling(scratch):
        notice.path.touch(0o600)
        notice.path.write_bytes(pickle.dumps(roster, pickle.HIGHEST_PROTOCOL))
    try:
        yield notice
    finally:
        notice.path.unlink(missing_ok=True)


@lru_cache(maxsize=1)
def _read(notice: Notice) -> Roster:
    with telling(notice.path.parent):
        data = notice.path.read_bytes()
    roster: Roster = pickle.loads(data)  # noqa: S301, our own file in our own private folder
    return roster
