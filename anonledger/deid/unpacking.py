"""Unpack what is compressed inside other bytes, piece by piece.

Owns: what comes out is bounded in memory; what cannot be read is told apart from what is not packed at all.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from mmap import mmap
from typing import Protocol, TypeAlias

from ahocorasick_rs import BytesAhoCorasick, MatchKind

Raw: TypeAlias = bytes | mmap

FIRST, FED = 1 << 5, 1 << 10  # bytes unpacked at a time, at first and then; of bzip2 they can become 20 MB
PIECE = 1 << 20  # bytes handed over at a time
OVERLAP = 1 << 10  # bytes of a piece that the next one begins with, for names cut in between
LIMIT = 1 << 32  # bytes that a file may unpack to
DICTIONARY = 1 << 28  # bytes of memory that xz may ask for
DEFLATED, ENCRYPTED = 8, 1  # of a zip member
HEAD, EXTRA, NAMED, COMMENTED = 1 << 16, 4, 8, 16  # of a gzip file
LEAST = 64  # bytes that must come out for a broken zlib stream to be one; others are chance
GZIP, XZ, BZIP2, ZIP = b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"BZh", b"PK\x03\x04"
ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
# Beginnings of 7z, RAR, zstd and lz4 files: what is in them cannot be searched.
CLOSED = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")
MAGICS = (GZIP, XZ, BZIP2, ZIP, *ZLIB, *CLOSED)
SURE = (XZ, ZIP, *CLOSED)  # too long to stand somewhere by chance
FAILURES = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)


class CannotUnpackError(Exception):
    """Something is packed and cannot be read, or becomes more than the limit."""


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def packed_at(raw: bytes) -> list[int]:
    """Return where something packed may begin, in order; random bytes may begin like that too."""
    if not _scout().find_matches_as_indexes(raw):
        return []
    found = set()
    for magic in MAGICS:
        position = raw.find(magic)
        while position >= 0:
            found.add(position)
            position = raw.find(magic, position + 1)
    return sorted(found)


@cache
def _scout() -> BytesAhoCorasick:
    """Return what tells in a thirtieth of the time that nothing begins like that."""
    return BytesAhoCorasick(list(MAGICS), matchkind=MatchKind.LeftmostFirst)


def gzip_head(raw: Raw) -> bytes:
    """Return what a gzip file says in front of its content (RFC 1952: name, comment); of others nothing."""
    head = raw[:HEAD]
    if not head.startswith(GZIP):
        return b""
    end = 10
    if head[3] & EXTRA:
        end += 2 + int.from_bytes(head[end : end + 2], "little")
    for flag in (NAMED, COMMENTED):
        if head[3] & flag:
            end = max(end, head.find(b"\0", end) + 1)
    return head[:end]


def unpacked(raw: Raw, start: int = 0, limit: int = LIMIT) -> Iterator[bytes]:
    """Yield what is packed from an offset on, in pieces that overlap; nothing if it is not packed.

    Raises CannotUnpackError, also for what is packed twice.
    """
    for number, piece in enumerate(_unpacked(raw, start, limit)):
        if number == 0 and piece.startswith((GZIP, *SURE)):
            raise CannotUnpackError
        yield piece


def _unpacked(raw: Raw, start: int, limit: int) -> Iterator[bytes]:
    head = raw[start : start + 30]
    if head.startswith(CLOSED):
        raise CannotUnpackError
    if head.startswith(ZIP):
        yield from _member(raw, start, head, limit)
    elif head.startswith(GZIP):
        yield from _pieces(raw, start, GZIP, lambda: zlib.decompressobj(16 + zlib.MAX_WBITS), limit)
    elif head.startswith(XZ):
        yield from _pieces(raw, start, XZ, lambda: lzma.LZMADecompressor(memlimit=DICTIONARY), limit)
    elif head.startswith(BZIP2):
        yield from _pieces(raw, start, BZIP2, bz2.BZ2Decompressor, limit)
    elif head.startswith(ZLIB):
        yield from _pieces(raw, start, b"", zlib.decompressobj, limit)


def _member(raw: Raw, start: int, head: bytes, limit: int) -> Iterator[bytes]:
    """Yield what a zip member holds (its local header: APPNOTE 4.3.7); a stored one is plain to see."""
    if len(head) < 30:
        return
    flags, method = head[6], int.from_bytes(head[8:10], "little")
    if flags & ENCRYPTED or method not in (0, DEFLATED):
        raise CannotUnpackError
    if method == DEFLATED:
        names = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        yield from _pieces(raw, start + 30 + names, b"", lambda: zlib.decompressobj(-zlib.MAX_WBITS), limit)


def _pieces(
    raw: Raw, start: int, magic: bytes, fresh: Callable[[], _Unpacker], limit: int
) -> Iterator[bytes]:
    """Yield what streams hold; ``magic``: how each of them begins, "" if a broken one may be chance."""
    unpacker, out, total = fresh(), bytearray(), 0
    at, step = start, FIRST
    while at < len(raw):
        fed = raw[at : at + step]
        at, step = at + step, min(2 * step, FED)
        while fed:
            try:
                out += unpacker.decompress(fed)
            except FAILURES as error:
                yield bytes(out)
                if magic or total + len(out) >= LEAST:
                    raise CannotUnpackError from error
                return
            fed = b""
            if unpacker.eof:
                fed = unpacker.unused_data
                if not (magic and (fed + raw[at : at + len(magic)]).startswith(magic)):
                    yield bytes(out)
                    return
                unpacker = fresh()
        if len(out) >= PIECE:
            total += len(out)
            yield bytes(out)
            del out[:-OVERLAP]
        if total > limit:
            raise CannotUnpackError
    yield bytes(out)
    if not unpacker.eof:
        raise CannotUnpackError
