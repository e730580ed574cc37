"""Give a table the bytes that it had after an earlier run.

Owns: they are the bytes of then, or it is said what they are not.
"""

import hashlib
from datetime import UTC, date, datetime, time, timedelta

from anonledger.engine.filing import File
from anonledger.engine.project import Project, kept_store
from anonledger.errors import AnonledgerError, UsageError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Export
from anonledger.records import Kept
from anonledger.store import Store

MISSING_OBJECT = (
    "The '{name}' that run {run} kept {problem}, so what it was cannot be told. Put .anonledger/exports back "
    "from your own backup, or export it as of another run; `anonledger audit` lists what is not as recorded."
)
REDACTED = (
    "These are not the bytes of then: run {run} forgot somebody, and took out what was about them. All else "
    "is as it was."
)

REDACTED_LIST = "Somebody was forgotten since then, and their files are not in it. All else is as it was."


def run_as_of(ledger: Ledger, when: str) -> int:
    """Return the run that RUN or DATE falls to: a day up to its end in UTC, a time without zone is UTC.

    Raises UsageError for what is neither, for a run that is not there, or when none had ended by then.
    """
    if when.isascii() and when.isdigit():
        run = int(when)
        if len(when) > 18 or ledger.run(run) is None:
            raise UsageError(f"There is no run {when}. See `anonledger log` for the runs.")
        return run
    found = ledger.last_run_by(_end_of(when))
    if found is None:
        raise UsageError(f"No run had ended by {when} (UTC). See `anonledger log` for the runs.")
    return found


def kept_file(project: Project, ledger: Ledger, name: Export, run: int) -> tuple[File, list[str]]:
    """Return a table as it was after a run, and sentences on what it is not.

    Raises UsageError when none was kept by then, AnonledgerError when what was kept is lost.
    """
    kept = ledger.kept_as_of(name, run)
    if kept is None:
        raise UsageError(_not_kept(ledger, name, run))
    if not kept.digest:
        raise AnonledgerError(
            f"The '{name}' that run {kept.run} kept was about somebody whom run {kept.redacted} forgot, and "
            "nothing else of it could be told apart. It is gone; export it as of another run."
        )
    content = content_of(kept_store(project), kept)
    if content is None:
        problem = "is damaged" if kept_store(project).has(kept.digest) else "is missing"
        raise AnonledgerError(MISSING_OBJECT.format(name=name, run=kept.run, problem=problem))
    notes = [REDACTED.format(run=kept.redacted)] if kept.redacted else []
    return File(name, content, kept.delimiter), notes


def content_of(store: Store, kept: Kept) -> bytes | None:
    """Return the bytes of what was kept, None when they are lost or others."""
    try:
        content = store.path(kept.digest).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == kept.digest else None


def _not_kept(ledger: Ledger, name: Export, run: int) -> str:
    first = ledger.first_kept(name)
    if first is None:
        return f"No '{name}' is kept yet. The next `anonledger run` keeps every table as it writes them."
    return (
        f"No '{name}' of run {run} was kept: the first is that of run {first}. Before it the project had "
        "none, or was run by a version of anonledger that kept nothing. Look into a copy of private/ or the "
        "dataset from that time, or export it as of a later run."
    )


def _end_of(when: str) -> datetime:
    try:
        day = date.fromisoformat(when)
    except ValueError:
        day = None
    try:
        if day is not None:
            return datetime.combine(day, time(), UTC) + timedelta(days=1, microseconds=-1)
        moment = datetime.fromisoformat(when)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            "--as-of takes the number of a run, a day (2026-11-30) or a time (2026-11-30T18:00), in UTC. "
            "See `anonledger log` for the runs."
        ) from None
