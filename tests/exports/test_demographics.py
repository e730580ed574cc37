"""The shortened demographics: no cell of the table gets through without being decided on."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from anonledger.exports import shortened, to_csv
from anonledger.outcomes import ColumnFate
from anonledger.records import Table

PSEUDONYM, CLEANED, LEFT_OUT = ColumnFate.PSEUDONYM, ColumnFate.CLEANED, ColumnFate.LEFT_OUT
FATES = (PSEUDONYM, PSEUDONYM, LEFT_OUT, CLEANED, LEFT_OUT, CLEANED)
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
    table = shortened(TABLE, {3: "subj_c", 1: "subj_a"}, FATES, cleaned)
    assert to_csv(table).decode() == (
        "MRN;Name;Birth;Note\nsubj_a;subj_a;1970-01-02;subj_a was well\nsubj_c;subj_c;1990-05-06;=2\n"
    )
    assert (table.name, table.private) == ("demographics", False)


def test_a_table_that_came_without_a_delimiter_has_commas() -> None:
    table = shortened(replace(TABLE, delimiter=""), {2: "subj_b"}, FATES, cleaned)
    assert to_csv(table) == b"MRN,Name,Birth,Note\nsubj_b,subj_b,1980-03-04,\n"


def test_a_header_is_cleaned_as_well() -> None:
    table = shortened(replace(TABLE, columns=(*TABLE.columns[:5], "Jane asked")), {}, FATES, cleaned)
    assert table.columns[-1] == " asked"


@given(
    rows=st.dictionaries(st.integers(-1, 5), st.just("subj_x")),
    fates=st.tuples(*[st.sampled_from(ColumnFate)] * 6),
)
def test_no_cell_gets_through_uncleaned(rows: dict[int, str], fates: tuple[ColumnFate, ...]) -> None:
    table = shortened(TABLE, rows, fates, lambda cell, pseudonym: "*")
    assert len(table.rows) == len(rows.keys() & {1, 2, 3})
    assert {cell for row in table.rows for cell in row} <= {"*", "subj_x"}
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert len(table.columns) == 6 - fates.count(LEFT_OUT)
