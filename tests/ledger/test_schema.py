"""The ledger's file is created, upgraded, or refused.

Owns: what a user meets who opens an old, a new, a foreign or a damaged ledger.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from anonledger.errors import LedgerError, NewerLedgerError
from anonledger.ledger.audit import Audit
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.schema import SCHEMA_HEAD, copy_ledger, migrations
from anonledger.outcomes import Disposition
from tests.ledger.keeping import LEDGERS
from tests.ledger.makers import begun

CHECKOUT = Path(__file__).parents[2]
KEPT = sorted(LEDGERS.glob("*.sqlite3"))


def test_a_new_ledger_is_private_and_complete(path: Path) -> None:
    with Clerk(path) as clerk:
        assert begun(clerk) == 1
        assert clerk.ledger.status().subjects == 0
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_an_open_ledger_keeps_its_side_files_private(path: Path) -> None:
    with Clerk(path) as clerk:
        begun(clerk)
        if os.name == "posix":
            assert {p.stat().st_mode & 0o777 for p in path.parent.iterdir()} == {0o600}


def test_a_crash_while_creating_leaves_a_file_that_opens(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with Clerk(path) as clerk:
        assert begun(clerk) == 1


def test_a_newer_ledger_is_refused_in_one_sentence_and_left_alone(path: Path) -> None:
    Clerk(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(NewerLedgerError, match=r"newer version.*9999.*install") as refused:
        Clerk(path)
    assert refused.value.exit_code == 6
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"these are notes, not a ledger\n" * 100)
    with pytest.raises(LedgerError, match="not a database"):
        Clerk(path)


def test_another_programs_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE recipes (cake)")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="another program"):
        Clerk(path)
    assert path.read_bytes() == before


def test_damage_inside_is_told_in_a_sentence(path: Path) -> None:
    with Clerk(path) as clerk:
        begun(clerk)
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * len(content[8192:])
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="backups"), Clerk(path) as clerk:
        clerk.ledger.status()


def test_the_folder_may_have_signs_that_mean_something_in_an_ini_file(tmp_path: Path) -> None:
    with Clerk(tmp_path / "100% [of] é ?x#y" / "ledger.sqlite3") as clerk:
        assert begun(clerk) == 1


def test_a_copy_holds_what_the_ledger_holds_and_is_private(path: Path, tmp_path: Path) -> None:
    with Clerk(path) as clerk:
        begun(clerk)
        copy_ledger(path, tmp_path / "scratch" / "ledger.sqlite3")
        begun(clerk)
    with Clerk(tmp_path / "scratch" / "ledger.sqlite3") as copy:
        assert [one.id for one in copy.ledger.runs()] == [1]
    if os.name == "posix":
        assert (tmp_path / "scratch" / "ledger.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_copy_of_no_ledger_is_none(path: Path, tmp_path: Path) -> None:
    copy_ledger(path, tmp_path / "copy.sqlite3")
    assert not (tmp_path / "copy.sqlite3").exists()


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.stem)
def test_the_ledger_of_every_released_schema_still_opens(kept: Path, path: Path) -> None:
    path.parent.mkdir()
    shutil.copy(kept, path)
    with Clerk(path) as clerk:
        assert [one.pseudonym for one in clerk.ledger.subjects()] == ["subj_A"]
        assert [one.evidence.name for one in clerk.ledger.mapping_rows()] == ["TESTER^ADA"]
        assert clerk.ledger.broken_event() is None
        assert begun(clerk) == 2
    backups = [p.name for p in (path.parent / "backups").glob("*")]
    assert len(backups) == (kept.stem != SCHEMA_HEAD)


def test_the_ledger_kept_of_this_schema_has_the_shape_that_a_new_one_gets(path: Path) -> None:
    Clerk(path).close()
    assert _shape(LEDGERS / f"{SCHEMA_HEAD}.sqlite3") == _shape(path)
    with Audit(LEDGERS / f"{SCHEMA_HEAD}.sqlite3") as kept:
        assert [*kept.unfit_seals(), *kept.unfit_rows(), *kept.unfit_file(quick=False)] == []


def test_what_a_ledger_of_schema_0001_knows_is_looked_at_again(path: Path) -> None:
    path.parent.mkdir()
    shutil.copy(KEPT[0], path)
    with Clerk(path) as clerk:
        (root,) = {row.location.root for row in clerk.ledger.plan_rows(1)}
        known = {one.disposition: one.mtime_ns for one in clerk.ledger.known_sources(root)}
        assert known[Disposition.INSTANCE] == -1
        assert [row.vocabulary for row in clerk.ledger.plan_rows(1)] == [None]
        table = clerk.ledger.latest_table()
        assert table is None or table.identifier_columns == ()


def test_an_older_ledger_is_backed_up_before_it_is_upgraded(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Clerk(path) as clerk:
        begun(clerk)
    _pretend_a_further_migration(tmp_path, monkeypatch, "op.add_column('fact', sa.Column('x', sa.Text))")
    with Clerk(path) as clerk:
        assert [one.id for one in clerk.ledger.runs()] == [1]
    (backup,) = (path.parent / "backups").iterdir()
    assert backup.name.startswith(f"ledger-{SCHEMA_HEAD}-")
    assert _columns(backup) == ["name", "value", "run_id"]
    assert _columns(path) == ["name", "value", "run_id", "x"]


def test_an_upgrade_that_fails_leaves_the_ledger_as_it_was(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Clerk(path) as clerk:
        begun(clerk)
    orphan = "op.execute(\"INSERT INTO fact VALUES ('a', 'b', 77, 'c')\")"
    adding = "op.add_column('fact', sa.Column('x', sa.Text))"
    _pretend_a_further_migration(tmp_path, monkeypatch, f"{adding}\n    {orphan}")
    with pytest.raises(LedgerError, match="refer to nothing"):
        Clerk(path)
    assert _columns(path) == ["name", "value", "run_id"]


def test_the_head_that_the_program_knows_is_the_newest_migration() -> None:
    newest = max(p.name.split("_")[0] for p in (migrations() / "versions").glob("*.py"))
    assert newest == SCHEMA_HEAD


def test_an_upgraded_ledger_opens_without_alembic(path: Path) -> None:
    Clerk(path).close()
    code = (
        "import sys, pathlib; from anonledger.ledger.clerk import Clerk\n"
        "Clerk(pathlib.Path(sys.argv[1])).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], cwd=CHECKOUT).returncode == 0


@pytest.mark.skipif(not (CHECKOUT / "pyproject.toml").exists(), reason="needs the checkout")
def test_the_migrations_build_exactly_the_tables_of_the_models() -> None:
    plain = {name: value for name, value in os.environ.items() if name != "ANONLEDGER_LEDGER"}
    done = subprocess.run(
        [sys.executable, "-m", "alembic.config", "check"],
        cwd=CHECKOUT,
        env=plain,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No new upgrade operations" in done.stdout


def _pretend_a_further_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations(), folder)
    (folder / "versions" / "9000_next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = '9000', '{SCHEMA_HEAD}', None, None\n"
        f"def upgrade():\n    {step}\n"
    )
    monkeypatch.setattr("anonledger.ledger.schema.migrations", lambda: folder)
    monkeypatch.setattr("anonledger.ledger.schema.SCHEMA_HEAD", "9000")


def _columns(path: Path) -> list[str]:
    raw = sqlite3.connect(path)
    names = [row[1] for row in raw.execute("PRAGMA table_info(fact)")]
    raw.close()
    return names


def _shape(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
