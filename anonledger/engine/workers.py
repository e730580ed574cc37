"""Have tasks done by processes of this machine, by a cluster, or right here.

Owns: results come in the order of the tasks, so that one worker gives the same as many.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from anonledger.engine.cluster import Cluster
from anonledger.errors import AnonledgerError

Task = TypeVar("Task")
Result = TypeVar("Result")

# Tasks that wait for each worker: none is idle while what was done is recorded, and memory stays bounded.
AHEAD = 4
FORKS = sys.platform == "linux"
PRELOADED = ["anonledger.engine.worker", "pydicom"]
WORTH_A_POOL = 4  # tasks below which starting processes costs more than it saves


class Workers:
    """Does tasks with so many processes, which start with the first tasks that are worth it, or a cluster."""

    def __init__(self, count: int, cluster: Cluster | None = None) -> None:
        self._count = count
        self._cluster = cluster
        self._pool: Executor | None = cluster

    def results(
        self, function: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result]]:
        """Yield each task with its result, in order. Raises what the function raises."""
        coming = iter(tasks)
        first = list(islice(coming, WORTH_A_POOL))
        if self._pool is None and (self._count == 1 or len(first) < WORTH_A_POOL):
            for task in (*first, *coming):
                yield task, function(task)
            return
        waiting: deque[tuple[Task, Future[Result]]] = deque((t, self._submitted(function, t)) for t in first)
        try:
            while waiting:
                while len(waiting) <= AHEAD * self.places() and (more := list(islice(coming, 1))):
                    waiting.append((more[0], self._submitted(function, more[0])))
                task, future = waiting.popleft()
                yield task, future.result()
        except BrokenProcessPool as error:
            raise AnonledgerError(
                "A worker process ended without a word (often: out of memory). What was done is recorded; "
                "run the same command again, with fewer workers (-j)."
            ) from error

    def places(self) -> int:
        """Return how many tasks may be done at the same time."""
        return self._cluster.places() if self._cluster else self._count

    def expect_much(self) -> None:
        """Let the process that workers come from get ready meanwhile: what it imports takes its time."""
        if FORKS and self._count > 1 and self._cluster is None:
            _start_fork_server()

    def places_for(self, tasks: int) -> int:
        """Return how many of so many tasks are done at the same time: one, where more are not worth it."""
        return self.places() if self._pool is not None or tasks >= WORTH_A_POOL else 1

    def _submitted(self, function: Callable[[Task], Result], task: Task) -> Future[Result]:
        if self._pool is None:
            if FORKS:
                _start_fork_server()
            context = multiprocessing.get_context("forkserver" if FORKS else "spawn")
            self._pool = ProcessPoolExecutor(self._count, context, initializer=_end_with_parent)
        with _undisturbed():  # processes start with the first tasks
            return self._pool.submit(function, task)

    def close(self) -> None:
        """Let the processes end."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


@contextmanager
def workers(count: int, cluster: Cluster | None = None) -> Iterator[Workers]:
    """Give workers that end with the block: so many processes, or those of the cluster."""
    crew = Workers(count, cluster)
    try:
        yield crew
    finally:
        crew.close()


def _start_fork_server() -> None:
    """Start the process that workers come from, unless it is there."""
    from multiprocessing import forkserver, resource_tracker  # not there on every system

    resource_tracker.ensure_running()  # first, for it lets Ctrl-C through again
    with _undisturbed():
        forkserver.set_forkserver_preload(PRELOADED)
        forkserver.ensure_running()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait, where the system can: a process is started whole, and does not hear of it."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    usual = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))  # another thread may get it
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # as it is inherited
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        signal.signal(signal.SIGINT, usual)
        for number in heard:
            signal.raise_signal(number)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _end_with_parent() -> None:
    """End this worker when its parent is killed, for it would wait for tasks for ever; leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent,), daemon=True).start()


def _exit_after(parent: "multiprocessing.process.BaseProcess") -> None:
    parent.join()
    os._exit(1)
