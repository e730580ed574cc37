"""The quarantine as a person meets it: listed, shown, decided on, and never guessed at."""

import csv
import io
import json
from pathlib import Path

import pytest
from filelock import FileLock

from tests import factories
from tests.factories import Patient
from tests.program import anonledger, images

JANE = Patient("Zweifelhofer^Jane", "P-104477", images=1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Run a study with an ultrasound image and a note that names the patient."""
    factories.study(tmp_path / "dicom", JANE)
    ultrasound = factories.instance(
        JANE.name, JANE.patient_id, number=8, SOPClassUID="1.2.840.10008.5.1.4.1.1.6.1"
    )
    (tmp_path / "dicom" / "us").write_bytes(ultrasound)
    (tmp_path / "dicom" / "cut").write_bytes(ultrasound[:700])
    anonledger("run", "dicom", cwd=tmp_path, status=3)
    return tmp_path


def listed(project: Path, *arguments: str) -> dict[str, dict[str, str]]:
    """Return what is listed, by file name."""
    done = anonledger("quarantine", *arguments, "--format", "csv", cwd=project)
    return {Path(row["path"]).name: row for row in csv.DictReader(io.StringIO(done.stdout))}


def test_without_a_command_it_lists_in_every_form(project: Path) -> None:
    assert set(listed(project)) == set(listed(project, "list")) == {"us", "cut"}
    assert len(json.loads(anonledger("quarantine", "--format", "json", cwd=project).stdout)) == 2
    assert "may show text in its pixels" in anonledger("quarantine", cwd=project).stdout
    shared = (project / "private" / "quarantine.csv").read_text()
    assert {row["id"] for row in csv.DictReader(io.StringIO(shared))} == {
        row["id"] for row in listed(project).values()
    }


def test_an_image_is_released_by_the_next_run_and_the_rest_dropped(project: Path) -> None:
    ids = {name: row["id"] for name, row in listed(project).items()}
    done = anonledger("quarantine", "release", ids["us"], "--why", "no text in it", cwd=project)
    assert "Released: 1 entry. It takes effect with the next `anonledger run`." in done.stdout
    anonledger("quarantine", "drop", ids["cut"], "--why", "the disk was full", cwd=project)
    assert listed(project) == {}
    assert {name: row["decision"] for name, row in listed(project, "--all").items()} == {
        "us": "release",
        "cut": "drop",
    }
    assert "1 by decision" in anonledger("run", "dicom", cwd=project).stdout
    assert len(images(project / "anonymized")) == 2
    anonledger("quarantine", "undo", ids["cut"], cwd=project)
    assert set(listed(project)) == {"cut"}


def test_one_entry_is_shown_with_its_decision(project: Path) -> None:
    one = listed(project)["us"]["id"]
    anonledger("quarantine", "release", one, "--why", "no text in it", cwd=project)
    done = anonledger("quarantine", "show", one, "--format", "json", cwd=project)
    facts = {fact["what"]: fact["value"] for fact in json.loads(done.stdout)}
    assert (facts["id"], facts["decision"], facts["why"]) == (one, "release", "no text in it")
    assert len(facts["sha256"]) == 64


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["release", "2"], "--why"),
        (["drop", "999", "--why", "x"], "no entry 999"),
        (["undo", "1"], "nothing to undo"),
        (["show", "999"], "no entry 999"),
        (["rename", "1"], "no such command"),
    ],
)
def test_wrong_use_is_one_clear_sentence(project: Path, arguments: list[str], said: str) -> None:
    done = anonledger("quarantine", *arguments, cwd=project, status=2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_what_cannot_be_cleaned_cannot_be_released(project: Path) -> None:
    one = listed(project)["cut"]["id"]
    done = anonledger("quarantine", "release", one, "--why", "please", cwd=project, status=2)
    assert "cannot be released" in done.stderr
    assert "drop this entry" in done.stderr


def test_nothing_is_decided_while_a_run_holds_the_project(project: Path) -> None:
    with FileLock(project / ".anonledger" / "lock"):
        done = anonledger("quarantine", "drop", "1", "--why", "x", cwd=project, status=5)
    assert "Another run holds this project" in done.stderr


def test_without_a_project_it_says_so(tmp_path: Path) -> None:
    assert "no anonledger project" in anonledger("quarantine", cwd=tmp_path, status=2).stderr


def test_a_run_that_stops_at_a_residue_says_where_to_look(project: Path) -> None:
    (project / "dicom" / "notes.xyz").write_text("a scan of Zweifelhofer")
    done = anonledger("run", "dicom", "--on-residue", "stop", cwd=project, status=3)
    assert "anonledger quarantine show" in done.stderr
    assert "zweifelhofer" not in done.stderr.lower()


def test_a_dry_run_says_how_many_are_not_to_be_released(project: Path) -> None:
    done = anonledger("run", "dicom", "-n", "--project", "elsewhere", cwd=project)
    assert "Dry run: 1 to do, 0 unchanged, 1 not to be released" in done.stdout


def test_sizes_are_written_as_people_write_them(project: Path) -> None:
    assert "500GB" in anonledger("run", "dicom", "--max-unpacked", "plenty", cwd=project, status=2).stderr
    anonledger("run", "dicom", "--max-unpacked", "1.5 GiB", cwd=project, status=3)
