"""A study of twelve people who do not exist, each hard to tell in a way of their own, and their table.

Owns: what a careful person would say of each of them, said before any program was asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import factories

ACCEPTED, REVIEW, MISSING = "accepted", "review", "missing"


@dataclass(frozen=True, slots=True)
class Member:
    """A patient as the scanner spells them, and what a careful person says of them.

    ``row``: whose it is, or the one to look at (1 for the first below the header); None where there is none.
    ``by_id``: what is said when the table has patient IDs too; ``because``: reasons that have to be given.
    """

    name: str
    patient_id: str
    birth_date: str
    sex: str
    row: int | None
    verdict: str = ACCEPTED
    by_id: str = ACCEPTED
    because: tuple[str, ...] = ("birth date equal", "sex equal")
    charset: str | Sequence[str] = "ISO_IR 192"


MEMBERS = {
    "homonym": Member("ROSSINI^ANNA", "HX-100201", "19700403", "F", 1),
    "other homonym": Member("Rossini^Anna", "HX-100318", "19811120", "F", 2),
    "twin": Member("BERGSTROM^LENA", "HX-100422", "19900505", "F", 3),
    "other twin": Member("BERGSTROM^LINA", "HX-100423", "19900505", "F", 4),
    "sister": Member("LEFEVRE^MARIA", "HX-100507", "19650201", "F", None, MISSING, MISSING, ()),
    "married": Member(
        "DUVALIER^SOPHIE", "HX-100611", "19750909", "F", 6, REVIEW, ACCEPTED, ("given name equal",)
    ),
    "swapped": Member("JANEK^KOWALCZYK", "HX-100745", "19580228", "M", 7),
    "Japanese": Member(
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
        "HX-100833",
        "19660101",
        "M",
        8,
        charset=["", "ISO 2022 IR 87"],
    ),
    "Arabic": Member("AL-HASSAN^MOHAMMED=الحسن^محمد", "HX-100972", "19790615", "M", 9),
    "Vietnamese": Member("DANG THI^MINH ANH", "HX-101064", "19931202", "F", 10, charset="ISO_IR 100"),
    "mojibake": Member("NÚÑEZ^JOSÉ", "HX-101150", "19480830", "M", 11, charset="ISO_IR 100"),
    "absent": Member("SCHNEIDERHAN^HEIDI", "HX-101266", "19870311", "F", None, MISSING, MISSING, ()),
}
HEAD = ("name", "birth date", "sex", "patient ID", "weight")
NAME, BIRTH_DATE, SEX, PATIENT_ID, WEIGHT = range(5)
ROWS = (
    ("Anna Rossini", "03.04.1970", "F", "HX-100201", "51"),
    ("ROSSINI Anna", "20.11.1981", "F", "HX-100318", "52"),
    ("Lena Bergström", "05.05.1990", "F", "HX-100422", "53"),
    ("Bergström, Lina", "05.05.1990", "F", "HX-100423", "54"),
    ("Marie Lefèvre", "14.07.1962", "F", "HX-990001", "55"),
    ("Sophie Garnier", "09.09.1975", "F", "HX-100611", "56"),
    ("Janek Kowalczyk", "28.02.1958", "M", "HX-100745", "57"),
    ("Taro Yamada", "01.01.1966", "M", "HX-100833", "58"),
    ("Mohammed El-Hassan", "15.06.1979", "M", "HX-100972", "59"),
    ("Minh Anh Đặng Thị", "02.12.1993", "F", "HX-101064", "60"),
    ("JosÃ© NÃºÃ±ez", "30.08.1948", "M", "HX-101150", "61"),
    ("Otto Winkelried", "17.07.1955", "M", "HX-990002", "62"),
)
EVERY = (NAME, BIRTH_DATE, SEX, PATIENT_ID, WEIGHT)
# What must never be told: parts of names and IDs, lower case, as the DICOM or the table spells them.
TELLING = (
    "rossini bergstr lefevre lefèvre duvalier garnier kowalczyk yamada 山田 やまだ hassan الحسن mohammed "
    "đặng núñez nãº schneiderhan winkelried hx-10 hx-99"
).split()


def scans(folder: Path) -> Path:
    """Write one image of each patient, none of whom a path names, and return the folder."""
    for number, who in enumerate(MEMBERS.values()):
        path = folder / f"case{number:02d}" / "IM1.dcm"
        path.parent.mkdir(parents=True)
        path.write_bytes(
            factories.instance(who.name, who.patient_id, who.birth_date, who.sex, charset=who.charset)
        )
    return folder


def table(
    path: Path,
    columns: Sequence[int] = (NAME, BIRTH_DATE, SEX, WEIGHT),
    names: dict[int, str] | None = None,
    order: Sequence[int] = range(len(ROWS)),
) -> Path:
    """Write the table with some of its columns; ``names`` are other spellings, by row number (from 1)."""
    spelled = names or {}
    lines = [[spelled.get(at + 1, ROWS[at][NAME]), *ROWS[at][1:]] for at in order]
    return factories.table(path, [[line[column] for column in columns] for line in (HEAD, *lines)])
