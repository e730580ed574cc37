"""Places: the file around the data set, and documents and objects inside of it.

Owns: what cannot be seen in an element is planted here.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tests.places.people import Person
from tests.places.place import Cast, Place, Source, dicom, instance
from tests.places.wire import (
    BIG,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    ITEM,
    JPEG,
    JPEG_2000,
    JPEG_LS,
    NATIVE,
    PIXELS,
    RLE,
    SYNTAXES,
    Element,
    Elements,
    Mixed,
    Syntax,
    amid,
    image,
    raw,
)

AROUND, INSIDE = "The file around the data set", "Embedded documents and objects"
COMPRESSED = (JPEG, JPEG_LS, JPEG_2000, RLE)


def around(title: str, make: Callable[[Cast, Person, Syntax], Source], syntaxes: Sequence[Syntax] = SYNTAXES,
           group: str = AROUND, may_hold: bool = False, more: bool = False) -> Place:  # fmt: skip
    """Return a place that is no element."""

    def plant(cast: Cast) -> Iterator[Source]:
        who = cast.person()
        for syntax in syntaxes:
            yield make(cast, who, syntax)

    return Place(group, title, plant, may_hold=may_hold, more=more)


def meta(tag: int, vr: str) -> Callable[[Cast, Person, Syntax], Source]:
    """Return what plants the name in the file meta."""
    return lambda cast, who, syntax: instance(
        cast, who, [], syntax, meta=[Element(tag, vr, who.family.upper().encode())]
    )


def comments(who: Person) -> Elements:
    """Return two texts with the name in them."""
    return [
        Element(0x00204000, "LT", amid("seen § today, no. §", who.plain, who.patient_id)),
        Element(0x00081030, "LO", amid("MR of §", who.caret)),
    ]


def _preamble(cast: Cast, who: Person, syntax: Syntax) -> Source:
    return instance(cast, who, [], syntax, preamble=b"II*\0" + who.plain.encode().ljust(124, b"\0"))


def _padding(cast: Cast, who: Person, syntax: Syntax) -> Source:
    return instance(
        cast, who, [], syntax, tail=raw(0xFFFCFFFC, "OB", who.caret.encode().ljust(64, b"\0"), syntax)
    )


def _behind(cast: Cast, who: Person, syntax: Syntax) -> Source:
    return instance(cast, who, [], syntax, behind=f"sent for {who.plain} {who.patient_id}".encode())


def _second_set(cast: Cast, who: Person, syntax: Syntax) -> Source:
    again = raw(0x00100010, "PN", who.caret.encode().ljust(40), syntax)
    return replace(instance(cast, who, [], syntax, tail=again), loose=True)


def _behind_frame(cast: Cast, who: Person, syntax: Syntax) -> Source:
    name = f" {who.plain} {who.patient_id}".encode()
    return instance(cast, who, [Element(PIXELS, "OB", _fragments(syntax, name.ljust(64, b".")))], syntax)


def _fragments(syntax: Syntax, behind: bytes = b"", comment: bytes = b"") -> Mixed:
    """Return the compressed image; with bytes behind its frame, or with a comment in its codestream."""
    pixels = next(e.value for e in image(syntax) if e.tag == PIXELS)
    assert isinstance(pixels, bytes)
    table, frame = pixels[:8], pixels[16:]
    start = table + raw(ITEM, "", b"", length=len(frame) + len(comment) + len(behind))
    if comment:
        return Mixed((start + frame[:2], comment, frame[2:]))
    return Mixed((start + frame, behind, b""))


def _jpeg_comment(cast: Cast, who: Person, syntax: Syntax) -> Source:
    text = f"made for {who.plain} by x".encode()
    text += b" " * (len(text) % 2)
    segment = b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text
    return instance(cast, who, [Element(PIXELS, "OB", _fragments(syntax, comment=segment))], syntax)


def document(
    title: str, tag_class: str, content: Callable[[Person], bytes | Mixed], kind: bytes, more: bool = False
) -> Place:
    """Return a place with an encapsulated document."""

    def grow(who: Person) -> Elements:
        data = content(who)
        return [
            Element(0x00080016, "UI", tag_class.encode()),
            Element(0x00420010, "ST", amid("Report of §", who.plain)),
            Element(0x00420011, "OB", data),
            Element(0x00420012, "LO", kind),
        ]

    return dicom(
        INSIDE, title, grow, syntaxes=NATIVE, may_hold=True, more=more,
        without=[e.tag for e in image(EXPLICIT)],
    )  # fmt: skip


def pdf(who: Person) -> bytes:
    """Return a PDF with the name in a deflated text and in a title of UTF-16."""
    stream = zlib.compress(f"BT /F1 12 Tf 72 720 Td ({who.plain}, no. {who.patient_id}) Tj ET".encode())
    title = who.plain.encode("utf-16")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Title<%s>>>" % title.hex().encode(),
    ]  # fmt: skip
    body = b"".join(b"%d 0 obj%sendobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Info 5 0 R>>\n%%EOF\n"


def cda(who: Person) -> Mixed:
    """Return a clinical document in XML."""
    name = f"<given>{who.given}</given><family>{who.family}</family>"
    return amid('<?xml version="1.0"?><Clinical><id extension="§"/>§</Clinical>', who.patient_id, name)


def _stl(who: Person) -> Mixed:
    return Mixed((b"solid ", who.caret.encode(), b" " * (80 - len(who.caret)) + b"\0" * 4))


def _overlay(who: Person) -> Elements:
    return [
        Element(0x60000010, "US", (2,)), Element(0x60000011, "US", (8,)),
        Element(0x60000022, "LO", amid("marks of § left", who.plain)), Element(0x60000040, "CS", b"G"),
        Element(0x60001500, "LO", amid("§ lung", who.caret)), Element(0x60003000, "OW", b"\x55\xaa"),
        Element(0x60004000, "LT", amid("drawn for § here", who.family)),
    ]  # fmt: skip


def _overlay_bytes(who: Person) -> Elements:
    name = who.caret.encode()
    value = Mixed((b"\0" * 16, name, b"\0" * (16 + len(name) % 2)))
    return [
        Element(0x60000010, "US", (8,)),
        Element(0x60000011, "US", (64,)),
        Element(0x60003000, "OW", value),
    ]


def _curve(who: Person) -> Elements:
    return [
        Element(0x50000005, "US", (1,)),
        Element(0x50000022, "LO", amid("curve of § rest", who.plain)),
        Element(
            0x50003000, "OW", Mixed((b"\1\2\3\4", who.caret.encode() + b"^" * (len(who.caret) % 2), b"\5\6"))
        ),
    ]


def _icc(who: Person) -> Elements:
    text = b"desc\0\0\0\0" + (40).to_bytes(4, "big")
    head = (
        b"\0" * 36
        + b"acsp"
        + b"\0" * 88
        + (1).to_bytes(4, "big")
        + b"desc"
        + (144).to_bytes(4, "big")
        + b"\0\0\0\x40"
    )
    name = who.plain.encode()[:30]
    return [Element(0x00282000, "OB", Mixed((head + text, name, b"\0" * (52 - len(name)))))]


def _burned_in(who: Person) -> Elements:
    return [
        Element(0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.6.1"), Element(0x00080060, "CS", b"US"),
        Element(0x00204000, "LT", amid("seen § today", who.plain)),
    ]  # fmt: skip


AROUND_PLACES = [
    around("file meta: SendingApplicationEntityTitle", meta(0x00020017, "AE")),
    around("file meta: ImplementationVersionName", meta(0x00020013, "SH")),
    around("128-byte preamble", _preamble),
    around("DataSetTrailingPadding", _padding),
    around("bytes after the end of a compressed image", _behind, COMPRESSED),
    around("bytes after the deflated stream", _behind, [DEFLATED]),
    dicom(AROUND, "implicit VR", comments, syntaxes=[IMPLICIT]),
    dicom(AROUND, "explicit big endian", comments, syntaxes=[BIG]),
    dicom(AROUND, "RLE compressed image", comments, syntaxes=[RLE]),
    dicom(AROUND, "JPEG 2000 compressed image", comments, syntaxes=[JPEG_2000]),
    around("file meta: PrivateInformation", meta(0x00020102, "OB"), more=True),
    around("file meta: SourceApplicationEntityTitle", meta(0x00020016, "AE"), more=True),
    around("file meta: ReceivingApplicationEntityTitle", meta(0x00020018, "AE"), more=True),
    around("file meta: an element that nobody knows", meta(0x000200F0, "LO"), more=True),
    around("bytes after the end of a native image", _behind, NATIVE[:3], more=True, may_hold=True),
    around("a second data set behind the first", _second_set, NATIVE, more=True, may_hold=True),
    around("tail: text behind the pixels", more=True, make=lambda cast, who, syntax: instance(
        cast, who, [Element(0x7FE11002, "LO", amid("behind § it", who.plain))], syntax)),
    around("comment at the start of a JPEG frame", _jpeg_comment, [JPEG], more=True),
    around("comment at the start of a JPEG-LS frame", _jpeg_comment, [JPEG_LS], more=True),
]  # fmt: skip

INSIDE_PLACES = [
    document(
        "PDF, deflated text and UTF-16 title (or quarantine)",
        "1.2.840.10008.5.1.4.1.1.104.1",
        pdf,
        b"application/pdf",
    ),
    document("CDA document (or quarantine)", "1.2.840.10008.5.1.4.1.1.104.2", cda, b"text/XML"),
    dicom(INSIDE, "overlay: label, description and comments", _overlay),
    dicom(
        INSIDE, "overlay: name as bytes of the overlay data (or quarantine)", _overlay_bytes, may_hold=True
    ),
    dicom(INSIDE, "curve data and its description", _curve),
    dicom(INSIDE, "ICC profile description", _icc),
    around(
        "bytes after the end of a JPEG frame (or quarantine)", _behind_frame, [JPEG], INSIDE, may_hold=True
    ),
    dicom(
        INSIDE,
        "name burned into the pixels of an ultrasound image (or quarantine) (stretch)",
        _burned_in,
        may_hold=True,
        stretch=True,
    ),
    document("STL model (or quarantine)", "1.2.840.10008.5.1.4.1.1.104.3", _stl, b"model/stl", more=True),
    around(
        "bytes after the end of a JPEG-LS frame (or quarantine)",
        _behind_frame,
        [JPEG_LS],
        INSIDE,
        may_hold=True,
        more=True,
    ),
    around(
        "bytes after the end of a JPEG 2000 frame (or quarantine)",
        _behind_frame,
        [JPEG_2000],
        INSIDE,
        may_hold=True,
        more=True,
    ),
    around(
        "bytes after the end of a RLE frame (or quarantine)",
        _behind_frame,
        [RLE],
        INSIDE,
        may_hold=True,
        more=True,
    ),
]

PLACES = [*INSIDE_PLACES, *AROUND_PLACES]
