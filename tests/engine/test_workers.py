"""Ctrl-C is heard by the program alone: the processes that it starts neither end of it nor speak of it."""

import subprocess
import sys

import pytest

from anonledger.engine.workers import FORKS

# The terminal sends Ctrl-C to all processes of a group, here while the one that workers come from imports.
PROGRAM = """
import os, signal
from multiprocessing.forkserver import _forkserver as server
from anonledger.engine.workers import workers
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background hears nothing of its own
with workers(2) as crew:
    crew.expect_much()
    before = server._forkserver_pid
    try:
        os.killpg(0, signal.SIGINT)
    except KeyboardInterrupt:
        print([found for _, found in crew.results(abs, range(-6, 0))])
        print(server._forkserver_pid == before)
"""


@pytest.mark.skipif(not FORKS, reason="workers come from a process of their own on Linux")
def test_ctrl_c_while_workers_get_ready_leaves_them_ready() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, start_new_session=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[6, 5, 4, 3, 2, 1]\nTrue\n", "")
