"""Open a copy of another project's ledger, and say in one sentence why that cannot be.

Owns: the other ledger is only read; one that was changed by hand, or cut, gives nothing.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anonledger.engine.project import Project
from anonledger.errors import LedgerError, NewerLedgerError, UsageError
from anonledger.ledger.audit import Audit
from anonledger.ledger.keeping import schema_of
from anonledger.ledger.queries import Ledger
from anonledger.ledger.schema import copy_ledger, place

LEDGER_MAGIC = b"SQLite format 3\0"
NOTHING = "Nothing was imported."


@contextmanager
def other_ledger(project: Project, path: Path) -> Iterator[Ledger]:
    """Open a copy of a ledger that is not the project's. Raises UsageError, LedgerError, NewerLedgerError."""
    _refuse(project, path)
    with tempfile.TemporaryDirectory(prefix="anonledger-", ignore_cleanup_errors=True) as folder:  # 0700
        copy = Path(folder) / "ledger.sqlite3"
        _copy(path, copy)
        _audit(path, copy)
        with Ledger(copy) as other:
            yield other


def _refuse(project: Project, path: Path) -> None:
    try:
        with path.open("rb") as stream:
            is_ledger = stream.read(len(LEDGER_MAGIC)) == LEDGER_MAGIC
    except OSError as error:
        raise UsageError(f"The other ledger cannot be read ({error.strerror}). Check its path.") from error
    if not is_ledger:
        raise UsageError("This is no ledger. Name the file ledger.sqlite3 in the other .anonledger folder.")
    if project.exists() and path.resolve() == project.ledger.resolve():
        raise UsageError("This is the project's own ledger. Name that of another project.")


def _copy(path: Path, copy: Path) -> None:
    try:
        copy_ledger(path, copy)
    except LedgerError as error:
        raise LedgerError(
            f"The other ledger {place(path)} is damaged or was cut, or cannot be read. {NOTHING} Name a "
            "whole one, such as its newest backup."
        ) from error
    try:
        found = schema_of(copy)
    except LedgerError:
        found = ""
    if not found:
        raise UsageError(
            f"{place(path)} is a database of another program, and no ledger. {NOTHING} Name the file "
            "ledger.sqlite3 in the other .anonledger folder."
        )


def _audit(path: Path, copy: Path) -> None:
    """Raise LedgerError when rows of the copy are not as they were sealed, or belong to a newer version."""
    try:
        with Audit(copy) as audit:
            unfit = [*audit.unfit_seals(), *audit.unfit_rows(), *audit.unfit_file(quick=True)]
    except NewerLedgerError as error:
        raise NewerLedgerError(
            f"The other ledger {place(path)} was written by a newer version of anonledger. {NOTHING} Install "
            "that version or a later one."
        ) from error
    except LedgerError as error:
        raise LedgerError(
            f"The other ledger {place(path)} is damaged. {NOTHING} Name a whole one, such as its newest "
            "backup."
        ) from error
    if unfit:
        raise LedgerError(
            f"The other ledger {place(path)} is not as it was recorded: {len(unfit):,} rows or seals do not "
            f"fit. {NOTHING} See `anonledger audit` in that project, or name a backup that fits."
        )
