"""Content-addressed objects: put, look up, open, verify, prune.

Owns: an object is written once, whole or not at all, and its name is the SHA-256 of its bytes.
"""

import ctypes
import hashlib
import os
import secrets
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from anonledger.disk import disk_error, is_file_of, remove, replace, sync_folder, telling
from anonledger.errors import StoreError

BUFFER = 1 << 16  # bytes; small pieces are gathered up to this size, larger ones pass by


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes that lie in a private file until the end of their batch; ``digest`` is their SHA-256."""

    path: str
    digest: str
    size: int


class Store:
    """The objects below a folder, shared by any number of processes; picklable."""

    def __init__(self, root: Path, mode: int = 0o444) -> None:
        """Open the store in ``root`` and make its folders (0700) where they lack; raises StoreError.

        ``mode``: that of the objects' files.
        """
        self.root = root
        self.mode = mode
        self.temps = root / "tmp"
        self._below = f"{root}{os.sep}"
        with telling(root):
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.temps.mkdir(mode=0o700, exist_ok=True)

    def path(self, digest: str) -> Path:
        """Return where the object of a digest (64 hexadecimal digits) lies, or would lie."""
        return Path(self.place(digest))

    def place(self, digest: str) -> str:
        """Return the same as text."""
        return f"{self._below}{digest[:2]}{os.sep}{digest[2:]}"

    def has(self, digest: str) -> bool:
        """Tell whether the object is there."""
        return self.path(digest).is_file()

    def known(self) -> set[str]:
        """Return the digests of all objects that are there."""
        with telling(self.root):
            return {digest for digest, _ in self._objects()}

    def in_order(self) -> Iterator[str]:
        """Yield the digests of all objects that are there, in order; one folder at a time is listed."""
        with telling(self.root):
            for folder in sorted(name for name in os.listdir(self.root) if len(name) == 2):  # noqa: PTH208
                if (self.root / folder).is_dir():
                    names = os.listdir(self.root / folder)  # noqa: PTH208, only names are wanted
                    yield from (folder + name for name in sorted(names) if len(name) == 62)

    def open(self, digest: str) -> BinaryIO:
        """Open an object for reading; raises StoreError when it is not there."""
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError as error:
            raise StoreError(f"Object {digest[:12]}… is missing. Run again to make it anew.") from error
        except OSError as error:
            raise disk_error(error, self.root) from error

    def verify(self) -> Iterator[tuple[str, bool]]:
        """Read every object, in order; yield its digest and whether its bytes still have it."""
        for digest in self.in_order():
            try:
                with self.path(digest).open("rb") as stream:
                    found = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError:
                found = ""
            yield digest, found == digest

    def prune(self, keep: Collection[str]) -> tuple[int, int]:
        """Remove the objects that ``keep`` does not name, and stale temps; return files and bytes.

        Only for the lock's holder: the object that a batch just put is in no ledger yet.
        """
        named = frozenset(keep)
        files, size = self.clear_temps()
        with telling(self.root):
            for digest, entry in list(self._objects()):
                if digest not in named:
                    files, size = files + 1, size + entry.stat().st_size
                    remove(Path(entry.path))
        return files, size

    def clear_temps(self) -> tuple[int, int]:
        """Remove what dead runs left unfinished; return files and bytes. Only for the lock's holder."""
        files = size = 0
        with telling(self.root), os.scandir(self.temps) as entries:
            for entry in list(entries):
                with suppress(FileNotFoundError):  # the last worker of a killed run tidies up as well
                    files, size = files + 1, size + entry.stat().st_size
                    remove(Path(entry.path))
        return files, size

    def batch(self) -> "Batch":
        """Begin a batch of objects; one sync at its end serves them all."""
        return Batch(self)

    def _objects(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        with os.scandir(self.root) as folders:
            for folder in folders:
                if len(folder.name) == 2 and folder.is_dir():
                    with os.scandir(folder.path) as entries:
                        yield from ((folder.name + e.name, e) for e in entries if len(e.name) == 62)


class Batch:
    """Objects that come to be together: a context manager; whatever was not kept is gone afterwards."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._temps: set[str] = set()
        self._kept: dict[str, Written] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self._kept:
                with telling(self._store.root):
                    self._finish()
        finally:
            for path in list(self._temps):
                self._discard(path)

    def write(self, pieces: Iterable[bytes | memoryview]) -> Written:
        """Write pieces, in order, to a private file of this batch and hash them on the way.

        Raises StoreError for trouble with the disk; what the iterable itself raises passes through.
        """
        root = self._store.root
        path = f"{self._store.temps}{os.sep}{os.getpid()}-{secrets.token_hex(8)}"
        sha256 = hashlib.sha256()
        size = 0
        self._temps.add(path)
        try:
            with telling(root):
                stream = os.fdopen(_created(path), "wb", BUFFER)
            try:
                for piece in pieces:
                    try:
                        size += stream.write(piece)
                    except OSError as error:
                        raise disk_error(error, root) from error
                    sha256.update(piece)
            finally:
                with telling(root):
                    stream.close()
        except BaseException:
            self._discard(path)
            raise
        return Written(path, sha256.hexdigest(), size)

    def keep(self, written: Written) -> None:
        """Let written bytes become an object at the end of the batch."""
        self._kept[written.path] = written

    def drop(self, written: Written) -> None:
        """Remove written bytes now."""
        self._kept.pop(written.path, None)
        self._discard(written.path)

    def _discard(self, path: str) -> None:
        self._temps.discard(path)
        with suppress(OSError):  # what stays behind is cleared by the next run
            remove(path)

    def _finish(self) -> None:
        objects = {self._store.place(w.digest): w for w in self._kept.values()}
        fresh = {target: w for target, w in objects.items() if not _is_whole(target, w)}
        _sync(self._store.root, [w.path for w in fresh.values()])
        # Also of those that another process just put.
        folders = [Path(folder) for folder in sorted({os.path.dirname(target) for target in objects})]  # noqa: PTH120
        for folder in folders:
            folder.mkdir(mode=0o700, exist_ok=True)
        for target, written in fresh.items():
            with suppress(OSError):  # read-only guards against accidents only; not every file system has it
                os.chmod(written.path, self._store.mode)  # noqa: PTH101
            try:
                replace(written.path, target)
            except PermissionError:  # Windows: another process put it meanwhile and has it open
                if not is_file_of(target, written.size):
                    raise
        _sync(self._store.root, [self._store.root, *folders])


def _is_whole(target: str, written: Written) -> bool:
    """Tell whether the object lies there as it should: one that was damaged is put again."""
    if not is_file_of(target, written.size):
        return False
    with open(target, "rb") as stream:  # noqa: PTH123
        return hashlib.file_digest(stream, "sha256").hexdigest() == written.digest


def _created(path: str) -> int:
    binary: int = getattr(os, "O_BINARY", 0)  # Windows
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | binary, 0o600)


def _sync(root: Path, paths: Iterable[Path | str]) -> None:
    """Bring files or folders to the disk: all in one call where the system has one."""
    syncfs = _syncfs()
    if syncfs is None:
        for path in paths:
            _sync_one(Path(path))
        return
    folder = os.open(root, os.O_RDONLY)
    try:
        syncfs(folder)
    finally:
        os.close(folder)


def _sync_one(path: Path) -> None:
    if path.is_dir():
        sync_folder(path)
        return
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@cache
def _syncfs() -> Callable[[int], None] | None:
    """Return Linux's syncfs(2), which syncs one file system; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:
        return None

    def syncfs(descriptor: int) -> None:
        if call(descriptor) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))

    return syncfs
