"""An audit as a data manager meets it: what was changed by hand is named, a head noted earlier is found."""

import csv
import io
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from tests import factories
from tests.factories import Patient
from tests.program import anonledger, contents, images, start

JANE = Patient("Zweifelhofer^Jane", "P-104477")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with a patient and a table."""
    factories.study(tmp_path / "dicom", JANE)
    factories.table(tmp_path / "t.csv", [["name", "note"], ["Jane Zweifelhofer", "well"]])
    anonledger("run", "dicom", "-d", "t.csv", cwd=tmp_path)
    return tmp_path


def found(project: Path, *options: str, status: int | None = 3) -> list[tuple[str, str, str]]:
    """Audit; return what, which and problem of what is found."""
    done = anonledger("audit", "--format", "csv", *options, cwd=project, status=status)
    assert "zweifelhofer" not in (done.stdout + done.stderr).lower()
    return [(r["what"], r["which"], r["problem"]) for r in csv.DictReader(io.StringIO(done.stdout))]


def by_hand(project: Path, statement: str) -> None:
    with closing(sqlite3.connect(project / ".anonledger" / "ledger.sqlite3")) as raw, raw:
        raw.execute(statement)


def test_a_fresh_project_is_as_recorded_and_nothing_is_written(project: Path) -> None:
    before = contents(project)
    done = anonledger("audit", cwd=project)
    assert "all is as recorded" in done.stdout
    assert re.search(r"Head of the chain: [0-9a-f]{64}\n", done.stdout)
    assert {path for path, digest in contents(project).items() if before.get(path) != digest} <= {
        ".anonledger/lock",
        ".anonledger/ledger.sqlite3-shm",
        ".anonledger/ledger.sqlite3-wal",
    }


def test_a_row_edited_with_a_shell_of_sqlite_is_named(project: Path) -> None:
    by_hand(project, "UPDATE identity SET name = 'SOMEBODY^ELSE' WHERE id = 1")
    by_hand(project, "UPDATE event SET time = 'yesterday' WHERE id = 1")
    by_hand(project, "DELETE FROM demographic WHERE row_number = 1")
    by_hand(project, "INSERT INTO fact VALUES ('by', 'hand', 1)")
    told = found(project)
    assert ("identity", "1", "changed by hand") in told
    assert ("event", "1", "changed by hand") in told
    assert ("fact", "by", "added by hand") in told
    assert "removed by hand" in {problem for what, _, problem in told if what == "demographic"}
    assert "identity" in anonledger("audit", cwd=project, status=3).stdout


def test_objects_and_files_that_are_not_as_recorded_are_named(project: Path) -> None:
    shared = project / "anonymized"
    gone, other, *_ = images(shared)
    assert found(project, status=0) == []
    (shared / gone).unlink()
    (shared / other).rename(shared / "mine")
    (shared / other).write_bytes((shared / "mine").read_bytes()[:-1] + b"x")
    assert sorted(found(project, "--quick")) == [("file", gone, "missing")]
    assert sorted(found(project)) == sorted(
        [("file", gone, "missing"), ("file", other, "not the bytes that were published")]
    )
    first, second, *_ = sorted((project / ".anonledger" / "objects").glob("??/*"))
    first.chmod(0o600)
    first.write_bytes(b"other bytes")
    second.unlink()
    problems = {(what, problem) for what, _, problem in found(project)}
    assert {("object", "not the bytes that were recorded"), ("output", "its object is missing")} <= problems
    (shared / "SHA256SUMS").write_text("")
    assert ("file", "SHA256SUMS", "not the bytes that were published") in found(project, "--quick")


def test_a_head_noted_earlier_is_in_the_chain_of_later(project: Path) -> None:
    (head,) = re.findall(r"[0-9a-f]{64}", anonledger("audit", cwd=project).stdout)
    by_now = anonledger("audit", "--head", head, cwd=project).stdout
    assert "is in the chain; 0 seals came after it" in by_now
    anonledger("run", "dicom", cwd=project)
    assert "is in the chain" in anonledger("audit", "--head", head[:16], cwd=project).stdout
    assert found(project, "--head", "0" * 64) == [("seal", "0" * 64, "is not in the chain")]
    assert "8 of the 64" in anonledger("audit", "--head", "today", cwd=project, status=2).stderr


def test_a_run_that_was_killed_leaves_a_ledger_that_fits(project: Path) -> None:
    factories.study(project / "more", Patient("Qasimov^Omar", "Q-882211", images=20))
    running = start("run", "more", cwd=project)
    ledger = project / ".anonledger" / "ledger.sqlite3"
    begun = 0
    while begun < 2 and running.poll() is None:
        with closing(sqlite3.connect(ledger)) as raw:
            begun = raw.execute("SELECT count(*) FROM run").fetchone()[0]
    running.kill()
    running.communicate()
    assert not [one for one in found(project, status=None) if one[0] not in ("file", "object")]
    anonledger("run", "more", cwd=project)
    assert found(project, status=0) == []


def test_it_waits_for_nobody_and_needs_a_project(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with FileLock(project / ".anonledger" / "lock"):
        assert "Another run holds" in anonledger("audit", cwd=project, status=5).stderr
    empty = tmp_path_factory.mktemp("empty")
    assert "no anonledger project" in anonledger("audit", cwd=empty, status=2).stderr
    assert anonledger("audit", "-q", cwd=project).stdout == ""


@pytest.mark.parametrize("copied", [False, True])
def test_a_project_that_was_moved_or_copied_is_audited_where_it_is(
    project: Path, tmp_path_factory: pytest.TempPathFactory, copied: bool
) -> None:
    there = tmp_path_factory.mktemp("new") / "home"
    shutil.copytree(project, there) if copied else shutil.move(project, there)
    done = anonledger("audit", cwd=there)
    assert f"moved or copied: its files are on record in {project / 'anonymized'}." in done.stdout
    assert f"in {there / 'anonymized'}: all is as recorded" in done.stdout
    assert done.stdout == anonledger("audit", "-o", "anonymized", cwd=there).stdout
    gone, *_ = images(there / "anonymized")
    (there / "anonymized" / gone).unlink()
    assert found(there) == [("file", gone, "missing")]


def test_a_folder_that_is_not_there_is_refused_and_files_of_others_are_named(project: Path) -> None:
    assert "There is no dataset in" in anonledger("audit", "-o", "nowhere", cwd=project, status=2).stderr
    (project / "anonymized" / "mine.txt").write_text("x")
    assert "1 other file lies there (mine.txt);" in anonledger("audit", cwd=project).stdout
    for number in range(6):
        (project / "anonymized" / f"n{number}.txt").write_text("x")
    assert "7 other files lie there (mine.txt, n0.txt, n1.txt, n2.txt, n3.txt, …);" in (
        anonledger("audit", cwd=project).stdout
    )


def test_a_run_does_not_cover_up_what_was_changed_by_hand(project: Path) -> None:
    by_hand(project, "UPDATE placement SET size = size + 1 WHERE id = 1")
    by_hand(project, "UPDATE source SET mtime_ns = 1")
    for source in (project / "dicom").rglob("*.dcm"):
        source.touch()
    anonledger("run", "dicom", cwd=project)
    assert "rows did not fit before a run changed them" in {problem for *_, problem in found(project)}
