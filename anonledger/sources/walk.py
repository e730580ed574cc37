"""Walk folders and single files.

Owns: every file is found once, in an order that depends on names only; nothing is opened.
"""

import os
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import attrgetter
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TypeAlias

from anonledger.errors import UsageError
from anonledger.outcomes import QuarantineReason
from anonledger.records import Found

Entry: TypeAlias = "Path | os.DirEntry[str]"


def walk(arguments: Sequence[Path], never: Sequence[Path] = ()) -> Iterator[Found]:
    """Return what lies at and below the arguments, roots and names in bytewise order; sizes in bytes.

    A folder is its own root, a single file's root is its parent folder. What lies below two arguments, or is
    reached over two folder links, is found once. What really lies in one of the folders ``never``, or is one
    of those files, comes out with trouble: links can lead there. Raises UsageError for an argument that does
    not exist.
    """
    visited: set[str] = set()
    own = _Own(never)
    roots = _outermost([_absolute(*numbered) for numbered in enumerate(arguments, start=1)])
    return chain.from_iterable(
        _folder(str(r), visited, own) if r.is_dir() else _single(r, own) for r in roots
    )


def _absolute(number: int, argument: Path) -> Path:
    try:
        if S_ISDIR(argument.stat().st_mode):
            return argument.resolve()
        # A link to a file keeps its own name: the target is often named after a checksum.
        return argument.parent.resolve() / argument.name
    except OSError as error:
        # A path can hold a name, so the message counts instead.
        raise UsageError(
            f"Source number {number} does not exist or cannot be reached ({error.strerror}). Check its path."
        ) from error


def _outermost(paths: list[Path]) -> list[Path]:
    folders = {path for path in paths if path.is_dir()}
    kept = {path for path in paths if folders.isdisjoint(path.parents)}
    return sorted(kept, key=lambda path: [os.fsencode(part) for part in path.parts])


class _Own:
    """The program's own folders and files, which are no sources."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = [path.resolve() for path in paths]
        self._names = {path.name for path in self._paths}

    def holds(self, entry: Entry) -> bool:
        """Whether an entry is one of them or leads into them; only links and their namesakes are resolved."""
        if not self._paths or not (entry.is_symlink() or os.name == "nt" or entry.name in self._names):
            return False
        real = Path(entry).resolve()
        return any(real.is_relative_to(path) for path in self._paths)


def _single(path: Path, own: _Own) -> Iterator[Found]:
    status = QuarantineReason.OWN_FILE if own.holds(path) else _status(path)
    yield _found(str(path.parent), path.name, status)


def _folder(root: str, visited: set[str], own: _Own) -> Iterator[Found]:
    """Yield what lies in a folder, at any depth; the real paths of folders seen join ``visited``."""
    pending: list[tuple[str, Entry]] = [("", Path(root))]
    while pending:
        path, entry = pending.pop()
        status = QuarantineReason.OWN_FILE if path and own.holds(entry) else _status(entry)
        if isinstance(status, QuarantineReason) or not S_ISDIR(status.st_mode):
            yield _found(root, path, status)
            continue
        real = _real_path(entry)
        if real in visited:
            continue
        visited.add(real)
        entries = _entries(real)
        if entries is None:
            yield _found(root, path or ".", QuarantineReason.UNREADABLE)
        else:
            pending.extend((f"{path}/{e.name}" if path else e.name, e) for e in entries)


def _entries(folder: str) -> list[os.DirEntry[str]] | None:
    """Return what a folder holds, last name first, or None when it cannot be listed."""
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError:
        return None
    plain = all(entry.name.isascii() for entry in entries)  # then the text has the order of its bytes
    return sorted(entries, key=attrgetter("name") if plain else _name_bytes, reverse=True)


def _name_bytes(entry: os.DirEntry[str]) -> bytes:
    return os.fsencode(entry.name)


def _real_path(folder: Entry) -> str:
    # Names rather than inode numbers: some network drives give every folder the same number.
    # To Python 3.11 the junctions of Windows are no links, so there every folder is resolved.
    if folder.is_symlink() or os.name == "nt":
        return str(Path(folder).resolve())
    return os.fspath(folder)


def _status(entry: Entry) -> os.stat_result | QuarantineReason:
    try:
        return entry.stat()
    except PermissionError:
        return QuarantineReason.UNREADABLE
    except OSError:
        return QuarantineReason.BROKEN_LINK if entry.is_symlink() else QuarantineReason.UNREADABLE


def _found(root: str, path: str, status: os.stat_result | QuarantineReason) -> Found:
    if isinstance(status, QuarantineReason):
        return Found(root, path, 0, 0, status)
    trouble = None if S_ISREG(status.st_mode) else QuarantineReason.NOT_A_FILE
    return Found(root, path, status.st_size, status.st_mtime_ns, trouble)
