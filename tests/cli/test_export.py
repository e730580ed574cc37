"""Exports as a data manager gives them: where they may lie, what they say of themselves, as of when."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from anonledger.cli.main import cli
from anonledger.errors import UsageError
from tests import factories
from tests.factories import Patient
from tests.program import anonledger, contents, environment

JANE = Patient("Zweifelhofer^Jane", "P-104477", images=1)
OMAR = Patient("Qasimov^Omar", "Q-882211", sex="M", images=1)
PRIVATE = ("mapping", "matches", "missing", "doubts", "quarantine")
SHAREABLE = ("demographics", "participants", "manifest")
Given = Callable[..., tuple[str, str]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project of two months; the first one was shared from another folder."""
    root = tmp_path_factory.mktemp("project")
    factories.study(root / "dicom", JANE)
    factories.table(root / "t.csv", [["name", "note"], ["Jane Zweifelhofer", "well"]])
    anonledger("run", "dicom", "-d", "t.csv", "-o", "january", cwd=root)
    factories.study(root / "dicom" / "later", OMAR)
    anonledger("run", "dicom", cwd=root)
    return root


@pytest.fixture
def given(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Given:
    """Return what gives an export in this process, and then tells what it printed, on both streams."""
    monkeypatch.chdir(project)

    def export(*arguments: object) -> tuple[str, str]:
        cli.main(["export", *map(str, arguments)], standalone_mode=False)
        said = capsys.readouterr()
        return said.out, said.err

    return export


def test_each_says_whether_it_may_be_shared(given: Given) -> None:
    for name in PRIVATE:
        assert "Private:" in given(name)[1]
    for name in SHAREABLE:
        said = given(name)
        assert "Shareable:" in said[1]
        assert "zweifelhofer" not in "".join(said).lower()
    assert "Shareable:" in given("missing", "--shareable")[1]
    assert "Private:" in given("manifest", "--with-sources")[1]
    assert given("mapping", "-q")[1] == ""


def test_as_of_takes_a_run_or_a_day(project: Path, given: Given) -> None:
    first = given("mapping", "--as-of", 1)[0]
    assert "Zweifelhofer" in first and "Qasimov" not in first
    assert "Qasimov" in given("mapping", "--as-of", "9999-12-31")[0]
    assert given("manifest", "--as-of", 1)[0].count("\n") == 2
    for when in ("0", "soon", "1999-01-01", "²", "9" * 30):
        with pytest.raises(UsageError, match="anonledger log"):
            given("mapping", "--as-of", when)
    assert "is not kept" in anonledger("export", "report", "--as-of", 1, cwd=project, status=2).stderr
    done = anonledger("export", "mapping", "--as-of", 7, cwd=project, status=2)
    assert done.stderr.startswith("Error: There is no run 7") and done.stdout == ""


@pytest.mark.parametrize(
    "place",
    [
        "anonymized/x",
        "anonymized/new/x",
        "january/x",
        "JANUARY/../january/x",
        "private/../anonymized/x",
        "link/x",
        "file",
        "../project-link/anonymized/x",
    ],
)
def test_a_private_one_is_never_written_below_a_shared_one(project: Path, given: Given, place: str) -> None:
    (project / "JANUARY").mkdir(exist_ok=True)
    for name, target in (("link", project / "anonymized"), ("file", project / "january" / "x")):
        if not (project / name).is_symlink():
            (project / name).symlink_to(target)
    beside = project.parent / "project-link"
    if not beside.is_symlink():
        beside.symlink_to(project)
    before = contents(project / "anonymized") | contents(project / "january")
    for options in (["mapping"], ["manifest", "--with-places"], ["missing", "--as-of", "1"]):
        with pytest.raises(UsageError, match="to be shared"):
            given(*options, "-o", place)
    assert contents(project / "anonymized") | contents(project / "january") == before
    assert (project / "file").is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_files_are_for_their_readers_and_folders_stay_as_they_are(project: Path, given: Given) -> None:
    there = project / "mine"
    there.mkdir(0o755)
    there.chmod(0o755)
    given("mapping", "-o", "mine/deep/er/m.csv")
    given("mapping", "-o", "mine/m.csv")
    given("participants", "-o", "mine/participants.tsv")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (there, *there.rglob("*"))}
    assert modes == {
        "mine": 0o755,
        "deep": 0o700,
        "er": 0o700,
        "m.csv": 0o600,
        "participants.tsv": 0o644,
        "participants.json": 0o644,
    }
    header = (there / "participants.tsv").read_text().splitlines()[0].split("\t")
    assert list(json.loads((there / "participants.json").read_text())) == header
    assert given("participants", "--sidecar")[0] == (there / "participants.json").read_text()


@pytest.mark.parametrize(
    "wrong",
    [
        ["mapping", "--shareable"],
        ["mapping", "--unused-rows"],
        ["manifest", "--with-sources", "--shareable"],
        ["provenance", "--with-sources"],
        ["demographics", "--sidecar"],
        ["participants", "-o", "x.json"],
        ["demographics", "--drop-column", "note", "--as-of", "1"],
        ["manifest", "--with-places", "--as-of", "1"],
    ],
)
def test_options_that_do_not_go_together_are_refused(project: Path, given: Given, wrong: list[str]) -> None:
    with pytest.raises(UsageError):
        given(*wrong)
    assert not (project / "x.json").exists()


def test_the_provenance_without_its_library_is_told_in_a_sentence(project: Path, tmp_path: Path) -> None:
    (tmp_path / "prov").mkdir()
    (tmp_path / "prov" / "__init__.py").write_text("raise ImportError('not installed')")
    path = os.pathsep.join(map(str, (tmp_path, Path(__file__).parents[2])))
    command = [sys.executable, "-m", "anonledger", "export", "provenance", "-o", str(tmp_path / "p.json")]
    done = subprocess.run(
        command, cwd=project, env={**environment(), "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "anonledger[provenance]" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "p.json").exists()
