"""List what zip and tar archives hold, in their own order.

Owns: a damaged, encrypted or exploding archive is a value, never an exception; members' names are keys only.
"""

import bz2
import gzip
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from io import BytesIO
from typing import BinaryIO, TypeAlias, cast

import deflate

from anonledger.outcomes import QuarantineReason

# What the readers of the standard library raise for bytes that are not as they should be.
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    ArithmeticError,
    LookupError,
    MemoryError,
)
# The key that stands for all that was not reached when an archive cannot be followed to its end.
REST = "(rest of the archive)"
MIB = 2**20
# Packed or unpacked, for the memory holds a member twice that is unpacked at once.
LARGEST_AT_ONCE = 8 * MIB
# A tar header can claim a name of any length, which tarfile would read at once.
LARGEST_READ = 32 * MIB
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
OPENERS: dict[bytes, Callable[[BinaryIO], object]] = {
    b"\x1f\x8b\x08": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7z": lzma.LZMAFile,
}
# By method, what unpacks all of a zip's member, given its packed bytes and how many come out.
AT_ONCE: dict[int, Callable[[bytes, int], bytes | bytearray]] = {
    zipfile.ZIP_STORED: lambda data, _size: data,
    zipfile.ZIP_DEFLATED: deflate.deflate_decompress,
}


class ArchiveKind(StrEnum):
    """The archives that are opened; a tar may be compressed with gzip, bzip2 or xz."""

    ZIP = "zip"
    TAR = "tar"


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an archive is followed. Sizes in bytes; ``max_ratio`` counts from ``ratio_from`` bytes on."""

    max_ratio: int = 1000
    ratio_from: int = 100 * MIB
    max_total_bytes: int = 2**40
    max_members: int = 10_000_000
    max_depth: int = 5

    def allowance(self, packed: int) -> int:
        """Return how many bytes may come out of so many packed ones."""
        return min(self.max_total_bytes, max(self.ratio_from, self.max_ratio * packed))


@dataclass(frozen=True, slots=True)
class Share:
    """One of ``of`` parts of a zip, counted from 0, that are looked at apart: members in a row."""

    number: int = 0
    of: int = 1

    def among(self, count: int) -> range:
        """Return which of so many members are in it; the first part has one if there is any."""
        return range(-(-count * self.number // self.of), -(-count * (self.number + 1) // self.of))


WHOLE = Share()


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an open archive; ``open`` works until the next member is asked for.

    ``key`` is unique in the archive, ``name`` is as stored, ``size`` is what the archive claims.
    """

    key: str = field(repr=False)
    name: str = field(repr=False)
    size: int
    packed: int
    open: Callable[[], BinaryIO] = field(repr=False)
    trouble: QuarantineReason | None = None


Listing: TypeAlias = "Iterator[Member | QuarantineReason]"


class OverLimitError(Exception):
    """More would be unpacked than the limits allow; stays within this room."""


class Keys:
    """Hand out keys: the name itself, with ";2", ";3"... behind it when it was there before; never REST."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {REST: 2}

    def key(self, name: str) -> str:
        """Return a key that was not handed out before."""
        number = self._next.get(name, 1)
        key = name if number == 1 else f"{name};{number}"
        while key in self._next:
            number += 1
            key = f"{name};{number}"
        self._next[name] = number + 1
        self._next.setdefault(key, 2)
        return key


def archive_kind(name: str, head: bytes) -> ArchiveKind | None:
    """Return what archive a file claims to be: by its name, else by ``head``, its first 512 bytes."""
    lowered = name.lower()
    if lowered.endswith(".zip"):
        return ArchiveKind.ZIP
    if lowered.endswith(TAR_SUFFIXES):
        return ArchiveKind.TAR
    if head[128:132] == b"DICM":
        return None
    if head.startswith(ZIP_MAGICS):
        return ArchiveKind.ZIP
    return ArchiveKind.TAR if _is_plain_tar(head) else None


def _is_plain_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def members(kind: ArchiveKind, file: BinaryIO, size: int, limits: Limits, share: Share = WHOLE) -> Listing:
    """Yield the members of an archive of so many bytes, or a share of those of a zip; folders are none.

    When the archive cannot be followed to its end, the reason why comes last.
    """
    is_zip = kind is ArchiveKind.ZIP
    listing = _zip_members(file, limits, share) if is_zip else _tar_members(file, size, limits)
    try:
        for number, member in enumerate(listing):
            if number == limits.max_members:
                yield QuarantineReason.ARCHIVE_TOO_LARGE
                return
            yield member
    except OverLimitError:
        yield QuarantineReason.ARCHIVE_TOO_LARGE
    except DAMAGE:
        yield QuarantineReason.ARCHIVE_UNREADABLE


def _zip_members(file: BinaryIO, limits: Limits, share: Share) -> Iterator[Member]:
    keys = Keys()
    with zipfile.ZipFile(file) as archive:
        infos = [info for info in archive.infolist() if not _is_folder(info)]
        if share != WHOLE and len(infos) > limits.max_members:
            raise OverLimitError
        own = share.among(len(infos))
        for number, info in enumerate(infos[: own.stop]):
            # zipfile cuts ``filename`` at a NUL and changes "\\" on Windows; this one is as stored.
            name = info.orig_filename
            key, opener = keys.key(name), partial(_opened, archive, info)
            if number in own:
                yield Member(key, name, info.file_size, info.compress_size, opener, _zip_trouble(info))


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.orig_filename.endswith(("/", "\\")) and info.file_size == 0


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    """Open a member. A small one is unpacked at once, in half the time; zipfile judges whatever is odd."""
    # Where nothing is to come out, libdeflate's wrapper does not look at what is packed.
    unpack = AT_ONCE.get(info.compress_type) if info.file_size else None
    if unpack is not None and max(info.file_size, info.compress_size) <= LARGEST_AT_ONCE:
        with suppress(*DAMAGE, deflate.DeflateError):
            data = unpack(_packed(archive, info), info.file_size)
            if (len(data), deflate.crc32(data)) == (info.file_size, info.CRC):
                return BytesIO(data)
    return cast(BinaryIO, archive.open(info))


def _packed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes as they lie in the archive, after all checks of zipfile but the sum's."""
    as_stored = copy(info)
    as_stored.compress_type, as_stored.file_size = zipfile.ZIP_STORED, info.compress_size
    del as_stored.CRC  # zipfile checks it where there is one
    with archive.open(as_stored) as stream:
        return stream.read()


def _zip_trouble(info: zipfile.ZipInfo) -> QuarantineReason | None:
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return QuarantineReason.NOT_A_FILE
    return QuarantineReason.ARCHIVE_ENCRYPTED if info.flag_bits & 1 else None


def _tar_members(file: BinaryIO, size: int, limits: Limits) -> Iterator[Member]:
    keys = Keys()
    stream = _TarStream(file, limits.allowance(size))
    with tarfile.open(
        fileobj=cast(BinaryIO, stream), mode="r:", encoding="utf-8", errors="surrogateescape"
    ) as archive:
        while (info := archive.next()) is not None:
            # tarfile remembers every header; forgetting them keeps a tar of millions small in memory.
            archive.members.clear()  # type: ignore[attr-defined]
            if info.isdir():
                continue
            trouble = None if info.isreg() else QuarantineReason.NOT_A_FILE
            opener = cast(Callable[[], BinaryIO], partial(archive.extractfile, info))
            yield Member(keys.key(info.name), info.name, info.size, size, opener, trouble)
    # tarfile takes a damaged header for the end, but a true end is zeros or nothing.
    if stream.last.strip(b"\0"):
        raise tarfile.ReadError("a header is damaged")


class _TarStream:
    """The unpacked bytes of a tar, as far as ``limit``; ``last`` is what tarfile read last."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        file.seek(0)
        head = file.read(tarfile.BLOCKSIZE)
        file.seek(0)
        # A plain tar begins with a file name, which may look like the magic of a compressor.
        opener = None if _is_plain_tar(head) else OPENERS.get(head[:3])
        self._stream = file if opener is None else cast(BinaryIO, opener(file))
        self._limit = limit
        self.last = b""
        self.tell = self._stream.tell

    def seek(self, position: int) -> int:
        if position > self._limit:
            raise OverLimitError
        return self._stream.seek(position)

    def read(self, size: int) -> bytes:
        if size > LARGEST_READ or self.tell() > self._limit:
            raise OverLimitError
        data = self._stream.read(size)
        self.last = data[-tarfile.BLOCKSIZE :]
        return data
