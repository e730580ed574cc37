"""Places: names as they are, of many peoples and lengths; nobody is meant.

Owns: each name stands in the same dozen spots.
"""

from tests.places.people import Person
from tests.places.place import Cast, Place, dicom
from tests.places.private import private
from tests.places.wire import BIG, DEFLATED, EXPLICIT, IMPLICIT, JPEG, Element, Elements, Mixed, amid

GROUP = "Names as they are"
NAMES = (
    "Müller-Lüdenscheidt^Anna-Lena",
    "O'Connor^Siobhán",
    "de la Cruz^María del Carmen",
    "van der Berg^Pieter",
    "Nguyen^Thi Minh Khai",
    "Wu^Li",
    "Ito^Aoi",
    "Kim^Min Jun",
    "Ng^Ah Kow",
    "Smith^John^Q",
    "St. John^Oliver",
    "McDonald^Ronan",
    "Al-Rashid^Omar",
    "D'Angelo^Gianluca",
    "Østergård^Søren",
    "Þórsdóttir^Guðrún",
    "Šimůnková^Květoslava",
    "Çelik^Işıl",
    "Yılmaz^İbrahim",
    "Łukasiewicz^Grzegorz",
    "Αθανασίου^Κωνσταντίνος",
    "Щербакова^Юлия",
    "Ångström^Åke",
    "Brandt^Lea",
    "Rose^Iris",
    "Young^Grace",
    "Strauß^Käthe",
    "Nuñez^Íñigo",
    "Suzuki^Hanako=鈴木^花子=すずき^はなこ",
    "Choi^Seoyeon=崔^瑞妍=최^서연",
    "Zhao^Lihua=赵^丽华=",
    "Papadopoulos-Schwarzenberger^Maximiliana",
    "Eze^Ada",
    "Oyelaran^Oluwaseun",
    "Lee^Bo",
    "Du^Xi",
    "Bøgh^Aase",
)
PARTICLES = frozenset("de la del van der st al d o den q".split())


def _spots(who: Person) -> Elements:
    return [
        Element(0x00081030, "LO", amid("MR of § 2", who.plain)),
        Element(0x00081050, "PN", amid("§", who.caret)),
        Element(
            0x00204000, "LT", amid("seen § today; § too", who.plain, f"{who.family.upper()}, {who.given}")
        ),
        Element(
            0x00200010,
            "SH",
            amid("§", f"{who.family}_{who.given}"[:16] if who.caret.isascii() else who.given),
        ),
        *private(
            (1, "LO", amid("gain 4 § 5", f"{who.given} {who.family}".lower())),
            (2, "OB", Mixed((b"\1\2\0", f"{who.family}^{who.given}".encode(), b"\0\3\4"))),
            (3, "OB", Mixed((b"\1\2\3", who.plain.encode("utf-16-le"), b"\3\0\5\0"))),
            (4, "UT", amid("<n>§</n><g>§</g>", who.caret, f"{who.given}_{who.family}")),
        ),
    ]


def _person(cast: Cast, name: str) -> Person:
    latin, *groups = name.split("=")
    family, given, *_ = latin.split("^")
    others = tuple(part for group in groups for part in group.split("^") if len(part) > 1)
    return cast.person(family=family, given=given, others=others, spelled=name, ordinary=PARTICLES)


def _place(name: str) -> Place:
    return dicom(
        GROUP, f"name: {name}", _spots, person=lambda cast: _person(cast, name), more=True,
        syntaxes=[EXPLICIT, IMPLICIT, BIG, DEFLATED, JPEG],
    )  # fmt: skip


PLACES = [_place(name) for name in NAMES]
