"""What is shared can be verified at any time, by what is known by then."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests import factories
from tests.factories import Patient
from tests.program import anonledger, contents, images

JANE = Patient("Zweifelhofer^Jane", "P-104477")
OMAR = Patient("Qasimov^Omar", "Q-882211", sex="M")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with two patients and their table."""
    factories.study(tmp_path / "dicom", JANE, OMAR)
    factories.table(tmp_path / "t.csv", [["name", "note"], ["Jane Zweifelhofer", "seen by Omar"]])
    (tmp_path / "dicom" / "brain.nii").write_bytes(b"\x5c\x01\0\0" + bytes(400))
    anonledger("run", "dicom", "-d", "t.csv", cwd=tmp_path)
    return tmp_path


def found(project: Path, *options: str, status: int = 3) -> list[tuple[str, str, str]]:
    """Verify; return path, problem and place of what is found."""
    done = anonledger("verify", "--format", "csv", *options, cwd=project, status=status)
    assert "zweifelhofer" not in (done.stdout + done.stderr).lower()
    assert "qasimov" not in (done.stdout + done.stderr).lower()
    return [(r["path"], r["problem"], r["where"]) for r in csv.DictReader(io.StringIO(done.stdout))]


def altered(path: Path, old: bytes, new: bytes) -> None:
    """Put other bytes of the same length into a published file, without touching the store."""
    data = path.read_bytes()
    assert old in data and len(old) == len(new)
    path.unlink()
    path.write_bytes(data.replace(old, new))


def test_a_fresh_dataset_is_fine_and_nothing_is_written(project: Path) -> None:
    before = contents(project)
    done = anonledger("verify", cwd=project)
    assert "5 files" in done.stdout and "no identifier was found" in done.stdout
    assert {path for path, digest in contents(project).items() if before.get(path) != digest} <= {
        ".anonledger/lock",
        ".anonledger/ledger.sqlite3-shm",
        ".anonledger/ledger.sqlite3-wal",
    }
    assert found(project, "-j", "2", status=0) == []


def test_files_that_are_missing_altered_or_of_the_user_are_told(project: Path) -> None:
    shared = project / "anonymized"
    gone, other, *_ = images(shared)
    (shared / gone).unlink()
    altered(shared / other, b"t1 mprage sag", b"t2 mprage sag")
    (shared / "notes.md").write_text("read me first")
    (shared / "Zweifelhofer.md").write_text("read me too")
    (shared / "more.md").write_text("mostly about Zweifelhofer")
    told = found(project)
    assert sorted(told) == sorted([
        (gone, "missing", ""),
        (other, "not the bytes that were published", ""),
        ("notes.md", "not placed by anonledger", ""),
        ("(withheld)", "identifier in the name of a file that cannot be cleaned", "path"),
        ("(withheld)", "not placed by anonledger", ""),
        ("more.md", "not placed by anonledger", ""),
        ("more.md", "identifier in a file that cannot be cleaned", "byte 13"),
    ])  # fmt: skip


def test_files_of_the_user_alone_are_no_fault(project: Path) -> None:
    (project / "anonymized" / "notes.md").write_text("read me first")
    assert found(project, status=0) == [("notes.md", "not placed by anonledger", "")]
    (project / "anonymized" / "link").symlink_to(project / "private" / "mapping.csv")
    assert ("link", "not a regular file", "") in found(project)


def test_an_identifier_that_came_into_a_file_is_found_with_its_place(project: Path) -> None:
    path = min(images(project / "anonymized"))
    altered(project / "anonymized" / path, b"t1 mprage sag", b"t1 Qasimov Om")
    assert (path, "not the bytes that were published", "") in found(project)
    altered(project / "anonymized" / path, b"t1 Qasimov Om", b"Omar Qasimov ")
    problems = {problem: where for _, problem, where in found(project) if "identifier" in problem}
    assert problems in (
        {"identifier left after cleaning": "(0008,103E)"},
        {"identifier left after cleaning": "(0008,103E): another patient's name"},
    )


def test_tables_and_checksums_are_verified(project: Path) -> None:
    table = project / "anonymized" / "demographics.csv"
    assert "Omar" in table.read_text()  # part of another name only
    table.write_text(table.read_text().replace("seen by Omar", "seen by Omar Qasimov"))
    (project / "anonymized" / "missing.csv").unlink()
    assert found(project) == [
        ("SHA256SUMS", "not the bytes that were published", ""),
        ("demographics.csv", "identifier in a file that cannot be cleaned", "line 2"),
    ]


def test_an_older_file_is_searched_for_what_was_learnt_later(tmp_path: Path) -> None:
    (tmp_path / "dicom").mkdir()
    said = factories.instance(*("Zweifelhofer^Jane", "P-104477"), ImageComments="sister Ruth Lindqvist")
    (tmp_path / "dicom" / "a.dcm").write_bytes(said)
    anonledger("run", "dicom", cwd=tmp_path)
    assert found(tmp_path, status=0) == []
    factories.study(tmp_path / "later", Patient("Lindqvist^Ruth", "L-553311"))
    anonledger("run", "later", cwd=tmp_path)
    ((_, problem, where),) = found(tmp_path)
    assert problem == "identifier left after cleaning"
    assert where == "(0020,4000): another patient's name"
    anonledger("run", "dicom", "later", cwd=tmp_path)
    assert found(tmp_path, status=0) == []


def test_without_a_project_or_a_dataset_there_is_nothing_to_verify(tmp_path: Path) -> None:
    assert "no anonledger project" in anonledger("verify", cwd=tmp_path, status=2).stderr
    factories.study(tmp_path / "dicom", JANE)
    anonledger("run", "dicom", "-o", "shared", cwd=tmp_path)
    assert json.loads(anonledger("verify", "--format", "json", cwd=tmp_path).stdout) == []
    (tmp_path / "shared").rename(tmp_path / "moved")
    assert "no dataset" in anonledger("verify", cwd=tmp_path, status=2).stderr
