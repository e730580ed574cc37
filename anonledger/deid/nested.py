"""Take a sequence of explicit VR in one go, where every length is written and nothing inside is unusual.

Owns: what is taken is what the walk would give step by step; what is not taken leaves no trace.
"""

from anonledger.deid.elements import (
    EXPLICIT,
    ITEM,
    ITEM_HEADS,
    LONG_HEAD,
    SHORT_HEAD,
    SHORT_LETTERS,
    UNDEFINED,
    Buffer,
    Element,
    Kind,
)

MOST = 1 << 21  # elements of a data set (300 bytes each while worked on)
TOGETHER, LEVELS = 1024, 4  # elements of an item, and sequences in sequences, taken in one go
SEQUENCE = b"SQ"


def take_sequence(
    data: Buffer, elements: list[Element], start: int, end: int, parent: int, levels: int = LEVELS
) -> int:
    """Add a sequence that starts at an offset, with all inside it, and return the offset behind it.

    Return 0, and add nothing, where a length is undefined, or more is inside than short elements and such
    sequences, few levels deep: that is to be walked.
    """
    position, count = start + 12, len(elements)
    if position > end or not levels:
        return 0
    group, number, _, _, length = LONG_HEAD.unpack_from(data, start)
    stop: int = position + length
    if length == UNDEFINED or stop > end:
        return 0
    tag = group << 16 | number
    elements.append(Element(tag, "SQ", start, position, stop, parent, EXPLICIT, Kind.SEQUENCE))
    while 0 < position < stop:
        position = _take_item(data, elements, position, stop, count, levels)
    if position == stop:
        return stop
    del elements[count:]
    return 0


def _take_item(data: Buffer, elements: list[Element], start: int, end: int, parent: int, levels: int) -> int:
    if end - start < 8 or len(elements) > MOST:
        return 0
    group, number, length = ITEM_HEADS[False].unpack_from(data, start)
    position, index, append = start + 8, len(elements), elements.append
    stop = position + length
    if group << 16 | number != ITEM or length == UNDEFINED or stop > end:
        return 0
    append(Element(ITEM, "", start, position, stop, parent, EXPLICIT, Kind.ITEM))
    for _ in range(TOGETHER):
        if stop - position < 8:
            break
        group, number, letters, length = SHORT_HEAD.unpack_from(data, position)
        vr, at = SHORT_LETTERS.get(letters), position + 8
        if vr is not None and at + length <= stop:
            append(Element(group << 16 | number, vr, position, at, at + length, index, EXPLICIT))
            position = at + length
        elif letters == SEQUENCE and (
            behind := take_sequence(data, elements, position, stop, index, levels - 1)
        ):
            position = behind
        else:
            return 0
    return stop if position == stop else 0
