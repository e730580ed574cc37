"""Traps: rows that look like the patient's, and are a relative's, a namesake's or a neighbour's."""

import pytest

from anonledger.outcomes import LinkStatus
from anonledger.records import Link, Person
from anonledger.subjects.linkage import link

ACCEPTED, REVIEW, MISSING = LinkStatus.ACCEPTED, LinkStatus.REVIEW, LinkStatus.MISSING
NAMES = ("Carla Ferri", "Omar Haddad", "Jonas Weber", "Ewa Zielinska")
STRANGERS = [Person(100 + n, (name,), (), "", (f"90017{n}",), (100 + n,)) for n, name in enumerate(NAMES)]


def person(number: int, text: str) -> Person:
    """Return who "name, birth date, ID" is about."""
    name, birth, id_ = (*map(str.strip, text.split(",")), "", "")[:3]
    return Person(number, (name,), (birth,) if birth else (), "", (id_,) if id_ else (), (number,))


def only(patient: str, row: str) -> Link:
    (found,) = link([person(0, patient)], [person(1, row), *STRANGERS])
    return found


@pytest.mark.parametrize(
    ("patient", "row"),
    [
        ("Le^Minh Tuan", "Do Minh Tuan"),  # particles elsewhere, surnames here
        ("Do^Thi Hong", "Le Thi Hong"),
        ("Le^Xiao Ming, 19700504", "Du Xiao Ming, 19700504"),
        ("Pan^Wei Min", "Ing Wei Min"),
        ("Halvorsen^John^^^Jr", "John Halvorsen Sr"),
        ("Halvorsen^John^^^II", "John Halvorsen III"),
        ("Halvorsen^John^^^Jr, 19700303, 555123", "John Halvorsen Sr, 19400504, 555123"),
        ("Lindqvist^Peter, , 19700504", "Peter Hansen, , 19700504"),  # a birth date for an ID
        ("Halvorsen^Anna, , 5551234567", "Peter Halvorsen, , 5551234567"),  # a family's phone
        ("Gonzalez^Maria, , 100001", "Maria Kowalska, , 100001"),
        ("Garcia^Maria, 19700101", "Garcia, 19700101"),
        ("Halvorsen^Anna", "Baby of Anna Halvorsen"),
        ("Halvorsen^Turid", "Anna Halvorsen daughter of Turid"),
        ("Benzekri^Fatima, 19700504", "Fatiha Benzekri, 19700504"),
        ("СМИРНОВА^ДАРЬЯ, 19700504", "Смирнова Марья, 19700504"),
        ("حسن^كريم, 19700504", "حسن كريمة, 19700504"),
        ("김^민수, 19700504", "김 민우, 19700504"),
        ("王^伟, 19700504", "王薇, 19700504"),
        ("王^伟, 19700504", "Zhang Min, 19700504"),  # who can tell
    ],
)
def test_what_a_careful_person_would_not_accept_is_for_review(patient: str, row: str) -> None:
    assert only(patient, row).status in (REVIEW, MISSING)
    assert only(row, patient).status in (REVIEW, MISSING)


@pytest.mark.parametrize(
    ("patient", "row"),
    [
        ("Halvorsen^John^^^Jr", "John Halvorsen"),
        ("VAN DEN BERG^ANNA", "Anna Berg"),
        ("AL-HASSAN^MOHAMMED, 19700504", "Mohamed El Hassan, 19700504"),
        ("ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎, 19700504", "Yamada Tarou, 19700504"),
        ("ANDRADEDACUNHA^JOAO, 19700504", "João Andrade da Cunha, 19700504"),
        ("Kusch^Ilse^Marie-Luise, , 513492", "Kusch-Beier Ilse, , 513492"),
        ("Halvorsen^Anna, , HX-20417", "Anna Halvorsen, , hx20417"),
        ("Garcia^Maria, 19700101", "Maria Garcia, 19700101"),
    ],
)
def test_what_is_plainly_the_patient_s_is_accepted(patient: str, row: str) -> None:
    assert only(patient, row).status is ACCEPTED
    assert only(row, patient).status is ACCEPTED


def test_a_year_that_is_another_contradicts() -> None:
    born = Person(1, ("Karl Hoffmann",), rows=(1,), possible_dates=("1970",))
    for birth, status in (("19851212", REVIEW), ("19701212", ACCEPTED)):
        (found,) = link([person(0, f"Hoffmann^Karl, {birth}")], [born, *STRANGERS])
        assert found.status is status


def test_a_birth_date_that_everybody_has_tells_nobody_apart() -> None:
    rows = [person(n, f"{name}, 19500607") for n, name in enumerate(("Ada Berg", *NAMES), start=1)]
    rows += [person(n, f"Somebody Else{n}, 19500607") for n in range(10, 200)]
    (found,) = link([person(0, "Berg^A, 19500607")], rows)
    assert found.status is REVIEW
