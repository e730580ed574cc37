"""Check that a cluster does what this machine does, also when a worker is killed, and that trouble is told.

Owns: a real scheduler and real worker processes, on loopback; what they log names nobody.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from anonledger.engine import cluster as module
from anonledger.engine.cluster import cluster
from anonledger.engine.progress import Silent
from anonledger.engine.project import project_at
from anonledger.engine.request import Request
from anonledger.engine.run import run
from anonledger.engine.workers import workers
from anonledger.errors import AnonledgerError, UsageError
from anonledger.settings import Settings
from tests.engine import cluster_tasks as tasks
from tests.program import anonledger
from tests.survive.study import TELLING, make, snapshot

distributed, dask = pytest.importorskip("distributed"), pytest.importorskip("dask")
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes are killed otherwise here")

ROOT = Path(__file__).parents[2]
SETTINGS = {
    "PYTHONPATH": str(ROOT),
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",  # a task may end one worker, not two
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "30s",
    "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "debug",
}


@dataclass
class Machines:
    """A scheduler and workers: processes of this machine. ``pids``: of the workers."""

    folder: Path
    address: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)

    def need(self, wanted: int) -> None:
        """Have so many workers, as often as they are killed."""
        alive = [process for process in self.processes[1:] if process.poll() is None]
        for _ in range(wanted - len(alive)):
            self._start("worker", "--no-nanny", "--nthreads", "1", "--no-dashboard")
        with distributed.Client(scheduler_file=self._file, set_as_default=False) as client:
            client.wait_for_workers(wanted, timeout=60)
            self.pids = list(client.run(os.getpid).values())
            self.address = client.scheduler.address.replace("tcp://", "dask://")

    def begin(self) -> None:
        """Start the scheduler."""
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")

    def end(self) -> None:
        """Kill all of it."""
        for process in reversed(self.processes):
            process.kill()
            process.wait()

    def logged(self) -> str:
        """Return all that the processes said."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    @property
    def _file(self) -> str:
        return str(self.folder / "scheduler.json")

    def _start(self, what: str, *options: str) -> None:
        with (self.folder / f"{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", what, "--scheduler-file", self._file, *options],
                cwd=self.folder,
                env={**os.environ, **SETTINGS},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Give a scheduler; workers come when they are needed."""
    made = Machines(tmp_path_factory.mktemp("machines"))
    made.begin()
    try:
        yield made
    finally:
        made.end()


class Killing(Silent):
    """Kills a process of its own in each of some stages, when the first part of it is done."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._pids, self._now = pids, ""

    def begin(self, stage: str, total: int | None) -> None:
        """Remember the stage."""
        self._now = stage

    def advance(self, done: int = 1) -> None:
        """Kill, once."""
        if pid := self._pids.pop(self._now, 0):
            os.kill(pid, signal.SIGKILL)


def request_in(study: Path, executor: str = "") -> Request:
    (study / "salt").write_text("a made-up salt that no project uses")
    return Request(
        project=project_at(study),
        sources=(study / "dicom", study / "more"),
        table=study / "two.csv",
        settings=Settings(),
        salt_file=study / "salt",
        executor=executor,
    )


def test_a_cluster_comes_to_the_same_though_workers_are_killed_in_the_middle(
    machines: Machines, tmp_path: Path
) -> None:
    study = make(tmp_path / "study")
    machines.need(3)
    deaths = dict(zip(("Looking at sources", "Pseudonymizing"), machines.pids[:2], strict=True))
    there = run(request_in(study, machines.address), Killing(deaths))
    assert not deaths
    found = snapshot(study)
    for folder in (".anonledger", "anonymized", "private"):
        shutil.rmtree(study / folder)
    here = run(request_in(study), Silent())
    assert (there.exit_code, found) == (here.exit_code, snapshot(study))
    assert not [part for part in TELLING if part in machines.logged()]


def test_a_task_whose_worker_is_killed_is_done_by_another(machines: Machines, tmp_path: Path) -> None:
    machines.need(2)
    wanted = [(number, tmp_path / "killed") for number in range(12)]
    with cluster(machines.address, tmp_path, ()) as there, workers(1, there) as crew:
        found = [result for _, result in crew.results(tasks.deadly_once, wanted)]
    assert found == [2 * number for number in range(12)]
    assert (tmp_path / "killed").exists()


def test_a_task_that_ends_one_worker_after_the_other_is_told(machines: Machines, tmp_path: Path) -> None:
    machines.need(2)
    with (
        cluster(machines.address, tmp_path, ()) as there,
        workers(1, there) as crew,
        pytest.raises(AnonledgerError, match=r"(?s)one worker .* out of memory.* run the same command again"),
    ):
        list(crew.results(tasks.deadly, [1]))


def test_what_a_task_raises_is_raised_here_and_logged_nowhere(machines: Machines, tmp_path: Path) -> None:
    machines.need(1)
    with (
        cluster(machines.address, tmp_path, ()) as there,
        workers(1, there) as crew,
        pytest.raises(ValueError, match="Wennerstroem cannot"),
    ):
        list(crew.results(tasks.refusing, ["Wennerstroem"]))
    assert "Wennerstroem" not in machines.logged()


def test_a_worker_of_another_version_is_refused(
    machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.need(1)
    monkeypatch.setattr(module, "__version__", "0.0.7")
    with (
        cluster(machines.address, tmp_path, ()) as there,
        workers(1, there) as crew,
        pytest.raises(AnonledgerError, match=r"and this is 0\.0\.7\. Install one version"),
    ):
        list(crew.results(tasks.doubled, [1]))


def test_workers_that_do_not_see_the_files_are_refused(machines: Machines, tmp_path: Path) -> None:
    machines.need(1)
    with (
        cluster(machines.address, tmp_path, [tmp_path / "elsewhere"]) as there,
        workers(1, there) as crew,
        pytest.raises(AnonledgerError, match="does not see the project, or not the sources"),
    ):
        list(crew.results(tasks.doubled, [1]))


def test_a_scheduler_that_goes_away_is_told(tmp_path: Path) -> None:
    alone = Machines(tmp_path)
    alone.begin()
    try:
        with distributed.Client(scheduler_file=str(tmp_path / "scheduler.json"), set_as_default=False) as one:
            address = one.scheduler.address.replace("tcp://", "dask://")
        with (
            dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
            cluster(address, tmp_path, ()) as there,
            workers(1, there) as crew,
            pytest.raises(AnonledgerError, match="scheduler of the cluster went away"),
        ):
            coming = crew.results(tasks.doubled, [1])
            alone.processes[0].kill()
            next(coming)
    finally:
        alone.end()


@pytest.mark.parametrize("address", ["dask://", "tcp://127.0.0.1:8786", "dask://127.0.0.1", "slurm"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="not an address such as dask://host:8786"):
        module.refuse_cluster(address)


def test_the_command_refuses_it_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    anonledger("run", "scans", "--executor", "slurm", cwd=tmp_path, status=2)
    assert not (tmp_path / ".anonledger").exists()


@pytest.mark.parametrize("scheme", ["dask", "dask+tls"])
def test_a_scheduler_that_cannot_be_reached_is_told(tmp_path: Path, scheme: str) -> None:
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(AnonledgerError, match="cannot be reached"),
        cluster(f"{scheme}://127.0.0.1:1", tmp_path, ()),
    ):
        pass


def test_without_the_package_the_option_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"pip install 'anonledger\[dask\]'"):
        module.refuse_cluster("dask://127.0.0.1:8786")
