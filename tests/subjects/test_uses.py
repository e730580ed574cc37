"""What each column is used for, and what becomes of it in the table that is shared."""

import pytest

from anonledger.errors import UsageError
from anonledger.outcomes import ColumnFate, ColumnRole
from anonledger.records import Table
from anonledger.settings import DROPPED_COLUMNS, Settings
from anonledger.subjects.columns import Columns, column_uses, columns_of

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
    assert found == Columns((2, 1), 8, 0, 5, ())
    uses = column_uses(table(Settings(id_column="AHV")), (), ())
    assert [use.role for use in uses][5] is ColumnRole.ID
    assert uses[0].fate is ColumnFate.LEFT_OUT, "another ID is not shared"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (Settings(birthdate_column="birth"), r"no column 'birth'.*columns are: MRN.*--birthdate-column"),
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
