"""Contradictions: what is at odds in the evidence of one patient is told."""

import pytest

from anonledger.records import Evidence
from anonledger.subjects.contradictions import contradictions

SEXES, WORDS = "one patient with both sexes", "one patient with names of which a whole word differs"


def told(*evidence: Evidence) -> list[str]:
    return list(contradictions(evidence))


def names(*spelled: str) -> list[str]:
    return told(*(Evidence("", "P2", name) for name in spelled))


@pytest.mark.parametrize(
    "spelled",
    [
        ("DUPONT^JEANNE", "MARTIN^JEANNE"),
        ("BERGER^LUC", "BERGER^LEA"),
        ("DUPONT", "DUPONT^JEAN", "DUPONT^PIERRE"),
        ("Yamada^Tarou=山田^太郎", "SATO^TAROU"),
        ("王^伟", "李^娜"),
    ],
)
def test_a_whole_word_that_differs_is_told(spelled: tuple[str, ...]) -> None:
    assert names(*spelled) == [WORDS]


@pytest.mark.parametrize(
    "spelled",
    [
        ("DUPONT^JEANNE",),
        ("Müller^Jörg", "MUELLER^JOERG", "Muller^J.", "Mueler^Jorg", "MÜLLER^JÖRG^PETER"),
        ("DUPONT^JEAN", "Jean DUPONT", "ANONYMOUS", ""),
        ("Yamada^Tarou=山田^太郎", "YAMADA^TARO", "山田^太郎"),
        ("YAMADA^TARO", "山田^太郎"),
    ],
)
def test_what_may_be_one_name_is_none(spelled: tuple[str, ...]) -> None:
    assert names(*spelled) == []


def test_both_sexes_are_told_and_unknown_ones_are_not() -> None:
    one, same, other, unknown = (Evidence("", "P2", "DUPONT^JEAN", "", sex) for sex in ("M", " m", "F", "O"))
    assert told(one, same, unknown) == []
    assert told(one, other, unknown) == [SEXES]


def test_placeholders_are_no_second_patient_id() -> None:
    assert told(*(Evidence("", number, "DUPONT^JEAN") for number in ("P2", "p2 ", "0", "UNKNOWN"))) == []


def test_thousands_of_names_under_one_id_take_no_time() -> None:
    assert names(*(f"PERSON{number:05d}^ANNA" for number in range(5000))) == []
