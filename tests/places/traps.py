"""Places: patients who are called like a technical word.

Owns: texts in which the word is no name are to stay to the byte.
"""

from tests.places.people import Person
from tests.places.place import Cast, Place, dicom
from tests.places.private import private
from tests.places.wire import BIG, DEFLATED, EXPLICIT, JPEG, Element, Elements, Mixed, amid

GROUP = "Traps: the name is an ordinary word, the technical text must stay"
# Technical texts in which every word below occurs as what it is.
KEPT = {
    0x00080070: ("LO", "SIEMENS"),
    0x00081010: ("SH", "SCAN1 HEAD"),
    0x0008103E: ("LO", "HEAD_AXIAL brain scan t1"),
    0x00081090: ("LO", "MAGNETOM May edition"),
    0x00180010: ("LO", "CONTRAST 20 ml, 2004"),
    0x00180015: ("CS", "HEAD"),
    0x00181030: ("LO", "Head^Brain routine scan"),
    0x00185100: ("CS", "HFS"),
    0x00081040: ("LO", "Unknown department, le service"),
    0x00200013: ("IS", "2004"),
    0x00180022: ("CS", "SCAN\\O\\LE"),
    0x00201208: ("IS", "2004"),
    0x00204000: ("LT", "Le scan de o 2, contrast in May 2004; rest, knee, spine, long axial; philips"),
}


def trap(spelled: str, *ordinary: str, given: str = "", more: bool = False) -> Place:
    """Return a place; the parts in ``ordinary`` are words that stay, the others must go."""
    family, _, first = spelled.partition("^")

    def person(cast: Cast) -> Person:
        kept = frozenset(w.casefold() for w in ordinary)
        return cast.person(family=family, given=given or first, ordinary=kept, spelled=spelled)

    def grow(who: Person) -> Elements:
        made = [Element(tag, vr, text.encode()) for tag, (vr, text) in KEPT.items()]
        made += private((1, "LO", f"SIEMENS head scan {family}".encode()), (2, "CS", b"HEAD_COIL"))
        if first:
            made += [
                Element(0x00081050, "PN", Mixed((b"", who.caret.encode(), b""))),
                Element(0x001021B0, "LT", amid("seen § today", f"{first} {family}")),
            ]
        return made

    return dicom(GROUP, f"patient called {spelled}", grow, person=person, more=more)


def inside(spelled: str, *texts: str) -> Place:
    """Return a place: the name is the beginning or a part of technical words, which stay."""
    family, _, first = spelled.partition("^")

    def grow(who: Person) -> Elements:
        made = [
            Element(0x0008103E, "LO", texts[0].encode()),
            Element(0x00081030, "LO", texts[0].upper().encode()),
        ]
        made += private(
            (1, "LT", ", ".join(texts).encode()), (2, "CS", texts[-1].upper().replace(" ", "_").encode())
        )
        return [*made, Element(0x001021B0, "LT", amid("seen § today", f"{first} {family}"))]

    return dicom(
        GROUP, f"patient called {spelled}, within a longer word", grow, more=True,
        person=lambda cast: cast.person(family=family, given=first, ordinary=frozenset([family.casefold()])),
    )  # fmt: skip


def number(title: str, patient_id: str) -> Place:
    """Return a place: a number of the patient that is an ordinary number as well."""

    def grow(_: Person) -> Elements:
        value = patient_id.encode()
        return [
            Element(0x00080021, "DA", b"19991231"),
            Element(0x00181151, "IS", value),
            Element(0x00200100, "IS", value),
            Element(0x00180087, "DS", b"1.5"),
            Element(0x00080014, "UI", b"1.2.840." + value + b".7"),
            Element(0x00081150, "UI", b"1.2." + value),
            Element(0x00189087, "FD", (1.5,)),
            *private((1, "IS", value), (2, "DS", b"\\".join([value, b"7", value])), (3, "DA", b"19991231")),
        ]

    return dicom(
        GROUP, title, grow, more=True, syntaxes=[EXPLICIT, BIG, DEFLATED, JPEG],
        person=lambda cast: cast.person(patient_id=patient_id, quiet_id=True),
    )  # fmt: skip


def _own_initial(who: Person) -> Elements:
    surname = who.family.upper()
    return [
        Element(0x00400253, "SH", amid(f"{surname[0]}-§", surname)),
        Element(0x00081030, "LO", amid(f"phase {surname[0]} § 2", who.family)),
    ]


def _blob(who: Person) -> Elements:
    pattern = bytes((i * 37 + i // 7) % 256 for i in range(600))
    text = who.family.encode()
    data = b"".join(
        pattern[i : i + 12] + (text, text.lower(), text.upper())[i % 3] + b"\0" for i in range(0, 600, 12)
    )
    return private((1, "LO", b"gain 4"), (2, "OB", data + b"\0" * (len(data) % 2)))


def _li(cast: Cast) -> Person:
    return cast.person(family="Li", given=cast.town.word(), ordinary=frozenset(["li"]))


LISTED = [
    trap("Head^Brian", "head"),
    trap("Brain^Axelle", "brain"),
    trap("Scan^Ann", "scan"),
    trap("Le^Thi", "le"),
    trap("O^Al", "o", "al"),
    trap("Unknown^", "unknown"),
    trap("Siemens^Werner", "siemens"),
    trap("May^June", "may", "june"),
    trap("Contrast^Max", "contrast", "max"),
    trap("2004^", "2004"),
    dicom(GROUP, "private binary data full of a two-letter name", _blob, person=_li),
]

MORE = [
    trap("Axial^Zoltan", "axial", more=True),
    trap("Philips^Otto", "philips", more=True),
    trap("Knee^Rosamund", "knee", more=True),
    trap("Spine^Hildegard", "spine", more=True),
    trap("Rest^Ottokar", "rest", more=True),
    trap("Long^Li", "long", "li", more=True),
    trap("Routine^Ag", "routine", "ag", more=True),
    dicom(GROUP, "letter of the surname that is no initial before it", _own_initial, more=True),
    inside("Stern^Ottilo", "sternum ap", "sternal view", "retrosternal"),
    inside("Corona^Mirabel", "coronal t2", "coronary artery", "coronal"),
    inside("Thora^Brynjolf", "thorax pa", "thoracic spine", "thoracolumbar"),
    inside("Norma^Quirine", "normal study", "normalized", "NORMAL"),
    inside("Conte^Fiammetta", "content", "contents of context", "contentdate"),
    inside("Costa^Ruperta", "costal arch", "intercostal", "costal"),
    inside("Magne^Torkild", "magnetic resonance", "MAGNETOM", "magnet"),
    inside("Resona^Eluned", "resonance", "resonator coil", "resonance"),
    number("patient whose number is a date", "19991231"),
    number("patient whose number is 512", "512"),
    number("patient whose number is six digits of a UID", "113619"),
]
PLACES = [*LISTED, *MORE]
