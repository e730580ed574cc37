"""Places: values that are no text.

Owns: what stands around a name in binary is to stay to the byte, its length too.
"""

import base64
import json
import struct
from collections.abc import Callable

from tests.places.people import Person
from tests.places.place import Place, dicom
from tests.places.private import private
from tests.places.wire import Elements, Mixed, amid

GROUP = "Binary and opaque values"
BEFORE, AFTER = b"\x01\x02\xff\xfe\x80\x03", b"\x00\x07\xee\x90\x0b\x0c"
ASCCONV = (
    "<XProtocol> {}\n### ASCCONV BEGIN ###\nulVersion = 0x1421cf5\ntProtocolName = \"t1_mprage\"\n"
    "sPatient.tName = \"§\"\nsWiPMemBlock.tFree = \"§\"\nlTotalScanTimeSec = 300\n### ASCCONV END ###\n"
)  # fmt: skip
XML = '<?xml version="1.0"?><study><n given="§">§</n><id>§</id><coil turns="12">head</coil></study>'
HL7 = "MSH|^~\\&|RIS|GHENT|PACS||20200304||ADT^A08|77|P|2.3\rPID|1||§^^^GHENT||§||19700102|F\rPV1|1|I|4^2"


def binary(
    title: str,
    encode: Callable[[Person], bytes],
    vr: str = "OB",
    *,
    before: bytes = BEFORE,
    after: bytes = AFTER,
    script: str = "latin",
    may_hold: bool = False,
    stretch: bool = False,
    more: bool = False,
) -> Place:
    """Return a place in a private element: the encoded name between bytes; all of 8 bytes' multiple."""

    def grow(who: Person) -> Elements:
        name = encode(who)
        filling = after + b"\x11" * (-len(before + name + after) % 8)
        return private((1, "LO", b"gain 4"), (2, vr, Mixed((before, name, filling))))

    return dicom(GROUP, title, grow, script=script, may_hold=may_hold, stretch=stretch, more=more)


def written(title: str, vr: str, template: str, *how: str, **flags: bool) -> Place:
    """Return a place in a private element that holds a document in plain letters."""
    return dicom(
        GROUP,
        title,
        **flags,  # type: ignore[arg-type]
        grow=lambda who: private(
            (1, "LO", b"gain 4"), (2, vr, amid(template, *(str(getattr(who, h)) for h in how)))
        ),
    )


def csa(*fields: tuple[str, bytes | tuple[bytes, bytes, bytes]]) -> Mixed:
    """Return a header of Siemens (CSA2): a field of three pieces is (before, name, after)."""
    head = b"SV10\4\3\2\1" + struct.pack("<2L", len(fields), 77)
    pieces: list[bytes] = [head]
    for name, value in fields:
        planted = value if isinstance(value, tuple) else (value, b"", b"")
        whole = b"".join(planted)
        pieces[-1] += struct.pack("<64sl4s3l", name.encode(), 1, b"LO\0\0", 19, 6, 77)
        pieces[-1] += struct.pack("<4l", len(whole), len(whole), 77, len(whole)) + planted[0]
        pieces += [planted[1], planted[2] + b"\0" * (-len(whole) % 4)]
        pieces[-1] += struct.pack("<4l", 0, 0, 77, 0) * 5
    return Mixed(tuple(pieces))


def _csa(who: Person) -> Elements:
    name, code = who.caret.encode(), who.patient_id.encode()
    value = csa(
        ("EchoTime", b"2.46\0"),
        ("PatientName", (b"", name, b"\0\0")),
        ("Free", (b"of ", code, b" x\0")),
        ("Slice", b"1.5\0"),
    )
    return private((0x10, "OB", value), creator="SIEMENS CSA HEADER", group=0x29)


def _escaped(who: Person) -> Elements:
    text = "".join(f"\\u{ord(c):04x}" for c in who.plain)
    return private((1, "UT", Mixed((b'{"a": 4, "n": "', text.encode(), b'", "b": [1, 2]}'))))


def _base64(who: Person) -> bytes:
    return base64.b64encode(json.dumps({"turns": 4, "patient": who.plain, "id": who.patient_id}).encode())


PLACES = [
    binary("private OB: name among bytes", lambda w: w.caret.encode()),
    binary("private OW: name as little endian words", lambda w: w.caret.encode(), "OW"),
    binary("private OD: name where doubles belong", lambda w: w.plain.encode(), "OD"),
    binary("private UN: name in an element of unknown VR", lambda w: w.caret.encode(), "UN"),
    binary("private OB: UTF-16 big endian", lambda w: w.plain.encode("utf-16-be")),
    binary(
        "private OB: UTF-16 at an odd offset", lambda w: w.plain.encode("utf-16-le"), before=b"\x01\x02\xff"
    ),
    written("private OB: Siemens ASCCONV text", "OB", ASCCONV, "caret", "plain"),
    written("private OB: XML", "OB", XML, "given", "family", "patient_id"),
    written("private LT: HL7 PID segment", "LT", HL7, "patient_id", "caret"),
    dicom(
        GROUP,
        "private UT: JSON with escaped letters (or quarantine) (stretch)",
        _escaped,
        may_hold=True,
        stretch=True,
    ),
    binary(
        "private OB: base64 (or quarantine) (stretch)",
        _base64,
        before=b"data: ",
        after=b" end",
        may_hold=True,
        stretch=True,
    ),
    binary(
        "private UT: hexadecimal digits (or quarantine) (stretch)",
        lambda w: w.caret.encode().hex().encode(),
        "UT",
        before=b"hex ",
        after=b" end",
        may_hold=True,
        stretch=True,
    ),
    binary(
        "private OB: two NULs between the letters (or quarantine) (stretch)",
        lambda w: b"\0\0".join(bytes([c]) for c in w.caret.encode()),
        may_hold=True,
        stretch=True,
    ),
    dicom(GROUP, "private OB: Siemens CSA2 header, its structure to be kept", _csa),
]
