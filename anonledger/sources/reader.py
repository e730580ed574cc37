"""Read the bytes of a location again: a file, or a member of archives inside archives.

Owns: the last archive stays open, so that members asked for in its order cost one opening.
"""

from itertools import takewhile
from pathlib import Path
from types import TracebackType
from typing import Self

from anonledger.outcomes import QuarantineReason
from anonledger.records import Location
from anonledger.sources.archives import ArchiveKind, Limits, Listing, Member, members
from anonledger.sources.contents import Buffer, Content, open_file, release, unpack


class Reader:
    """Gives the bytes of one location after the other; a context manager. Not for several threads at once.

    ``scratch`` is a private folder for large members; nothing stays there.
    """

    def __init__(self, scratch: Path, limits: Limits | None = None) -> None:
        self._scratch = scratch
        self._limits = limits or Limits()
        self._archives: list[_OpenArchive] = []
        self._buffer: Buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release()
        self._leave_archives(0)

    def read(self, location: Location) -> Buffer | QuarantineReason:
        """Return the bytes at a location, or why there are none; they are closed at the next reading.

        Raises StoreError when the scratch folder takes no file.
        """
        self._release()
        try:
            content = self._content(location)
            if isinstance(content, QuarantineReason):
                return content
            with content.file:
                self._buffer = content.buffer()
        except OSError:
            return QuarantineReason.UNREADABLE
        return self._buffer

    def _content(self, location: Location) -> Content | QuarantineReason:
        if not location.members:
            self._leave_archives(0)
            return open_file(location)
        archive = self._archive(Location(location.root, location.path, location.members[:-1]))
        if isinstance(archive, QuarantineReason):
            return archive
        member = archive.find(location.members[-1])
        if isinstance(member, QuarantineReason):
            return member
        return unpack(member, self._limits.allowance(member.packed), self._scratch)

    def _archive(self, location: Location) -> "_OpenArchive | QuarantineReason":
        """Return the archive that lies at a location, opened, and keep those open that it lies in."""
        depth = len(location.members)
        chain = (Location(location.root, location.path, location.members[:n]) for n in range(depth + 1))
        held = takewhile(lambda pair: pair[0].location == pair[1], zip(self._archives, chain, strict=False))
        self._leave_archives(sum(1 for _ in held))
        if len(self._archives) > depth:
            return self._archives[depth]
        content = self._content(location)
        if isinstance(content, QuarantineReason):
            return content
        kind = content.archive_kind()
        if kind is None:
            content.file.close()
            return QuarantineReason.ARCHIVE_UNREADABLE
        self._archives.append(_OpenArchive(location, content, kind, self._limits))
        return self._archives[-1]

    def _leave_archives(self, kept: int) -> None:
        while len(self._archives) > kept:
            self._archives.pop().close()

    def _release(self) -> None:
        release(self._buffer)
        self._buffer = b""


class _OpenArchive:
    """An archive whose members are taken in their order; asking for an earlier one starts it anew."""

    def __init__(self, location: Location, content: Content, kind: ArchiveKind, limits: Limits) -> None:
        self.location = location
        self._content = content
        self._kind = kind
        self._limits = limits
        self._passed: set[str] = set()
        self._listing: Listing = self._members()

    def find(self, key: str) -> Member | QuarantineReason:
        if key in self._passed:
            self._passed.clear()
            self._listing = self._members()
        for member in self._listing:
            if isinstance(member, QuarantineReason):
                return member
            self._passed.add(member.key)
            if member.key == key:
                return member
        return QuarantineReason.UNREADABLE

    def close(self) -> None:
        self._listing = iter(())
        self._content.file.close()

    def _members(self) -> Listing:
        return members(self._kind, self._content.file, self._content.size, self._limits)
