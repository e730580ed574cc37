"""Another run, another program or another clock is in the way: the program says who, and goes on later.

Owns: nothing is changed by a run that is refused, and no wait is without an end.
"""

import json
import os
import platform
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from filelock import FileLock

from tests.program import contents, environment
from tests.survive.kills import FIRST, SECOND, Lab
from tests.survive.study import LEDGER, STATE
from tests.survive.test_damage import refused, same

# Puts the clock of every process that finds it on its path ten years ahead.
AHEAD = """
import datetime

Real = datetime.datetime

class AnyOfThem(type):
    def __instancecheck__(cls, one):
        return isinstance(one, Real)

class Later(Real, metaclass=AnyOfThem):
    @classmethod
    def now(cls, tz=None):
        return Real.now(tz) + datetime.timedelta(days=3650)

datetime.datetime = Later
"""


def test_the_second_run_says_who_holds_the_project(lab: Lab) -> None:
    lab.begin("month")
    before, held = lab.state(), lab.project / STATE / "lock.json"
    pid = lab.starts((*SECOND, "--force"), 1)
    while not held.exists():
        time.sleep(0.001)
    os.kill(pid, signal.SIGSTOP)  # it holds the project while the others ask
    try:
        while not _told(held):
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.001)
            os.kill(pid, signal.SIGSTOP)
        for command in (FIRST, ("audit",)):
            done = _elsewhere(lab, *command)
            assert done.returncode == 5
            for word in (f"process {pid} on {platform.node()}, since 20", "Wait until it has ended"):
                assert word in done.stderr
    finally:
        os.kill(pid, signal.SIGCONT)
    assert lab.stage.wait(pid, lab.base).status == 3
    assert len(lab.state().shared) > len(before.shared)
    assert lab.ends(FIRST).status == 3


def _told(held: Path) -> bool:
    try:
        return bool(json.loads(held.read_text()))
    except ValueError:
        return False


def _elsewhere(lab: Lab, *command: str, path: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process that nothing was loaded into."""
    more = ["-j", "1"] if command[0] == "run" else []
    ask = [sys.executable, "-m", "anonledger", *command, "--project", "project", *more]
    told = os.pathsep.join(filter(None, [str(path or ""), str(Path(__file__).parents[2])]))
    with_path = environment() | {"PYTHONPATH": told}
    return subprocess.run(ask, cwd=lab.base, env=with_path, capture_output=True, text=True, check=False)


def test_a_lock_that_cannot_say_whose_it_is_holds_all_the_same(lab: Lab) -> None:
    lab.begin("month")
    with FileLock(lab.project / STATE / "lock"):
        refused(lab.ends(FIRST), 5, "it does not say which")
    assert lab.ends(FIRST).status == 3


def test_a_ledger_that_another_program_holds_is_waited_for_and_then_told(lab: Lab) -> None:
    lab.begin("month")
    before = lab.state()
    with closing(sqlite3.connect(lab.project / LEDGER, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        files = contents(lab.project / "anonymized")
        refused(lab.ends(FIRST), 5, "Another program holds the ledger", "run again")
        assert contents(lab.project / "anonymized") == files
        assert lab.ends(("status",)).status == 0  # reading does not wait for a writer
        other.execute("ROLLBACK")
    assert lab.ends(FIRST).status == 3
    same(lab, before)


def test_a_clock_that_was_set_back_changes_nothing(lab: Lab, tmp_path: Path) -> None:
    lab.begin("month")
    assert lab.ends(SECOND).status == 3
    expected = lab.state()
    lab.begin("nothing")
    (tmp_path / "sitecustomize.py").write_text(AHEAD)
    done = _elsewhere(lab, *FIRST, path=tmp_path)
    assert done.returncode == 3, done.stderr
    with closing(sqlite3.connect(lab.project / LEDGER)) as raw:
        assert raw.execute("SELECT started > strftime('%Y', 'now', '+9 years') FROM run").fetchall() == [(1,)]
    assert lab.ends(SECOND).status == 3
    now = lab.state()
    assert (now.shared, now.objects) == (expected.shared, expected.objects)
    assert lab.ends(FIRST).status == 3
    audited = lab.ends(("audit", "--format", "csv"))
    assert audited.status == 0, audited.said
    runs = json.loads(lab.said("log", "--format", "json"))
    assert [one["run"] for one in runs] == sorted((one["run"] for one in runs), reverse=True)
