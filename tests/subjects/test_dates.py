"""Birth dates: certain or unknown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.outcomes import DateOrder
from anonledger.subjects.dates import (
    birth_date,
    birth_dates,
    column_order,
    is_contrary,
    is_spreadsheet_number,
    open_dates,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19700403", "19700403"),
        (" 1970.04.03 ", "19700403"),
        ("1970-04-03T00:00:00", "19700403"),
        ("1970-04-03 00:00:00", "19700403"),
        ("25/12/1970", "19701225"),
        ("12/25/1970", "19701225"),
        ("3.4.1970", "19700403"),
        ("04/04/1970", "19700404"),
        ("19000101", "19000101"),
        ("1970/4/3", "19700403"),
        ("1970413", ""),
        ("3-APR-1970", "19700403"),
        ("3. April 1970", "19700403"),
        ("April 3rd, 1970", "19700403"),
        ("3 de abril de 1970", "19700403"),
        ("1er août 1970", ""),
        ("3/14/1970 12:00:00 AM", "19700314"),
        ("3/14/1970 9:30 pm", "19700314"),
        ("1970-04-03T00:00:00Z", "19700403"),
        ("1970-04-03T00:00:00.000+00:00", "19700403"),
        ("1970-04-02T22:00:00Z", ""),
        ("19700403.0", "19700403"),
        ("1970年4月3日", "19700403"),
        ("１９７０/０４/０３", "19700403"),
        ("25641", ""),
        ("01 août 1970", "19700801"),
        ("1970-Mär-03", "19700303"),
        ("03/04/1970", ""),
        ("25/12/70", ""),
        ("31/02/1970", ""),
        ("00000000", ""),
        ("00010101", ""),
        ("99991231", ""),
        ("***", ""),
        ("", ""),
        ("1970", ""),
        ("١٩٧٠٠٤٠٣", ""),
    ],
)
def test_one_date(text: str, expected: str) -> None:
    assert birth_date(text) == expected


def test_a_column_decides_on_the_order_of_its_dates() -> None:
    assert birth_dates(["03/04/1970", "25/12/1980"]) == ("19700403", "19801225")
    assert birth_dates(["03/04/1970", "12/25/1980"]) == ("19700304", "19801225")
    assert birth_dates(["03/04/1970", "12/25/1980", "25/12/1980"])[0] == ""
    assert birth_dates(["03/04/1970", "04/04/1970", "x"]) == ("", "19700404", "")


def test_the_user_decides_on_the_order() -> None:
    column = ["03/04/1970", "25/12/1980", "12/25/1980", "3.4.1970", "1970-04-03"]
    assert birth_dates(column, DateOrder.DMY) == ("19700403", "19801225", "", "19700403", "19700403")
    assert birth_dates(column, DateOrder.MDY) == ("19700304", "", "19801225", "19700304", "19700403")
    assert birth_dates(column, DateOrder.YMD) == ("", "", "", "", "19700403")


def test_a_date_in_another_order_than_that_of_the_user_contradicts() -> None:
    assert is_contrary("14/03/1970", DateOrder.MDY)
    for text, order in [("14/03/1970", DateOrder.DMY), ("03/04/1970", DateOrder.MDY), ("x", DateOrder.MDY)]:
        assert not is_contrary(text, order)
    assert not is_contrary("14/03/1970", DateOrder.AUTO)


def test_numbers_of_a_spreadsheet_are_known_as_such() -> None:
    assert is_spreadsheet_number("25641")
    assert not any(map(is_spreadsheet_number, ("1970", "19700403", "25641x", "")))


def test_what_is_left_open_is_counted() -> None:
    assert open_dates(["03/04/1970", "05/05/1970", "5/6/1980", "", "x", "1970-04-03"]) == 2
    assert open_dates(["03/04/1970", "25/12/1980"]) == 0
    assert open_dates(["03/04/1970"], DateOrder.MDY) == 0


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["25/12/1980", "03/04/1970"], DateOrder.DMY),
        (["12/25/1980"], DateOrder.MDY),
        (["1980-12-25", "19801225"], DateOrder.YMD),
        (["03/04/1970"], DateOrder.AUTO),
        (["12/25/1980", "25/12/1980"], DateOrder.AUTO),
        ([], DateOrder.AUTO),
    ],
)
def test_the_order_of_a_column(column: list[str], order: DateOrder) -> None:
    assert column_order(column) is order


@given(st.dates(date(1850, 1, 1), date(2100, 12, 31)), st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%d.%m.%Y"]))
def test_every_date_reads_back(day: date, form: str) -> None:
    assert birth_date(day.strftime(form)) == day.strftime("%Y%m%d")


@given(st.text())
def test_any_text_is_a_date_or_unknown(text: str) -> None:
    assert len(birth_date(text)) in {0, 8}
