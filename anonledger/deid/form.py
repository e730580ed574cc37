"""Recognise a DICOM file and open its data set; write a new file meta.

Owns: what stands around the data set (PS3.10 section 7): preamble and file meta are never copied.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from anonledger.deid.elements import (
    EXPLICIT,
    LONG_HEAD,
    LONG_LETTERS,
    SHORT_LETTERS,
    BrokenDataError,
    Buffer,
    Coding,
    Element,
    names_vr,
)
from anonledger.deid.splice import Piece
from anonledger.deid.walk import walk

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
IMPLEMENTATION_UID = "2.25.77020864375050945359679689571739604091"  # made once from a random UUID (PS3.5 B.2)
IMPLEMENTATION_NAME = "ANONLEDGER_1"
SNIFFED = 1 << 20  # bytes looked through for a DICOM prefix in the wrong place
INFLATED_FREE, INFLATED_MOST = 1 << 26, 1 << 30  # bytes that any, and that no data set may inflate to
INFLATED_RATIO = 200  # how much longer than in the file a data set between the two may be
CHUNK = 1 << 16  # bytes inflated at a time; they become at most 1032 times as many
TOLD = (0x0002, 0x0003, 0x0010)  # of the file meta: SOP class, SOP instance, transfer syntax
STORED_BLOCK = 65535  # longest block of a deflate stream that is not compressed (RFC 1951 section 3.2.4)


class NotDicomError(Exception):
    """The bytes are no DICOM file; stays inside this room."""


@dataclass(frozen=True, slots=True)
class Form:
    """An opened file: the (inflated) bytes, where the data set lies in them, and how it is written."""

    data: Buffer
    start: int
    end: int
    syntax: str
    coding: Coding
    meta_class: str
    meta_instance: str

    @property
    def deflated(self) -> bool:
        """Whether the data set lies deflated in the file."""
        return self.syntax == DEFLATED

    def walk(self) -> tuple[list[Element], int]:
        """Return the elements of the data set and the offset behind the last one."""
        return walk(self.data, self.start, self.end, self.coding, vr_of)


@lru_cache(maxsize=8192)
def vr_of(tag: int) -> str:
    """Return the VR of a tag by the standard's dictionary; UN for private and unknown ones."""
    from pydicom.datadict import dictionary_VR  # costs 0.3 s to import, needed for implicit VR only

    if not tag & 0xFFFF:
        return "UL"
    if tag >> 16 & 1:
        return "LO" if 0x10 <= tag & 0xFFFF <= 0xFF else "UN"
    try:
        return dictionary_VR(tag)[:2]
    except KeyError:
        return "UN"


def open_form(data: Buffer) -> Form:
    """Return the form of a file with or without file meta. Raises NotDicomError or BrokenDataError."""
    if bytes(data[128:132]) == b"DICM":
        start = 132
    elif bytes(data[0:2]) == b"\x02\0" and names_vr(data, 0):
        start = 0
    elif _plausible_start(data):
        return _without_meta(data)
    elif bytes(data[:SNIFFED]).find(b"DICM") >= 0:
        raise BrokenDataError("file", "the DICOM prefix stands in the wrong place")
    else:
        raise NotDicomError
    meta, start = _read_meta(data, start)
    syntax = meta.get(0x00020010, "")
    if start >= len(data):
        raise BrokenDataError("data set", "there is none behind the file meta", cut=True)
    if not syntax:
        bare = _without_meta(data, start)
        syntax, coding = bare.syntax, bare.coding
        return Form(
            data, start, len(data), syntax, coding, meta.get(0x00020002, ""), meta.get(0x00020003, "")
        )
    if syntax == DEFLATED:
        data, start = _inflated(data, start), 0
    coding = _coding(data, start, syntax)
    return Form(data, start, len(data), syntax, coding, meta.get(0x00020002, ""), meta.get(0x00020003, ""))


def _read_meta(data: Buffer, start: int) -> tuple[dict[int, str], int]:
    """Return the texts of TOLD by their tags, and where the data set starts (not by the group length)."""
    meta: dict[int, str] = {}
    while bytes(data[start : start + 2]) == b"\x02\0":
        if len(data) - start < 12:
            raise BrokenDataError("file meta", "it is cut", cut=True)
        # Of a short value, the last four bytes are its first.
        group, number, letters, short, length = LONG_HEAD.unpack_from(data, start)
        if letters in SHORT_LETTERS:
            at, stop = start + 8, start + 8 + short
        elif letters in LONG_LETTERS:
            at, stop = start + 12, start + 12 + length
        else:
            raise BrokenDataError("file meta", "it is not written in explicit VR")
        if stop > len(data):
            raise BrokenDataError("file meta", "it is cut", cut=True)
        if letters in (b"SQ", b"UN"):  # nothing of it is kept, but a file that is broken there is not trusted
            walk(data, start, stop, EXPLICIT, vr_of)
        if number in TOLD and letters in (b"UI", b"SH", b"AE"):
            meta[group << 16 | number] = bytes(data[at:stop]).decode("latin-1").strip("\0 ")
        start = stop
    return meta, start


def _inflated(data: Buffer, start: int) -> memoryview:
    limit = min(INFLATED_MOST, max(INFLATED_FREE, INFLATED_RATIO * (len(data) - start)))
    inflater, inflated = zlib.decompressobj(-zlib.MAX_WBITS), bytearray()
    for at in range(start, len(data), CHUNK):
        try:
            inflated += inflater.decompress(bytes(data[at : at + CHUNK]))
        except zlib.error as error:
            raise BrokenDataError("data set", "it does not inflate") from error
        if len(inflated) > limit:
            raise BrokenDataError("data set", "it inflates to more than can be handled")
        if inflater.eof:
            return memoryview(inflated).toreadonly()
    raise BrokenDataError("data set", "its deflated bytes are cut", cut=True)


def _coding(data: Buffer, start: int, syntax: str) -> Coding:
    """Return how the data set is written, which is not always what the transfer syntax says."""
    head = bytes(data[start : start + 8])
    if len(head) < 8:
        raise BrokenDataError("data set", "it is cut in its first element", cut=True)
    big = syntax == EXPLICIT_BIG
    little_group, big_group = struct.unpack("<H", head[:2])[0], struct.unpack(">H", head[:2])[0]
    if (little_group < big_group) if big else (big_group < little_group and big_group in (2, 4, 8)):
        raise BrokenDataError("data set", "its byte order is not that of its transfer syntax")
    return Coding(implicit=not names_vr(data, start), big=big)


def _plausible_start(data: Buffer) -> bool:
    """Whether a file without prefix starts like a data set: group 8 with a sane first element."""
    head = bytes(data[:12])
    if len(head) < 12 or head[:2] not in (b"\x08\0", b"\0\x08"):
        return False
    order = "<" if head[:2] == b"\x08\0" else ">"
    (number,) = struct.unpack(order + "H", head[2:4])
    if number > 0x0100:
        return False
    if names_vr(data, 0):
        return True
    (length,) = struct.unpack(order + "L", head[4:8])
    return order == "<" and length <= min(len(data), 1024)


def _without_meta(data: Buffer, start: int = 0) -> Form:
    big = bytes(data[start : start + 2]) == b"\0\x08"
    implicit = not names_vr(data, start)
    syntax = EXPLICIT_BIG if big else IMPLICIT_LITTLE if implicit else EXPLICIT_LITTLE
    return Form(data, start, len(data), syntax, Coding(implicit, big), "", "")


def new_meta(syntax: str, sop_class: str, sop_instance: str) -> bytes:
    """Return an empty preamble, the prefix and a new file meta (PS3.10 section 7.1).

    Raises ValueError for a UID of more than 65535 bytes.
    """
    body = b"".join(
        (
            _meta_element(0x0001, "OB", b"\0\1"),
            _meta_element(0x0002, "UI", sop_class.encode("ascii", "replace")),
            _meta_element(0x0003, "UI", sop_instance.encode("ascii", "replace")),
            _meta_element(0x0010, "UI", syntax.encode("ascii", "replace")),
            _meta_element(0x0012, "UI", IMPLEMENTATION_UID.encode()),
            _meta_element(0x0013, "SH", IMPLEMENTATION_NAME.encode()),
        )
    )
    return b"\0" * 128 + b"DICM" + _meta_element(0x0000, "UL", struct.pack("<L", len(body))) + body


def _meta_element(number: int, vr: str, value: bytes) -> bytes:
    if len(value) % 2:
        value += b" " if vr == "SH" else b"\0"
    if vr == "OB":
        return struct.pack("<HH2sHL", 2, number, vr.encode(), 0, len(value)) + value
    if len(value) > 0xFFFF:
        raise ValueError("a UID is too long for the file meta")
    return struct.pack("<HH2sH", 2, number, vr.encode(), len(value)) + value


def deflated(content: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of a deflate stream of stored blocks, padded to even length; no byte is copied.

    Not compressed, on purpose: compressors differ between systems, the same input must give the same bytes.
    """
    left = sum(map(len, content))
    stream: list[Piece] = [] if left else [_block_head(0, final=True)]
    room = 0
    for piece in content:
        rest = memoryview(piece)
        while rest:
            if not room:
                room = min(left, STORED_BLOCK)
                left -= room
                stream.append(_block_head(room, final=not left))
            stream.append(rest[:room])
            room, rest = max(0, room - len(rest)), rest[room:]
    return [*stream, b"\0"] if sum(map(len, stream)) % 2 else stream


def _block_head(size: int, *, final: bool) -> bytes:
    return struct.pack("<BHH", final, size, size ^ 0xFFFF)
