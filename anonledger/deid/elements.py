"""Name what lies in the bytes of a data set: elements and items, and how they are written.

Owns: the words that the walk and all that follows it share; nothing here knows what comes next in a file.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from mmap import mmap
from typing import TypeAlias

Buffer: TypeAlias = bytes | mmap | memoryview

UNDEFINED = 0xFFFFFFFF
TAGS = {False: struct.Struct("<HH"), True: struct.Struct(">HH")}  # by whether the order is big
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_DATA, GROUP_PIXELS = 0x7FE00010, 0x7FE0
LONG_VRS = frozenset("OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
SHORT_VRS = frozenset("AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
# In explicit VR, little endian: VRs by their letters, and the head of an element, as each of them has it.
SHORT_LETTERS, LONG_LETTERS = ({vr.encode(): vr for vr in vrs} for vrs in (SHORT_VRS, LONG_VRS))
SHORT_HEAD, LONG_HEAD = struct.Struct("<HH2sH"), struct.Struct("<HH2sHL")
ITEM_HEADS = {False: struct.Struct("<HHL"), True: struct.Struct(">HHL")}  # by whether the order is big


class Kind(Enum):
    """What stands at a span."""

    PLAIN = "plain"
    SEQUENCE = "sequence"
    ITEM = "item"
    FRAGMENTS = "fragments"


class BrokenDataError(Exception):
    """The bytes cannot be walked; stays inside this room. ``cut``: they end too early."""

    def __init__(self, where: str, why: str, *, cut: bool = False) -> None:
        super().__init__(f"{where}: {why}")
        self.where, self.why, self.cut = where, why, cut


@dataclass(frozen=True, slots=True)
class Coding:
    """How elements are written: explicit VR or not, byte order."""

    implicit: bool
    big: bool


IMPLICIT, EXPLICIT = Coding(implicit=True, big=False), Coding(implicit=False, big=False)


@dataclass(slots=True, eq=False)
class Element:
    """One element or item: header at ``start``, value at ``at``, next element at ``end`` (byte offsets).

    ``parent`` is the position of the enclosing item or sequence in the walk (-1: the data set itself);
    ``measured`` says whether the length is written in the header or told by a delimiter.
    """

    tag: int
    vr: str
    start: int
    at: int
    end: int
    parent: int
    coding: Coding
    kind: Kind = Kind.PLAIN
    measured: bool = True

    @property
    def length(self) -> int:
        """Length of the value in bytes (without delimiters for a plain element)."""
        return self.end - self.at


def tag_text(tag: int) -> str:
    """Return a tag as (gggg,eeee)."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def path_text(elements: Sequence[Element], index: int) -> str:
    """Return the tags from the data set down to an element, as people write them; -1: the data set."""
    path: list[str] = []
    while index >= 0:
        if elements[index].kind is not Kind.ITEM:
            path.append(tag_text(elements[index].tag))
        index = elements[index].parent
    return " > ".join(reversed(path)) or "data set"


def tag_at(data: Buffer, position: int, coding: Coding) -> int:
    """Return the tag that stands at an offset; four bytes must be left."""
    group, number = TAGS[coding.big].unpack_from(data, position)
    return int(group) << 16 | int(number)


def fragments(data: Buffer, start: int, end: int, coding: Coding) -> Iterator[tuple[int, int, int]]:
    """Yield tag, first and last offset of what lies in fragments between two offsets, as far as it tells."""
    order = ">L" if coding.big else "<L"
    while end - start >= 8:
        (length,) = struct.unpack_from(order, data, start + 4)
        yield tag_at(data, start, coding), start + 8, start + 8 + length
        start += 8 + length


def names_vr(data: Buffer, position: int) -> bool:
    """Whether the header at an offset names its VR, as only explicit VR does."""
    letters = bytes(data[position + 4 : position + 6])
    return letters in SHORT_LETTERS or letters in LONG_LETTERS
