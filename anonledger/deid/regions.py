"""Tell the parts of a written file: where its values lie, where its pixels are, and what text is in those.

Owns: every byte belongs to a part; all is told by pydicom, or as it told it of a file that is laid out alike.
"""

import io
import sys
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from mmap import mmap
from typing import TYPE_CHECKING, Literal

from anonledger.deid.layouts import Steps, Told, known_layouts, steps
from anonledger.deid.search import Place

if TYPE_CHECKING:
    from pydicom import DataElement, Dataset
    from pydicom.dataelem import RawDataElement

IMPLICIT_SYNTAX, DEFLATED_SYNTAX = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1.99"
PLAIN, COMPRESSED = (IMPLICIT_SYNTAX, "1.2.840.10008.1.2.1"), ("1.2.840.10008.1.2.4.", "1.2.840.10008.1.2.5")
INFLATED_LIMIT = 1 << 32
UNDEFINED = 0xFFFFFFFF
LONGEST_BOXES = 1 << 16  # bytes in front of the codestream in a JP2 file
CHANCE = 4096  # bytes of a binary value from which a few letters may stand in it by chance
PIXEL_TAGS = frozenset({0x7FE00010, 0x7FE00008, 0x7FE00009})
ORDERS: tuple[Literal["little"], Literal["big"]] = ("little", "big")
PIXEL_HEADS = {
    order: frozenset((tag >> 16).to_bytes(2, order) + (tag & 0xFFFF).to_bytes(2, order) for tag in PIXEL_TAGS)
    for order in ORDERS
}
NUMBER_VRS = frozenset("AS DA DS DT IS TM UI".split())
TEXT_VRS = NUMBER_VRS | frozenset("AE CS LO LT PN SH ST UC UR UT".split())
SYNTAX, NAME, PATIENT_ID = 0x00020010, 0x00100010, 0x00100020
SAMPLES, FRAMES, ROWS, COLUMNS, BITS = 0x00280002, 0x00280008, 0x00280010, 0x00280011, 0x00280100
WANTED = (NAME, PATIENT_ID, SAMPLES, FRAMES, ROWS, COLUMNS, BITS)


PIXEL_VRS = (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"UN")
DEEPEST = 20_000  # calls


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of bytes, the path of tags that leads to it, and how it is searched."""

    where: str
    start: int
    end: int
    place: Place


class Parsed:
    """A written file as pydicom reads it. ``data``: its bytes, inflated; ``image``: where its pixels lie."""

    def __init__(self, data: bytes | mmap) -> None:
        """Raises whatever pydicom raises for a file that it cannot read."""
        self.data, self._shift = data, 0
        self._order: Literal["little", "big"] = "little"
        found = steps(data)
        said = known_layouts().said(found) if found else None
        implicit = False
        if found and said is not None:  # pydicom would read it as it read the one before
            self.head, self._said = found.end, said
        else:
            implicit = self._read(found)
        self._compressed = False
        self.image = self._image(implicit=implicit)
        self.texts = self._texts()

    def _read(self, found: Steps | None) -> bool:
        """Have pydicom read the file; return whether VRs are left out. ``found``: what it may agree with."""
        unusual = self._is_unusual()
        dataset = self.dataset if unusual else self._skimmed(None if found else WANTED)
        self.head = self._stream.tell()
        if self._syntax == DEFLATED_SYNTAX:
            self._inflate(self.data)
        implicit, little = dataset.original_encoding
        self._order = "little" if little else "big"
        self._said = {int(tag): _bytes_of(one) for tag, one in dataset.items() if tag in WANTED}
        if found and not unusual:
            read = map(_told, (*self._meta, *dataset.values()))
            known_layouts().learn(found, self.head, read, WANTED, self._said)
        return bool(implicit)

    @cached_property
    def _stream(self) -> "io.BytesIO | mmap":
        """The bytes, for pydicom to read."""
        from pydicom import config  # 0.3 s to import, so not before it is needed

        config.settings.reading_validation_mode = config.IGNORE
        # It reads nested sequences by recursion; deeper ones than this are refused before.
        sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST))
        return io.BytesIO(self.data) if isinstance(self.data, bytes) else self.data

    def _is_unusual(self) -> bool:
        """Read the file meta; return whether what is behind it takes all of pydicom's wits to read."""
        from pydicom.filereader import data_element_generator

        self._meta: list[RawDataElement | DataElement] = []
        self._stream.seek(128)
        if self._stream.read(4) != b"DICM":
            return True
        meta = data_element_generator(
            self._stream,  # type: ignore[arg-type]
            is_implicit_VR=False,
            is_little_endian=True,
            stop_when=lambda tag, vr, length: tag >> 16 != 2,
        )
        self._meta += meta
        said = {int(element.tag): element.value for element in self._meta}
        self._syntax = str(said.get(SYNTAX) or b"", "latin-1").rstrip("\0 ")
        at = self._stream.tell()
        is_command = self.data[at : at + 2] == b"\0\0"  # the group of a message, not of a file
        return is_command or not (self._syntax in PLAIN or self._syntax.startswith(COMPRESSED))

    @cached_property
    def dataset(self) -> "Dataset":
        """All elements in front of the pixels. Raises whatever pydicom raises."""
        from pydicom import dcmread

        self._stream.seek(0)
        return dcmread(self._stream, stop_before_pixels=True)  # type: ignore[arg-type]

    def _skimmed(self, tags: Collection[int] | None) -> "Dataset":
        """Return some of the elements, or all: pydicom reads all, and keeps no value of the others."""
        from pydicom.filereader import read_dataset

        implicit = self._syntax == IMPLICIT_SYNTAX
        found = read_dataset(
            self._stream,  # type: ignore[arg-type]
            implicit,
            is_little_endian=True,
            stop_when=lambda tag, vr, length: tag in PIXEL_TAGS,
            specific_tags=None if tags is None else [*tags],
        )
        found.set_original_encoding(implicit, is_little_endian=True)  # as told, even if it is not so
        return found

    def _inflate(self, data: bytes | mmap) -> None:
        from pydicom import dcmread

        self._shift = 132 + 12 + int.from_bytes(data[140:144], "little")
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        inflated = unpacker.decompress(bytes(data[self._shift :]), INFLATED_LIMIT)
        if not unpacker.eof:
            raise ValueError("more than can be inflated")
        body = io.BytesIO(inflated)
        dcmread(body, stop_before_pixels=True, force=True)
        self.data = data[: self._shift] + inflated + unpacker.unused_data
        self.head = self._shift + body.tell()

    def _image(self, *, implicit: bool) -> range:
        """Return where the image lies: all samples of a native one, of a compressed one up to the file's end.

        Where pydicom stopped for another reason than pixel data, all the rest is no image.
        """
        end, at = len(self.data), self.head + (4 if implicit else 8)
        if not implicit and self.data[self.head + 4 : self.head + 6] not in PIXEL_VRS:
            self.head = end
            return range(end, end)
        tag = self.data[self.head : self.head + 4]
        if tag not in PIXEL_HEADS[self._order]:
            self.head = end
            return range(end, end)
        length = int.from_bytes(self.data[at : at + 4], self._order)
        at = min(at + 4, end)
        self._compressed = length == UNDEFINED
        if self._compressed:
            return range(at, end)
        rows, columns, samples, bits = (self._number(tag) for tag in (ROWS, COLUMNS, SAMPLES, BITS))
        size = (rows * columns * samples * bits * max(1, self._number(FRAMES)) + 7) // 8
        return range(at, min(at + min(length, size or length), end))

    def _texts(self) -> list[tuple[int, int]]:
        """Return where in the image, or behind it, is what is searched like a header."""
        if self._compressed:
            return list(texts_in_image(self.data, self.image))
        return [(self.image.stop, len(self.data))] if self.image.stop < len(self.data) else []

    def _number(self, tag: int) -> int:
        value = self.said(tag)
        if tag != FRAMES:
            return int.from_bytes(value[:2], self._order)
        return int(value) if value.isdigit() else 0

    def said(self, tag: int) -> bytes:
        """Return the bytes of an element of the data set, without padding; they are not converted."""
        return self._said.get(tag, b"").rstrip(b"\0 ")

    def around(self) -> bytes:
        """Return all but the image."""
        texts = (bytes(self.data[start:end]) for start, end in self.texts)
        return b"\0\0".join((bytes(self.data[: self.head]), *texts))

    def parts(self) -> Iterator[Part]:
        """Yield every part but the image, in order: values, and what stands between them."""
        at = 0
        for part in sorted(_values(self.dataset, self._shift, ""), key=lambda part: part.start):
            if part.start > at:
                yield Part(part.where if at else "file meta", at, part.start, Place())
            if part.end > at:
                yield part
            at = max(at, part.end)
        if at < self.head:
            yield Part("data set", at, self.head, Place())
        for start, end in self.texts:
            yield Part("pixel data, beside the image", start, end, Place(chance=end - start > CHANCE))


def _bytes_of(element: "RawDataElement | DataElement") -> bytes:
    return element.value if isinstance(element.value, bytes) else b""


def _told(element: "RawDataElement | DataElement") -> Told:
    """Return what pydicom tells of an element; of a sequence that it read element by element, too little."""
    place = getattr(element, "value_tell", -1), getattr(element, "length", -1)
    return int(element.tag), str(element.VR), *place


def _values(dataset: "Dataset", shift: int, path: str) -> Iterator[Part]:
    """Yield the values of a data set; ``shift``: the offset that its own are told from."""
    from pydicom.dataelem import RawDataElement

    for tag, element in list(dataset.items()):
        where = f"{path} > {tag}" if path else str(tag)
        if not isinstance(element, RawDataElement):
            if element.VR == "SQ":  # of undefined length: it was read with the rest
                yield from (part for item in element.value for part in _values(item, shift, where))
            continue
        vr = _vr(element)
        items = _items(dataset, element) if vr == "SQ" else None
        if items is not None:
            yield from (part for item in items for part in _values(item, shift + element.value_tell, where))
        elif element.value:
            start = shift + element.value_tell
            yield Part(where, start, start + len(element.value), _place(vr, len(element.value)))


def _vr(element: "RawDataElement") -> str:
    from pydicom.datadict import dictionary_VR

    try:
        return element.VR or dictionary_VR(element.tag)
    except KeyError:
        return "UN"


def _items(dataset: "Dataset", element: "RawDataElement") -> "list[Dataset] | None":
    """Return the items of a sequence; None when pydicom makes nothing of it."""
    try:
        return list(dataset[element.tag].value)
    except Exception:  # noqa: BLE001 - then its bytes are searched as they are
        return None


def _place(vr: str, length: int) -> Place:
    typed = vr in TEXT_VRS
    return Place(typed=typed, number=vr in NUMBER_VRS, chance=not typed and length > CHANCE)


def texts_in_image(data: bytes | mmap, image: range) -> Iterator[tuple[int, int]]:
    """Yield where text lies in the fragments of a compressed image: comments, and what is behind its end."""
    at, is_jpeg = image.start, False
    while at + 8 <= image.stop and data[at : at + 4] == b"\xfe\xff\x00\xe0":
        start = at + 8
        at = min(start + int.from_bytes(data[at + 4 : start], "little"), image.stop)
        fragment = bytes(data[start:at])
        first = max(fragment.find(b"\xff\x4f\xff\x51", 0, LONGEST_BOXES), 0)
        if first:  # the boxes of a JP2 file
            yield start, start + first
        if fragment[first : first + 2] in (b"\xff\xd8", b"\xff\x4f"):
            is_jpeg = True
            yield from ((start + a, start + b) for a, b in _segments(fragment, first + 2))
        behind = fragment.rfind(b"\xff\xd9") + 2  # EOI of JPEG, EOC of JPEG 2000: in no entropy code
        if is_jpeg and 2 <= behind < len(fragment) - 1:
            yield start + behind, at
    if at < image.stop:  # the delimiter, and elements behind
        yield at, image.stop


def _segments(fragment: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Yield the comments and application data in front of the first scan (JPEG) or tile (JPEG 2000)."""
    while at + 4 <= len(fragment) and fragment[at] == 0xFF and fragment[at + 1] not in (0xDA, 0x90):
        length = int.from_bytes(fragment[at + 2 : at + 4], "big")
        if fragment[at + 1] in (0xFE, 0x64, *range(0xE0, 0xF0)):
            yield at + 4, min(at + 2 + length, len(fragment))
        at += 2 + length
