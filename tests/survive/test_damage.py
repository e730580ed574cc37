"""What is damaged or lost is told, and made anew by the next run or refused with what to do.

Owns: no damage that is told here ends in a traceback, names a patient, or changes a pseudonym.
"""

import shutil
from pathlib import Path

import pytest

from tests.stage import Done
from tests.survive.kills import FIRST, SECOND, Lab, different
from tests.survive.study import LEDGER, STATE, TELLING, Snapshot

RESTORE = "put the newest copy from the folder 'backups' in its place"


@pytest.fixture
def project(lab: Lab) -> Path:
    """Put the project of the first month in its place."""
    lab.begin("month")
    return lab.project


def refused(done: Done, status: int, *words: str) -> None:
    """Expect a refusal in a sentence that holds these words and names nobody."""
    assert (done.status, "Traceback" in done.said) == (status, False), done
    assert done.said.startswith("Error: "), done
    assert [word for word in words if word not in done.said] == [], done
    assert [word for word in TELLING if word.lower() in done.said.lower()] == []


def same(lab: Lab, before: Snapshot) -> None:
    """Expect that the project came to the same."""
    now = lab.state()
    for part in ("shared", "private", "objects", "ledger"):
        assert list(different(getattr(now, part), getattr(before, part))) == []
    assert lab.ends(("audit",)).status == 0


def an_object(project: Path) -> Path:
    """Return an object that a file of the dataset shows."""
    shown = {path.stat().st_ino for path in (project / "anonymized").rglob("*.dcm")}
    return next(o for o in sorted((project / STATE / "objects").glob("??/*")) if o.stat().st_ino in shown)


def test_an_object_whose_bytes_changed_is_named_and_made_anew(lab: Lab, project: Path) -> None:
    before, damaged = lab.state(), an_object(project)
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.chmod(0o600)
    damaged.write_bytes(data)
    audited = lab.ends(("audit",))
    assert audited.status == 3
    assert damaged.parent.name + damaged.name in audited.said
    assert "`anonledger run --force`" in audited.said
    verified = lab.ends(("verify", "--format", "csv"))
    assert "delete what was altered and run again" in verified.said
    for line in verified.said.splitlines():
        if "not the bytes" in line:
            (project / "anonymized" / line.split(",")[0]).unlink()
    refused(lab.ends(FIRST), 1, "missing or damaged", "--force")
    assert lab.ends((*FIRST, "--force")).status == 3
    now = lab.state()
    assert (now.shared, now.objects) == (before.shared, before.objects)
    assert lab.ends(("audit",)).status == 0


def test_an_object_that_was_cut_is_refused_and_made_anew(lab: Lab, project: Path) -> None:
    before, damaged = lab.state(), an_object(project)
    damaged.chmod(0o600)
    damaged.write_bytes(damaged.read_bytes()[:100])
    refused(lab.ends(FIRST), 1, "missing or damaged", "--force")
    assert lab.ends((*FIRST, "--force")).status == 3
    now = lab.state()
    assert (now.shared, now.objects) == (before.shared, before.objects)
    assert lab.ends(("audit",)).status == 0


def test_an_object_that_is_gone_is_made_anew(lab: Lab, project: Path) -> None:
    before = lab.state()
    an_object(project).unlink()
    assert lab.ends(("audit",)).status == 3
    assert lab.ends(FIRST).status == 3
    now = lab.state()
    assert (now.shared, now.objects, now.private) == (before.shared, before.objects, before.private)
    assert lab.ends(("audit",)).status == 0


@pytest.mark.parametrize("part", [0.0, 0.001, 0.3, 0.999])
def test_a_ledger_that_was_cut_is_refused_until_a_backup_lies_there(
    lab: Lab, project: Path, part: float
) -> None:
    assert lab.ends(("ledger", "backup", "-q")).status == 0
    before, ledger = lab.state(), project / LEDGER
    data = ledger.read_bytes()
    ledger.write_bytes(data[: int(part * len(data))])
    for command in (FIRST, ("status",), ("export", "mapping"), ("audit",)):
        refused(lab.ends(command), 1, RESTORE, "-wal")
    restored(lab, project)
    assert lab.ends(FIRST).status == 3
    same(lab, before)


@pytest.mark.parametrize("garbage", [b"\0" * 8192, b"no ledger at all\n" * 900])
def test_a_ledger_that_is_garbage_is_refused(lab: Lab, project: Path, garbage: bytes) -> None:
    (project / LEDGER).write_bytes(garbage)
    refused(lab.ends(FIRST), 1, "not a database", RESTORE)
    refused(lab.ends(("status",)), 1, "not a database", RESTORE)
    assert (project / LEDGER).read_bytes() == garbage


def test_a_ledger_that_is_gone_is_not_begun_anew(lab: Lab, project: Path) -> None:
    (project / LEDGER).unlink()
    for command in (FIRST, (*FIRST, "-n"), ("status",)):
        refused(lab.ends(command), 1, "missing or empty", RESTORE, "keep the salt")
    assert not (project / LEDGER).exists()


def test_the_backup_of_a_month_ago_and_the_sources_give_the_dataset_of_today(lab: Lab, project: Path) -> None:
    assert lab.ends(("ledger", "backup", "-q")).status == 0
    assert lab.ends(SECOND).status == 3
    before = lab.state()
    (project / LEDGER).write_bytes(b"")
    restored(lab, project)
    assert lab.ends(SECOND).status == 3
    now = lab.state()
    assert (now.shared, now.private, now.objects) == (before.shared, before.private, before.objects)
    assert lab.ends(("audit",)).status == 0


def restored(lab: Lab, project: Path) -> None:
    """Do what the sentence says."""
    newest = max((project / STATE / "backups").glob("*.sqlite3"))
    shutil.copy(newest, project / LEDGER)
    for end in ("-wal", "-shm"):
        (project / f"{LEDGER}{end}").unlink(missing_ok=True)


def test_a_log_that_is_lost_costs_work_and_nothing_else(lab: Lab) -> None:
    """A killed run leaves its last transactions in the -wal: without it the ledger is as before them."""
    lab.begin("month")
    pid = lab.starts(SECOND, 1, heard=str(lab.base / "heard"), dies=150)
    assert lab.stage.wait(pid, lab.base).status < 0
    (lab.project / f"{LEDGER}-wal").unlink()
    assert lab.ends(SECOND).status == 3
    torn = lab.state()
    lab.begin("month")
    assert lab.ends(SECOND).status == 3
    same(lab, torn)


def test_a_log_that_held_everything_is_missed(lab: Lab) -> None:
    lab.begin("nothing")
    pid = lab.starts(FIRST, 1, heard=str(lab.base / "heard"), dies=350)
    assert lab.stage.wait(pid, lab.base).status < 0
    (lab.project / f"{LEDGER}-wal").unlink()
    refused(lab.ends(FIRST), 1, "missing or empty", "begin anew")


def test_another_salt_and_none_are_refused(lab: Lab) -> None:
    lab.begin("nothing")
    ask = (*FIRST, "--project", "project", "-j", "1")
    assert lab.stage.run(*ask, cwd=lab.base, salt=None).status == 3
    before, key = lab.state(), lab.project / STATE / "key"
    salt = key.read_bytes()
    for wrong, told in ((b"another salt that is long enough\n", "not the salt"), (b"", "is empty")):
        key.write_bytes(wrong)
        refused(lab.stage.run(*ask, cwd=lab.base, salt=None), 2, told)
    key.unlink()
    refused(lab.stage.run(*ask, cwd=lab.base, salt=None), 2, "salt is missing", "Give it again")
    assert not key.exists()
    key.write_bytes(salt)
    assert lab.stage.run(*ask, cwd=lab.base, salt=None).status == 3
    same(lab, before)


def test_a_kill_while_the_salt_is_made_leaves_none_or_a_whole_one(lab: Lab) -> None:
    ask = (*FIRST, "--project", "project", "-j", "1")
    for step in range(8, 26):
        lab.begin("nothing")
        heard = str(lab.base / "heard")
        done = lab.stage.run(*ask, cwd=lab.base, salt=None, heard=heard, dies=step)
        assert done.status < 0
        key = lab.project / STATE / "key"
        assert not key.exists() or len(key.read_bytes()) == 65
    assert lab.stage.run(*ask, cwd=lab.base, salt=None).status == 3


def test_a_lock_file_that_is_lost_or_left_over_is_no_obstacle(lab: Lab, project: Path) -> None:
    before, state = lab.state(), project / STATE
    (state / "lock").unlink(missing_ok=True)
    assert lab.ends(FIRST).status == 3
    (state / "lock.json").write_text('{"process": 1, "machine": "gone", "since": "2020')
    (state / "lock").touch()
    assert lab.ends(FIRST).status == 3
    same(lab, before)
