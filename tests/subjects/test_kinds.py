"""Tables of other programs: OpenDocument and SPSS are read as their own program shows them."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from anonledger.errors import UsageError
from anonledger.outcomes import DateOrder
from anonledger.settings import Settings
from anonledger.subjects.dialects import described
from anonledger.subjects.tables import read_table
from tests.subjects.files import Cell, ods, sav

PEOPLE: list[list[Cell]] = [
    ["Name", "Geburtsdatum", "PID", "weight"],
    ["Müller Jürgen", date(1970, 4, 3), 12.0, 70.5],
]


def test_a_spreadsheet_of_opendocument(tmp_path: Path) -> None:
    (tmp_path / "t.ods").write_bytes(ods({"people": [*PEOPLE, [None], ["Rossi Anna", None, "007", None]]}))
    table = read_table(tmp_path / "t.ods")
    assert table.columns == ("Name", "Geburtsdatum", "PID", "weight")
    assert table.rows == (("Müller Jürgen", "1970-04-03", "12", "70.5"), ("Rossi Anna", "", "007", ""))
    assert (table.name_columns, table.birth_date_column, table.id_column) == ((0,), 1, 2)
    assert described(table) == "ods, 2 rows, 4 columns"


def test_of_several_sheets_of_opendocument_the_user_chooses(tmp_path: Path) -> None:
    (tmp_path / "t.ods").write_bytes(ods({"people": PEOPLE, "empty": [], "doses": [["Name"], ["Rossi"]]}))
    with pytest.raises(UsageError, match=r"2 sheets with content.*: 1, 3\."):
        read_table(tmp_path / "t.ods")
    assert read_table(tmp_path / "t.ods", Settings(sheet="doses")).rows == (("Rossi",),)


def test_a_data_file_of_spss(tmp_path: Path) -> None:
    columns: dict[str, list[Cell]] = {
        "NAME": ["Müller Jürgen", "Rossi Anna"],
        "SEX": [1.0, 2.0],
        "DOB": [date(1970, 4, 3), None],
        "GRADE": [3.0, 99.0],
    }
    labels = {"SEX": {1.0: "männlich", 2.0: "weiblich"}, "GRADE": {99.0: "refused"}}
    (tmp_path / "t.sav").write_bytes(sav(columns, labels))
    table = read_table(tmp_path / "t.sav")
    assert table.rows == (
        ("Müller Jürgen", "männlich", "1970-04-03", "3"),
        ("Rossi Anna", "weiblich", "", "refused"),
    )
    assert (table.name_columns, table.birth_date_column, table.sex_column) == ((0,), 2, 1)
    assert described(table) == "sav, utf-8, 2 rows, 4 columns"


@pytest.mark.parametrize(("name", "start"), [("t.ods", ods({"a": PEOPLE})[:400]), ("t.sav", b"$FL2 and no")])
def test_a_broken_file_is_refused_in_a_sentence(tmp_path: Path, name: str, start: bytes) -> None:
    (tmp_path / name).write_bytes(start)
    with pytest.raises(UsageError, match=r"no \.(ods|sav) that can be read"):
        read_table(tmp_path / name)


@pytest.mark.parametrize(
    ("package", "extra", "data"),
    [("python_calamine", "ods", ods({"a": PEOPLE})), ("pyreadstat", "sav", sav({"NAME": ["Rossi"]}, {}))],
)
def test_a_package_that_is_not_there_is_named(tmp_path: Path, package: str, extra: str, data: bytes) -> None:
    (tmp_path / f"t.{extra}").write_bytes(data)
    program = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from pathlib import Path; from anonledger.subjects.tables import read_table\n"
        f"try: read_table(Path('t.{extra}'))\nexcept Exception as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert f"pip install 'anonledger[{extra}]'" in done.stdout


def test_what_a_table_is_taken_for_is_part_of_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("who,name,born,came\nRossi,x,03/04/1970,04/05/1999\n")
    given = [
        Settings(),
        Settings(name_columns=("who",)),
        Settings(birthdate_column="came"),
        Settings(id_column="came"),
        Settings(sex_column="came"),
        Settings(date_order=DateOrder.DMY),
        Settings(encoding="latin-1"),
    ]
    assert len({read_table(file, settings).digest for settings in given}) == len(given)
    assert read_table(file, given[2]).birth_date_column == 3
