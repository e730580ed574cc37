"""Look at a source once: what it is, its fingerprint, and the same for every member of an archive.

Owns: one entry for each file and member, in the order they are stored, whatever becomes of them.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from anonledger.outcomes import Disposition, DropReason, QuarantineReason
from anonledger.records import Examined, Found, Inspected, Location
from anonledger.sources.archives import (
    REST,
    WHOLE,
    ArchiveKind,
    Limits,
    Member,
    Share,
    members,
)
from anonledger.sources.contents import Buffer, Content, file_name, open_file, release, unpack

Inspect: TypeAlias = Callable[[Buffer, str], Inspected]


def examine(
    found: Found,
    scratch: Path,
    dropped_types: frozenset[str],
    inspect: Inspect,
    limits: Limits | None = None,
    share: Share = WHOLE,
) -> Iterator[Examined]:
    """Yield what a file is and, when it is an archive, what its members are; sizes in bytes.

    ``dropped_types`` are lower-case suffixes without the dot; ``inspect`` gets a file's bytes and name.
    Where an archive breaks off, a last entry with the key REST says why. Of a ``share`` of a zip only that is
    told; the first one also tells of the zip itself. Raises StoreError when ``scratch`` takes no file.
    """
    if found.trouble is not None:
        yield _trouble(found.location, found.size, found.mtime_ns, found.trouble)
    elif _file_type(found.location.path) in dropped_types:
        yield _dropped(found.location, found.size, found.mtime_ns)
    else:
        yield from _opened(found, scratch, dropped_types, inspect, limits or Limits(), share)


def _opened(
    found: Found,
    scratch: Path,
    dropped_types: frozenset[str],
    inspect: Inspect,
    limits: Limits,
    share: Share,
) -> Iterator[Examined]:
    content = open_file(found.location)
    if isinstance(content, QuarantineReason):
        yield _trouble(found.location, found.size, found.mtime_ns, content)
        return
    size, mtime_ns = content.stamp
    with content.file:
        left = limits.allowance(size) // share.of  # all shares together unpack no more than one look would
        look = _Look(scratch, dropped_types, inspect, limits, mtime_ns, left, share)
        at = look.further if share.number else look.at
        for examined in at(found.location, content):
            if _stamp(found.location) != content.stamp:
                yield _trouble(
                    examined.location, examined.size, mtime_ns, QuarantineReason.CHANGED_WHILE_READ
                )
                return
            yield examined


def _stamp(location: Location) -> tuple[int, int] | None:
    try:
        status = os.stat(os.path.join(location.root, location.path))  # noqa: PTH116, PTH118, a Path costs more
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _file_type(name: str) -> str:
    _, dot, suffix = file_name(name).rpartition(".")
    return suffix.lower() if dot else ""


def _trouble(location: Location, size: int, mtime_ns: int, reason: QuarantineReason) -> Examined:
    return Examined(location, size, mtime_ns, "", Disposition.TROUBLE, trouble=reason)


def _dropped(location: Location, size: int, mtime_ns: int) -> Examined:
    return Examined(location, size, mtime_ns, "", Disposition.DROPPED, drop=DropReason.FILE_TYPE)


@dataclass(slots=True)
class _Look:
    """One look at a file on disk and all inside it; ``left`` counts the bytes that may still be unpacked."""

    scratch: Path
    dropped_types: frozenset[str]
    inspect: Inspect
    limits: Limits
    mtime_ns: int
    left: int
    share: Share

    def at(self, location: Location, content: Content) -> Iterator[Examined]:
        try:
            (digest, quick), kind = content.digests(), content.archive_kind()
        except OSError:
            yield _trouble(location, content.size, self.mtime_ns, QuarantineReason.UNREADABLE)
            return
        examined = Examined(location, content.size, self.mtime_ns, digest, Disposition.TROUBLE, quick=quick)
        if kind is None:
            yield self._inspected(examined, content)
        elif len(location.members) >= self.limits.max_depth:
            yield replace(examined, trouble=QuarantineReason.ARCHIVE_TOO_DEEP)
        else:
            yield from self._archive(kind, examined, content)

    def further(self, zipped: Location, content: Content) -> Iterator[Examined]:
        """Yield what the members of a share of a zip are that is not its first one."""
        listing = members(ArchiveKind.ZIP, content.file, content.size, self.limits, self.share)
        yield from self._members(zipped, listing)

    def _inspected(self, examined: Examined, content: Content) -> Examined:
        try:
            buffer = content.buffer()
        except OSError:
            return replace(examined, digest="", trouble=QuarantineReason.UNREADABLE)
        try:
            seen = self.inspect(buffer, content.name)
        finally:
            release(buffer)
        if seen.trouble is not None:
            return replace(examined, trouble=seen.trouble, where=seen.where)
        if seen.drop is not None:
            return replace(examined, disposition=Disposition.DROPPED, drop=seen.drop)
        if seen.header is not None:
            return replace(examined, disposition=Disposition.INSTANCE, header=seen.header)
        return replace(examined, disposition=Disposition.OTHER, words=seen.words)

    def _archive(self, kind: ArchiveKind, examined: Examined, content: Content) -> Iterator[Examined]:
        share = WHOLE if examined.location.members else self.share
        listing = members(kind, content.file, content.size, self.limits, share)
        first = next(listing, None)
        if first is None:
            yield replace(examined, disposition=Disposition.DROPPED, drop=DropReason.EMPTY_ARCHIVE)
        elif isinstance(first, QuarantineReason):
            yield replace(examined, trouble=first)
        else:
            yield replace(examined, disposition=Disposition.ARCHIVE)
            yield from self._members(examined.location, chain([first], listing))

    def _members(self, archive: Location, listing: Iterator[Member | QuarantineReason]) -> Iterator[Examined]:
        for member in listing:
            if isinstance(member, QuarantineReason):
                yield _trouble(archive.inside(REST), 0, self.mtime_ns, member)
            elif self.left <= 0:
                yield _trouble(archive.inside(REST), 0, self.mtime_ns, QuarantineReason.ARCHIVE_TOO_LARGE)
                return
            else:
                yield from self._member(archive.inside(member.key), member)

    def _member(self, location: Location, member: Member) -> Iterator[Examined]:
        if member.trouble is None and _file_type(member.name) in self.dropped_types:
            yield _dropped(location, member.size, self.mtime_ns)
            return
        allowance = min(self.left, self.limits.allowance(member.packed))
        content = unpack(member, allowance, self.scratch)
        if isinstance(content, QuarantineReason):
            if content in (QuarantineReason.ARCHIVE_TOO_LARGE, QuarantineReason.UNREADABLE):
                self.left -= allowance
            yield _trouble(location, member.size, self.mtime_ns, content)
            return
        self.left -= content.size
        with content.file:
            yield from self.at(location, content)
