"""What happened, what differs, what is known of one thing, and who it is: as a data manager asks it."""

import csv
import io
import json
from pathlib import Path

import pytest
from filelock import FileLock

from anonledger.cli.choices import spelled_out
from tests import factories
from tests.factories import Patient
from tests.program import anonledger, images, pseudonyms

JANE = Patient("Zweifelhofer^Jane", "P-104477", images=2)
OMAR = Patient("Qasimov^Omar", "Q-882211", sex="M", images=1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project of two months: Jane and a table in the first, Omar in the second."""
    factories.study(tmp_path / "dicom", JANE)
    factories.table(tmp_path / "t.csv", [["name", "note"], ["Jane Zweifelhofer", "well"]])
    (tmp_path / "dicom" / "cut").write_bytes(factories.instance(JANE.name, JANE.patient_id, number=8)[:700])
    anonledger("run", "dicom", "-d", "t.csv", cwd=tmp_path, status=3)
    factories.study(tmp_path / "later", OMAR)
    anonledger("run", "dicom", "later", cwd=tmp_path, status=3)
    return tmp_path


def told(project: Path, *arguments: object, status: int = 0) -> list[dict[str, str]]:
    """Return the records that a command prints; nobody is named but by ``who`` and in paths."""
    done = anonledger(*arguments, "--format", "csv", cwd=project, status=status)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def of(project: Path, name: str) -> str:
    return next(one for spelled, one in pseudonyms(project).items() if name in spelled)


def test_who_names_a_patient_and_that_it_was_asked_is_on_record(project: Path) -> None:
    jane = of(project, "Zweifelhofer")
    rows = told(project, "who", jane)
    facts = {(row["what"], row["value"]) for row in rows}
    assert {("name", "Zweifelhofer^Jane"), ("patient ID", "P-104477")} <= facts
    assert ("row 1", "name: Jane Zweifelhofer; note: well") in facts
    assert sum(row["what"] == "file" for row in rows) == 2
    assert {row["run"] for row in rows} == {"1"}
    (event,) = told(project, "log", "--events", "--event", "re-identified")
    assert (event["pseudonym"], event["run"]) == (jane, "3")
    assert anonledger("audit", cwd=project).stdout


def test_who_tells_and_records_nothing_when_one_is_nobodys(project: Path) -> None:
    jane = of(project, "Zweifelhofer")
    done = anonledger("who", jane, "Zweifelhofer", cwd=project, status=2)
    assert "pseudonym number 2" in done.stderr
    assert "zweifelhofer" not in (done.stdout + done.stderr).lower()
    assert told(project, "log", "--event", "re-identified") == told(project, "log", "--event", "%") == []
    with FileLock(project / ".anonledger" / "lock"):
        assert anonledger("who", jane, cwd=project, status=5).stdout == ""


def test_the_log_lists_runs_newest_first_and_can_be_narrowed(project: Path) -> None:
    runs = told(project, "log")
    assert [(row["run"], row["command"], row["new_subjects"]) for row in runs] == [
        ("2", "run", "1"),
        ("1", "run", "1"),
    ]
    assert [row["files_placed"] for row in runs] == ["1", "2"]
    assert [row["run"] for row in told(project, "log", "-n", "1")] == ["2"]
    assert [row["run"] for row in told(project, "log", "--subject", of(project, "Omar"))] == ["2"]
    assert told(project, "log", "--since", "2999-01-01") == []
    assert len(told(project, "log", "--since", "2000-01-01")) == 2
    assert [row["run"] for row in told(project, "log", "--event", "link")] == ["2", "1"]
    kinds = [row["kind"] for row in told(project, "log", "--events")]
    assert (kinds[:2], kinds[-1]) == (["nothing left to do", "run finished"], "run begun")
    assert len(json.loads(anonledger("log", "--format", "json", cwd=project).stdout)) == 2
    assert "pseudonym" in anonledger("log", "--subject", "nobody", cwd=project, status=2).stderr


def test_diff_tells_what_a_month_brought_and_swaps_with_its_arguments(project: Path) -> None:
    omar = of(project, "Omar")
    rows = told(project, "diff", 1, 2)
    assert {
        (row["what"], row["which"], row["before"], row["after"]) for row in rows if row["what"] == "subject"
    } == {("subject", omar, "", "there")}
    (added,) = [row for row in rows if row["what"] == "file"]
    assert (added["before"], added["run"], added["why"]) == ("", "2", "new")
    assert f"/{omar}/" in added["which"] and len(added["after"]) == 64
    back = {(row["which"], row["before"]) for row in told(project, "diff", 2, 1)}
    assert back == {(row["which"], row["after"]) for row in rows}
    assert told(project, "diff", 2, 2) == []
    assert "no run 9" in anonledger("diff", 1, 9, cwd=project, status=2).stderr
    (project / "dicom" / "cut").unlink()
    anonledger("quarantine", "drop", "1", "--why", "cut", cwd=project)


def test_diff_tells_of_settings_rules_and_changed_files(project: Path) -> None:
    settings = ("--remove-tag", "SeriesDescription", "--drop-column", "note")
    anonledger("run", "dicom", "later", *settings, cwd=project, status=3)
    rows = told(project, "diff", 2, 3)
    assert {row["which"] for row in rows if row["what"] == "run"} == {"rules", "setting drop_columns"}
    changed = [row for row in rows if row["what"] == "file"]
    assert {row["why"] for row in changed} == {"rules changed"}
    assert all(row["before"] != row["after"] != "" for row in changed) and len(changed) == 3


def test_everything_known_of_a_file_wherever_it_lies(project: Path) -> None:
    shared = min(path for path in images(project / "anonymized") if path.startswith(of(project, "Omar")))
    (source,) = (path for path in (project / "later").rglob("*") if path.is_file())
    copy = project / "copy"
    copy.write_bytes((project / "anonymized" / shared).read_bytes())
    by_tree = told(project, "show", f"anonymized/{shared}")
    assert by_tree == told(project, "show", source.relative_to(project))
    assert {(row["what"], row["value"]) for row in told(project, "show", "copy")} >= {
        (row["what"], row["value"]) for row in by_tree
    }
    facts = {row["what"]: row for row in by_tree}
    assert facts["is of"]["value"] == of(project, "Omar")
    assert (facts["published as"]["run"], facts["published as"]["why"][:25]) == (
        "2",
        "new; profile pseudonymize",
    )
    assert facts["shared as"]["value"].endswith(shared)
    digest = facts["content"]["value"]
    assert told(project, "show", digest) == told(project, "show", digest[:12]) == by_tree
    assert any(row["what"] == "object" for row in told(project, "show", facts["published as"]["value"]))


def test_everything_known_of_what_is_held_back_of_a_subject_and_of_a_run(project: Path) -> None:
    facts = {row["what"]: row for row in told(project, "show", "dicom/cut")}
    assert facts["held back"]["value"] == "quarantine 1: ends in the middle of an element"
    done = anonledger("show", of(project, "Zweifelhofer"), cwd=project)
    assert "accepted, rows [1]" in done.stdout and "identity assigned" in done.stdout
    assert "zweifelhofer" not in done.stdout.lower()
    run = {row["what"]: row["value"] for row in told(project, "show", "2")}
    assert (run["status"], run["files published"]) == ("done, exit 3", "1")
    rules = told(project, "show", run["rules"][:10])
    assert [row["value"] for row in rows_of(rules, "run")] == ["1", "2"]


def rows_of(rows: list[dict[str, str]], what: str) -> list[dict[str, str]]:
    return [row for row in rows if row["what"] == what]


@pytest.mark.parametrize(
    ("what", "said"), [("Zweifelhofer", "knows no subject"), ("note", "neither its place")]
)
def test_what_is_unknown_is_told_in_a_sentence_that_repeats_nothing(
    project: Path, what: str, said: str
) -> None:
    (project / "note").write_text("about nothing")
    done = anonledger("show", what, cwd=project, status=2)
    assert said in done.stderr and "Zweifelhofer" not in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", [["who", "x"], ["show", "1"], ["log"], ["diff", "1", "2"], ["query"], ["ledger", "info"]]
)
def test_without_a_project_each_says_so(tmp_path: Path, command: list[str]) -> None:
    assert "no anonledger project" in anonledger(*command, cwd=tmp_path, status=2).stderr
    assert list(tmp_path.iterdir()) == []


def test_a_command_is_on_record_as_it_is_typed() -> None:
    given = {"identifier_columns": ("phone", "mail"), "remove_staff": True, "id_length": 9}
    assert list(spelled_out(given)) == [
        "--id-length=9",
        "--identifier-column=phone",
        "--identifier-column=mail",
        "--remove-staff",
    ]
