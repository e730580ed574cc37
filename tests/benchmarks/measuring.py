"""Run a command and measure it with all that it starts: time on the clock, CPU time, memory.

Owns: on Linux no process is left out, however it was started (multiprocessing's workers have another parent).
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ANONLEDGER = (sys.executable, "-m", "anonledger")
PR_SET_CHILD_SUBREAPER = 36  # prctl(2): whose parent ended becomes a child of ours


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds on the clock and of CPU, MB of its largest process, exit status."""

    wall: float
    cpu: float
    megabytes: float
    status: int


def measured(command: Sequence[str], cwd: Path, quiet: bool = False) -> Cost:
    """Run a command; what it prints on standard output, and if ``quiet`` all of it, is thrown away.

    Children are waited for as well. Linux says that no process was smaller than the one that began it.
    """
    _adopt_orphans(True)
    before = time.perf_counter()
    child = subprocess.Popen(
        command,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if quiet else None,
        env=environment(command),
        process_group=0,  # by which those are known that it leaves behind
    )
    try:
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - before
        child.returncode = os.waitstatus_to_exitcode(status)
        used = [usage]
        with suppress(ChildProcessError):
            while True:
                used.append(os.wait4(-child.pid, 0)[2])
    except BaseException:
        os.killpg(child.pid, signal.SIGKILL)
        raise
    finally:
        _adopt_orphans(False)
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    return Cost(wall, cpu, max(one.ru_maxrss for one in used) / 1024, child.returncode)


def environment(command: Sequence[str]) -> dict[str, str]:
    """Return the variables for a command: it runs this checkout, from bytecode as what is installed does."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    path = os.pathsep.join([str(ROOT), *sys.path])
    return kept | ({"PYTHONPATH": path} if command[0] == sys.executable else {})


def _adopt_orphans(adopt: bool) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(adopt), 0, 0, 0)
