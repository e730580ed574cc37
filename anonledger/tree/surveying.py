"""Compare the output tree with what is wanted of it; change nothing.

Owns: what nobody placed is never touched, and only what the ledger says was placed is removed.
"""

import filecmp
import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, KeysView, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import TypeAlias

from anonledger.disk import telling
from anonledger.errors import UsageError
from anonledger.records import Placement
from anonledger.tree.naming import TEMP

Objects: TypeAlias = Callable[[str], Path | str]
_Lies: TypeAlias = tuple[int, int]  # device and inode

GRAINS = (1, 100, 1_000, 10_000_000, 1_000_000_000, 2_000_000_000)  # ns: how fine file systems keep a time


@dataclass(frozen=True, slots=True)
class TreeChange:
    """What differs between a tree and what is wanted of it; paths are below its root, "/" between.

    For the ledger: ``added`` are placements not on record as they are now (one that supersedes another takes
    its place on record); ``removed`` are paths on record that are no longer wanted; ``damaged`` cannot be
    placed: their object is gone, has another size, or is not what is to be restored. For the disk: ``place``
    and ``discard``. ``kept`` counts
    the files that are right as they are, ``repaired`` those that were on record, but lost or altered;
    ``taken`` are paths where something lies that is not on record.
    """

    added: tuple[Placement, ...] = ()
    removed: tuple[str, ...] = ()
    damaged: tuple[Placement, ...] = ()
    kept: int = 0
    repaired: int = 0
    taken: tuple[str, ...] = ()
    place: tuple[Placement, ...] = field(default=(), repr=False)
    discard: tuple[str, ...] = field(default=(), repr=False)

    @property
    def nothing(self) -> bool:
        """Whether all is as wanted, on record and on the disk."""
        differs = self.added or self.removed or self.damaged or self.taken or self.place or self.discard
        return not differs


class _State(Enum):
    KEPT = auto()
    OPEN = auto()  # to be placed
    DAMAGED = auto()  # the object, not the file
    TAKEN = auto()  # by something that we did not place


def survey(
    root: Path, objects: Objects, wanted: Sequence[Placement], placed: Sequence[Placement]
) -> TreeChange:
    """Return how the tree at ``root`` has to change to show ``wanted``.

    ``placed`` is what the ledger has on record; ``objects`` tells where the object of a digest lies. Raises
    UsageError when a file that is not on record and differs lies where one is wanted, StoreError for trouble
    with the disk, ValueError when two placements share a path.
    """
    change = compare(root, objects, wanted, placed)
    refuse(change.taken)
    return change


def compare(
    root: Path,
    objects: Objects,
    wanted: Sequence[Placement],
    placed: Sequence[Placement],
    tops: Collection[str] | None = None,
) -> TreeChange:
    """Return the same, with what is taken in place of UsageError.

    ``tops``: look only at these names right below the root; all that is wanted and placed lies there.
    """
    by_path = {p.path: p for p in wanted}
    if len(by_path) != len(wanted):
        raise ValueError("two placements are wanted at one path")
    on_record = {p.path: p for p in placed}
    tree = Walk(root, tops)
    with telling(root):
        states = {p.path: tree.state(p, on_record.get(p.path), objects(p.object_digest)) for p in wanted}
    damaged = {path for path, state in states.items() if state is _State.DAMAGED}
    place = tuple(p for p in wanted if states[p.path] is _State.OPEN)
    ours = (on_record.keys() & tree.files) | tree.temps
    return TreeChange(
        added=tuple(p for p in wanted if on_record.get(p.path) != p and p.path not in damaged),
        removed=tuple(path for path in on_record if path not in by_path),
        damaged=tuple(p for p in wanted if p.path in damaged),
        kept=sum(state is _State.KEPT for state in states.values()),
        repaired=sum(on_record.get(p.path) == p for p in place),
        taken=tuple(path for path, state in states.items() if state is _State.TAKEN),
        place=place,
        discard=tuple(sorted(ours - by_path.keys())),
    )


def stands(
    root: Path, objects: Objects, placed: Iterable[tuple[str, str, int]], tops: Collection[str]
) -> bool:
    """Tell whether a comparison of what was placed with itself would find nothing to change.

    ``placed``: path, object digest and size of all that was placed below the ``tops``. Raises StoreError.
    """
    tree = Walk(root, tops)
    if tree.temps:
        return False
    with telling(root):
        for path, digest, size in placed:
            if path not in tree.lying:
                return False
            source = objects(digest)
            try:
                original = os.stat(source)  # noqa: PTH116, as above
            except FileNotFoundError:
                return False
            if original.st_size != size or not tree.shows(path, source, original):
                return False
    return True


def recognised(root: Path, objects: Objects, placed: Iterable[Placement]) -> Iterator[Placement]:
    """Yield, once for each path, the files at ``root`` that are to the byte what was placed elsewhere.

    Raises StoreError for trouble with the disk.
    """
    tree = Walk(root)
    with telling(root):
        for one in placed:
            if one.path in tree.files and tree.is_same(one, objects(one.object_digest)):
                del tree.lying[one.path]
                yield one


def refuse(taken: Sequence[str]) -> None:
    """Raise UsageError when there are paths that are taken."""
    if taken:
        raise UsageError(
            f"In the output folder, {len(taken)} paths are taken by files that anonledger did not place, "
            f"for example {min(taken)}. Move them away and run again; nothing was changed there."
        )


class Walk:
    """What lies below a root: one pass over the folders, a closer look only at what is wanted."""

    def __init__(self, root: Path, tops: Collection[str] | None = None) -> None:
        """Walk the folders; links are not followed. Raises StoreError for a folder that cannot be read.

        ``tops``: only these names right below the root, and what is in them.
        """
        self.base = base(root)
        self.lying: dict[str, _Lies | None] = {}
        self.temps: set[str] = set()  # of runs that were killed
        self.folders = {""}
        pending: list[str] = []
        with telling(root):
            if tops is None:
                pending += [""] if root.is_dir() else []
            else:
                pending += [top for top in tops if self._is_folder(top, self._native(top))]
            while pending:
                folder = pending.pop()
                device = os.stat(self._native(folder)).st_dev  # noqa: PTH116, as below
                with os.scandir(self._native(folder)) as entries:
                    for entry in entries:
                        path = f"{folder}/{entry.name}" if folder else entry.name
                        if entry.is_dir(follow_symlinks=False):
                            pending.append(path)
                            self.folders.add(path)
                        elif TEMP.fullmatch(entry.name):
                            self.temps.add(path)
                        else:
                            is_file = entry.is_file(follow_symlinks=False)
                            self.lying[path] = (device, entry.inode()) if is_file else None

    @property
    def files(self) -> KeysView[str]:
        """The files that lie there, but for those of killed runs."""
        return self.lying.keys()

    def _is_folder(self, top: str, native: str) -> bool:
        """Note what a name right below the root is; whether it is a folder."""
        try:
            mode = os.lstat(native).st_mode
        except FileNotFoundError:
            return False
        if stat.S_ISDIR(mode):
            self.folders.add(top)
            return True
        if TEMP.fullmatch(top):
            self.temps.add(top)
        else:
            self.lying[top] = None
        return False

    def is_same(self, placed: Placement, source: Path | str) -> bool:
        """Whether the file at a path that is here is, or holds the bytes of, the object of a placement."""
        path = self._native(placed.path)
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size != placed.size:
            return False
        with suppress(FileNotFoundError):
            if os.path.samestat(found, os.stat(source)):  # noqa: PTH116, as below
                return True
        return _is_whole(path, placed.object_digest)

    def state(self, wanted: Placement, known: Placement | None, source: Path | str) -> _State:
        """Return the state of a wanted path, given its record and its object's file."""
        state = self._state(wanted, known, source)
        # Lost or altered: what it is made from again may have come to the same harm.
        if state is _State.OPEN and known == wanted and not _is_whole(source, wanted.object_digest):
            return _State.DAMAGED
        return state

    def _state(self, wanted: Placement, known: Placement | None, source: Path | str) -> _State:
        path = wanted.path
        try:
            original = os.stat(source)  # noqa: PTH116, a Path for each of a million files takes its time
        except FileNotFoundError:
            return _State.DAMAGED
        if original.st_size != wanted.size:
            return _State.DAMAGED
        if path not in self.files:
            return _State.TAKEN if path in self.folders or self._below_a_file(path) else _State.OPEN
        recorded = known is not None and known.object_digest == wanted.object_digest
        if self.shows(path, source, original, recorded):
            return _State.KEPT
        return _State.OPEN if known is not None else _State.TAKEN

    def shows(self, path: str, source: Path | str, original: os.stat_result, recorded: bool = True) -> bool:
        """Whether the file at a path that is here is that of an object, or like it; ``original`` is its stat.

        ``recorded``: it is on record that it was made of it.
        """
        # The same file, as its folder says; anything else has to be looked at.
        if self.lying[path] == (original.st_dev, original.st_ino):
            return True
        return _shows(self._native(path), source, original, recorded)

    def _native(self, path: str) -> str:
        return f"{self.base}{os.sep}{path.replace('/', os.sep)}"

    def _below_a_file(self, path: str) -> bool:
        folder = path.rpartition("/")[0]
        while folder not in self.folders:
            if folder in self.files:
                return True
            folder = folder.rpartition("/")[0]
        return False


def base(root: Path) -> str:
    """Return the absolute root, on Windows in the spelling that takes paths of more than 260 characters."""
    absolute = str(root.absolute())
    if os.name == "nt" and not absolute.startswith("\\\\"):
        return "\\\\?\\" + absolute
    return absolute


def _is_whole(source: Path | str, digest: str) -> bool:
    with Path(source).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == digest


def _shows(path: str, source: Path | str, original: os.stat_result, recorded: bool) -> bool:
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode) or found.st_size != original.st_size:
        return False
    if os.path.samestat(found, original):
        return True
    # A clone or copy has the time of its object, as fine as its file system keeps times.
    time = original.st_mtime_ns
    if recorded and found.st_mtime_ns in {time - time % grain for grain in GRAINS}:
        return True
    return filecmp.cmp(path, source, shallow=False)
