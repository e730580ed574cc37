"""Places: elements of the standard, one at a time.

Owns: what a plain spelling of a name is.
"""

from tests.places.people import Person
from tests.places.place import Cast, Grow, Place, dicom
from tests.places.wire import Element, Elements, amid

GROUP = "Standard elements"


def surname(who: Person) -> str:
    """The family name in capitals, as short fields have it."""
    return who.family.upper()


def one(tag: int, vr: str, template: str, *spell: str) -> Grow:
    """Return what plants one element; ``spell`` names what is put at each "§" of the template."""

    def grow(who: Person) -> Elements:
        return [Element(tag, vr, amid(template, *(spelled(who, how) for how in spell or ("caret",))))]

    return grow


def spelled(who: Person, how: str) -> str:
    """Return a plain spelling of the name."""
    match how:
        case "caret":
            return who.caret
        case "plain":
            return who.plain
        case "surname":
            return surname(who)
        case "id":
            return who.patient_id
        case "comma":
            return f"{surname(who)}, {who.given}"
        case "mail":
            return f"{who.given}.{who.family}".lower()
        case "other":
            return who.others[0]
        case _:
            return str(getattr(who, how))


def maiden(cast: Cast) -> Person:
    """Return somebody who was born with another name."""
    return cast.person(others=(cast.town.word(),))


def named_id(cast: Cast) -> Person:
    """Return somebody whose number is made of the name."""
    family, given = cast.town.word(), cast.town.word()
    return cast.person(family=family, given=given, patient_id=f"{family}_{given}".upper())


def _place(title: str, tag: int, vr: str, template: str, *spell: str, **flags: bool) -> Place:
    return dicom(GROUP, title, one(tag, vr, template, *spell), **flags)  # type: ignore[arg-type]


LINES = "Line one, knee left\r\nseen: §, walks well\r\n\r\nno. §\tend of it"

PLACES = [
    dicom(GROUP, "PN: PatientName alone", lambda _: []),
    _place("PN: ReferringPhysicianName holds the patient", 0x00080090, "PN", "§"),
    _place("PN: PerformingPhysicianName, first name last", 0x00081050, "PN", "§", "plain"),
    dicom(GROUP, "LO: PatientID made of the name", lambda _: [], person=named_id),
    _place("SH: AccessionNumber", 0x00080050, "SH", "A7-§", "surname"),
    _place("SH: StudyID", 0x00200010, "SH", "§", "family"),
    _place(
        "LO: StudyDescription amid technical words", 0x00081030, "LO", "MR brain § t2_tse tra 3mm", "plain"
    ),
    _place("LO: SeriesDescription between words", 0x0008103E, "LO", "ep2d diff § 4 scan trace", "family"),
    _place("LO: InstitutionName", 0x00080080, "LO", "Private practice of §, Ghent", "plain"),
    _place("ST: InstitutionAddress", 0x00080081, "ST", "c/o §\r\n12 Mill Lane\r\nGhent", "plain"),
    _place("LT: PatientComments", 0x00104000, "LT", "Call § (no. §) before contrast", "comma", "id"),
    _place("LT: ImageComments over several lines", 0x00204000, "LT", LINES, "caret", "id"),
    _place("UT: TextValue", 0x0040A160, "UT", "Findings for §: no lesion.", "plain"),
    _place("UC: LongCodeValue", 0x00080119, "UC", "code 7.4 § v2", "caret"),
    _place("AE: RetrieveAETitle", 0x00080054, "AE", "§", "surname"),
    _place("CS: third value of ImageType", 0x00080008, "CS", "DERIVED\\PRIMARY\\§\\NORM", "surname"),
    _place("PN: ResponsiblePerson of the same family", 0x00102297, "PN", "§^Ula", "family"),
    _place("LT: VisitComments", 0x00384000, "LT", "wheelchair; §; ward 4", "plain"),
    _place("LO: ContrastBolusAgent", 0x00180010, "LO", "Gadovist 7 ml § iv", "comma"),
    _place("SH: PerformedProcedureStepID", 0x00400253, "SH", "ST7-§", "surname"),
    _place("LO: PatientTelecomInformation-like e-mail", 0x00081040, "LO", "mail §@example.org pls", "mail"),
    dicom(
        GROUP,
        "PN: PatientBirthName (maiden name differs)",
        person=maiden,
        grow=lambda who: [
            Element(0x00101005, "PN", amid("§^§", who.others[0], who.given)),
            Element(0x00204000, "LT", amid("née § they said", who.others[0])),
        ],
    ),
    _place(
        "IS: the name where an integer belongs (or quarantine)",
        0x00181152,
        "IS",
        "§",
        "family",
        may_hold=True,
    ),
    _place(
        "DA: the name where a date belongs (or quarantine)", 0x00080021, "DA", "§", "family", may_hold=True
    ),
    _place(
        "UI: the name where a UID belongs (or quarantine)", 0x00080014, "UI", "§", "family", may_hold=True
    ),
    _place(
        "AS: the name where an age belongs (or quarantine)", 0x00101010, "AS", "§", "family", may_hold=True
    ),
    _place(
        "UR: RetrieveURL", 0x00081190, "UR", "https://example.org/wado?p=§&n=§", "surname", "id", more=True
    ),
    _place(
        "DT: the name where a date and time belong", 0x0008002A, "DT", "§", "family", more=True, may_hold=True
    ),
    _place("TM: the name where a time belongs", 0x00080031, "TM", "§", "family", more=True, may_hold=True),
    _place("DS: the name where a decimal belongs", 0x00181151, "DS", "§", "family", more=True, may_hold=True),
    _place("PN: NameOfPhysiciansReadingStudy, second value", 0x00081060, "PN", "Quexley^Ulf\\§", more=True),
    _place("PN: OperatorsName, comma instead of caret", 0x00081070, "PN", "§", "comma", more=True),
    _place(
        "UT: a report of several kB",
        0x0040A160,
        "UT",
        "word " * 900 + "§" + " word" * 900,
        "plain",
        more=True,
    ),
    _place("LO: ProtocolName with the patient's number", 0x00181030, "LO", "t1 §, thin", "id", more=True),
    _place(
        "LT: AdditionalPatientHistory, address of a portal",
        0x001021B0,
        "LT",
        "see https://portal.example.org/p/§/§?tab=2 first",
        "mail",
        "id",
        more=True,
    ),
    _place("SH: StationName", 0x00081010, "SH", "MR2 §", "family", more=True),
    _place(
        "LO: ServiceEpisodeDescription with HTML", 0x00380062, "LO", "<b>§</b> &amp; co", "plain", more=True
    ),
]
