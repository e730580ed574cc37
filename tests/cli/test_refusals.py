"""What a person is told when a run cannot be: one sentence, and nothing is written."""

from pathlib import Path

import pytest
from filelock import FileLock

from tests import factories
from tests.factories import Patient
from tests.program import anonledger, images

JANE = Patient("Zweifelhofer^Jane", "P-104477", "19700102", "F")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dicom", "-o", "dicom/out"], "lie in one another"),
        (["dicom", "-o", "private/out"], "lie in one another"),
        (["."], "lie in one another"),
        (["nowhere"], "does not exist"),
        (["dicom", "-d", "nowhere.csv"], "table cannot be read"),
        (["dicom", "-d", "weights.csv"], "of 2 cells, holds no header that is usual"),
        (["dicom", "-d", "t.csv", "--name-column", "Nam"], "name"),
        (["dicom", "--keep-tag", "NoSuchThing"], "NoSuchThing"),
        (["dicom", "--remove-tag", "PatientName"], "--remove-tag"),
        (["dicom", "--salt-file", "nowhere"], "salt file"),
        (["dicom", "--layout", "upside-down"], "upside-down"),
        ([], "nothing to do"),
    ],
)
def test_wrong_use_is_one_clear_sentence_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    factories.study(tmp_path / "dicom", JANE)
    factories.table(tmp_path / "t.csv", [["name"], ["Jane Zweifelhofer"]])
    factories.table(tmp_path / "weights.csv", [["height", "weight"], ["170", "60"]])
    before = sorted(tmp_path.rglob("*"))
    done = anonledger("run", *arguments, cwd=tmp_path, status=2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_a_second_run_at_the_same_time_is_refused(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE)
    anonledger("run", "dicom", cwd=tmp_path)
    with FileLock(tmp_path / ".anonledger" / "lock"):
        done = anonledger("run", "dicom", cwd=tmp_path, status=5)
    assert "Another run holds this project" in done.stderr


def test_a_file_that_cannot_take_its_name_is_not_ours_to_replace(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE)
    anonledger("run", "dicom", "--project", "p", cwd=tmp_path)
    path = next(iter(images(tmp_path / "p" / "anonymized")))
    foreign = tmp_path / "q" / "anonymized" / path
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"somebody's work")
    done = anonledger("run", "dicom", "--project", "q", cwd=tmp_path, status=2)
    assert foreign.read_bytes() == b"somebody's work"
    assert "Traceback" not in done.stderr
