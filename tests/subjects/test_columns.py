"""Columns: found by what people call them."""

import pytest

from anonledger.errors import UsageError
from anonledger.subjects.columns import column_of, name_positions
from anonledger.subjects.headers import column_words
from anonledger.subjects.names import words


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("age,Name", (1,)),
        ("PatientName,name", (0,)),
        ("Patient's Name,sex", (0,)),
        ("Nom du patient", (0,)),
        ("NOM,Prénom", (1, 0)),
        ("Name,Vorname", (1, 0)),
        ("Nachname,Vorname", (1, 0)),
        ("nombre,apellidos", (0, 1)),
        ("voornaam,achternaam", (0, 1)),
        ("nome,cognome", (0, 1)),
        ("First name,Last name", (0, 1)),
        ("Surname,First_Name,Name", (2,)),
    ],
)
def test_name_columns_in_six_languages(columns: str, expected: tuple[int, ...]) -> None:
    assert name_positions(columns.split(",")) == expected


def test_a_part_of_a_name_is_no_name() -> None:
    for columns in (["vorname", "age"], ["cognome"]):
        with pytest.raises(UsageError, match="--name-column"):
            name_positions(columns)


def test_columns_that_the_user_named() -> None:
    assert name_positions(["a", "Who", "name"], ("who",)) == (1,)
    assert name_positions(["a", "b"], ("b", "a")) == (1, 0)
    with pytest.raises(UsageError, match=r"no column 'x'.*columns are: dob, phone and 2 more"):
        name_positions(["a", "dob", "b", "phone"], ("x",))
    with pytest.raises(UsageError, match=r"2 columns that are called nearly 'phone'"):
        name_positions(["Phone", "PHONE"], ("phone",))


def test_other_columns() -> None:
    columns = ["ID", "Date de naissance", "Sexe", "IPP"]
    assert [column_of(kind, columns) for kind in ("birth_date", "sex", "id")] == [1, 2, 3]
    assert column_of("sex", ["age"]) is None


def test_column_words_are_written_as_they_are_compared() -> None:
    assert all("".join(words(word)) == word for listed in column_words().values() for word in listed)
