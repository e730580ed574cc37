"""Write data sets as bytes, element by element, as a scanner would or as none should.

Owns: each planted name is remembered with what stands around it.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pydicom
from pydicom.charset import encode_string
from pydicom.encaps import generate_fragments

ITEM, ITEM_END, SEQUENCE_END, UNDEFINED = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD, 0xFFFFFFFF
LONG = frozenset("OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
NUMBERS = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "FD": "d", "FL": "f", "AT": "H"}
PIXELS = 0x7FE00010
SHIPPED = Path(pydicom.__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Mixed:
    """A value in pieces: what stands around the name, the name, what stands around it, and so on."""

    pieces: tuple[bytes, ...]

    def __bytes__(self) -> bytes:
        """Return the value."""
        return b"".join(self.pieces)


Value: TypeAlias = "bytes | Mixed | tuple[float, ...] | list[Elements]"


@dataclass(frozen=True, slots=True)
class Element:
    """An element; a tuple is a value of numbers, a list holds the items of a sequence."""

    tag: int
    vr: str
    value: Value


Elements: TypeAlias = list[Element]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a name was planted: tags and numbers of items from the outermost, and the pieces of the value."""

    path: tuple[int, ...]
    vr: str
    pieces: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Syntax:
    """A transfer syntax; ``borrowed`` is a file that comes with pydicom, whose compressed image is taken."""

    name: str
    uid: str
    implicit: bool = False
    big: bool = False
    deflated: bool = False
    borrowed: str = ""


EXPLICIT = Syntax("explicit", "1.2.840.10008.1.2.1")
IMPLICIT = Syntax("implicit", "1.2.840.10008.1.2", implicit=True)
BIG = Syntax("big", "1.2.840.10008.1.2.2", big=True)
DEFLATED = Syntax("deflated", "1.2.840.10008.1.2.1.99", deflated=True)
JPEG = Syntax("jpeg", "1.2.840.10008.1.2.4.50", borrowed="SC_rgb_small_odd_jpeg.dcm")
JPEG_LS = Syntax("jpegls", "1.2.840.10008.1.2.4.81", borrowed="JPEGLSNearLossless_08.dcm")
JPEG_2000 = Syntax("jpeg2000", "1.2.840.10008.1.2.4.91", borrowed="693_J2KI.dcm")
RLE = Syntax("rle", "1.2.840.10008.1.2.5", borrowed="SC_rgb_rle.dcm")
NATIVE = (EXPLICIT, IMPLICIT, BIG, DEFLATED)
SYNTAXES = (*NATIVE, JPEG, JPEG_LS, JPEG_2000, RLE)


def encode(text: str, codec: str) -> bytes:
    """Encode text; a codec "dicom:a,b" is Python's codecs a and b as DICOM extends one by the other."""
    if codec.startswith("dicom:"):  # the escapes hold up to the next separator of a name only
        return b"^".join(encode_string(part, codec[6:].split(",")) for part in text.split("^"))
    return text.encode(codec)


def amid(template: str, *spelled: str, codec: str = "utf-8") -> Mixed:
    """Return a value: the template, with a spelled name at each "§" in turn."""
    around = template.split("§")
    assert len(around) == len(spelled) + 1, template
    pieces = [encode(around[0], codec)]
    for name, after in zip(spelled, around[1:], strict=True):
        pieces += [encode(name, codec), encode(after, codec)]
    return Mixed(tuple(pieces))


def body(elements: Elements, syntax: Syntax = EXPLICIT, undefined: bool = False) -> bytes:
    """Return the elements as they are written in a file, in the given order."""
    return b"".join(_element(e, syntax, undefined) for e in elements)


def _element(element: Element, syntax: Syntax, undefined: bool) -> bytes:
    value = element.value
    if isinstance(value, list):
        length = UNDEFINED if undefined else -1
        content = b"".join(item(body(e, syntax, undefined), syntax, undefined) for e in value)
        closing = raw(SEQUENCE_END, "", b"", syntax) if undefined else b""
        return raw(element.tag, element.vr, content, syntax, length) + closing
    data = _packed(value, element.vr, syntax)
    if element.tag == PIXELS and syntax.borrowed:
        return raw(PIXELS, "OB", data, syntax, UNDEFINED) + raw(SEQUENCE_END, "", b"", syntax)
    return raw(element.tag, element.vr, padded(data, element.vr), syntax)


def _packed(value: bytes | Mixed | tuple[float, ...], vr: str, syntax: Syntax) -> bytes:
    if not isinstance(value, tuple):
        return bytes(value)
    order, code = ">" if syntax.big else "<", NUMBERS[vr]
    return struct.pack(f"{order}{len(value)}{code}", *(v if code in "df" else int(v) for v in value))


def padded(value: bytes, vr: str) -> bytes:
    """Return a value of even length."""
    pad = b"\0" if vr in ("UI", "OB", "OW", "UN") else b" "
    return value + pad * (len(value) % 2)


def item(content: bytes, syntax: Syntax, undefined: bool) -> bytes:
    """Return an item of a sequence."""
    closing = raw(ITEM_END, "", b"", syntax) if undefined else b""
    return raw(ITEM, "", content, syntax, UNDEFINED if undefined else -1) + closing


def raw(tag: int, vr: str, value: bytes, syntax: Syntax = EXPLICIT, length: int = -1) -> bytes:
    """Return an element; ``length`` overrules the true one, a ``vr`` of "" is an item or delimiter."""
    order = ">" if syntax.big else "<"
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    size = len(value) if length < 0 else length
    if syntax.implicit or not vr:
        return head + struct.pack(order + "L", size) + value
    if vr in LONG:
        return head + vr.encode() + struct.pack(order + "HL", 0, size) + value
    return head + vr.encode() + struct.pack(order + "H", size) + value


def wrapped(
    content: bytes,
    syntax: Syntax = EXPLICIT,
    *,
    meta: Elements | None = None,
    preamble: bytes = b"\0" * 128,
    behind: bytes = b"",
) -> bytes:
    """Return a file: preamble, file meta, the data set (deflated if it must be) and what comes behind it."""
    inner = body([Element(0x00020010, "UI", syntax.uid.encode()), *(meta or [])])
    if syntax.deflated:
        packer = zlib.compressobj(wbits=-15)
        content = packer.compress(content) + packer.flush()
        content += b"\0" * (len(content) % 2)
    head = preamble + b"DICM" if preamble else b""
    return head + raw(0x00020000, "UL", struct.pack("<L", len(inner))) + inner + content + behind


def spots(elements: Elements, outer: tuple[int, ...] = ()) -> Iterator[Spot]:
    """Find what was planted."""
    for element in elements:
        path = (*outer, element.tag)
        if isinstance(element.value, Mixed):
            yield Spot(path, element.vr, element.value.pieces)
        elif isinstance(element.value, list):
            for number, inner in enumerate(element.value):
                yield from spots(inner, (*path, number))


def merged(first: Elements, then: Elements) -> Elements:
    """Return the elements in order of their tags; the later of one tag counts."""
    return [e for _, e in sorted({e.tag: e for e in (*first, *then)}.items())]


@cache
def image(syntax: Syntax) -> Sequence[Element]:
    """Return the elements of a small image."""
    if not syntax.borrowed:
        return _pixel_module(1, b"MONOCHROME2", 4, 6, 16, bytes(range(48)), "OW")
    source = pydicom.dcmread(SHIPPED / "test_files" / syntax.borrowed)
    _, *frames = generate_fragments(source.PixelData)
    fragments = b"".join(raw(ITEM, "", f) for f in (b"", *frames))  # no table of offsets
    photometric = str(source.PhotometricInterpretation).encode()
    return _pixel_module(
        source.SamplesPerPixel,
        photometric,
        source.Rows,
        source.Columns,
        source.BitsAllocated,
        fragments,
        "OB",
    )


def _pixel_module(
    samples: int, photometric: bytes, rows: int, columns: int, bits: int, value: bytes, vr: str
) -> Sequence[Element]:
    numbers = [
        (0x00280002, samples), (0x00280010, rows), (0x00280011, columns), (0x00280100, bits),
        (0x00280101, bits), (0x00280102, bits - 1), (0x00280103, 0),
    ]  # fmt: skip
    if samples > 1:
        numbers.append((0x00280006, 0))
    module = [Element(tag, "US", (number,)) for tag, number in numbers]
    return [*module, Element(0x00280004, "CS", photometric), Element(PIXELS, vr, value)]


def words(piece: bytes) -> list[bytes]:
    """Return the plain words of a piece."""
    return re.findall(rb"[0-9A-Za-z]+", piece)
