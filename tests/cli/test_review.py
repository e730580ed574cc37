"""The review as a person meets it: listed, decided in the terminal or in a file, and never in the log."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from anonledger.cli.present import visible
from tests import factories
from tests.factories import Patient
from tests.program import anonledger, environment, images, pseudonyms, rows

JANE, OMAR = Patient("Zweifelhofer^Jane", "P-104477", "", images=1), Patient("Qasimov^Omar", "P-22", images=1)
TABLE = [
    ["name", "birth date", "dose"],
    ["Jane Zweifelhofer", "1970-01-02", "5"],
    ["Jane Zweifelhofer", "1981-03-04", "6"],
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Run a study in which two rows may be Jane's, and Omar has none."""
    factories.study(tmp_path / "dicom", JANE, OMAR)
    factories.table(tmp_path / "t.csv", TABLE)
    done = anonledger("run", "dicom", "-d", "t.csv", cwd=tmp_path, status=4)
    assert "Demographics of patients: 1 for review, 1 missing." in done.stdout
    assert "Demographics rows: 2 unused." in done.stdout
    assert "decide with `anonledger review`" in done.stdout
    assert len(images(tmp_path / "anonymized")) == 2
    return tmp_path


def jane(project: Path) -> str:
    return pseudonyms(project)[JANE.name]


def doses(project: Path) -> list[str]:
    """Run again and return the doses that are shared."""
    anonledger("run", "dicom", cwd=project, status=None)
    return [row["dose"] for row in rows(project / "anonymized" / "demographics.csv")]


def test_without_a_command_it_lists_in_every_form(project: Path) -> None:
    done = anonledger("review", "--format", "csv", cwd=project)
    (line,) = csv.DictReader(io.StringIO(done.stdout))
    assert (line["patient_name"], line["patient_id"]) == (JANE.name, JANE.patient_id)
    assert line["candidates"] == "1: Jane Zweifelhofer, 1970-01-02|2: Jane Zweifelhofer, 1981-03-04"
    (told,) = json.loads(anonledger("review", "list", "--format", "json", cwd=project).stdout)
    assert [candidate["row"] for candidate in told["candidates"]] == [1, 2]
    assert "several rows" in anonledger("review", cwd=project).stdout
    assert len(json.loads(anonledger("review", "--all", "--format", "json", cwd=project).stdout)) == 2


@pytest.mark.parametrize(
    ("decision", "shared"),
    [
        (["accept", "{}", "2"], ["6"]),
        (["--accept", "{}", "1"], ["5"]),
        (["--project", ".", "--accept", "{}", "1"], ["5"]),
        (["--project=.", "--accept={}", "1"], ["5"]),
        (["--project", ".", "accept", "{}", "2"], ["6"]),
        (["{}", "2", "--accept"], ["6"]),
        (["none", "{}"], []),
    ],
)
def test_a_decision_is_taken_by_pseudonym(project: Path, decision: list[str], shared: list[str]) -> None:
    done = anonledger("review", *[word.format(jane(project)) for word in decision], cwd=project)
    said = f"row {1 if shared == ['5'] else 2}" if shared else "no row"
    assert done.stdout == (
        f"Recorded for {jane(project)}: {said}. It takes effect with the next `anonledger run`.\n"
    )
    assert doses(project) == shared
    assert "Taken back" in anonledger("review", "undo", jane(project), cwd=project).stdout
    assert doses(project) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["accept", "subj_NOBODY", "1"], "No patient"),
        (["accept", "{}"], "2 candidates"),
        (["reject", "{}", "0"], "0"),
        (["undo", "{}"], "nothing to undo"),
        (["export", "anonymized/x.csv"], "to be shared"),
        (["import", "nowhere.csv"], "cannot be read"),
        (["import", "t.csv"], "no columns"),
        (["go"], "terminal"),
        (["frob"], "There is no such command. Those of `anonledger review` are: accept, export"),
        (["--accept", "{}", "--none", "{}"], "one decision at a time"),
    ],
)
def test_wrong_use_is_one_clear_sentence(project: Path, arguments: list[str], said: str) -> None:
    words = [word.format(jane(project)) for word in arguments]
    done = anonledger("review", *words, cwd=project, status=2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "zweifelhofer" not in (done.stdout + done.stderr).lower()


def test_a_file_is_filled_in_and_imported(project: Path) -> None:
    done = anonledger("review", "export", "private/todo.csv", cwd=project)
    assert "Wrote 1 patient" in done.stderr
    file = project / "private" / "todo.csv"
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
    file.write_text(file.read_text("utf-8").rstrip("\n") + "2\n", "utf-8")
    assert "Recorded: 1 decision." in anonledger("review", "import", file, cwd=project).stdout
    assert doses(project) == ["6"]


def in_a_terminal(project: Path, answers: str) -> str:
    """Return what `anonledger review go` shows to somebody who types these answers."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    os.write(ours, answers.encode())
    done = subprocess.run(
        [sys.executable, "-m", "anonledger", "review", "go"],
        cwd=project,
        env=environment(),
        stdin=theirs,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    os.close(ours)
    os.close(theirs)
    return done.stdout


@pytest.mark.parametrize(
    ("answers", "shared"),
    [
        ("a\n2\n", ["6"]),
        ("A\n1\n", ["5"]),
        ("accept\n2\n", ["6"]),
        ("x\nn\n", []),
        ("s\n", []),
        ("b\nReject\n1\n", []),
        ("q\n", []),
    ],
)
def test_one_by_one_in_the_terminal(project: Path, answers: str, shared: list[str]) -> None:
    shown = in_a_terminal(project, answers)
    assert "1 of 1" in shown
    assert all(text in shown for text in (JANE.name, "row 1", "1970-01-02", "row 2", "1981-03-04"))
    assert doses(project) == shared


def test_the_matches_say_who_decided_in_the_columns_that_are_promised(project: Path) -> None:
    anonledger("review", "accept", jane(project), "2", cwd=project)
    doses(project)
    lines = (project / "private" / "matches.csv").read_text("utf-8").splitlines()
    assert lines[0] == (
        "pseudonym,patient_id,patient_name,birth_date,status,table,row,score,candidates,reasons"
    )
    assert (
        f"{jane(project)},P-104477,Zweifelhofer^Jane,,accepted,t.csv,2,1.0000,2,"
        "a person decided that this is the row"
    ) in lines


def test_nothing_is_decided_without_a_project_or_a_table(tmp_path: Path) -> None:
    assert "no anonledger project" in anonledger("review", cwd=tmp_path, status=2).stderr
    factories.study(tmp_path / "dicom", JANE)
    anonledger("run", "dicom", cwd=tmp_path)
    assert json.loads(anonledger("review", "--format", "json", cwd=tmp_path).stdout) == []
    assert "Run with a table" in anonledger("review", "none", jane(tmp_path), cwd=tmp_path, status=2).stderr


def test_homonyms_and_who_is_new_are_told_at_the_end_of_a_run(project: Path) -> None:
    done = anonledger("run", "dicom", "--id-from", "patient-id", cwd=project, status=4)
    assert (
        "pseudonyms are made from patient-id now, and 2 given before, from name+birthdate, stay"
        in done.stdout
    )
    again = project / "again"
    factories.study(
        again / "dicom", Patient(JANE.name, "X-1", "19700102"), Patient(JANE.name, "X-2", "19810304")
    )
    done = anonledger("run", "dicom", "--id-from", "name", cwd=again, status=1)
    assert "private/doubts.csv" in done.stderr
    assert "zweifelhofer" not in (done.stdout + done.stderr).lower()
    assert len(rows(again / "private" / "doubts.csv")) == 2


def test_back_leads_to_the_last_patient(tmp_path: Path) -> None:
    other = Patient("Zweifelhofer^Jana", "P-104478", "", images=1)
    factories.study(tmp_path / "dicom", JANE, other)
    lines = [
        [name, date, ""] for name in ("Jane Zweifelhofer", "Jana Zweifelhofer") for date in ("1970-01-02", "")
    ]
    factories.table(tmp_path / "t.csv", [TABLE[0], *lines])
    anonledger("run", "dicom", "-d", "t.csv", cwd=tmp_path, status=4)
    shown = in_a_terminal(tmp_path, "s\nb\nq\n")
    assert [line for line in shown.splitlines() if " of 2: " in line][0::2] == [
        line for line in shown.splitlines() if line.startswith("1 of 2: ")
    ]
    assert shown.count("1 of 2: ") == 2 and shown.count("2 of 2: ") == 1


def test_nothing_of_a_table_is_obeyed_by_the_terminal(tmp_path: Path) -> None:
    evil = "Jane \x9d0;owned\x07\x9b2J Zweifelhofer\u202e"
    factories.study(tmp_path / "dicom", JANE)
    factories.table(
        tmp_path / "t.csv", [[*TABLE[0], "a\x9b31m"], [evil, "1970-01-02", "5", ""], [*TABLE[2], ""]]
    )
    anonledger("run", "dicom", "-d", "t.csv", cwd=tmp_path, status=4)
    said = [
        in_a_terminal(tmp_path, "q\n"),
        *(anonledger("review", "--format", form, cwd=tmp_path).stdout for form in ("table", "csv", "json")),
        *(
            anonledger("inspect", "t.csv", "dicom", *names, cwd=tmp_path).stdout
            for names in ((), ("--names",))
        ),
    ]
    assert all("Zweifelhofer" in text for text in (*said[:4], said[5]))
    assert not any(mark in text for text in said for mark in "\x9b\x9d\x07\u202e")
    assert visible("a\x1b[2J\r\nb\tÄ") == "a\\x1b[2J\\r\\nb\\tÄ"


def test_a_row_that_is_nothing_like_the_patient_needs_a_yes(project: Path) -> None:
    omar = pseudonyms(project)[OMAR.name]
    done = anonledger("review", "accept", omar, "2", cwd=project, status=2)
    assert "unlike" in done.stderr and "--yes" in done.stderr
    done = anonledger("review", "accept", omar, "2", "--yes", cwd=project)
    assert f"Recorded for {omar}: row 2. It takes" in done.stdout
    done = anonledger("review", "accept", omar, "1", cwd=project)
    assert f"Recorded for {omar}: row 1 (before: row 2). It takes" in done.stdout
    assert f"Taken back for {omar}: row 1. It" in anonledger("review", "undo", omar, cwd=project).stdout
