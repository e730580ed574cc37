"""Places: more values that are no text, beyond the list.

Owns: the neighbours of each line of the list.
"""

import base64
import zlib

from tests.places.binary import AFTER, BEFORE, GROUP, binary, written
from tests.places.people import Person
from tests.places.place import dicom
from tests.places.wire import EXPLICIT, NATIVE, Element, Mixed


def swapped(data: bytes) -> bytes:
    """Return bytes, each two of them exchanged."""
    data += b" " * (len(data) % 2)
    return b"".join(data[i : i + 2][::-1] for i in range(0, len(data), 2))


def _gzip(who: Person) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(f"the report of {who.plain} says nothing".encode() * 3) + packer.flush()


PLACES = [
    binary("private OW: each two letters exchanged", lambda w: swapped(w.caret.encode()), "OW", more=True),
    binary("private OL: name where words of 32 bits belong", lambda w: w.caret.encode(), "OL", more=True),
    binary("private OV: name where words of 64 bits belong", lambda w: w.caret.encode(), "OV", more=True),
    binary("private OF: name where floats belong", lambda w: w.caret.encode(), "OF", more=True),
    binary(
        "private FD: name where a double belongs", lambda w: w.caret.encode(), "FD", more=True, may_hold=True
    ),
    binary(
        "private UL: name where an integer of 32 bits belongs",
        lambda w: w.caret.encode(),
        "UL",
        more=True,
        may_hold=True,
    ),
    binary(
        "private AT: name where a tag belongs", lambda w: w.caret.encode(), "AT", more=True, may_hold=True
    ),
    binary(
        "private OB: UTF-32 little endian at an odd offset",
        lambda w: w.plain.encode("utf-32-le"),
        before=b"\x05\x06\x07",
        more=True,
    ),
    binary("private OB: UTF-32 big endian", lambda w: w.plain.encode("utf-32-be"), more=True),
    binary(
        "private OB: UTF-16 of Cyrillic", lambda w: w.plain.encode("utf-16-le"), script="cyrillic", more=True
    ),
    binary(
        "private OB: Latin-1 with accents", lambda w: w.caret.encode("latin-1"), script="acute", more=True
    ),
    binary("private OB: UTF-8 with accents", lambda w: w.caret.encode(), script="acute", more=True),
    binary(
        "private OB: capitals with accents in Latin-1",
        lambda w: w.caret.upper().encode("latin-1"),
        script="acute",
        more=True,
    ),
    binary("private OB: code page 850", lambda w: w.plain.encode("cp850"), script="umlaut", more=True),
    binary("private OB: windows-1251", lambda w: w.plain.encode("cp1251"), script="cyrillic", more=True),
    binary(
        "private OB: kanji in Shift-JIS", lambda w: w.caret.encode("shift-jis"), script="kanji", more=True
    ),
    binary("private OB: hanzi in GB18030", lambda w: w.caret.encode("gb18030"), script="hanzi", more=True),
    binary(
        "private OB: accents left out",
        lambda w: w.plain.replace("ö", "o").replace("ü", "u").replace("ä", "a").encode(),
        script="umlaut",
        more=True,
    ),
    binary("private OB: number only", lambda w: w.patient_id.encode(), more=True),
    binary("private OB: number in UTF-16", lambda w: w.patient_id.encode("utf-16-le"), more=True),
    binary(
        "private OB: field of 64 bytes, padded with NUL",
        lambda w: w.caret.encode().ljust(64, b"\0"),
        more=True,
    ),
    binary(
        "private OB: surname of four letters between NULs",
        lambda w: w.family.encode(),
        before=b"ab\0\0",
        after=b"\0\0cd",
        script="four",
        more=True,
    ),
    binary("private OB: gzip (or quarantine)", _gzip, before=b"", after=b"", more=True, may_hold=True),
    binary(
        "private OB: zlib (or quarantine)",
        lambda w: zlib.compress(f"report of {w.plain}".encode() * 3),
        before=b"",
        after=b"",
        more=True,
        may_hold=True,
    ),
    binary(
        "private OB: base64 of UTF-16 (or quarantine)",
        lambda w: base64.b64encode(w.plain.encode("utf-16-le")),
        more=True,
        may_hold=True,
        stretch=True,
    ),
    written(
        "private OB: JSON",
        "OB",
        '{"patient": {"family": "§", "given": ["§"]}, "turns": 12}',
        "family",
        "given",
        more=True,
    ),
    written(
        "private LT: XML with entities", "LT", "<a b='1'><n>§ &amp; §</n></a>", "caret", "plain", more=True
    ),
    written(
        "private UN: CSV with a header", "UN", "id;name;turns\r\n§;§;12\r\n", "patient_id", "plain", more=True
    ),
    dicom(
        GROUP,
        "look-up table data",
        lambda w: [
            Element(0x00283006, "OW", Mixed((BEFORE, w.caret.encode() + b"^" * (len(w.caret) % 2), AFTER)))
        ],
        more=True,
    ),
    dicom(
        GROUP,
        "WaveformData",
        lambda w: [
            Element(
                0x54000100,
                "SQ",
                [
                    [
                        Element(0x5400100A, "US", (16,)),
                        Element(
                            0x54001010,
                            "OW",
                            Mixed(
                                (bytes(range(64)), w.caret.encode() + b"^" * (len(w.caret) % 2), bytes(64))
                            ),
                        ),
                    ]
                ],
            )
        ],
        more=True,
    ),
    dicom(
        GROUP,
        "bytes behind the pixel matrix, inside of PixelData",
        syntaxes=NATIVE,
        more=True,
        grow=lambda w: [
            Element(
                0x7FE00010,
                "OW",
                Mixed((bytes(range(48)), w.caret.encode() + b"^" * (len(w.caret) % 2), b"\1\2")),
            )
        ],
    ),
    dicom(
        GROUP,
        "EncryptedContent of a made-up kind",
        syntaxes=[EXPLICIT],
        more=True,
        grow=lambda w: [
            Element(
                0x04000500,
                "SQ",
                [
                    [
                        Element(0x04000510, "UI", b"1.2.3"),
                        Element(
                            0x04000520,
                            "OB",
                            Mixed((BEFORE, w.caret.encode() + b"^" * (len(w.caret) % 2), AFTER)),
                        ),
                    ]
                ],
            )
        ],
    ),
]
