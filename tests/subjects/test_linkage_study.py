"""A study of twelve patients, linked as a careful person would."""

from anonledger.outcomes import LinkStatus
from anonledger.records import Link, Person
from anonledger.subjects.linkage import link

ACCEPTED, REVIEW, MISSING = LinkStatus.ACCEPTED, LinkStatus.REVIEW, LinkStatus.MISSING

TABLE = [
    ("Anna Rossi", "19700403", "F"),
    ("ROSSI ANNA", "19811120", "F"),
    ("Luc Martin", "19900505", "M"),
    ("Léa Martin", "19900505", "F"),
    ("Marie Lefèvre", "19620714", "F"),
    ("Sophie Garnier", "19750909", "F"),
    ("Jan Kowalczyk", "19580228", "M"),
    ("山田 太郎", "19660101", "M"),
    ("محمد الحسن", "19790615", "M"),
    ("Nguyễn Thị Minh Anh", "19931202", "F"),
    ("JosÃ© NÃºÃ±ez", "19480830", "M"),
    ("Otto Winkelried", "19550717", "M"),
]
PATIENTS = {
    "homonym": ("ROSSI^ANNA", "19700403", "F"),
    "other homonym": ("Rossi^Anna", "19811120", "F"),
    "twin": ("MARTIN^LUC", "19900505", "M"),
    "other twin": ("MARTIN^LEA", "19900505", "F"),
    "sister": ("LEFEVRE^MARIA", "19650201", "F"),
    "married": ("DUVAL^SOPHIE", "19750909", "F"),
    "swapped": ("JAN^KOWALCZYK", "19580228", "M"),
    "Japanese": ("Yamada^Tarou=山田^太郎=やまだ^たろう", "19660101", "M"),
    "Arabic": ("الحسن^محمد", "19790615", "M"),
    "Vietnamese": ("NGUYEN^MINH ANH^THI", "19931202", "F"),
    "mojibake": ("NÚÑEZ^JOSÉ", "19480830", "M"),
    "absent": ("SCHNEIDER^HEIDI", "19870311", "F"),
}


def linked(fields: int) -> dict[str, Link]:
    """Return the link of each patient when the table says the name and so many further fields."""
    people = [
        Person(n, (name,), (birth,) if fields else (), sex if fields > 1 else "", rows=(n,))
        for n, (name, birth, sex) in enumerate(TABLE, start=1)
    ]
    patients = [
        Person(n, (name,), (birth,), sex, (f"H{n:06d}",))
        for n, (name, birth, sex) in enumerate(PATIENTS.values())
    ]
    return dict(zip(PATIENTS, link(patients, people), strict=True))


def test_names_birth_dates_and_sex_tell_who_is_who() -> None:
    found = linked(fields=2)
    rows = {who: result.rows for who, result in found.items() if result.status is ACCEPTED}
    assert rows == {
        "homonym": (1,),
        "other homonym": (2,),
        "twin": (3,),
        "other twin": (4,),
        "swapped": (7,),
        "Japanese": (8,),
        "Arabic": (9,),
        "Vietnamese": (10,),
        "mojibake": (11,),
    }
    assert found["absent"].status is MISSING


def test_a_person_is_asked_about_the_married_name_and_told_why() -> None:
    married = linked(fields=2)["married"]
    assert (married.status, married.candidates[0]) == (REVIEW, 6)
    assert married.reasons == (
        "a word of the name differs",
        "given name equal",
        "birth date equal",
        "sex equal",
    )


def test_names_alone_link_no_homonym_and_no_sister() -> None:
    found = linked(fields=0)
    assert found["homonym"].status is found["other homonym"].status is REVIEW
    assert set(found["homonym"].candidates[:2]) == {1, 2}
    assert found["sister"].status is not ACCEPTED
    assert found["sister"].candidates[:1] == (5,)
    assert found["twin"].rows == (3,) and found["other twin"].rows == (4,)
    assert found["absent"].status is MISSING


def test_the_unused_row_is_nobodys() -> None:
    for fields in (0, 1, 2):
        assert 12 not in [row for result in linked(fields).values() for row in result.rows]
