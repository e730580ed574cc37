"""Start the program often without paying for its start: a process that has it loaded, and forks.

Owns: each start is a process in a session of its own, as a shell would start it, that can be killed for real.
"""

import ctypes
import importlib
import json
import os
import pkgutil
import runpy
import signal
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.program import SALT, environment

TOUCHES = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}
PATIENCE = 300  # seconds that a start may take which is only waited for
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Done:
    """How a start ended: its status (negative: the signal that killed it), and what it said."""

    status: int
    said: str


class Stage:
    """The process that forks; a context manager. ``apart``: mounts of its own, which nobody else sees."""

    def __init__(self, *, apart: bool = False) -> None:
        alone = ["unshare", "-m"] if apart else []
        self._process = subprocess.Popen(
            [*alone, sys.executable, "-m", "tests.stage"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(None),
            cwd=Path(__file__).parents[1],
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def start(self, *arguments: object, cwd: Path, salt: str | None = SALT, **more: Any) -> int:
        """Start the program; return its process id, which is that of its session too.

        What it says goes to the file "said" in ``cwd``. ``more``: ``largest`` file in bytes (a quota);
        ``heard``: file to tell of each step that touches the disk, here and below the folders ``also``;
        ``dies``: the number of the step in front of which it is killed.
        """
        (cwd / "said").unlink(missing_ok=True)
        # What a killed process leaves in a temporary folder goes with the test's.
        variables = {**environment(salt), "TMPDIR": str(cwd)}
        ask = {"argv": [str(one) for one in arguments], "cwd": str(cwd), "variables": variables, **more}
        return int(self._ask({"said": ["said", "said"], **ask}))

    def wait(self, pid: int, cwd: Path) -> Done:
        """Wait until a start has ended."""
        status = self._ask({"wait": pid})
        said = cwd / "said"
        return Done(int(status), said.read_text() if said.exists() else "")

    def run(self, *arguments: object, cwd: Path, salt: str | None = SALT, **more: Any) -> Done:
        """Start the program and wait for its end."""
        return self.wait(self.start(*arguments, cwd=cwd, salt=salt, **more), cwd)

    def told(self, *arguments: object, cwd: Path, variables: dict[str, str]) -> tuple[int, str, str]:
        """Start the program and wait for its end; return its status and what went to either stream."""
        with tempfile.TemporaryDirectory() as folder:
            said = [f"{folder}/out", f"{folder}/err"]
            ask = {"argv": [str(one) for one in arguments], "cwd": str(cwd), "variables": variables}
            status = int(self._ask({"wait": self._ask({**ask, "said": said, "seconds": PATIENCE})}))
            out, err = (Path(one).read_text("utf-8") for one in said)
            return status, out, err

    def shell(self, command: str) -> str:
        """Run a command of the shell where the program runs; return what it said. It has to succeed."""
        status, said = self._ask({"shell": command})
        assert status == 0, said
        return str(said)

    def _ask(self, what: dict[str, Any]) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def serve() -> None:
    """Answer what is asked on standard input, until it ends."""
    _load()
    for line in sys.stdin:
        asked = json.loads(line)
        answer: object
        if "wait" in asked:
            answer = os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1])
        elif "shell" in asked:
            done = subprocess.run(asked["shell"], shell=True, capture_output=True, text=True, check=False)
            answer = [done.returncode, done.stdout + done.stderr]
        else:
            answer = os.fork()
            if answer == 0:
                _play(asked)
        print(json.dumps(answer), flush=True)  # noqa: T201


def _load() -> None:
    import anonledger

    for found in pkgutil.walk_packages(anonledger.__path__, "anonledger."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    for name in ("alembic.command", "alembic.script", "sqlalchemy.dialects.sqlite.pysqlite", "tqdm"):
        importlib.import_module(name)


def _play(asked: dict[str, Any]) -> None:
    """Be the program, and end."""
    status = 1
    try:
        os.setsid()
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["variables"])
        _redirect(*asked["said"])
        if "seconds" in asked:
            signal.alarm(asked["seconds"])  # which ends it
        if "largest" in asked:
            import resource

            resource.setrlimit(resource.RLIMIT_FSIZE, (asked["largest"], asked["largest"]))
        if "heard" in asked:
            listen(asked["heard"], (asked["cwd"], *asked.get("also", ())), asked.get("dies"))
        sys.argv = ["anonledger", *asked["argv"]]
        runpy.run_module("anonledger", run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        status = int(end.code or 0) if not isinstance(end.code, str) else 1
    except BaseException:  # noqa: BLE001, as Python itself would
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def _redirect(*said: str) -> None:
    streams = [os.open(one, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) for one in said]
    for here, there in zip((os.open(os.devnull, os.O_RDONLY), *streams), (0, 1, 2), strict=True):
        os.dup2(here, there)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115


def listen(heard: str, below: tuple[str, ...], dies: int | None) -> None:
    """Tell a file of each step of this process that touches what lies below these folders, in order.

    A line is a word and its paths, tabs between: ``write``, ``rename``, ``link``, ``remove``, ``sync``
    (of one path, or of everything), ``commit``. A step is told before it is done, a sync when it is done.
    """
    log = os.open(heard, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    count = 0

    def tell(*words: str) -> None:
        nonlocal count
        count += 1
        if count == dies:
            os.kill(os.getpid(), signal.SIGKILL)
        os.write(log, ("\t".join(words) + "\n").encode("utf-8", "surrogateescape"))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, str | bytes) and flags & WRITES and os.fsdecode(path).startswith(below):
                tell("write", os.fsdecode(path))
        elif event in TOUCHES:
            paths = [os.fsdecode(one) for one in arguments if isinstance(one, str | bytes | os.PathLike)]
            if paths and paths[-1].startswith(below):
                tell(event.removeprefix("os."), *paths)

    _hear_syncs(tell)
    _hear_commits(tell)
    sys.addaudithook(hook)


def _hear_syncs(tell: Callable[..., None]) -> None:
    """Have the calls that bring something to the disk tell of it: Python raises no event for them."""
    fsync, sync = os.fsync, os.sync

    def heard_fsync(descriptor: int) -> None:
        fsync(descriptor)
        tell("sync", str(Path(f"/proc/self/fd/{descriptor}").readlink()))

    def heard_sync() -> None:
        sync()
        tell("sync")

    class Library(ctypes.CDLL):
        def __getattr__(self, name: str) -> Any:
            call = super().__getattr__(name)
            if name != "syncfs":
                return call

            def heard_syncfs(descriptor: int) -> int:
                done = int(call(descriptor))
                tell("sync")
                return done

            return heard_syncfs

    os.fsync, os.sync, ctypes.CDLL = heard_fsync, heard_sync, Library  # type: ignore[assignment, misc]


def _hear_commits(tell: Callable[..., None]) -> None:
    connect = sqlite3.connect

    def heard_connect(*arguments: Any, **more: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **more)
        connection.set_trace_callback(lambda said: tell("commit") if said == "COMMIT" else None)
        return connection

    sqlite3.connect = heard_connect  # type: ignore[assignment]


if __name__ == "__main__":
    serve()
