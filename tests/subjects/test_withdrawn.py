"""Who is forgotten is recognised by marks that tell nobody who it was."""

import pytest

from anonledger.records import Evidence, Mark, Table
from anonledger.subjects.withdrawn import Withdrawn, told_marks, without

SALT = b"a made-up salt"
ANNA = Evidence(patient_id="A-104477", name="Rossellini^Anna", birth_date="19700102")


def withdrawn(*evidence: Evidence, salt: bytes = SALT) -> Withdrawn:
    return Withdrawn(salt, [Mark(1, kind, digest) for kind, digest in told_marks(SALT, evidence or (ANNA,))])


@pytest.mark.parametrize(
    ("who", "is_hers"),
    [
        (ANNA, True),
        (Evidence(patient_id="a-104477", name="ROSSELLINI^A"), True),
        (Evidence(patient_id="A-104477"), True),
        (Evidence(patient_id="X-9", name="Anna Rosselliní", birth_date="1970-01-02"), True),
        (Evidence(name="Rossellini^Anna"), True),
        (Evidence(patient_id="A-104477", name="Lindqvist^Bert", birth_date="19700102"), False),
        (Evidence(patient_id="X-9", name="Rossellini^Anna"), False),
        (Evidence(name="Rossellini^Anna", birth_date="19990909"), False),
        (Evidence(name="Rossellini^Marco"), False),
        (Evidence(), False),
    ],
)
def test_she_is_recognised_by_id_by_name_and_birth_date_or_by_all_there_is(
    who: Evidence, is_hers: bool
) -> None:
    assert withdrawn().is_of(who) is is_hers


def test_who_was_known_by_name_alone_is_recognised_by_it() -> None:
    assert withdrawn(Evidence(name="Anna Rossellini")).is_of(
        Evidence(patient_id="Q-7", name="rossellini anna")
    )


def test_who_was_known_by_the_study_alone_is_recognised_by_it() -> None:
    only = Evidence(name="ANONYMOUS", scope="2.25.1")
    assert withdrawn(only).is_of(only)
    assert not withdrawn(only).is_of(Evidence(name="ANONYMOUS", scope="2.25.2"))


@pytest.mark.parametrize(
    ("said", "own", "speaks"),
    [
        ({"anna", "rossellini", "spine"}, "Bert Lindqvist", True),
        ({"anna", "spine"}, "Bert Lindqvist", False),
        ({"marco", "anna", "rossellini"}, "Rossellini^Marco", True),
        ({"anna", "rossellini"}, "Rossellini^Anna", False),
        ({"104477"}, "", True),
    ],
)
def test_a_text_speaks_of_her_by_two_words_of_the_name_or_the_number(
    said: set[str], own: str, speaks: bool
) -> None:
    assert withdrawn().speaks_of(said, own) is speaks


def test_without_the_salt_a_mark_says_nothing() -> None:
    assert not withdrawn(salt=b"another salt").is_of(ANNA)
    assert "rossellini" not in repr(told_marks(SALT, [ANNA])).lower()


def test_her_rows_and_cells_that_name_her_are_emptied_and_rows_keep_their_numbers() -> None:
    lines = (
        ("Anna Rossellini", "1970-01-02", "ill"),
        ("Bert Lindqvist", "1981-05-06", "husband of Anna Rossellini"),
        ("Else Quistgaard", "1990-07-08", "fine"),
    )
    table = Table("t", "t.csv", "utf-8", ",", ("name", "birth date", "note"), lines, (0,), 1)
    empty = ("", "", "")
    assert without(table, withdrawn()).rows == (empty, ("Bert Lindqvist", "1981-05-06", ""), lines[2])
    assert without(table, withdrawn(), rows=[3]).rows[2] == empty
