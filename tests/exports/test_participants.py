"""participants.tsv and participants.json, as a program that reads BIDS would meet them."""

import json

from hypothesis import given
from hypothesis import strategies as st

from anonledger.exports.participants import AGE, SEX, Participants, labels, names, to_json, to_tsv

PEOPLE = Participants(
    ("Alter", "w/m", "Age", "", "participant_id", "note"),
    (AGE, SEX, "", "", "", ""),
    {
        "subj_B": [("50", "F", "x", "1", "2", "came\ttwice\r\n"), ("51", "F", "x", "", "2", "went")],
        "subj_A": [],
    },
)
TEXTS = st.text(max_size=8)


def test_each_participant_has_one_line_and_what_rows_differ_in_is_left_open() -> None:
    assert to_tsv(PEOPLE).decode().splitlines() == [
        "participant_id\tpseudonym\tage\tsex\tAge\tcolumn_4\tparticipant_id_2\tnote",
        "sub-subjA\tsubj_A\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a",
        "sub-subjB\tsubj_B\tn/a\tF\tx\t1\t2\tn/a",
    ]


def test_the_json_describes_the_columns_of_the_tsv() -> None:
    told = json.loads(to_json(PEOPLE))
    assert list(told) == names(PEOPLE)
    assert told["sex"] == {
        "LongName": "w/m",
        "Description": "Sex of the participant",
        "Levels": {"M": "male", "F": "female"},
    }
    assert told["age"]["Units"] == "year"
    assert told["participant_id_2"]["LongName"] == "participant_id"


def test_a_label_holds_letters_and_digits_and_belongs_to_one() -> None:
    found = labels(["subj_1A", "subj_1a", "subj-7", "___"])
    assert found["subj-7"] == "sub-subj7"
    assert len({label.casefold() for label in found.values()}) == 4
    assert all(label[4:].isalnum() for label in found.values())


@given(st.lists(TEXTS, max_size=4), st.dictionaries(st.text("aB_-9", min_size=1), TEXTS, max_size=4))
def test_whatever_the_cells_are_every_line_has_every_column(
    headers: list[str], cells: dict[str, str]
) -> None:
    rows = {one: [(cell,) * len(headers)] for one, cell in cells.items()}
    people = Participants(tuple(headers), ("",) * len(headers), rows)
    lines = [line.split("\t") for line in to_tsv(people).decode().split("\n")[:-1]]
    assert len(lines) == 1 + len(rows)
    assert {len(line) for line in lines} == {2 + len(headers)}
    assert len(set(lines[0])) == 2 + len(headers)
    assert all(all(line) for line in lines)
    assert list(json.loads(to_json(people))) == [*map(str, lines[0])]
