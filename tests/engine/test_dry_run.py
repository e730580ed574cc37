"""A dry run says what a run would do, the table and its links included, and writes nothing."""

from pathlib import Path

import pytest
from filelock import FileLock

from tests import factories
from tests.engine.conftest import Runner
from tests.factories import Patient
from tests.program import anonledger, contents

ADA, BO = Patient("Brandvold^Ada", "K-481516", images=1), Patient("Ekelund^Bo", "Q-232342", "", images=1)
HEAD, FIRST = ["name", "dob", "dose"], ["Ada Brandvold", "1970-01-02", "5"]
TABLES = "missing.csv and demographics.csv"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    factories.study(tmp_path / "dicom", ADA, BO)
    factories.table(tmp_path / "t.csv", [HEAD, FIRST])
    return tmp_path


def dry(study: Path, *options: str) -> list[str]:
    """Return what a dry run says below its jobs, having seen that it wrote nothing."""
    before = contents(study)
    done = anonledger("run", "-n", "dicom", *options, cwd=study)
    assert contents(study) == before
    return [line for line in done.stdout.splitlines() if line.startswith(("Demographics", "Dry"))]


def test_links_and_tables_are_told_before_the_first_run(study: Path) -> None:
    assert dry(study, "-d", "t.csv") == [
        "Demographics of patients: 1 linked, 1 missing.",
        f"Dry run: 2 to do, 0 unchanged, {TABLES} to write. Nothing was written.",
    ]


def test_a_changed_table_is_told_as_the_run_says_it(study: Path) -> None:
    anonledger("run", "dicom", "-d", "t.csv", cwd=study)
    assert dry(study)[-1] == "Dry run: 0 to do, 2 unchanged. Nothing was written."
    lines = [FIRST, ["Bo Ekelund", "", "6"], ["Bo Ekelund", "1960-02-03", "7"], ["Ida Nobody", "", "8"]]
    factories.table(study / "t.csv", [HEAD, *lines])
    told = dry(study, "-d", "t.csv")
    done = anonledger("run", "dicom", "-d", "t.csv", cwd=study, status=4)
    assert told[:-1] == [line for line in done.stdout.splitlines() if line.startswith("Demographics")]
    assert told[0] == "Demographics of patients: 1 linked, 1 for review."
    factories.table(study / "t.csv", [HEAD, [*FIRST[:2], "50"], *lines[1:]])
    assert dry(study, "-d", "t.csv")[-1] == (
        "Dry run: 0 to do, 2 unchanged, demographics.csv to write. Nothing was written."
    )


def test_namesakes_are_told_by_inspect_and_by_a_dry_run_without_a_word_that_is_untrue(study: Path) -> None:
    factories.study(study / "more", Patient("Ada BRANDVOLD", "K-999", "19810304", images=1))
    (study / "anonledger.toml").write_text('id_from = "name"\n')
    said = "--id-from name would give 2 patients the pseudonym of another one."
    shown = anonledger("inspect", "dicom", "more", cwd=study).stdout
    assert said in shown and "doubts.csv" not in shown and "released" not in shown
    assert [line.split() for line in shown.splitlines() if "patients  " in line] == [["patients", "3"]]
    planned = anonledger("run", "-n", "dicom", "more", cwd=study, status=1).stderr
    assert said in planned and "doubts.csv" not in planned
    stopped = anonledger("run", "dicom", "more", cwd=study, status=1).stderr
    assert f"{said} Nothing was released. They are listed in private/doubts.csv." in stopped
    assert (study / "private" / "doubts.csv").exists()


def test_what_a_killed_dry_run_left_is_gone_with_the_next_run(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", Patient("Zweifelhofer^Jane", "P-104477"))
    go()
    left = tmp_path / ".anonledger" / "dry-abc"
    left.mkdir()
    (left / "lock").touch()
    (left / "ledger.sqlite3").write_text("Zweifelhofer")
    busy = tmp_path / ".anonledger" / "dry-def"
    busy.mkdir()
    with FileLock(busy / "lock"):
        go()
    assert not left.exists() and busy.exists()
