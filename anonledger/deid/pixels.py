"""Find the bytes inside pixel data that are no image, and clean those alone.

Owns: no sample of an image is ever changed.
"""

from collections.abc import Iterator, Sequence

from anonledger.deid.binary import clean_binary
from anonledger.deid.codestream import Frames
from anonledger.deid.elements import ITEM, Buffer, Element, Kind, fragments
from anonledger.deid.hunt import Hunter
from anonledger.deid.splice import Edit

PIXELS = {0x7FE00010: 0, 0x7FE00008: 32, 0x7FE00009: 64}  # bits of a sample; 0: told by Bits Allocated
SAMPLES, PHOTOMETRIC, FRAMES = 0x00280002, 0x00280004, 0x00280008
ROWS, COLUMNS, ALLOCATED = 0x00280010, 0x00280011, 0x00280100
SIZES = frozenset((SAMPLES, PHOTOMETRIC, FRAMES, ROWS, COLUMNS, ALLOCATED))
HALVED = (b"YBR_FULL_422", b"YBR_PARTIAL_422")  # two samples a pixel instead of three (PS3.3 C.7.6.3.1.2)


def pixel_edits(
    data: Buffer, elements: Sequence[Element], element: Element, hunter: Hunter, pseudonym: str
) -> Iterator[Edit]:
    """Yield the edits of pixel data, or of another value in fragments; no length changes."""
    for start, end in _beside(data, elements, element):
        with memoryview(data) as whole, whole[start:end] as beside:
            new = clean_binary(beside, hunter, pseudonym, element.vr)
        if new is not None:
            yield Edit(start, end, new, element.parent, element.tag)


def _beside(data: Buffer, elements: Sequence[Element], element: Element) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a value that are no image: offsets in ``data``."""
    if element.kind is not Kind.FRAGMENTS:
        behind = element.at + _matrix(data, elements, element)
        if behind < element.end:
            yield behind, element.end
        return
    pieces = fragments(data, element.at, element.end, element.coding)
    frames = Frames()
    for number, (tag, start, end) in enumerate(pieces):
        if tag != ITEM:
            return
        if element.tag not in PIXELS:
            yield start, end
        elif number:  # the first one is the offset table
            yield from frames.beside(data, start, end)


def _matrix(data: Buffer, elements: Sequence[Element], element: Element) -> int:
    """Return how many bytes the image has; all of them where the attributes do not tell."""
    told = {
        e.tag: bytes(data[e.at : e.end])
        for e in elements
        if e.parent == element.parent and e.tag in SIZES and e.kind is Kind.PLAIN
    }
    numbers = {
        tag: int.from_bytes(value, "big" if element.coding.big else "little") for tag, value in told.items()
    }
    sizes = {tag: numbers.get(tag, 0) for tag in (ROWS, COLUMNS, ALLOCATED)}
    samples = numbers.get(SAMPLES, 0) or 1
    if told.get(PHOTOMETRIC, b"").strip(b" \0") in HALVED:
        samples = 2
    frames = told.get(FRAMES, b"").strip(b" \0") or b"1"
    bits = PIXELS[element.tag] or sizes[ALLOCATED]
    if not (sizes[ROWS] and sizes[COLUMNS] and bits and frames.isdigit()):
        return element.length
    count = sizes[ROWS] * sizes[COLUMNS] * samples * max(1, int(frames[:10]))
    return min(element.length, (count * bits + 7) // 8)
