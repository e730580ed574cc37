"""Walk the bytes of a data set as a stream of element spans, without decoding a value.

Owns: the one place that knows how DICOM elements lie in bytes (PS3.5 section 7), every transfer syntax.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from mmap import mmap
from typing import TypeAlias

Buffer: TypeAlias = bytes | mmap | memoryview

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_DATA, GROUP_PIXELS = 0x7FE00010, 0x7FE0
LONG_VRS = frozenset("OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
SHORT_VRS = frozenset("AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())


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


@dataclass(slots=True)
class _Level:
    index: int
    end: int
    measured: bool
    items: bool
    coding: Coding


def tag_text(tag: int) -> str:
    """Return a tag as (gggg,eeee)."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def walk(
    data: Buffer,
    start: int,
    end: int,
    coding: Coding,
    vr_of: Callable[[int], str],
) -> tuple[list[Element], int]:
    """Return all elements between two offsets in file order, and the offset behind the last one.

    ``vr_of`` names the VR of a tag where the bytes do not (implicit VR). Bytes after the pixel data that are
    no element in order end the walk there; they are not part of the data set. Raises BrokenDataError.
    """
    elements: list[Element] = []
    levels = [_Level(-1, end, True, False, coding)]
    position = start
    while True:
        level = levels[-1]
        if position >= level.end:
            position = _close(data, elements, levels, position)
            if not levels:
                return elements, position
            continue
        if len(levels) == 1 and elements and _is_tail(data, elements, position, end, coding):
            return elements, position
        if level.items:
            position = _item(data, elements, levels, position)
        else:
            position = _element(data, elements, levels, position, vr_of)


def _close(data: Buffer, elements: list[Element], levels: list[_Level], position: int) -> int:
    level = levels.pop()
    if not level.measured:
        raise BrokenDataError(_where(elements, level.index), "its delimiter is missing", cut=True)
    if position != level.end:
        raise BrokenDataError(
            _where(elements, level.index), "its content is longer than its length", cut=not levels
        )
    return position


def _is_tail(data: Buffer, elements: list[Element], position: int, end: int, coding: Coding) -> bool:
    """Whether what follows the pixel data, or a run of zeros before the end, is no part of the data set."""
    previous = next(e for e in reversed(elements) if e.parent == -1)
    group_first = data[position : position + 4]
    if previous.tag < PIXEL_DATA:
        return group_first == b"\0\0\0\0" and end - position < 4096 and not any(data[position:end])
    if len(group_first) < 4:
        return True
    group, number = struct.unpack(">HH" if coding.big else "<HH", group_first)
    tag = group << 16 | number
    if tag <= previous.tag or end - position < 8 or not (group == GROUP_PIXELS or group >= 0xFFFA):
        return True
    return not coding.implicit and bytes(data[position + 4 : position + 6]).decode("latin-1") not in (
        LONG_VRS | SHORT_VRS
    )


def _tag(data: Buffer, position: int, level: _Level) -> int:
    group, number = struct.unpack_from(">HH" if level.coding.big else "<HH", data, position)
    return int(group) << 16 | int(number)


def _item(data: Buffer, elements: list[Element], levels: list[_Level], position: int) -> int:
    level = levels[-1]
    if level.end - position < 8:
        raise BrokenDataError(_where(elements, level.index), "an item is cut", cut=True)
    tag = _tag(data, position, level)
    (length,) = struct.unpack_from(">L" if level.coding.big else "<L", data, position + 4)
    if tag == SEQUENCE_END and not level.measured:
        elements[level.index].end = position + 8
        levels.pop()
        return position + 8
    if tag != ITEM:
        raise BrokenDataError(_where(elements, level.index), "an item has a wrong tag")
    stop = level.end if length == UNDEFINED else position + 8 + length
    if stop > level.end:
        raise BrokenDataError(_where(elements, level.index), "an item is longer than what holds it", cut=True)
    measured = length != UNDEFINED
    elements.append(
        Element(ITEM, "", position, position + 8, stop, level.index, level.coding, Kind.ITEM, measured)
    )
    levels.append(_Level(len(elements) - 1, stop, measured, False, level.coding))
    return position + 8


def _element(
    data: Buffer, elements: list[Element], levels: list[_Level], position: int, vr_of: Callable[[int], str]
) -> int:
    level = levels[-1]
    if level.end - position < 8:
        raise BrokenDataError(
            _where(elements, level.index), "the bytes end inside an element header", cut=True
        )
    tag = _tag(data, position, level)
    if tag == ITEM_END and not level.measured:
        elements[level.index].end = position + 8
        levels.pop()
        return position + 8
    vr, at, length = _header(data, position, tag, level, vr_of)
    element = Element(tag, vr, position, at, at + length, level.index, level.coding)
    if length == UNDEFINED:
        return _undefined(data, elements, levels, element)
    if element.end > level.end:
        raise BrokenDataError(tag_text(tag), "its value is longer than what is left", cut=True)
    elements.append(element)
    inner = _inner_coding(data, element, level.coding)
    if inner is None:
        return element.end
    element.kind = Kind.SEQUENCE
    levels.append(_Level(len(elements) - 1, element.end, True, True, inner))
    return at


def _header(
    data: Buffer, position: int, tag: int, level: _Level, vr_of: Callable[[int], str]
) -> tuple[str, int, int]:
    order = ">" if level.coding.big else "<"
    if level.coding.implicit:
        (length,) = struct.unpack_from(order + "L", data, position + 4)
        return vr_of(tag), position + 8, length
    letters, short = struct.unpack_from(order + "2sH", data, position + 4)
    vr = letters.decode("latin-1")
    if vr in SHORT_VRS:
        return vr, position + 8, short
    if vr not in LONG_VRS:
        raise BrokenDataError(tag_text(tag), "its VR is unknown")
    if level.end - position < 12:
        raise BrokenDataError(tag_text(tag), "the bytes end inside its header", cut=True)
    (length,) = struct.unpack_from(order + "L", data, position + 8)
    return vr, position + 12, length


def _inner_coding(data: Buffer, element: Element, coding: Coding) -> Coding | None:
    """Return how the items inside a value of known length are written, or None when it holds no items."""
    if element.vr == "SQ":
        return coding
    if element.vr != "UN" or element.length < 8:
        return None
    inner = coding if coding.implicit else Coding(implicit=True, big=False)  # PS3.5 section 6.2.2, note 2
    order = ">" if inner.big else "<"
    position = element.at
    while element.end - position >= 8:
        group, number, length = struct.unpack_from(order + "HHL", data, position)
        if group << 16 | number != ITEM or length == UNDEFINED:
            return None
        position += 8 + length
    return inner if position == element.end else None


def _undefined(data: Buffer, elements: list[Element], levels: list[_Level], element: Element) -> int:
    level = levels[-1]
    element.measured = False
    elements.append(element)
    if element.vr in ("OB", "OW") or (element.tag == PIXEL_DATA and element.vr != "SQ"):
        element.kind = Kind.FRAGMENTS
        element.end = _behind_fragments(data, element, level)
        return element.end
    if element.vr not in ("SQ", "UN"):
        raise BrokenDataError(tag_text(element.tag), "its VR cannot have an undefined length")
    element.kind = Kind.SEQUENCE
    inner = (
        Coding(implicit=True, big=False) if element.vr == "UN" and not level.coding.implicit else level.coding
    )
    levels.append(_Level(len(elements) - 1, level.end, False, True, inner))
    return element.at


def _behind_fragments(data: Buffer, element: Element, level: _Level) -> int:
    position = element.at
    for tag, length in _fragments(data, position, level):
        position += 8
        if tag == SEQUENCE_END:
            return position
        if tag != ITEM or length > level.end - position:
            break
        position += length
    raise BrokenDataError(tag_text(element.tag), "its fragments do not end with a delimiter", cut=True)


def _fragments(data: Buffer, position: int, level: _Level) -> Iterator[tuple[int, int]]:
    form = ">HHL" if level.coding.big else "<HHL"
    while level.end - position >= 8:
        group, number, length = struct.unpack_from(form, data, position)
        yield group << 16 | number, length
        position += 8 + length


def _where(elements: list[Element], index: int) -> str:
    """Return the path of tags from the data set down to an element, as people write it."""
    path: list[str] = []
    while index >= 0:
        if elements[index].kind is not Kind.ITEM:
            path.append(tag_text(elements[index].tag))
        index = elements[index].parent
    return " > ".join(reversed(path)) or "data set"


def tag_path(elements: list[Element], element: Element) -> str:
    """Return where an element lies: its tag behind the tags of the sequences around it."""
    outer = _where(elements, element.parent)
    return tag_text(element.tag) if element.parent < 0 else f"{outer} > {tag_text(element.tag)}"
