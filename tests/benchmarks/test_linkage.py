"""The benchmark of linkage: how it counts, and that a small set goes through it as a large one does."""

import csv
from pathlib import Path

import pytest

from anonledger.outcomes import LinkMethod, LinkStatus, Matcher
from anonledger.records import Link
from tests.benchmarks.linkage import linked, measured, write_predictions
from tests.benchmarks.made import make
from tests.benchmarks.scoring import BIRTH, GOALS, NAME, Goal, Said, Score, scored, short_of
from tests.benchmarks.sets import Kind, Record, Sample, read_sample
from tests.program import contents

ACCEPTED, REVIEW, MISSING = LinkStatus.ACCEPTED, LinkStatus.REVIEW, LinkStatus.MISSING


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small set."""
    folder = tmp_path_factory.mktemp("made") / "set"
    make(folder, Kind.STRESS, 7, people=150)
    return folder


def record(name: str, person: str) -> Record:
    return Record(name, name, "", "", "" if name == "e1" else "K-1", person)


def said(status: LinkStatus, *rows: int, of: str = "x") -> Said:
    accepted = rows if status is ACCEPTED else ()
    return Said(Link(0, status, LinkMethod.NONE, 0.5, accepted, rows), of)


def test_a_link_is_right_when_all_of_its_rows_are_the_persons() -> None:
    people = Sample(
        "s",
        Kind.ORDINARY,
        [record(one, one[0]) for one in ("a1", "a2", "b1", "c1", "d1", "e1")],
        [],
        ["a", "b", "a"],
    )
    score = scored(
        people,
        {
            "a1": said(ACCEPTED, 1, 3, of="p"),
            "a2": said(ACCEPTED, 1, 2, of="p"),
            "b1": said(REVIEW, 3, 2, of="q"),
            "c1": said(ACCEPTED, 2, of="q"),
            "d1": said(MISSING, of="r"),
            "e1": said(MISSING, of="r"),
        },
    )
    assert score == Score(1 / 3, 1 / 3, 2 / 3, 1 / 6, 1 / 3, merged=2)
    assert short_of(score, Goal(0.3, 0.3, 0.7, 0.1)) == ["recall with reviews", "review", "merged"]


def test_the_same_seed_makes_the_same_set_and_another_one_another(made: Path, tmp_path: Path) -> None:
    make(tmp_path / "again", Kind.STRESS, 7, people=150)
    make(tmp_path / "other", Kind.STRESS, 8, people=150)
    assert contents(tmp_path / "again") == contents(made)
    assert contents(tmp_path / "other").keys() == contents(made).keys()
    assert read_sample(tmp_path / "other").owners != read_sample(made).owners


def test_a_made_set_holds_what_makes_linkage_hard(made: Path) -> None:
    people = read_sample(made)
    assert people.kind is Kind.STRESS
    absent = sum(not people.right(one) for one in people.records)
    assert 0.2 < absent / len(people.records) < 0.4
    spelled = {one.person: one.name for one in people.records}
    assert len({one.name for one in people.records if one.name != spelled[one.person]}) > 5
    assert len(people.owners) > len(set(people.owners))


def test_a_small_set_is_linked_without_an_error_by_birth_date(made: Path) -> None:
    score = measured(made, BIRTH, Matcher.EVIDENCE, None).score
    goal = GOALS[BIRTH][Kind.STRESS]
    assert (score.precision, score.merged) == (1.0, 0)
    assert score.recall > goal.recall and score.helped > 0.99
    assert score.review < 2 * goal.review


def test_what_was_said_is_written_for_another_scorer(made: Path, tmp_path: Path) -> None:
    people = read_sample(made)
    found, _ = linked(people, NAME)
    write_predictions(tmp_path / "p.csv", people, found)
    with (tmp_path / "p.csv").open(encoding="utf-8") as file:
        rows = {row["dicom_id"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {one.id for one in people.records}
    for one in people.records:
        row, link = rows[one.id], found[one.id].link
        assert row["dicom_name"] == one.name
        assert (row["status"] == "accept") == (link.status is ACCEPTED) == bool(row["csv_row_index"])
        if link.rows:
            assert people.rows[int(row["csv_row_index"])] == people.rows[link.rows[0] - 1]
