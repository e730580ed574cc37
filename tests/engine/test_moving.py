"""A project that was moved knows its files, and a dataset that was away is not forgotten."""

from pathlib import Path

import pytest

from anonledger.engine.correcting import merge
from anonledger.engine.forgetting import foreseen, forget
from anonledger.engine.outcome import Outcome
from anonledger.engine.progress import Silent
from anonledger.engine.project import project_at
from anonledger.engine.request import Request
from anonledger.engine.run import run
from anonledger.engine.verifying import verify
from anonledger.errors import UsageError
from anonledger.settings import Settings
from tests.factories import Patient, study
from tests.program import contents, holds, images, pseudonyms

ANNA, BERT = Patient("Rossellini^Anna", "A-10447791"), Patient("Lindqvist^Bert", "B-220815", "19810506")


def go(project: Path, output: Path | None = None) -> Outcome:
    salt = project.parent / "salt"
    salt.write_text("a made-up salt for what was moved")
    sources = (project.parent / "dicom",)
    request = Request(project_at(project, output), sources, None, Settings(), salt_file=salt)
    return run(request, Silent())


@pytest.fixture
def first(tmp_path: Path) -> Path:
    study(tmp_path / "dicom", ANNA, BERT)
    go(tmp_path / "a")
    return tmp_path / "a"


@pytest.mark.parametrize("in_between", [False, True])
def test_a_moved_project_knows_its_files(first: Path, in_between: bool) -> None:
    names = pseudonyms(first)
    anna, bert = names[ANNA.name], names[BERT.name]
    moved = first.rename(first.parent / "b")
    merge(moved, anna, bert)
    if in_between:
        outcome = go(moved)
        assert outcome.released and outcome.released.removed == 2
        assert {path.split("/")[0] for path in images(moved / "anonymized")} == {anna}
    found = forget(moved, anna, moved.parent / "salt")
    assert (found.files, found.strange) == (4, 0)
    assert images(moved / "anonymized") == {}
    assert not holds(moved / "anonymized", anna, bert)


def test_other_bytes_in_the_folder_of_a_patient_are_told_and_stay(first: Path) -> None:
    anna = pseudonyms(first)[ANNA.name]
    (first / "anonymized" / anna / "own.txt").write_text("mine")
    seen = verify(first, None, 1, Silent())
    assert (seen.faults, seen.strange, seen.inside) == ((), 1, 1)
    moved = first.rename(first.parent / "b")
    assert (foreseen(moved, anna).files, foreseen(moved, anna).strange) == (2, 1)
    found = forget(moved, anna, moved.parent / "salt")
    assert (found.files, found.strange) == (2, 1)
    assert [path for path in contents(moved / "anonymized") if anna in path] == [f"{anna}/own.txt"]


@pytest.mark.parametrize("again", ["forget", "run"])
def test_a_dataset_that_was_away_is_taken_up_when_it_is_back(first: Path, again: str) -> None:
    anna, stick, salt = pseudonyms(first)[ANNA.name], first.parent / "stick", first.parent / "salt"
    go(first, stick)
    stick.rename(first.parent / "away")
    assert forget(first, anna, salt).absent == (str(stick),)
    with pytest.raises(UsageError, match="is left"):
        forget(first, anna, salt)
    assert not holds(first / ".anonledger", "rossellini", "10447791")
    (first.parent / "away").rename(stick)
    if again == "run":
        go(first)
    else:
        assert forget(first, anna, salt).files == 2
    assert not holds(stick, anna)
    with pytest.raises(UsageError, match="nothing is left"):
        forget(first, anna, salt)


def test_what_another_project_shares_by_now_is_left_alone(first: Path) -> None:
    anna = pseudonyms(first)[ANNA.name]
    moved = first.rename(first.parent / "b")
    go(moved)
    go(first)
    before = contents(first / "anonymized")
    assert forget(moved, anna, moved.parent / "salt").absent == (str(first / "anonymized"),)
    assert contents(first / "anonymized") == before
