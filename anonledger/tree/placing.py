"""Place the files of the output tree, remove what is no longer wanted, write the small files beside them.

Owns: a file has its name only when it is whole.
"""

import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from anonledger.disk import FULL, remove, replace, telling
from anonledger.records import Placement
from anonledger.tree.surveying import Objects, TreeChange, base, survey

TOGETHER = 500  # files that are placed at a time: one sync serves them all
Way: TypeAlias = Callable[[str, str], None]  # to make one file show another
FICLONE = 0x40049409  # linux/fs.h; a name in fcntl only since Python 3.12


def materialize(
    root: Path, objects: Objects, wanted: Sequence[Placement], placed: Sequence[Placement]
) -> TreeChange:
    """Make the tree at ``root`` show ``wanted``: survey it and carry out what was found; idempotent.

    An engine that records ``added`` between the two, and ``removed`` behind them, can be killed at any point:
    the next run finds every file of its own on record. Raises what ``survey`` raises, with nothing changed,
    and StoreError for trouble with the disk.
    """
    change = survey(root, objects, wanted, placed)
    carry_out(root, objects, change)
    return change


def carry_out(root: Path, objects: Objects, change: TreeChange) -> None:
    """Remove, then place (clone, else hard link, else copy), then drop the folders that became empty."""
    top = Path(base(root))
    ways: list[Way] = [_clone, _link, _copy]
    with telling(root):
        for path in change.discard:
            remove(top / path)
        for folder in {_folder(p.path) for p in change.place}:
            (top / folder).mkdir(parents=True, exist_ok=True)
        for start in range(0, len(change.place), TOGETHER):
            some = change.place[start : start + TOGETHER]
            named = ((p.object_digest, p.path.replace("/", os.sep)) for p in some)
            _place([(str(objects(digest)), f"{top}{os.sep}{path}") for digest, path in named], ways)
        _drop_empty(top, {_folder(path) for path in change.discard})


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _place(files: Sequence[tuple[str, str]], ways: list[Way]) -> None:
    """Place files: all of them under passing names first, on the disk, then under their own.

    A link is whole at once, and needs no passing name where nothing has its own.
    """
    ready: list[tuple[str, str]] = []
    try:
        for source, target in files:
            if ways[0] is _link and _is_linked(source, target):
                continue
            passing = _passing(secrets.token_hex(8))
            ready.append((os.path.join(os.path.dirname(target), passing), target))  # noqa: PTH118, PTH120
            _make(source, ready[-1][0], ways)
        if ways[0] is _copy and hasattr(os, "sync"):
            os.sync()  # a copy that a power cut tore would look right by its size and time
        while ready:
            temp, target = ready[-1]
            replace(temp, target)
            if ways[0] is not _clone:  # renaming one of two links of a file to the other does nothing
                with suppress(FileNotFoundError):
                    remove(temp)
            ready.pop()
    finally:
        for temp, _ in ready:
            with suppress(OSError):
                remove(temp)


def _is_linked(source: str, target: str) -> bool:
    """Link an object to a name that nothing has; tell whether that was possible."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def _make(source: str, temp: str, ways: list[Way]) -> None:
    """Make a file that shows an object; a way that this file system lacks leaves the list for good."""
    while True:
        try:
            ways[0](source, temp)
            return
        except OSError as error:
            with suppress(OSError):
                remove(temp)
            if len(ways) == 1 or error.errno in FULL:
                raise
            del ways[0]


def _clone(source: str, target: str) -> None:
    """Share the blocks of a file, copy on write: ioctl_ficlone(2) of Btrfs, XFS and others."""
    if not sys.platform.startswith("linux"):
        raise OSError
    import fcntl

    with open(source, "rb") as original, open(target, "xb") as clone:  # noqa: PTH123
        fcntl.ioctl(clone.fileno(), FICLONE, original.fileno())
    shutil.copystat(source, target)


def _link(source: str, target: str) -> None:
    os.link(source, target)


def _copy(source: str, target: str) -> None:
    shutil.copy2(source, target)


def _drop_empty(top: Path, folders: Iterable[str]) -> None:
    for start in sorted(folders, key=len, reverse=True):
        folder = start
        while folder:
            try:
                (top / folder).rmdir()
            except OSError:  # not empty, or gone already
                break
            folder = _folder(folder)


def write_file(root: Path, path: str, content: bytes, private: bool = False) -> bool:
    """Write a file below ``root``; return False when it holds these bytes already.

    Private: 0600 in a folder of 0700; else 0644. What a killed writer of the same file left is gone then.
    Raises StoreError for trouble with the disk.
    """
    return write_pieces(root, path, lambda: [content], private)


def write_pieces(root: Path, path: str, pieces: Callable[[], Iterable[bytes]], private: bool = False) -> bool:
    """Do the same with pieces that are never all in memory; they are asked for twice if they differ."""
    target = Path(base(root)) / path
    mode = 0o600 if private else 0o644
    temp = _own(target)
    with telling(root):
        target.parent.mkdir(0o700 if private else 0o777, parents=True, exist_ok=True)
        if private:
            target.parent.chmod(0o700)
        temp.unlink(missing_ok=True)
        if holds(target, pieces()):
            target.chmod(mode)
            return False
        try:
            temp.touch(0o600, exist_ok=False)
            with temp.open("wb") as stream:
                stream.writelines(pieces())
                stream.flush()
                os.fsync(stream.fileno())
            temp.chmod(mode)
            replace(temp, target)
        finally:
            temp.unlink(missing_ok=True)
    return True


def digest_of(root: Path, path: str, private: bool = False) -> str:
    """Return the SHA-256 of a file that was written below ``root``, "" where none is.

    All else is as it is when such a file is written again: its mode, and what a killed writer left is gone.
    """
    target = Path(base(root)) / path
    with telling(root):
        _own(target).unlink(missing_ok=True)
        if not target.is_file() or target.is_symlink():
            return ""
        target.chmod(0o600 if private else 0o644)
        with target.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


def hand_out(target: Path, pieces: Iterable[bytes], *, private: bool) -> None:
    """Write a file where the user wants it, whole or not at all; folders that are there stay as they are.

    A pipe or a device is written through. Private: 0600, in folders of 0700 where they are made; else 0644.
    Raises StoreError for trouble with the disk; what ``pieces`` raises passes through, and no file is left.
    """
    if is_stream(target):
        with telling(target), target.open("wb") as stream:
            stream.writelines(pieces)
        return
    place = Path(base(target.absolute().parent)) / target.name
    with telling(target.parent):
        _make_folders(place.parent, 0o700 if private else 0o777)
        temp = _own(place)
        temp.unlink(missing_ok=True)
        temp.touch(0o600, exist_ok=False)
    try:
        with telling(target.parent), temp.open("wb") as stream:
            for piece in pieces:
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        with telling(target.parent):
            temp.chmod(0o600 if private else 0o644)
            replace(temp, place)
    finally:
        temp.unlink(missing_ok=True)


def is_stream(target: Path) -> bool:
    """Tell whether a pipe, a device or an open stream is there, which is written to and never replaced."""
    if target.is_symlink() and target.absolute().is_relative_to("/dev"):  # /dev/stdout may lead to a file
        return True
    return target.exists() and not target.is_file() and not target.is_dir()


def _make_folders(folder: Path, mode: int) -> None:
    """Make a folder and those above it, each with that mode (mkdir gives it to the last one only)."""
    if not folder.is_dir():
        _make_folders(folder.parent, mode)
        folder.mkdir(mode, exist_ok=True)


def _own(target: Path) -> Path:
    """The same name each time, so that nothing that a killed writer began stays behind for good."""
    return _named(target, hashlib.sha256(target.name.encode("utf-8", "surrogateescape")).hexdigest()[:16])


def _named(target: Path, mark: str) -> Path:
    return target.with_name(_passing(mark))


def _passing(mark: str) -> str:
    return f".anonledger-{mark}.tmp"


def holds(file: Path, pieces: Iterable[bytes]) -> bool:
    """Whether a file that is no link holds these pieces, one behind the other, and nothing else."""
    if not file.is_file() or file.is_symlink():
        return False
    with file.open("rb") as stream:
        return all(stream.read(len(piece)) == piece for piece in pieces) and not stream.read(1)
