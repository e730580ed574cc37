"""One test for each promise, in plain words, with the program run as a user runs it."""

import random
import shutil
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from tests import factories
from tests.factories import Patient
from tests.program import anonledger, contents, holds, images, pseudonyms, rows, start

JANE = Patient("Zweifelhofer^Jane", "P-104477", "19700102", "F", series=2, images=3)
OMAR = Patient("Qasimov^Omar", "P-220815", "19810506", "M", series=1, images=4)
RUTH = Patient("Lindqvist^Ruth", "P-331902", "19550607", "F", series=1, images=2)
EVERYBODY = ("zweifelhofer", "qasimov", "lindqvist", "104477", "220815", "331902")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A folder that two patients share, and a table of three."""
    factories.study(tmp_path / "dicom", JANE, PatientComments="Jane Zweifelhofer lay still")
    factories.study(tmp_path / "dicom" / "case1", OMAR)
    factories.table(
        tmp_path / "people.csv",
        [
            ["name", "birth date", "weight", "remark"],
            ["Jane Zweifelhofer", "1970-01-02", "61", "Mrs Zweifelhofer came twice"],
            ["QASIMOV Omar", "1981-05-06", "80", ""],
            ["Tegernsee Paul", "1990-09-09", "75", ""],
        ],
        delimiter=";",
    )
    return tmp_path


def test_running_twice_does_nothing(study: Path) -> None:
    anonledger("run", "dicom", "-d", "people.csv", cwd=study)
    before = contents(study / "anonymized") | contents(study / "private")
    written = {path: path.stat().st_mtime_ns for path in study.rglob("*.dcm")}
    done = anonledger("run", "dicom", "-d", "people.csv", cwd=study)
    assert "Nothing to do" in done.stdout
    after = contents(study / "anonymized") | contents(study / "private")
    assert after == before
    assert {path: path.stat().st_mtime_ns for path in study.rglob("*.dcm")} == written


def test_deleting_the_output_and_running_restores_it_byte_for_byte(study: Path) -> None:
    anonledger("run", "dicom", "-d", "people.csv", cwd=study)
    before = contents(study / "anonymized")
    shutil.rmtree(study / "anonymized")
    assert "10 files of the dataset to restore" in anonledger("run", "dicom", "-n", cwd=study).stdout
    done = anonledger("run", "dicom", "-d", "people.csv", cwd=study)
    assert contents(study / "anonymized") == before
    assert "Restored" in done.stdout
    shutil.rmtree(study / "anonymized")
    for fan in (study / ".anonledger" / "objects").iterdir():
        shutil.rmtree(fan)
    plan = anonledger("run", "dicom", "-n", cwd=study)
    assert plan.stdout.count("output missing") == 10
    anonledger("run", "dicom", cwd=study)
    assert contents(study / "anonymized") == before


def test_sources_are_never_touched(study: Path) -> None:
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns, p.stat().st_mode) for p in study.rglob("*.dcm")}
    anonledger("run", "dicom", "-d", "people.csv", cwd=study)
    for path, (data, mtime, mode) in before.items():
        assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode) == (data, mtime, mode)


def test_no_identifier_is_in_what_is_shared_printed_or_logged(study: Path, tmp_path: Path) -> None:
    (study / "dicom" / "Zweifelhofer Jane").mkdir()
    (study / "dicom" / "Zweifelhofer Jane" / "qasimov.dcm").write_bytes(b"not DICOM")
    said = []
    for number, level in enumerate(["-q", "", "-v", "-vv"]):
        options = ["-d", "people.csv", "--log-file", f"log{number}.txt", *filter(None, [level])]
        for form in ([], ["-n"], ["-n", "--format", "json"]):
            done = anonledger("run", "dicom", *options, *form, cwd=study, status=None)
            assert done.returncode in (0, 3)
            said.append(done.stdout + done.stderr)
        said.append((study / f"log{number}.txt").read_text())
    said.append(anonledger("run", "dicom", "nowhere/Zweifelhofer", cwd=study, status=2).stderr)
    said.append(anonledger("status", cwd=study).stdout)
    said.append(anonledger("export", "demographics", cwd=study).stdout)
    said.append(anonledger("export", "missing", "--shareable", cwd=study).stdout)
    text = "\n".join(said).lower()
    assert [word for word in EVERYBODY if word in text] == []
    assert holds(study / "anonymized", *EVERYBODY) == []


def test_the_name_is_replaced_by_one_pseudonym_in_images_and_table(study: Path) -> None:
    anonledger("run", "dicom", "-d", "people.csv", cwd=study)
    names = pseudonyms(study)
    assert {p.split("/")[0] for p in images(study / "anonymized")} == set(names.values())
    shared = (study / "anonymized" / "demographics.csv").read_text().splitlines()
    jane = names["Zweifelhofer^Jane"]
    assert shared[0] == "name;birth date;weight;remark"
    assert f"{jane};1970-01-02;61;Mrs {jane} came twice" in shared
    assert len(shared) == 3


def test_adding_a_patient_does_that_one_only(study: Path) -> None:
    anonledger("run", "dicom", "-d", "people.csv", cwd=study)
    before, names = images(study / "anonymized"), pseudonyms(study)
    factories.study(study / "more", RUTH)
    plan = anonledger("run", "dicom", "more", "-n", cwd=study).stdout
    assert plan.count("new ") == 2
    anonledger("run", "dicom", "more", cwd=study)
    after = images(study / "anonymized")
    assert before.items() <= after.items()
    assert len(after) == len(before) + 2
    assert names.items() <= pseudonyms(study).items()


def test_a_dry_run_writes_nothing(study: Path) -> None:
    before = sorted(study.rglob("*"))
    done = anonledger("run", "dicom", "-d", "people.csv", "-n", cwd=study)
    assert done.stdout.count("new ") == 10
    assert sorted(study.rglob("*")) == before
    anonledger("run", "dicom", cwd=study)
    there = contents(study)
    anonledger("run", "dicom", "-n", "--force", cwd=study)
    assert contents(study) == there


def test_a_changed_rule_redoes_what_it_affects_and_back_again_costs_nothing(study: Path) -> None:
    anonledger("run", "dicom", cwd=study)
    first = images(study / "anonymized")
    assert "rules changed" in anonledger("run", "dicom", "-n", "--remove-tag", "StudyDate", cwd=study).stdout
    anonledger("run", "dicom", "--remove-tag", "StudyDate", cwd=study)
    second = images(study / "anonymized")
    assert second.keys() == first.keys()
    assert not set(second.values()) & set(first.values())
    back = anonledger("run", "dicom", cwd=study).stdout
    assert "published before" in back
    assert images(study / "anonymized") == first


def test_learning_a_spelling_redoes_that_patient_only(study: Path) -> None:
    anonledger("run", "dicom", cwd=study)
    married = factories.instance("Zweifelhofer-Brandauer^Jane", JANE.patient_id, JANE.birth_date, number=9)
    (study / "dicom" / "later.dcm").write_bytes(married)
    plan = anonledger("run", "dicom", "-n", cwd=study).stdout
    assert (plan.count("subject changed"), plan.count("new ")) == (6, 1)
    anonledger("run", "dicom", cwd=study)
    names = pseudonyms(study)
    assert names["Zweifelhofer-Brandauer^Jane"] == names["Zweifelhofer^Jane"]


def test_shuffled_inputs_give_the_same_result(study: Path) -> None:
    anonledger("run", "dicom", "-d", "people.csv", cwd=study)
    other = study / "other"
    files = sorted((study / "dicom").rglob("*.dcm"))
    random.Random(7).shuffle(files)
    for number, path in enumerate(files):
        target = other / "dicom" / f"{number % 3}" / f"{number}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    lines = (study / "people.csv").read_text().splitlines()
    (other / "people.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    anonledger("run", "dicom/2", "dicom/0", "dicom/1", "-d", "people.csv", cwd=other)
    assert images(other / "anonymized") == images(study / "anonymized")
    assert pseudonyms(other) == pseudonyms(study)


def test_one_job_equals_many_jobs(study: Path) -> None:
    factories.study(study / "many", *(Patient(f"Okonkwo^Ada{n}", f"Q-{n:06}", images=60) for n in range(6)))
    found = []
    for jobs in (1, 4):
        project = study / f"with{jobs}"
        anonledger("run", "many", "--project", project, "-j", jobs, cwd=study)
        found.append(contents(project / "anonymized"))
    assert found[0] == found[1]
    assert len(found[0]) == 362


@pytest.mark.skipif(sys.platform == "win32", reason="a kill is gentler there")
@pytest.mark.parametrize("seed", range(2))
def test_killing_a_run_loses_no_recorded_work(tmp_path: Path, seed: int) -> None:
    factories.study(
        tmp_path / "dicom", *(Patient(f"Okonkwo^Ada{n}", f"Q-{n:06}", images=40) for n in range(5))
    )
    anonledger("run", "dicom", "--project", "calm", "-j", 2, cwd=tmp_path)
    chance = random.Random(seed)
    project = tmp_path / "killed"
    recorded: dict[str, int] = {}
    for _ in range(3):
        _kill_at(project, chance.randrange(0, 200), tmp_path)
        now = _outputs(project)
        assert recorded.items() <= now.items(), "what was recorded was done again"
        recorded = now
    anonledger("run", "dicom", "--project", "killed", "-j", 2, cwd=tmp_path)
    assert recorded.items() <= _outputs(project).items()
    assert contents(project / "anonymized") == contents(tmp_path / "calm" / "anonymized")
    assert len(_outputs(project)) == 200


def _kill_at(project: Path, objects: int, cwd: Path) -> None:
    """Start a run, and kill it as soon as so many objects are there (or let it end)."""
    run = start("run", "dicom", "--project", project, "-j", 2, cwd=cwd)
    store = project / ".anonledger" / "objects"
    while run.poll() is None and sum(1 for _ in store.glob("??/*")) < objects:
        time.sleep(0.001)
    run.kill()
    run.communicate()


def _outputs(project: Path) -> dict[str, int]:
    """Return the run that made the output of each source digest, from the ledger as it lies there."""
    ledger = project / ".anonledger" / "ledger.sqlite3"
    if not ledger.exists():
        return {}
    with sqlite3.connect(ledger) as connection:
        if not connection.execute("select 1 from sqlite_master where name = 'output'").fetchone():
            return {}
        found = connection.execute("select source_digest, count(*), min(run_id) from output group by 1")
        outputs = {digest: (count, run) for digest, count, run in found}
    assert all(count == 1 for count, _ in outputs.values()), "a source was done twice"
    return {digest: run for digest, (_, run) in outputs.items()}


def test_a_broken_file_is_held_back_and_the_rest_goes_on(study: Path) -> None:
    whole = factories.instance("Zweifelhofer^Jane", JANE.patient_id, number=77)
    (study / "dicom" / "cut.dcm").write_bytes(whole[:700])
    done = anonledger("run", "dicom", cwd=study, status=3)
    assert "ends in the middle of an element" in done.stdout
    assert len(images(study / "anonymized")) == 10
    for _ in range(2):
        held = rows(study / "private" / "quarantine.csv")
        assert [(Path(row["path"]).name, row["since_run"]) for row in held] == [("cut.dcm", "1")]
        again = anonledger("run", "dicom", cwd=study, status=3)
        assert "Nothing to do" in again.stdout
    (study / "dicom" / "cut.dcm").write_bytes(whole)
    anonledger("run", "dicom", cwd=study)
    assert rows(study / "private" / "quarantine.csv") == []
    assert len(images(study / "anonymized")) == 11


def test_the_same_salt_gives_the_same_pseudonyms_everywhere_and_another_does_not(study: Path) -> None:
    found = []
    for name, salt in (("here", "salt one of a test"), ("there", "salt one of a test"), ("else", "salt two")):
        anonledger("run", "dicom", "--project", name, cwd=study, salt=salt)
        found.append(pseudonyms(study / name))
    assert found[0] == found[1]
    assert not set(found[0].values()) & set(found[2].values())
    refused = anonledger("run", "dicom", "--project", "here", cwd=study, salt="salt two", status=2)
    assert "not the salt" in refused.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no permission bits there")
def test_private_files_are_their_owners_only(study: Path) -> None:
    anonledger("run", "dicom", "-d", "people.csv", cwd=study, salt=None)
    for folder in (".anonledger", "private"):
        assert (study / folder).stat().st_mode & 0o777 == 0o700
        open_files = [p for p in (study / folder).iterdir() if p.is_file() and p.stat().st_mode & 0o077]
        assert open_files == []
