"""Who is forgotten is recognised by marks alone: in part of the name, in one word, in a place."""

import pytest

from anonledger.outcomes import MarkKind
from anonledger.records import Evidence, Mark
from anonledger.subjects.withdrawn import Withdrawn, told_marks

SALT = b"a made-up salt of marks"
JANE = Evidence(patient_id="P-104477", name="Zweifelhofer^Jane", birth_date="19700102")


def withdrawn(*evidence: Evidence) -> Withdrawn:
    return Withdrawn(SALT, [Mark(1, kind, digest) for kind, digest in told_marks(SALT, evidence)])


@pytest.mark.parametrize(
    ("name", "birth", "is_hers"),
    [
        ("Zweifelhofer^Jane^Anna", "19700102", True),
        ("Jane Anna Zweifelhofer", "19700102", True),
        ("ZWEIFELHOFER, JANE A.", "19700102", True),
        ("Zweifelhofer^Jane^Anna", "19710102", False),
        ("Zweifelhofer^Karl^Anna", "19700102", False),
        ("Zweifelhofer^Jane^Anna", "", False),
    ],
)
def test_a_further_given_name_with_the_birth_date_is_theirs(name: str, birth: str, is_hers: bool) -> None:
    assert withdrawn(JANE).is_of(Evidence(patient_id="Q-9001", name=name, birth_date=birth)) is is_hers


def test_a_missing_given_name_is_theirs_and_a_twin_is_not() -> None:
    known = withdrawn(Evidence(name="Garcia Lopez^Ana^Maria", birth_date="19700102"))
    assert known.is_of(Evidence(patient_id="1-22", name="Lopez^Ana", birth_date="19700102"))
    assert not known.is_of(Evidence(patient_id="1-23", name="Garcia Lopez^Eva", birth_date="19700102"))


@pytest.mark.parametrize(
    "place",
    [
        "x/P-104477.nii", "p104477_t1.nii", "zweifelhofer_jane.nii", "Zweifelhofer/jane.nii",
        "ZWEIFELHOFERJANE.nii", "jzweifelhofer.txt", "janezweifelhofer2020.txt",
    ],
)  # fmt: skip
def test_places_name_somebody(place: str) -> None:
    assert withdrawn(JANE).stands_in(place)
    assert withdrawn(JANE).knows(place.rpartition("/")[2])


@pytest.mark.parametrize("place", ["Zweifelhofer/brain.nii", "jane.txt", "P-104478.nii", "kzweifelhofer", ""])
def test_places_of_others_do_not(place: str) -> None:
    assert not withdrawn(JANE).stands_in(place)


def test_their_own_name_in_one_word_does_not_make_somebody_speak_of_another() -> None:
    assert not withdrawn(JANE).speaks_of({"jzweifelhofer"}, "Zweifelhofer^Jakob")
    assert withdrawn(JANE).speaks_of({"jzweifelhofer"}, "Lindqvist^Bert")


def test_marks_hold_no_text() -> None:
    marks = told_marks(SALT, [JANE])
    assert {kind for kind, _ in marks} >= {MarkKind.PAIR_AND_BIRTH, MarkKind.GLUED}
    assert all(len(digest) == 64 for _, digest in marks)
