"""The shortened demographics: no cell of the table gets through without being decided on."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from anonledger.exports import shortened, to_csv
from anonledger.records import Table

TABLE = Table(
    digest="0" * 64,
    source_name="patients.csv",
    encoding="utf-8",
    delimiter=";",
    columns=("MRN", "Name", "Surname", "Birth", "Report_Path", "Note"),
    rows=(
        ("1001", "Jane", "Roe", "1970-01-02", "/reports/roe.txt", "Jane was well"),
        ("1002", "Max", "Muster", "1980-03-04", "/reports/muster.txt", ""),
        ("1003", "Ana", "Lima", "1990-05-06", "/reports/lima.txt", "=2"),
    ),
    name_columns=(1, 2),
    birth_date_column=3,
    id_column=0,
)


def cleaned(cell: str, pseudonym: str) -> str:
    return cell.replace("Jane", pseudonym)


def test_rows_of_published_patients_stay_in_order_with_pseudonyms() -> None:
    table = shortened(TABLE, {3: "subj_c", 1: "subj_a"}, cleaned, ["report_path"])
    assert to_csv(table).decode() == (
        "MRN;Name;Birth;Note\nsubj_a;subj_a;1970-01-02;subj_a was well\nsubj_c;subj_c;1990-05-06;=2\n"
    )
    assert (table.name, table.private) == ("demographics", False)


def test_a_table_without_ids_and_with_one_name_column() -> None:
    plain = replace(TABLE, name_columns=(2,), id_column=None, delimiter="")
    table = shortened(plain, {2: "subj_b"}, cleaned, ["mrn", " NOTE", "name", "Report_path", "absent"])
    assert to_csv(table) == b"Surname,Birth\nsubj_b,1980-03-04\n"


def test_the_column_of_pseudonyms_cannot_be_dropped() -> None:
    table = shortened(TABLE, {1: "subj_a"}, cleaned, ["name", "mrn"])
    assert table.columns[:2] == ("MRN", "Name")
    assert table.rows[0][:2] == ("subj_a", "subj_a")


@given(
    rows=st.dictionaries(st.integers(-1, 5), st.just("subj_x")),
    dropped=st.sets(st.sampled_from([name.upper() for name in TABLE.columns])),
)
def test_no_cell_gets_through_uncleaned(rows: dict[int, str], dropped: set[str]) -> None:
    table = shortened(TABLE, rows, lambda cell, pseudonym: "*", dropped)
    assert len(table.rows) == len(rows.keys() & {1, 2, 3})
    assert {cell for row in table.rows for cell in row} <= {"*", "subj_x"}
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert "Surname" not in table.columns
