"""Give a dry run a private place for its copy of the ledger, and clear away what killed ones left.

Owns: no copy of the ledger outlives the next command that begins a run, or forgets somebody.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from anonledger.engine.project import Project

PREFIX = "dry-"
NEW = 60  # seconds in which a folder may not have its lock yet


@contextmanager
def rehearsed(project: Project) -> Iterator[Path]:
    """Lend a folder (0700): below the project's state where that can be written, else a temporary one."""
    clear_rehearsals(project)
    folder = _folder(project)
    try:
        with FileLock(folder / "lock"):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_rehearsals(project: Project) -> None:
    """Remove what dry runs left that were killed; one that is under way keeps its folder."""
    for folder in project.state.glob(f"{PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime > NEW or (folder / "lock").exists():
                FileLock(folder / "lock").acquire(timeout=0).lock.release()
                shutil.rmtree(folder, ignore_errors=True)
        except (OSError, Timeout):
            continue


def _folder(project: Project) -> Path:
    if project.exists():
        try:
            return Path(tempfile.mkdtemp(prefix=PREFIX, dir=project.state))
        except OSError:  # a project that can only be read
            pass
    return Path(tempfile.mkdtemp(prefix="anonledger-"))
