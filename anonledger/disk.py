"""What the rooms that write have in common: trouble told in a sentence, files that are read-only.

Owns: what the system says about a disk leaves a room as a StoreError that says what to do next.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anonledger.errors import StoreError

FULL = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)


def disk_error(error: OSError, place: Path) -> StoreError:
    """Return the sentence for what the system said when a folder was used; no path below it is named."""
    said = error.strerror or "no reason given"
    if error.errno in FULL:
        return StoreError(f"The disk is full at {place}. Free some space and run the same command again.")
    if error.errno in FORBIDDEN:
        return StoreError(
            f"{place} cannot be written or read ({said}). "
            "Get permission there or choose another folder, and run again."
        )
    return StoreError(f"The disk failed at {place} ({said}). Check it and run the same command again.")


@contextmanager
def telling(place: Path) -> Iterator[None]:
    """Turn an OSError within into a StoreError about a place."""
    try:
        yield
    except OSError as error:
        raise disk_error(error, place) from error


# What follows is done for every file of a run, and takes text as well: a Path costs more than its file.


def is_file_of(path: Path | str, size: int) -> bool:
    """Tell whether a regular file of this size (bytes) is there."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size


def replace(source: Path | str, target: Path | str) -> None:
    """Give a file its final name, atomically, also over a read-only one (which Windows refuses)."""
    try:
        os.replace(source, target)  # noqa: PTH105
    except PermissionError:
        if not Path(target).is_file():
            raise
        Path(target).chmod(0o600)
        Path(source).replace(target)


def remove(path: Path | str) -> None:
    """Remove a file, also a read-only one (which Windows refuses)."""
    try:
        os.unlink(path)  # noqa: PTH108
    except PermissionError:
        Path(path).chmod(0o600)
        Path(path).unlink()


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, so that a power cut takes none away."""
    if os.name == "nt":  # Windows keeps folders in its journal and does not open them
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
