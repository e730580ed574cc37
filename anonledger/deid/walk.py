"""Walk the bytes of a data set as a stream of element spans, without decoding a value.

Owns: the one place that follows lengths and delimiters (PS3.5 section 7), in every transfer syntax.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from anonledger.deid.elements import (
    EXPLICIT,
    IMPLICIT,
    ITEM,
    ITEM_END,
    ITEM_HEADS,
    LONG_VRS,
    PIXEL_DATA,
    SEQUENCE_END,
    SHORT_HEAD,
    SHORT_LETTERS,
    SHORT_VRS,
    UNDEFINED,
    BrokenDataError,
    Buffer,
    Coding,
    Element,
    Kind,
    fragments,
    names_vr,
    path_text,
    tag_at,
    tag_text,
)
from anonledger.deid.nested import MOST, SEQUENCE, TOGETHER, take_sequence
from anonledger.deid.tail import Tail, zeros

VrOf: TypeAlias = Callable[[int], str]
VR_HEADS = {False: struct.Struct("<2sH"), True: struct.Struct(">2sH")}  # by whether the order is big
LENGTHS = {False: struct.Struct("<L"), True: struct.Struct(">L")}
DEEPEST = 1 << 12  # levels
PADDING = range(4, 4096)  # bytes of zeros that may end a data set without pixel data


def walk(
    data: Buffer, start: int, end: int, coding: Coding, vr_of: VrOf, *, first: bool = False
) -> tuple[list[Element], int]:
    """Return all elements between two offsets in file order, and the offset behind the last one.

    ``vr_of`` names the VR of a tag where the bytes do not (implicit VR). What follows the pixel data and is
    no element ends the walk there; it is not part of the data set. ``first``: only the first element, whose
    VR is implicit or one of the long ones, with all inside it. Raises BrokenDataError.
    """
    return _Walker(data, start, end, coding, vr_of).run(first=first)


class _StuckError(Exception):
    """The walk cannot go on inside the element ``index``, at ``tag``; often a guess is taken back for it."""

    def __init__(self, index: int, why: str, *, tag: int | None = None, cut: bool = False) -> None:
        super().__init__(why)
        self.index, self.why, self.tag, self.cut = index, why, tag, cut


@dataclass(slots=True)
class _Level:
    index: int
    end: int
    measured: bool
    items: bool
    coding: Coding
    guessed: bool = False


class _Walker:
    """Where a walk stands: the elements so far, and the open sequences and items from the outside in.

    A guess that fails is taken back and never made again: no byte is walked more than a few times.
    """

    def __init__(self, data: Buffer, start: int, end: int, coding: Coding, vr_of: VrOf) -> None:
        # The very object, for to compare two costs more than to read an element.
        coding = next((usual for usual in (EXPLICIT, IMPLICIT) if usual == coding), coding)
        self._data, self._position, self._end = data, start, end
        self._coding, self._vr_of = coding, vr_of
        self._elements: list[Element] = []
        self._levels = [_Level(-1, end, True, False, coding)]
        self._last_top = -1
        self._tail: Tail | None = None

    def run(self, *, first: bool) -> tuple[list[Element], int]:
        while self._levels and not (first and self._elements and len(self._levels) == 1):
            if len(self._elements) > MOST:
                raise BrokenDataError("data set", "it has more elements than can be handled")
            try:
                self._step()
            except _StuckError as stuck:
                self._retreat(stuck)
        return self._elements, self._position

    def _step(self) -> None:
        level = self._levels[-1]
        if self._position >= level.end:
            if not level.measured:
                raise _StuckError(level.index, "its delimiter is missing", cut=True)
            self._levels.pop()
        elif level.items:
            self._item(level)
        elif self._took_short_ones(level):
            return
        elif len(self._levels) == 1 and self._ends():
            self._levels.pop()
        else:
            self._element(level)

    def _took_short_ones(self, level: _Level) -> bool:
        """Take the plain elements of explicit VR that come next in one go; most of every header is such."""
        if level.coding is not EXPLICIT or (level.index < 0 and self._tail is not None):
            return False
        data, index, coding, elements = self._data, level.index, level.coding, self._elements
        begin = position = self._position
        last, stop = self._last_top, level.end - (8 if index >= 0 else PADDING.stop)
        for _ in range(TOGETHER):
            if position > stop:
                break
            group, number, letters, length = SHORT_HEAD.unpack_from(data, position)
            vr, tag, at = SHORT_LETTERS.get(letters), group << 16 | number, position + 8
            if index < 0 and tag >= PIXEL_DATA:
                break
            if vr is not None and at + length <= level.end:
                elements.append(Element(tag, vr, position, at, at + length, index, coding))
                position, last = at + length, tag
            elif letters == SEQUENCE and (
                behind := take_sequence(data, elements, position, level.end, index)
            ):
                position, last = behind, tag
            else:
                break
        self._position = position
        if index < 0:
            self._last_top = last
        return position > begin

    def _retreat(self, stuck: _StuckError) -> None:
        """Take the innermost guess back, or else the trust in what follows the pixel data."""
        while len(self._levels) > 1 and not self._levels[-1].guessed:
            self._levels.pop()
        if len(self._levels) > 1:
            index = self._levels.pop().index
            del self._elements[index + 1 :]
            self._elements[index].kind = Kind.PLAIN
            self._position = self._elements[index].end
        elif self._tail is not None and self._tail.trusted:
            self._tail.trusted = False
            del self._elements[self._tail.count :]
            self._position, self._last_top = self._tail.start, self._tail.behind
        else:
            where = path_text(self._elements, stuck.index)
            if stuck.tag is not None:
                where = (where + " > " if stuck.index >= 0 else "") + tag_text(stuck.tag)
            raise BrokenDataError(where, stuck.why, cut=stuck.cut) from None

    def _ends(self) -> bool:
        """Whether what is left is no part of the data set."""
        if self._tail is None:
            if self._last_top < PIXEL_DATA:
                few = self._last_top >= 0 and self._end - self._position in PADDING
                return few and zeros(self._data, self._position, self._end)
            seen = {e.tag for e in self._elements if e.parent < 0}
            self._tail = Tail(
                self._data, self._position, self._end, self._coding, len(self._elements), self._last_top, seen
            )
        if not self._tail.trusted:
            return self._tail.is_junk(self._position, self._last_top)
        if zeros(self._data, self._position, self._end):
            return True
        if not self._tail.admits(self._position, self._vr_of):
            raise _StuckError(-1, "what follows the pixel data is no element")
        return False

    def _enter(self, level: _Level) -> None:
        if len(self._levels) > DEEPEST:
            raise BrokenDataError("data set", "its sequences are nested deeper than can be handled")
        self._levels.append(level)

    def _delimited(self, level: _Level) -> None:
        self._position += 8
        self._elements[level.index].end = self._position
        self._levels.pop()

    def _item(self, level: _Level) -> None:
        position = self._position
        if level.end - position < 8:
            raise _StuckError(level.index, "an item is cut", cut=True)
        group, number, length = ITEM_HEADS[level.coding.big].unpack_from(self._data, position)
        tag = group << 16 | number
        if tag == SEQUENCE_END and not level.measured:
            self._delimited(level)
            return
        if tag != ITEM:
            raise _StuckError(level.index, "an item has a wrong tag")
        measured = length != UNDEFINED
        stop = position + 8 + length if measured else level.end
        if stop > level.end:
            raise _StuckError(level.index, "an item is longer than what holds it", cut=True)
        self._position += 8
        self._elements.append(
            Element(ITEM, "", position, position + 8, stop, level.index, level.coding, Kind.ITEM, measured)
        )
        self._enter(_Level(len(self._elements) - 1, stop, measured, False, level.coding))

    def _element(self, level: _Level) -> None:
        if level.end - self._position < 8:
            raise _StuckError(level.index, "the bytes end inside an element header", cut=True)
        tag = tag_at(self._data, self._position, level.coding)
        if tag == ITEM_END and not level.measured:
            self._delimited(level)
            return
        vr, at, length = self._header(level, tag)
        element = Element(tag, vr, self._position, at, at + length, level.index, level.coding)
        if level.index < 0:
            self._last_top = tag
        if length == UNDEFINED:
            self._undefined(level, element)
            return
        if element.end > level.end:
            raise _StuckError(level.index, "its value is longer than what is left", tag=tag, cut=True)
        self._elements.append(element)
        self._position = element.end
        inner = self._coding_inside(element) if vr in ("SQ", "UN") else None
        if inner is not None:
            self._open(element, _Level(0, element.end, True, True, inner, guessed=vr != "SQ"))

    def _header(self, level: _Level, tag: int) -> tuple[str, int, int]:
        position, big = self._position, level.coding.big
        if level.coding.implicit:
            (length,) = LENGTHS[big].unpack_from(self._data, position + 4)
            return self._vr_of(tag), position + 8, length
        letters, short = VR_HEADS[big].unpack_from(self._data, position + 4)
        vr = letters.decode("latin-1")
        if vr in SHORT_VRS:
            return vr, position + 8, short
        if vr not in LONG_VRS:
            raise _StuckError(level.index, "its VR is unknown", tag=tag)
        if level.end - position < 12:
            raise _StuckError(level.index, "the bytes end inside its header", tag=tag, cut=True)
        (length,) = LENGTHS[big].unpack_from(self._data, position + 8)
        return vr, position + 12, length

    def _open(self, element: Element, level: _Level) -> None:
        element.kind = Kind.SEQUENCE
        level.index = len(self._elements) - 1
        self._position = element.at
        self._enter(level)

    def _coding_inside(self, element: Element) -> Coding | None:
        """Return how the items inside a value of known length are written, or None when it holds no items.

        A UN value that begins like an item is taken for a sequence until something in it is no element.
        """
        if element.vr == "SQ":
            return element.coding
        usual, first = _coding_in_un(element.coding), element.at + 8
        if element.length < 8 or tag_at(self._data, element.at, usual) != ITEM:
            return None
        if element.end - first >= 8 and names_vr(self._data, first):
            (length,) = struct.unpack_from("<L", self._data, first + 4)
            if length > element.end - first - 8:
                return EXPLICIT  # against the standard, but nothing else can be meant
        return usual

    def _undefined(self, level: _Level, element: Element) -> None:
        element.measured = False
        self._elements.append(element)
        if element.vr in ("OB", "OW") or (element.tag == PIXEL_DATA and element.vr != "SQ"):
            element.kind = Kind.FRAGMENTS
            self._position = element.end = self._behind_fragments(level, element)
            return
        if element.vr not in ("SQ", "UN"):
            raise _StuckError(level.index, "its VR cannot have an undefined length", tag=element.tag)
        inner = _coding_in_un(level.coding) if element.vr == "UN" else level.coding
        self._open(element, _Level(0, level.end, False, True, inner))

    def _behind_fragments(self, level: _Level, element: Element) -> int:
        for tag, at, end in fragments(self._data, element.at, level.end, level.coding):
            if tag == SEQUENCE_END:
                return at
            if tag != ITEM or end > level.end:
                break
        raise _StuckError(level.index, "its fragments do not end with a delimiter", tag=element.tag, cut=True)


def _coding_in_un(coding: Coding) -> Coding:
    """Return how the items in a UN value are written by the standard (PS3.5 section 6.2.2, note 2)."""
    return coding if coding.implicit else IMPLICIT
