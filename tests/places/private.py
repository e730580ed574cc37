"""Places: private elements and their creators.

Owns: how a private block is written.
"""

from tests.places.people import Person
from tests.places.place import dicom, text
from tests.places.standard import surname
from tests.places.wire import EXPLICIT, IMPLICIT, ITEM, NATIVE, Element, Elements, Mixed, amid, raw

GROUP = "Private elements"


def private(
    *elements: tuple[int, str, bytes | Mixed], creator: str | Mixed = "ACME 1.1", group: int = 9
) -> Elements:
    """Return a private block of elements (number in the block, VR, value)."""
    made = [Element(group << 16 | 0x10, "LO", text(creator))]
    return made + [Element(group << 16 | 0x1000 | n, vr, value) for n, vr, value in elements]


def _sequence_in_un(who: Person) -> bytes:
    element = raw(0x00091003, "", f"in {who.caret} here".encode().ljust(40), IMPLICIT)
    return raw(ITEM, "", element)


def _vendors(who: Person) -> Elements:
    names = {
        0x0019: "SIEMENS MR HEADER",
        0x0043: "GEMS_PARM_01",
        0x2005: "Philips MR Imaging DD 001",
        0x700D: "TOSHIBA_MEC_MR3",
    }
    return [
        e
        for group, creator in names.items()
        for e in private(
            (1, "LO", amid("coil § 3", who.plain)), (2, "IS", b"42"), creator=creator, group=group
        )
    ]


PLACES = [
    dicom(
        GROUP,
        "private creator that is the name",
        lambda who: private((1, "LO", b"gain 4"), creator=amid("§", surname(who))),
    ),
    dicom(
        GROUP,
        "private element without a creator",
        lambda who: [Element(0x00111001, "LO", amid("list § 2", who.caret))],
    ),
    dicom(
        GROUP, "private PN", lambda who: private((1, "PN", amid("§", who.caret)), (2, "PN", b"Quexley^Ulf"))
    ),
    dicom(
        GROUP,
        "private text in an implicit VR file",
        syntaxes=[IMPLICIT],
        grow=lambda who: private(
            (1, "LO", amid("of §, 3 mm", who.plain)), (2, "LT", amid("no. §", who.patient_id))
        ),
    ),
    dicom(
        GROUP,
        "standard attribute written as UN",
        syntaxes=[s for s in NATIVE if not s.implicit],
        grow=lambda who: [
            Element(0x00081040, "UN", amid("ward of § 7", who.plain)),
            Element(0x00400254, "UN", amid("step §", who.caret)),
        ],
    ),
    dicom(GROUP, "four vendors' groups at once", _vendors),
    dicom(
        GROUP,
        "creator of a private block in a sequence that is the name",
        more=True,
        grow=lambda who: [
            Element(0x00400275, "SQ", [private((1, "LO", b"gain 4"), creator=amid("§", who.plain))])
        ],
    ),
    dicom(
        GROUP,
        "private CS, DS and UI",
        more=True,
        grow=lambda who: private(
            (1, "CS", amid("A\\§\\B", surname(who))),
            (2, "UR", amid("http://x/§", who.patient_id)),
            (3, "AE", amid("§", surname(who))),
        ),
    ),
    dicom(
        GROUP,
        "private sequence with text",
        more=True,
        grow=lambda who: [
            *private((1, "LO", b"x")),
            Element(
                0x00091002,
                "SQ",
                [
                    [
                        Element(0x00090010, "LO", b"ACME 1.1"),
                        Element(0x00091003, "LO", amid("in § here", who.caret)),
                    ]
                ],
            ),
        ],
    ),
    dicom(
        GROUP,
        "private sequence written as UN",
        more=True,
        syntaxes=[EXPLICIT],
        grow=lambda who: private((2, "UN", Mixed((b"", _sequence_in_un(who), b"")))),
    ),
    dicom(
        GROUP,
        "private LO in an odd group below 8",
        more=True,
        grow=lambda who: [
            Element(0x00070010, "LO", b"ACME"),
            Element(0x00071001, "LO", amid("§ 1", who.plain)),
        ],
    ),
]
