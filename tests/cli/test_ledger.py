"""The ledger as a file: backed up, described, upgraded, refused, encrypted."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests import factories
from tests.factories import Patient
from tests.program import SALT, anonledger, environment, pseudonyms

JANE = Patient("Zweifelhofer^Jane", "P-104477")
KEPT = Path(__file__).parents[1] / "ledger" / "ledgers" / "0001.sqlite3"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with one patient."""
    factories.study(tmp_path / "dicom", JANE)
    anonledger("run", "dicom", cwd=tmp_path)
    return tmp_path


def test_an_empty_name_for_the_key_file_is_refused_before_a_plain_ledger_is_made(tmp_path: Path) -> None:
    factories.study(tmp_path / "dicom", JANE)
    done = anonledger("--ledger-key-file", "", "run", "dicom", cwd=tmp_path, status=2)
    assert "is empty" in done.stderr and not (tmp_path / ".anonledger").exists()


def info(project: Path, *options: object) -> dict[str, str]:
    done = anonledger(*options, "ledger", "info", "--format", "json", cwd=project)
    return {row["what"]: row["value"] for row in json.loads(done.stdout)}


def ledger(project: Path) -> Path:
    return project / ".anonledger" / "ledger.sqlite3"


def test_a_backup_is_a_ledger_that_can_take_its_place(project: Path) -> None:
    head = info(project)["head of the chain"]
    anonledger("ledger", "backup", "elsewhere/january.sqlite3", cwd=project)
    anonledger("ledger", "backup", cwd=project)
    (standard,) = (project / ".anonledger" / "backups").iterdir()
    assert info(project)["backup"] == str(standard)
    if os.name == "posix":
        assert (project / "elsewhere" / "january.sqlite3").stat().st_mode & 0o777 == 0o600
    anonledger("run", "dicom", cwd=project)
    for path in (project / ".anonledger").glob("ledger.sqlite3*"):
        path.unlink()
    shutil.copy(project / "elsewhere" / "january.sqlite3", ledger(project))
    assert info(project)["head of the chain"] == head
    assert "all is as recorded" in anonledger("audit", cwd=project).stdout
    assert "Nothing to do" in anonledger("run", "dicom", cwd=project).stdout


def test_a_backup_overwrites_nothing_and_is_not_shared(project: Path) -> None:
    (project / "mine").write_text("mine")
    assert "exists" in anonledger("ledger", "backup", "mine", cwd=project, status=2).stderr
    said = anonledger("ledger", "backup", "anonymized/x", cwd=project, status=2).stderr
    assert "to be shared" in said and not (project / "anonymized" / "x").exists()
    if os.name == "posix" and os.getuid():
        (project / "closed").mkdir(0o500)
        assert "Error" in anonledger("ledger", "backup", "closed/x", cwd=project, status=1).stderr


def test_an_older_ledger_is_described_and_upgraded_after_a_backup(tmp_path: Path) -> None:
    ledger(tmp_path).parent.mkdir()
    shutil.copy(KEPT, ledger(tmp_path))
    assert info(tmp_path)["schema"] == "0001"
    said = anonledger("ledger", "upgrade", cwd=tmp_path).stdout
    assert "from schema 0001 to" in said
    assert info(tmp_path)["schema"] == info(tmp_path)["schema of this program"]
    (backup,) = (tmp_path / ".anonledger" / "backups").iterdir()
    assert backup.name.startswith("ledger-0001-")
    assert "already" in anonledger("ledger", "upgrade", cwd=tmp_path).stdout
    assert anonledger("ledger", "upgrade", "-q", cwd=tmp_path).stdout == ""
    assert "0001 to" in anonledger("log", "--events", "--event", "schema", cwd=tmp_path).stdout


def test_a_newer_ledger_is_described_but_refused(project: Path) -> None:
    with closing(sqlite3.connect(ledger(project))) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    assert info(project)["schema"] == "9999"
    for command in (["upgrade"], ["backup", "x"]):
        assert "newer version" in anonledger("ledger", *command, cwd=project, status=6).stderr
    assert "newer version" in anonledger("audit", cwd=project, status=6).stderr


class TestEncryption:
    """A ledger that is encrypted on the disk."""

    @pytest.fixture(autouse=True)
    def _installed(self) -> None:
        pytest.importorskip("sqlcipher3")

    @pytest.fixture
    def key(self, tmp_path: Path) -> Path:
        """Return a file with a key."""
        path = tmp_path / "ledger.key"
        path.write_text("0f" * 32 + "\n")
        return path

    def test_from_the_first_run_on_nothing_can_be_read_without_the_key(
        self, tmp_path: Path, key: Path
    ) -> None:
        factories.study(tmp_path / "dicom", JANE)
        with_key = ("--ledger-key-file", key)
        anonledger(*with_key, "run", "dicom", cwd=tmp_path)
        anonledger(*with_key, "ledger", "backup", cwd=tmp_path)
        for path in (tmp_path / ".anonledger").rglob("*.sqlite3*"):
            assert b"SQLite format" not in path.read_bytes()
            assert b"weifelhofer" not in path.read_bytes()
        (one,) = set(pseudonyms(tmp_path).values())
        assert "Zweifelhofer^Jane" in anonledger(*with_key, "who", one, cwd=tmp_path).stdout
        assert "all is as recorded" in anonledger(*with_key, "audit", cwd=tmp_path).stdout
        assert (
            "1"
            in anonledger(*with_key, "query", "--sql", "SELECT count(*) FROM subject", cwd=tmp_path).stdout
        )
        assert "unchanged" in anonledger(*with_key, "run", "-n", "dicom", cwd=tmp_path).stdout
        by_environment = {**environment(SALT), "ANONLEDGER_LEDGER_KEY_FILE": str(key)}
        done = subprocess.run(
            [sys.executable, "-m", "anonledger", "status"], cwd=tmp_path, env=by_environment
        )
        assert done.returncode == 0

    def test_a_missing_or_a_wrong_key_is_told_in_a_sentence(self, tmp_path: Path, key: Path) -> None:
        factories.study(tmp_path / "dicom", JANE)
        anonledger("--ledger-key-file", key, "run", "dicom", cwd=tmp_path)
        for command in (["status"], ["run", "dicom"], ["ledger", "info"], ["query"], ["audit"]):
            assert "or it is encrypted" in anonledger(*command, cwd=tmp_path, status=1).stderr
        other = tmp_path / "other.key"
        for text, said in (
            ("ab" * 32, "does not open"),
            ("too short", "64 hexadecimal"),
            (None, "cannot be read"),
        ):
            other.unlink(missing_ok=True)
            if text is not None:
                other.write_text(text)
            done = anonledger("--ledger-key-file", other, "status", cwd=tmp_path, status=1)
            assert said in done.stderr and done.stderr.count("\n") == 1, done.stderr
            assert text is None or text not in done.stderr

    def test_a_plain_ledger_is_encrypted_with_all_that_it_holds(self, project: Path, key: Path) -> None:
        head = info(project)["head of the chain"]
        with_key = ("--ledger-key-file", key)
        assert "not encrypted" in anonledger(*with_key, "status", cwd=project, status=1).stderr
        assert "Name the file" in anonledger("ledger", "encrypt", cwd=project, status=2).stderr
        anonledger(*with_key, "ledger", "encrypt", cwd=project)
        assert (info(project, *with_key)["encrypted"], info(project, *with_key)["head of the chain"]) == (
            "yes",
            head,
        )
        assert "all is as recorded" in anonledger(*with_key, "audit", cwd=project).stdout
        assert "Nothing to do" in anonledger(*with_key, "run", "dicom", cwd=project).stdout
        assert "already" in anonledger(*with_key, "ledger", "encrypt", cwd=project, status=2).stderr


def test_a_key_without_what_encrypts_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "ledger.key").write_text("0f" * 32)
    hidden = tmp_path / "hidden" / "sqlcipher3"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError('not installed')")
    root = Path(__file__).parents[2]
    path = os.pathsep.join(map(str, (tmp_path / "hidden", root)))
    factories.study(tmp_path / "dicom", JANE)
    command = [sys.executable, "-m", "anonledger", "--ledger-key-file", "ledger.key", "run", "dicom"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**environment(), "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "anonledger[encryption]" in done.stderr and "Traceback" not in done.stderr
