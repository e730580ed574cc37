"""Write a data set again from untouched spans and replaced ones.

Owns: every length that encloses a change is mended; every other byte is the source's.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anonledger.deid.elements import LONG_VRS, UNDEFINED, Buffer, Coding, Element, Kind

Piece = bytes | memoryview


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes from ``start`` to ``end`` by ``new``; the change lies inside element ``parent``."""

    start: int
    end: int
    new: bytes
    parent: int
    tag: int

    @property
    def growth(self) -> int:
        """By how many bytes what encloses the edit grows."""
        return len(self.new) - (self.end - self.start)


def written(tag: int, vr: str, value: bytes, coding: Coding) -> bytes:
    """Return an element as bytes; ``value`` has even length already. Raises ValueError if it is too long."""
    order = ">" if coding.big else "<"
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    if coding.implicit:
        return head + struct.pack(order + "L", len(value)) + value
    if vr in LONG_VRS:
        return head + vr.encode() + struct.pack(order + "HL", 0, len(value)) + value
    if len(value) > 0xFFFF:
        raise ValueError("a value is too long for its VR")
    return head + vr.encode() + struct.pack(order + "H", len(value)) + value


def splice(
    data: Buffer, start: int, end: int, elements: Sequence[Element], edits: Iterable[Edit]
) -> list[Piece]:
    """Return the pieces of the new data set, in order: views of ``data`` and the replaced bytes."""
    return replaced(data, start, end, settled(data, elements, edits))


def settled(data: Buffer, elements: Sequence[Element], edits: Iterable[Edit]) -> list[Edit]:
    """Return edits in order, with those of the lengths that enclose them."""
    changes = sorted([*edits], key=lambda e: (e.start, e.end))
    return sorted([*changes, *_lengths(data, elements, changes)], key=lambda e: (e.start, e.end))


def replaced(data: Buffer, start: int, end: int, changes: Iterable[Edit]) -> list[Piece]:
    """Return what is between two offsets in pieces, after settled edits that all lie there."""
    view = memoryview(data)
    pieces: list[Piece] = []
    position = start
    for change in changes:
        if change.start > position:
            pieces.append(view[position : change.start])
        if change.new:
            pieces.append(change.new)
        position = change.end
    if position < end:
        pieces.append(view[position:end])
    return pieces


def _lengths(data: Buffer, elements: Sequence[Element], edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits of the written lengths of all items, sequences and groups around the given edits."""
    growth: dict[int, int] = defaultdict(int)
    groups: dict[tuple[int, int], int] = defaultdict(int)
    for edit in edits:
        growth[edit.parent] += edit.growth
        groups[edit.parent, edit.tag >> 16] += edit.growth
    for index in range(max(growth, default=-1), -1, -1):  # from the inside out
        if by := growth.get(index):
            element = elements[index]
            growth[element.parent] += by
            if element.kind is not Kind.ITEM:
                groups[element.parent, element.tag >> 16] += by
    mended = [
        _mended(data, elements[i].at - 4, by, elements[i].coding)
        for i, by in growth.items()
        if by and i >= 0 and elements[i].measured
    ]
    if any(groups.values()):
        edited = {e.start for e in edits if e.end > e.start}
        for e in elements:
            by = groups.get((e.parent, e.tag >> 16), 0) if not e.tag & 0xFFFF and e.length == 4 else 0
            if by and e.start not in edited:
                mended.append(_mended(data, e.at, by, e.coding))
    return mended


def _mended(data: Buffer, at: int, by: int, coding: Coding) -> Edit:
    order = ">L" if coding.big else "<L"
    (length,) = struct.unpack_from(order, data, at)
    # The length of a group may be wrong already: less than what was taken out, or the most there can be.
    return Edit(at, at + 4, struct.pack(order, min(max(0, length + by), UNDEFINED)), -1, 0)
