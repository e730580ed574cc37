"""The page of a run, from the command line."""

from pathlib import Path

import pytest

from tests.factories import Patient, study
from tests.program import anonledger, contents


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    study(folder / "dicom", Patient("Roe^Jane", "P-104477", images=1))
    return folder


def test_a_run_writes_it_unless_it_is_told_not_to(project: Path) -> None:
    page = project / "private" / "report.html"
    anonledger("run", "-n", "dicom", cwd=project)
    assert not page.parent.exists()
    anonledger("run", "dicom", "--no-report", "-j", 1, cwd=project)
    assert page.parent.exists() and not page.exists()
    done = anonledger("run", "dicom", "-v", "-v", "-j", 1, cwd=project)
    assert b"Roe^Jane" in page.read_bytes()
    assert f"Report:    {page.absolute()}" in done.stdout
    assert "Roe" not in done.stdout + done.stderr


def test_a_page_that_cannot_be_written_does_not_change_how_the_run_ends(project: Path) -> None:
    page = project / "private" / "report.html"
    page.unlink(missing_ok=True)
    page.mkdir()
    shared = contents(project / "anonymized")
    done = anonledger("run", "dicom", "-q", "-j", 1, cwd=project, status=0)
    assert done.stdout == ""
    assert "the run itself is complete" in done.stderr and "`anonledger export report`" in done.stderr
    assert contents(project / "anonymized") == shared
    page.rmdir()
    done = anonledger("export", "report", cwd=project)
    assert done.stdout == "" and "Wrote" in done.stderr
    assert b"<h1>Run 3</h1>" in page.read_bytes()
