"""Growing a dataset as a person does it: import, corrections, a withdrawal; and what it says."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import factories
from tests.factories import Patient
from tests.program import anonledger, contents, environment, holds, images, pseudonyms, rows

JANE = Patient("Zweifelhofer^Jane", "P-104477", "19700102")
OMAR, RUTH = (
    Patient("Qasimov^Omar", "P-220815", "19810506"),
    Patient("Lindqvist^Ruth", "P-331902", "19550607"),
)
NAMES = ("zweifelhofer", "qasimov", "lindqvist", "104477", "220815", "331902")
OLD = [["id", "name"], ["subj_0badcafe", "jane zweifelhofer"], ["subj_12345678", "zweifelhofer jane"]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    factories.study(tmp_path / "dicom", JANE, OMAR, RUTH)
    return tmp_path


def test_import_review_and_decide(project: Path) -> None:
    factories.table(project / "idtoname.csv", OLD, delimiter=";")
    done = anonledger("import", "idtoname.csv", cwd=project)
    assert done.stdout == "Imported: 2 new pseudonyms, 0 that were known here.\n"
    done = anonledger("run", "dicom", cwd=project, status=4)
    assert "Patients for review: 1 may be one whose pseudonym was imported." in done.stdout
    assert not any(name in (done.stdout + done.stderr).lower() for name in NAMES)
    (line,) = csv.DictReader(io.StringIO(anonledger("review", "--format", "csv", cwd=project).stdout))
    assert "subj_0badcafe: jane zweifelhofer" in line["candidates"]
    own = line["pseudonym"]
    assert own in {path.split("/")[0] for path in images(project / "anonymized")}
    (told,) = json.loads(anonledger("review", "--format", "json", cwd=project).stdout)
    assert {one["pseudonym"] for one in told["candidates"]} == {"subj_0badcafe", "subj_12345678"}
    anonledger("review", "export", "todo.csv", cwd=project)
    text = (project / "todo.csv").read_text("utf-8")
    (project / "todo.csv").write_text(text.rstrip("\n") + "subj_0badcafe\n", "utf-8")
    assert "1 decision" in anonledger("review", "import", "todo.csv", cwd=project).stdout
    anonledger("run", "dicom", cwd=project)
    assert pseudonyms(project)[JANE.name] == "subj_0badcafe"
    assert own not in {path.split("/")[0] for path in images(project / "anonymized")}
    assert "Taken back" in anonledger("review", "undo", own, cwd=project).stdout
    anonledger("run", "dicom", cwd=project, status=4)
    assert pseudonyms(project)[own and JANE.name]


def test_merge_split_and_back(project: Path) -> None:
    anonledger("run", "dicom", cwd=project)
    before, names = images(project / "anonymized"), pseudonyms(project)
    jane, omar = names[JANE.name], names[OMAR.name]
    done = anonledger("merge", jane, omar, cwd=project)
    assert done.stdout.startswith(f"Recorded: 2 files go to {jane}.")
    anonledger("run", "dicom", cwd=project)
    listed = csv.DictReader(io.StringIO(anonledger("split", jane, "--format", "csv", cwd=project).stdout))
    (number,) = [line["number"] for line in listed if line["patient_name"] == OMAR.name]
    assert f"2 files go to {omar}" in anonledger("split", jane, number, "--to", omar, cwd=project).stdout
    anonledger("run", "dicom", cwd=project)
    assert images(project / "anonymized") == before
    assert "Taken back" in anonledger("split", jane, "--undo", omar, cwd=project).stdout
    assert "Taken back" in anonledger("merge", jane, omar, "--undo", cwd=project).stdout
    anonledger("run", "dicom", cwd=project)
    assert images(project / "anonymized") == before
    assert "no merge" in anonledger("merge", jane, omar, "--undo", cwd=project, status=2).stderr


def test_forget_asks_first_and_prints_what_goes(project: Path) -> None:
    anonledger("run", "dicom", cwd=project)
    jane = pseudonyms(project)[JANE.name]
    before = contents(project / "anonymized")
    done = anonledger("forget", jane, "-n", "--format", "csv", cwd=project)
    assert dict(csv.reader(io.StringIO(done.stdout)))["instances on record"] == "2"
    assert "--yes" in anonledger("forget", jane, cwd=project, status=2).stderr
    assert contents(project / "anonymized") == before
    done = anonledger("forget", jane, "--yes", cwd=project)
    assert done.stdout.startswith(f"Forgotten: {jane}. 2 files were removed.")
    done = anonledger("run", "dicom", "-v", cwd=project, status=3)
    assert "Quarantined: 2 its patient withdrew consent (2 new in this run)." in done.stdout
    assert not any(name in (done.stdout + done.stderr).lower() for name in NAMES)
    assert anonledger("verify", "-q", cwd=project).stdout == ""
    assert holds(project / ".anonledger", "zweifelhofer", "104477") == []
    assert "forgotten already" in anonledger("forget", jane, "--yes", cwd=project, status=2).stderr


def test_force_takes_a_patient_an_element_a_source_or_nothing(project: Path) -> None:
    anonledger("run", "dicom", cwd=project)
    jane = pseudonyms(project)[JANE.name]
    for words, count in (
        (["dicom", "--force"], 6),
        (["--force", "dicom"], 6),
        (["--force", jane, "dicom"], 2),
        (["dicom", "--force", "PatientName"], 6),
        (["dicom", "--force", "StationName"], 0),
    ):
        done = anonledger("run", "-n", "--format", "json", *words, cwd=project)
        assert [row["reason"] for row in json.loads(done.stdout)] == ["forced"] * count
    assert "neither" in anonledger("run", "dicom", "--force", "nobody", cwd=project, status=2).stderr


def test_another_ledger_is_taken_over(project: Path) -> None:
    other = project / "other"
    factories.study(other / "dicom", RUTH)
    anonledger("run", "dicom", cwd=other)
    done = anonledger("ledger", "import", "other/.anonledger/ledger.sqlite3", cwd=project)
    assert done.stdout == "Imported: 1 new pseudonyms, 0 that were known here.\n"
    anonledger("run", "dicom", cwd=project)
    assert pseudonyms(project)[RUTH.name] == pseudonyms(other)[RUTH.name]
    (project / "x").write_text("no ledger")
    assert "This is no ledger" in anonledger("ledger", "import", "x", cwd=project, status=2).stderr


def test_in_a_project_that_was_moved(project: Path) -> None:
    anonledger("run", "dicom", cwd=project)
    jane = pseudonyms(project)[JANE.name]
    moved = project / "moved"
    moved.mkdir()
    for name in (".anonledger", "private", "anonymized"):
        (project / name).rename(moved / name)
    done = anonledger("forget", jane, "--yes", cwd=moved)
    assert done.stdout.startswith(f"Forgotten: {jane}. 2 files were removed.")
    assert jane not in {path.split("/")[0] for path in images(moved / "anonymized")}


KILLED = """
import os, signal, sys
from pathlib import Path
from anonledger.engine.forgetting import forget
left = int(sys.argv[2])
count = 0
def seen(frame, event, argument):
    global count
    count += 1
    if count == left:
        os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(seen)
forget(Path.cwd(), sys.argv[1])
sys.setprofile(None)
print(count)
"""


@pytest.fixture(scope="module")
def forgotten(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, int, dict[str, str]]:
    """Return a project, whom to forget, how many calls that takes, and the dataset that is left."""
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("no such signal")
    root = tmp_path_factory.mktemp("forget")
    project = root / "p"
    factories.study(project / "dicom", JANE, OMAR)
    factories.table(project / "t.csv", [["name", "dose"], ["Jane Zweifelhofer", "1"], ["Omar Qasimov", "2"]])
    anonledger("run", "dicom", "-d", "t.csv", cwd=project, status=None)
    jane = pseudonyms(project)[JANE.name]
    shutil.copytree(project, root / "whole")
    done = killed(project, jane, 0)
    assert done.returncode == 0
    anonledger("run", "dicom", cwd=project, status=None)
    return root, jane, int(done.stdout), contents(project / "anonymized")


def restored(root: Path) -> Path:
    """Return the project as it was before, in its place: a ledger knows where the dataset lies."""
    shutil.rmtree(root / "p")
    shutil.copytree(root / "whole", root / "p")
    return root / "p"


def killed(project: Path, who: str, calls: int) -> subprocess.CompletedProcess[str]:
    """Forget somebody in a process that is killed after so many calls; 0: never."""
    return subprocess.run(
        [sys.executable, "-c", KILLED, who, str(calls)],
        cwd=project,
        env=environment() | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("share", [5, 35, 52, 64, 76, 86, 94, 99])
def test_killed_at_any_instant_it_is_carried_to_its_end(
    forgotten: tuple[Path, str, int, dict[str, str]], share: int
) -> None:
    root, jane, calls, wanted = forgotten
    project = restored(root)
    assert killed(project, jane, calls * share // 100).returncode == -signal.SIGKILL
    anonledger("run", "dicom", cwd=project, status=None)
    if pseudonyms(project).get(JANE.name):  # nothing was decided yet, so nothing was lost either
        assert len(images(project / "anonymized")) == 4
        anonledger("forget", jane, "--yes", cwd=project)
        anonledger("run", "dicom", cwd=project, status=None)
    assert contents(project / "anonymized") == wanted
    assert [
        w for part in (".anonledger", "private", "anonymized") for w in holds(project / part, *NAMES[:1])
    ] == []
    assert {row["name"] for row in rows(project / "anonymized" / "demographics.csv")} == {
        pseudonyms(project)[OMAR.name]
    }
