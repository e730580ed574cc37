"""Another project's ledger is taken whole and as it was recorded, or refused by a sentence that names it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from anonledger.engine.decisions import own_run
from anonledger.engine.importing import import_ledger, import_table
from anonledger.engine.project import project_at
from anonledger.errors import CollisionError, LedgerError, NewerLedgerError, UsageError
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Origin
from anonledger.records import Evidence
from anonledger.settings import Settings
from tests.engine.conftest import Runner
from tests.factories import Patient, study, table

RUTH = Patient("Lindqvist^Ruth", "P-331902", "19550607")


@pytest.fixture
def other(tmp_path: Path, go: Runner) -> Path:
    """Return the ledger of the project in the test's folder."""
    study(tmp_path / "dicom", RUTH)
    go()
    return project_at(tmp_path).ledger


def change(ledger: Path, statement: str) -> None:
    with closing(sqlite3.connect(ledger)) as raw, raw:
        raw.execute(statement)


def refused(tmp_path: Path, other: Path, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said) as error:
        import_ledger(tmp_path / "here", other, Settings())
    assert "Nothing was imported" in str(error.value) and "run again" not in str(error.value)
    assert not project_at(tmp_path / "here").ledger.exists()


def test_a_ledger_that_cannot_be_used_is_named_in_a_sentence(tmp_path: Path, other: Path) -> None:
    cut = tmp_path / "cut.sqlite3"
    cut.write_bytes(other.read_bytes()[:20000])
    refused(tmp_path, cut, LedgerError, r"cut\.sqlite3 is damaged or was cut")
    change(tmp_path / "foreign.sqlite3", "CREATE TABLE t (x)")
    refused(tmp_path, tmp_path / "foreign.sqlite3", UsageError, r"foreign\.sqlite3 is a database of another")
    change(other, "UPDATE alembic_version SET version_num = '9999'")
    refused(tmp_path, other, NewerLedgerError, r"\.anonledger/ledger\.sqlite3 was written by a newer")


@pytest.mark.parametrize("pseudonym", ["..", "a/b", "lindqvist_1", "x\ny"])
def test_a_ledger_that_was_changed_by_hand_is_refused(tmp_path: Path, other: Path, pseudonym: str) -> None:
    change(other, f"UPDATE subject SET pseudonym = '{pseudonym}'")
    refused(tmp_path, other, LedgerError, "not as it was recorded")


@pytest.mark.parametrize(
    ("pseudonym", "said"), [("..", "cannot be a folder"), ("ruthlindqvist", "holds the name")]
)
def test_its_pseudonyms_are_looked_at(tmp_path: Path, other: Path, pseudonym: str, said: str) -> None:
    with Clerk(other) as clerk, own_run(clerk, project_at(tmp_path), "a test") as run:
        (made,) = clerk.add_subjects(run, [(pseudonym, "0" * 64)])
        clerk.assign(run, [(Evidence(name="Lindqvist^Ruth"), made.id)], Origin.IMPORT)
    refused(tmp_path, other, UsageError, said)


@pytest.mark.parametrize(
    "pseudonym",
    ["CON", "nul.x", "com1", "Other", "sha256sums", "demographics.csv", "RuthLindqvist", "xlindqvist7"],
)
def test_a_pseudonym_that_cannot_be_is_refused(tmp_path: Path, pseudonym: str) -> None:
    lines = [["name", "pseudonym"], ["Ruth Lindqvist", pseudonym]]
    with pytest.raises(UsageError, match=r"Row 1 .* Nothing was imported"):
        import_table(tmp_path, table(tmp_path / "t.csv", lines), Settings())


def test_pseudonyms_that_only_their_case_tells_apart_are_refused(tmp_path: Path) -> None:
    lines = [["name", "pseudonym"], ["Ruth Lindqvist", "p1"], ["Omar Qasimov", "P1"]]
    with pytest.raises(CollisionError, match="upper and lower case"):
        import_table(tmp_path, table(tmp_path / "t.csv", lines), Settings())
    import_table(tmp_path, table(tmp_path / "t.csv", lines[:2]), Settings())
    with pytest.raises(CollisionError, match="upper and lower case"):
        import_table(tmp_path, table(tmp_path / "t.csv", [lines[0], lines[2]]), Settings())
