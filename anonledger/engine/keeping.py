"""Back up, upgrade, encrypt and describe the ledger of a project.

Owns: a backup never lies in a folder to be shared.
"""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from anonledger.disk import telling
from anonledger.engine.places import refuse_place
from anonledger.engine.project import Project, locked, project_at
from anonledger.engine.status import (
    lies_below,
    open_for_reading,
    refuse_shared,
    refuse_without_project,
    shared_folders,
)
from anonledger.errors import UsageError
from anonledger.ledger import keeping
from anonledger.ledger.schema import copy_ledger

BACKUPS = "backups"


def backup(root: Path, target: Path | None) -> Path:
    """Write a copy of the ledger as it stands, also during a run; return where. Raises UsageError."""
    project = _project(root)
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    if target is None:
        found = keeping.schema_of(project.ledger)
        target = project.state / BACKUPS / f"ledger-{found}-{now}.sqlite3"
    elif target.exists():
        raise UsageError(f"{target} exists. Choose another name, or move that file away.")
    else:
        with open_for_reading(project) as ledger:
            if lies_below(target, project.state / BACKUPS):
                refuse_shared("ledger", target, shared_folders(project, ledger))
            else:
                refuse_place(project, ledger, target, "ledger", private=True)
    try:
        with telling(target.parent):
            copy_ledger(project.ledger, target)
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise
    return target


def upgrade(root: Path) -> tuple[str, str]:
    """Take the ledger to the schema of this program, after a backup; return the schema before and after."""
    project = _project(root)
    before = keeping.schema_of(project.ledger)
    with locked(project):
        open_for_reading(project).close()
    return before, keeping.schema_of(project.ledger)


def encrypt(root: Path) -> int:
    """Encrypt a plain ledger; return how many plain backups still lie beside it. Raises UsageError."""
    project = _project(root)
    with locked(project):
        keeping.encrypt(project.ledger)
        open_for_reading(project).close()
    return len(list((project.state / BACKUPS).glob("*.sqlite3")))


def description(root: Path) -> list[tuple[str, str]]:
    """Return what the ledger is as a file, and its backups; upgrades nothing."""
    project = _project(root)
    copies = sorted((project.state / BACKUPS).glob("*.sqlite3"))
    return [*keeping.description(project.ledger), *(("backup", str(one)) for one in copies)]


def _project(root: Path) -> Project:
    project = project_at(root)
    refuse_without_project(project)
    return project
