"""Tables: whatever a spreadsheet program writes is read as a person would read it."""

import csv
import hashlib
import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.errors import UsageError
from anonledger.settings import Settings
from anonledger.subjects.tables import read_table

ROWS = [["Nom", "Prénom", "Âge"], ["Hançer", "Élodie", "41"], ["O'Connor, Jr", 'Bob "Bo"', "1\n2"]]


def written(rows: list[list[str]], delimiter: str = ",", line_end: str = "\r\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_delimiters_and_encodings(file: Path, delimiter: str, encoding: str, line_end: str) -> None:
    file.write_bytes(written(ROWS, delimiter, line_end).encode(encoding))
    table = read_table(file)
    assert [list(table.columns), *map(list, table.rows)] == ROWS
    assert (table.delimiter, table.encoding) == (delimiter, encoding)
    assert table.name_columns == (1, 0)
    assert table.digest == hashlib.sha256(file.read_bytes()).hexdigest()


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\n\x1b", exclude_categories=["Cs"]), max_size=8
)


@settings(max_examples=60)
@given(rows=st.lists(st.tuples(CELL.filter(str.strip), CELL), max_size=5), delimiter=st.sampled_from(",;\t|"))
def test_any_cells_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str
) -> None:
    file = tmp_path_factory.mktemp("t") / "t.csv"
    file.write_text(written([["name", "x"], *map(list, rows)], delimiter), "utf-8", newline="")
    assert list(read_table(file).rows) == rows


def test_blank_rows_are_dropped_and_short_rows_padded(file: Path) -> None:
    file.write_text("\n\nname,age,sex\n,,\nDupont\n\nRossi,3,F,,\n")
    assert read_table(file).rows == (("Dupont", "", ""), ("Rossi", "3", "F"))


def test_duplicate_and_empty_column_names_become_unique(file: Path) -> None:
    file.write_text("name,name,,name (2)\na,b,c,d\n")
    assert read_table(file).columns == ("name", "name (2)", "column 3", "name (2) (2)")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n,,\n", "is empty"),
        (b"name,age\nDupont,3,4\n", "Line 2 .* has 3 cells"),
        (b'name,age\nRossi,3\n"Dupont,3\n', "from line 3 on"),
        (b"age,weight\n3,4\n", "of 2 cells, holds no header that is usual.*--name-column"),
        (b"dupont anna,hx110022,1\nrossi ida,hx110023,2\n", "of 3 cells, holds no header that is usual"),
        (b"age,sex,dupont\n3,4,5\n", "columns are: sex and 2 more"),
        (b'name;note\nDupont;"well\nRossi;"ill"\n', "from line 2 on: a quote that is opened there"),
        (b"Study of 2020\n\nname;dob\nDupont;1970-04-03\n", "header .* stand in line 3"),
        (b"Dupont,19700403\nRossi,19800101\n", "holds no header that is usual"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or encrypted Excel"),
        (b"PK\x03\x04 and no more", "no .xlsx that can be read"),
        (bytes(range(256)) * 4, "neither text nor a spreadsheet"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(file: Path, content: bytes, sentence: str) -> None:
    file.write_bytes(content)
    with pytest.raises(UsageError, match=sentence) as refusal:
        read_table(file)
    assert "Dupont" not in str(refusal.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_table(tmp_path / "none.csv")


def test_workbook_cells_read_as_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name", "Geburtsdatum", "PID", "weight", "seen"])
    sheet.append([None])
    sheet.append(["Müller Jürgen", date(1970, 4, 3), 12.0, 70.5, datetime(2020, 1, 2, 3, 4)])
    book.create_sheet("empty")
    book.save(tmp_path / "people.xlsx")
    table = read_table(tmp_path / "people.xlsx")
    assert table.rows == (("Müller Jürgen", "1970-04-03", "12", "70.5", "2020-01-02T03:04:00"),)
    assert (table.name_columns, table.birth_date_column, table.id_column, table.delimiter) == (
        (0,),
        1,
        2,
        ",",
    )


def test_of_several_filled_sheets_the_user_chooses_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title in ("Patients", "Controls"):
        book.create_sheet(title).append(["name", title])
    book.save(tmp_path / "people.xlsx")
    with pytest.raises(UsageError, match=r"2 sheets with content.*, of 3: 2, 3\. .*--sheet.*number") as told:
        read_table(tmp_path / "people.xlsx")
    assert "Patients" not in str(told.value), "sheets may be called as people are"
    table = read_table(tmp_path / "people.xlsx", Settings(sheet="controls"))
    assert table.columns == ("name", "Controls")
    assert read_table(tmp_path / "people.xlsx", Settings(sheet="3")).columns == table.columns
    assert table.digest != read_table(tmp_path / "people.xlsx", Settings(sheet="Patients")).digest
    with pytest.raises(UsageError, match=r"no such sheet.*: 2, 3\."):
        read_table(tmp_path / "people.xlsx", Settings(sheet="relatives"))


def test_a_workbook_with_a_title_is_told_where_its_header_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Controls of 2020"], ["Name", "DOB", "note"], ["Dupont", "1970-04-03", ""]):
        sheet.append(row)
    book.save(tmp_path / "people.xlsx")
    with pytest.raises(UsageError, match=r"header .* stand in line 2") as told:
        read_table(tmp_path / "people.xlsx")
    assert "delimiter" not in str(told.value)
    with pytest.raises(UsageError, match="needs no encoding"):
        read_table(tmp_path / "people.xlsx", Settings(encoding="cp1252"))


@pytest.mark.parametrize("said", ["sep=;", '"sep=;"'])
def test_a_first_line_for_excel_says_the_delimiter(file: Path, said: str) -> None:
    file.write_text(f"{said}\r\nname;note\r\nDupont;a,b\r\nRossi,A;c,d\r\n", newline="")
    table = read_table(file)
    assert (table.columns, table.delimiter) == (("name", "note"), ";")
    assert table.rows == (("Dupont", "a,b"), ("Rossi,A", "c,d"))


def test_a_text_has_no_sheets(file: Path) -> None:
    file.write_text("name\nRossi\n")
    with pytest.raises(UsageError, match="no workbook"):
        read_table(file, Settings(sheet="patients"))
