"""What the user asks to be written never takes the place of the ledger, a source or another table."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from anonledger.cli.main import cli
from anonledger.errors import UsageError
from tests import factories
from tests.factories import Patient
from tests.program import anonledger, contents, environment

JANE = Patient("Zweifelhofer^Jane", "P-104477", images=1)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project in a folder beside that of its sources, of which one came as a single file."""
    root = tmp_path_factory.mktemp("project")
    factories.study(root / "scans", JANE)
    factories.table(root / "t.csv", [["name"], ["Jane Zweifelhofer"]])
    (root / "work").mkdir()
    factories.study(root / "work" / "one.zip", Patient("Qasimov^Omar", "Q-882211", sex="M", images=1))
    anonledger("run", "../scans", "one.zip", "-d", "../t.csv", cwd=root / "work", status=None)
    (root / "work" / "state").symlink_to(".anonledger")
    (root / "work" / "link").symlink_to(next((root / "scans").rglob("*.dcm")))
    (root / "scans" / "out").symlink_to(root / "elsewhere")
    return root / "work"


@pytest.fixture
def source(project: Path) -> str:
    return os.path.relpath(next((project.parent / "scans").rglob("*.dcm")), project)


def say(monkeypatch: pytest.MonkeyPatch, project: Path, *words: str) -> None:
    monkeypatch.chdir(project)
    cli.main(list(words), standalone_mode=False)


PLACES = (
    ".anonledger/ledger.sqlite3",
    ".anonledger/key",
    ".anonledger/lock",
    ".anonledger/new/x",
    "private/../.anonledger/key",
    "state/key",
    "link",
    "one.zip",
    "../scans/new.csv",
    "../scans/out",
    "SOURCE",
    "private/matches.csv",
    "private/report.html",
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "command",
    [
        "export mapping -o",
        "export demographics -o",
        "export manifest -o",
        "review export",
        "run one.zip ../scans --log-file",
    ],
)
def test_nothing_is_written_over_what_a_project_needs(
    project: Path, monkeypatch: pytest.MonkeyPatch, source: str, command: str, place: str
) -> None:
    before = contents(project.parent)
    with pytest.raises(UsageError):
        say(monkeypatch, project, *command.split(), source if place == "SOURCE" else place)
    assert contents(project.parent) == before


@pytest.mark.parametrize(
    "place", [".anonledger/x", "state/x", "../scans/x", "../scans/out", "private/../state/y"]
)
def test_a_backup_lies_neither_among_sources_nor_among_the_programs_own(
    project: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    before = contents(project.parent)
    with pytest.raises(UsageError):
        say(monkeypatch, project, "ledger", "backup", place)
    assert contents(project.parent) == before


def test_the_dataset_keeps_its_files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = project / "anonymized"
    published = next(shared.rglob("*.dcm")).relative_to(project)
    before = contents(shared)
    for place in (str(published), "anonymized/SHA256SUMS", "anonymized/missing.csv"):
        with pytest.raises(UsageError, match="dataset"):
            say(monkeypatch, project, "export", "demographics", "-o", place)
    say(monkeypatch, project, "export", "demographics", "-o", "anonymized/demographics.csv")
    assert contents(shared) == before


def test_a_table_may_take_its_own_place(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(project / "private")
    say(monkeypatch, project, "export", "mapping", "-o", "private/mapping.csv")
    assert contents(project / "private") == before
    say(monkeypatch, project, "export", "report", "-o", "private/report.html")
    say(monkeypatch, project, "export", "matches", "-o", "private/of-may.csv")
    say(monkeypatch, project, "ledger", "backup", ".anonledger/backups/mine.sqlite3")
    assert (project / ".anonledger" / "backups" / "mine.sqlite3").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_and_a_device_are_written_to_and_stay(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    say(monkeypatch, project, "export", "participants", "-o", str(pipe))
    assert os.read(reader, 1 << 16).startswith(b"participant_id")
    os.close(reader)
    assert pipe.is_fifo() and list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize(
    "words",
    ["export mapping -o", "export mapping --as-of", "review export", "ledger backup", "run --log-file"],
)
def test_an_empty_name_or_date_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    with pytest.raises((UsageError, click.UsageError)):
        say(monkeypatch, project, *words.split(), "")


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
def test_a_closed_standard_output_is_told_in_a_sentence(project: Path) -> None:
    command = ["sh", "-c", '"$0" -m anonledger export mapping >&-', sys.executable]
    done = subprocess.run(command, cwd=project, env=environment(), capture_output=True, text=True)
    assert done.returncode == 2 and "Standard output is closed" in done.stderr
