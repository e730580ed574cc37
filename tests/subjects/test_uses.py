"""What each column is used for, and what becomes of it in the table that is shared."""

from typing import Any

import pytest

from anonledger.errors import UsageError
from anonledger.outcomes import ColumnFate, ColumnRole
from anonledger.records import Table
from anonledger.settings import DROPPED_COLUMNS, Settings
from anonledger.subjects.columns import Columns, column_uses, columns_of, further_ids, further_names

NAMES = ("MRN", "Surname", "First name", "DOB", "sex", "AHV", "maiden_name", "report_path", "note")


def table(settings: Settings) -> Table:
    """Return a table of these columns and no rows, as the settings take it."""
    found = columns_of(NAMES, settings)
    return Table(
        "d",
        "t.csv",
        "utf-8",
        ",",
        NAMES,
        (),
        found.name,
        found.birth_date,
        found.sex,
        found.id,
        found.identifiers,
    )


def fates(*, dropped: tuple[str, ...] = (), kept: tuple[str, ...] = ()) -> dict[str, ColumnFate]:
    uses = column_uses(table(Settings(identifier_columns=("AHV",))), (*DROPPED_COLUMNS, *dropped), kept)
    return dict(zip(NAMES, (use.fate for use in uses), strict=True))


def test_what_names_people_is_the_pseudonym_or_left_out() -> None:
    found = fates()
    assert found == {
        "MRN": ColumnFate.PSEUDONYM,
        "Surname": ColumnFate.LEFT_OUT,
        "First name": ColumnFate.PSEUDONYM,
        "DOB": ColumnFate.CLEANED,
        "sex": ColumnFate.CLEANED,
        "AHV": ColumnFate.LEFT_OUT,
        "maiden_name": ColumnFate.LEFT_OUT,
        "report_path": ColumnFate.LEFT_OUT,
        "note": ColumnFate.CLEANED,
    }


def test_columns_are_dropped_and_kept_as_the_user_says() -> None:
    found = fates(dropped=("mrn", "NOTE", "First name", "dob"), kept=("maiden name", "Report_Path"))
    assert {name for name, fate in found.items() if fate is ColumnFate.LEFT_OUT} == {
        "MRN",
        "Surname",
        "DOB",
        "AHV",
        "note",
    }
    assert found["First name"] is ColumnFate.PSEUDONYM, "the pseudonym itself is never left out"
    assert found["maiden_name"] is found["report_path"] is ColumnFate.CLEANED


def test_a_column_is_used_for_what_the_user_says() -> None:
    found = columns_of(NAMES, Settings(id_column="ahv", birthdate_column="note", sex_column="MRN"))
    assert found == Columns((2, 1), 8, 0, 5, (6,))
    uses = column_uses(table(Settings(id_column="AHV")), (), ())
    assert [use.role for use in uses][5] is ColumnRole.ID
    assert uses[0].fate is ColumnFate.LEFT_OUT, "another ID is not shared"


def made(*names: str, **settings: Any) -> Table:
    """Return a table of these columns and no rows."""
    found = columns_of(names, Settings(**settings))
    rest = (found.name, found.birth_date, found.sex, found.id, found.identifiers)
    return Table("d", "t.csv", "utf-8", ",", names, (), *rest)


def shared(table: Table, dropped: tuple[str, ...] = DROPPED_COLUMNS) -> list[str]:
    """Return the columns that are shared as they are."""
    uses = column_uses(table, dropped, ())
    return [name for name, use in zip(table.columns, uses, strict=True) if use.fate is ColumnFate.CLEANED]


def test_another_column_of_a_name_or_id_is_left_out() -> None:
    table = made("name", "name (2)", "mrn", "mrn (2)", "note")
    assert shared(table) == ["note"]
    assert (further_names(table), further_ids(table)) == ((1,), (3,))
    assert shared(made("Name", "Vorname", "Name (2)", "dob")) == ["dob"]
    assert shared(made("name", "name.1", "mrn_2", "Vorname 2", "age.1")) == ["age.1"]


def test_another_column_of_one_that_the_user_names_is_left_out() -> None:
    table = made("who", "who (2)", "no", "no (2)", "p1", "p2", name_columns=("who",), id_column="no")
    assert shared(table) == ["p1", "p2"]
    assert (further_names(table), further_ids(table)) == ((1,), (3,))
    assert shared(made("name", "note", "note (2)", "note.1", "note_3"), ("note",)) == ["note_3"]


def test_what_is_kept_is_not_hunted() -> None:
    assert made("name", "phone", "alias", keep_columns=("phone", "alias")).identifier_columns == ()
    assert made("name", "phone", "alias", "address").identifier_columns == (1, 2)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            Settings(birthdate_column="birth"),
            r"no column 'birth'.*columns are: MRN.*2 more.*--birthdate-column",
        ),
        (Settings(drop_columns=("notes",)), r"no column 'notes'.*--drop-column"),
        (Settings(keep_columns=("AHV",), identifier_columns=("AHV",)), "cannot be kept"),
        (Settings(keep_columns=("mrn",)), "holds the patient IDs and cannot be kept"),
        (Settings(name_columns=("note", "Note")), "names one column .* twice"),
        (Settings(sex_column="x"), "--sex-column"),
        (Settings(id_column="x"), "--id-column"),
        (Settings(keep_columns=("x",)), "--keep-column"),
        (Settings(keep_columns=("surname",)), "holds the names and cannot be kept"),
        (Settings(id_column="Surname"), "named for two things"),
        (Settings(id_column="note", sex_column="note"), "named for two things"),
    ],
)
def test_what_cannot_be_is_refused(settings: Settings, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        columns_of(NAMES, settings)
