"""Places: sequences.

Owns: a name at any depth.
"""

from tests.places.people import Person
from tests.places.place import dicom
from tests.places.standard import maiden, surname
from tests.places.wire import NATIVE, Element, Elements, amid

GROUP, CONTENT = "Nested", 0x0040A730


def deep(depth: int, inner: Elements, tag: int = CONTENT) -> Elements:
    """Return elements below so many sequences."""
    for _ in range(depth):
        inner = [Element(tag, "SQ", [inner])]
    return inner


def _note(who: Person) -> Elements:
    return [
        Element(0x0040A160, "UT", amid("Note on §, seen twice", who.plain)),
        Element(0x0040A123, "PN", amid("§", who.caret)),
    ]


def _corrected(who: Person) -> Elements:
    before = [
        Element(0x00100010, "PN", amid("§", who.others[0] + "^" + who.given)),
        Element(0x00100020, "LO", amid("§", who.patient_id)),
    ]
    item = [
        Element(0x04000550, "SQ", [before]),
        Element(0x04000563, "LO", b"ACME"),
        Element(0x04000565, "CS", b"CORRECT"),
    ]
    return [Element(0x04000561, "SQ", [item])]


def _code(who: Person) -> Elements:
    return [
        Element(0x00080100, "SH", amid("§", who.patient_id)),
        Element(0x00080102, "SH", b"99LOCAL"),
        Element(0x00080104, "LO", amid("staff §", who.plain)),
    ]


def _report(who: Person) -> Elements:
    heading = [Element(0x00080100, "SH", b"121060"), Element(0x00080104, "LO", b"History")]
    person = [
        Element(0x0040A040, "CS", b"PNAME"),
        Element(0x0040A043, "SQ", [heading]),
        Element(0x0040A123, "PN", amid("§", who.caret)),
    ]
    words = [
        Element(0x0040A040, "CS", b"TEXT"),
        Element(0x0040A043, "SQ", [heading]),
        Element(0x0040A160, "UT", amid("§ reports pain.", who.plain)),
    ]
    return [Element(0x0040A040, "CS", b"CONTAINER"), Element(CONTENT, "SQ", [person, words])]


def _plan(who: Person) -> Elements:
    return [
        Element(0x300A0002, "SH", amid("V2-§", surname(who))),
        Element(0x300A0003, "LO", amid("plan for §, left", who.plain)),
        Element(0x300A0004, "ST", amid("boost § 2 Gy", who.caret)),
    ]


def _waves(who: Person) -> Elements:
    note = [Element(0x00700006, "ST", amid("lead V1 of §", who.plain)), Element(0x0040A0B0, "US", (1, 1))]
    return [Element(0x0040B020, "SQ", [note])]


def _presentation(who: Person) -> Elements:
    label = [
        Element(0x00700006, "ST", amid("arrow at § lobe", who.family)),
        Element(0x00700010, "FL", (1.5, 2.5)),
    ]
    return [
        Element(
            0x00700001, "SQ", [[Element(0x00700002, "CS", b"LAYER1"), Element(0x00700008, "SQ", [label])]]
        ),
        Element(0x00700080, "CS", amid("§", surname(who))),
        Element(0x00700081, "LO", amid("state of §", who.plain)),
        Element(0x00700084, "PN", amid("§", who.caret)),
    ]


PLACES = [
    *(dicom(GROUP, f"sequence depth {n}", lambda who, n=n: deep(n, _note(who))) for n in (2, 3, 5, 6, 8)),  # type: ignore[misc]
    dicom(
        GROUP,
        "empty items before the item with the name",
        lambda who: [Element(0x00081110, "SQ", [[], [], _note(who)])],
    ),
    dicom(GROUP, "OriginalAttributesSequence, the name before a correction", _corrected, person=maiden),
    dicom(GROUP, "PersonIdentificationCodeSequence", lambda who: [Element(0x00401101, "SQ", [_code(who)])]),
    dicom(GROUP, "SR: person name and text in the content tree", _report),
    dicom(GROUP, "RT plan: label, name and description", _plan),
    dicom(GROUP, "ECG waveform annotation", _waves),
    dicom(GROUP, "text of a presentation state", _presentation),
    dicom(GROUP, "sequence depth 60", lambda who: deep(60, _note(who)), more=True, syntaxes=NATIVE),
    dicom(
        GROUP,
        "PatientName of another sequence's item",
        more=True,
        grow=lambda who: [
            Element(0x00380004, "SQ", [[Element(0x00100020, "LO", amid("§", who.patient_id))]]),
            Element(0x00081120, "SQ", [[Element(0x00100010, "PN", amid("§", who.caret))]]),
        ],
    ),
    dicom(
        GROUP,
        "RequestAttributesSequence",
        more=True,
        grow=lambda who: [
            Element(
                0x00400275,
                "SQ",
                [
                    [
                        Element(0x00321060, "LO", amid("MR knee § again", who.plain)),
                        Element(0x00401001, "SH", b"7"),
                    ]
                ],
            )
        ],
    ),
    dicom(
        GROUP,
        "ContributingEquipmentSequence",
        more=True,
        grow=lambda who: [
            Element(
                0x0018A001,
                "SQ",
                [
                    [
                        Element(0x00080070, "LO", b"ACME"),
                        Element(0x00081010, "SH", amid("§", surname(who))),
                        Element(0x0018A003, "ST", amid("sent for § by tool 2.1", who.plain)),
                    ]
                ],
            )
        ],
    ),
    dicom(
        GROUP,
        "IconImageSequence with a comment",
        more=True,
        syntaxes=NATIVE,
        grow=lambda who: [
            Element(
                0x00880200,
                "SQ",
                [
                    [
                        Element(0x00204000, "LT", amid("thumb § nail", who.plain)),
                        Element(0x00280010, "US", (2,)),
                        Element(0x7FE00010, "OB", bytes(4)),
                    ]
                ],
            )
        ],
    ),
]
