"""Hold the bytes of one file or archive member: small ones in memory, large ones in a file.

Owns: memory stays bounded whatever the size; a large member lies in a scratch file that vanishes when closed.
"""

import hashlib
import mmap
import os
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from stat import S_ISREG
from tempfile import TemporaryFile
from typing import BinaryIO, TypeAlias, cast

from anonledger.digests import QuickDigest
from anonledger.errors import StoreError
from anonledger.outcomes import QuarantineReason
from anonledger.records import Location
from anonledger.sources.archives import DAMAGE, MIB, ArchiveKind, Member, OverLimitError, archive_kind

IN_MEMORY = 16 * MIB

Buffer: TypeAlias = bytes | mmap.mmap


class ScratchFullError(Exception):
    """The disk has no room for an unpacked member; stays within this room."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes at hand. ``name`` is the last part of the stored name, ``size`` counts bytes.

    ``stamp``: size and time (ns since the epoch) of a file on disk, as they were just before it was opened.
    """

    name: str = field(repr=False)
    file: BinaryIO
    size: int
    stamp: tuple[int, int] = (0, 0)

    def digests(self) -> tuple[str, bytes]:
        """Return the SHA-256 of the bytes, 64 hexadecimal digits, and their quick digest, in one pass.

        Raises OSError when they cannot be read.
        """
        self.file.seek(0)
        digest, quick = hashlib.sha256(), QuickDigest()
        while chunk := self.file.read(MIB):
            digest.update(chunk)
            quick.update(chunk)
        return digest.hexdigest(), quick.digest()

    def archive_kind(self) -> ArchiveKind | None:
        """Return what archive this claims to be, if any. Raises OSError when it cannot be read."""
        self.file.seek(0)
        return archive_kind(self.name, self.file.read(512))

    def buffer(self) -> Buffer:
        """Return the bytes, mapped when they are many; the map outlives the file. Raises OSError."""
        self.file.seek(0)
        # Small files are read, not mapped: a network drive that fails under a map kills the process.
        if self.size <= IN_MEMORY:
            return self.file.read()
        return mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)


def release(buffer: Buffer) -> None:
    """Close a buffer. One that a view still looks at closes together with the view."""
    if isinstance(buffer, mmap.mmap):
        with suppress(BufferError):
            buffer.close()


def file_name(path: str) -> str:
    """Return the last part of a path or of a member's name, whichever slash is between the parts."""
    return path.replace("\\", "/").rpartition("/")[2]


def open_file(location: Location) -> Content | QuarantineReason:
    """Open the file on disk at a location (its members aside); only a regular file is ever opened."""
    path = os.path.join(location.root, location.path)  # noqa: PTH118, a Path costs more than the reading
    try:
        status = os.stat(path)  # noqa: PTH116
        if not S_ISREG(status.st_mode):
            return QuarantineReason.NOT_A_FILE
        stamp = status.st_size, status.st_mtime_ns
        if status.st_size > IN_MEMORY:
            file = open(path, "rb")  # noqa: PTH123, SIM115
            return Content(file_name(location.path), file, status.st_size, stamp)
        data = _read(path, status.st_size)
    except OSError:
        return QuarantineReason.UNREADABLE
    return Content(file_name(location.path), BytesIO(data), len(data), stamp)


def _read(path: str, size: int) -> bytes:
    """Return the first bytes of a file. For most files are small, in two thirds of the time of `open`."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))  # a flag of Windows
    try:
        data = os.read(file, size)
        while len(data) < size and (more := os.read(file, size - len(data))):
            data += more
    finally:
        os.close(file)
    return data


def unpack(member: Member, allowance: int, scratch: Path) -> Content | QuarantineReason:
    """Unpack a member of at most ``allowance`` bytes. Raises StoreError when ``scratch`` takes no file."""
    if member.trouble is not None:
        return member.trouble
    try:
        with member.open() as stream:
            head = stream.read(min(IN_MEMORY, allowance) + 1)
            if len(head) > allowance:
                return QuarantineReason.ARCHIVE_TOO_LARGE
            if len(head) <= IN_MEMORY:
                return Content(file_name(member.name), BytesIO(head), len(head))
            return _spooled(member, head, stream, allowance, _scratch_file(scratch))
    except ScratchFullError:
        # The run goes on without it, and the next one tries again: there may be room by then.
        return QuarantineReason.UNREADABLE
    except OverLimitError:
        return QuarantineReason.ARCHIVE_TOO_LARGE
    except DAMAGE:
        return QuarantineReason.ARCHIVE_UNREADABLE


def _spooled(member: Member, head: bytes, stream: BinaryIO, allowance: int, file: BinaryIO) -> Content:
    size, chunk = 0, head
    try:
        while chunk:
            size += len(chunk)
            if size > allowance:
                raise OverLimitError
            _write(file, chunk)
            chunk = stream.read(MIB)
    except BaseException:
        file.close()
        raise
    return Content(file_name(member.name), file, size)


def _scratch_file(scratch: Path) -> BinaryIO:
    try:
        return cast(BinaryIO, TemporaryFile(dir=scratch))
    except OSError as error:
        raise StoreError(
            f"The scratch folder cannot be written ({error.strerror}). Free space there and run again."
        ) from error


def _write(file: BinaryIO, chunk: bytes) -> None:
    try:
        file.write(chunk)
        file.flush()
    except OSError as error:
        raise ScratchFullError from error
