"""A list to fill in comes back as it was meant, from any spreadsheet, or is refused line by line."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.errors import UsageError
from anonledger.exports import doubts, to_csv
from anonledger.exports.review import COLUMNS, Filled, read_filled, review
from anonledger.outcomes import LinkMethod, LinkStatus
from anonledger.records import Candidate, Case, DoubtRow, Evidence, Link

LINK = Link(1, LinkStatus.REVIEW, LinkMethod.NONE, 0.875, (), (4, 12), ("several rows are equally near",))
ROWS = Candidate(4, "Jane Roe", "1970-01-02", "F", ""), Candidate(12, "Jane Rowe", "", "", "77")


def case(pseudonym: str = "subj_a", name: str = "Roe^Jane") -> Case:
    return Case(pseudonym, (name, "ROE^J"), ("1001",), ("19700102",), ("F",), LINK, ROWS, "table 12e4")


def test_the_list_shows_all_that_a_person_needs() -> None:
    exported = review([case()])
    assert exported.private
    assert to_csv(exported).decode() == (
        "pseudonym,patient_name,patient_id,birth_date,sex,score,reasons,candidates,table,decision\n"
        "subj_a,Roe^Jane|ROE^J,1001,19700102,F,0.8750,several rows are equally near,"
        '"4: Jane Roe, 1970-01-02, F|12: Jane Rowe, 77",table 12e4,\n'
    )


@pytest.mark.parametrize("name", ["=HYPERLINK(A1)", "+1", "-2", "@x"])
def test_no_spreadsheet_takes_a_name_for_a_formula(name: str) -> None:
    assert f"\nsubj_a,'{name}" in to_csv(review([case(name=name)])).decode()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@given(st.lists(st.sampled_from(["", "none", " NONE ", "3", " 12", "7.0", "8,0", "9."]), max_size=5))
def test_what_was_filled_in_is_read_with_its_line(
    delimiter: str, encoding: str, decisions: list[str]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, decision in enumerate(decisions):
        writer.writerow([f"subj_{number}", "Müller^\nJörg", *[""] * 6, "table 1", decision])
    lines, wrong = read_filled(text.getvalue().encode(encoding))
    said = [(n, decision.strip().lower()) for n, decision in enumerate(decisions) if decision]
    wanted = [
        Filled(2 + 2 * n, f"subj_{n}", "table 1", None if word == "none" else int(re.split("[.,]", word)[0]))
        for n, word in said
    ]
    assert (lines, wrong) == (wanted, [])


def test_what_cannot_be_read_is_told_by_line() -> None:
    text = "pseudonym,table,decision\nsubj_a,t,maybe\n\nsubj_b,t\nsubj_c,t,-1\nsubj_d,t,1.5\n"
    assert read_filled(text.encode()) == (
        [],
        [
            (2, "The decision is neither a row number nor none."),
            (4, "It is shorter than the header."),
            (5, "The decision is neither a row number nor none."),
            (6, "The decision is neither a row number nor none."),
        ],
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no columns pseudonym, table, decision"),
        (b"name,dose\nx,1\n", "no columns pseudonym, table, decision"),
        (b"PK\x03\x04 and so on", "is a workbook"),
        ("pseudonym,table,decision\n".encode("utf-16-le"), "no text that can be read"),
        (b'pseudonym,table,decision\n"' + b"x" * 200_000, "quotation mark"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_with_the_cause(data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_filled(data)


def test_doubts_are_listed_once_with_their_evidence() -> None:
    row = DoubtRow("a doubt", "subj_a", Evidence("HOSP", "1001", "Roe^Jane", "19700102", "F"), "1.2.3")
    assert to_csv(doubts([row, row])).decode() == (
        "doubt,where,pseudonym,patient_id,patient_name,birth_date,sex\n"
        "a doubt,1.2.3,subj_a,1001,Roe^Jane,19700102,F\n"
    )
