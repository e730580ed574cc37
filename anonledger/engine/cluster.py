"""Have tasks done by the workers of a dask cluster, on machines that share a disk with this one.

Owns: a worker that ends in the middle loses nothing: another does its task, or the run ends and says so.
"""

import re
import secrets
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anonledger import __version__
from anonledger.errors import AnonledgerError, UsageError

if TYPE_CHECKING:
    from distributed import Client

ADDRESS = re.compile(r"dask(\+tls)?://[^/\s]+:\d+")
PATIENCE = 15  # seconds in which a scheduler that we come to, or leave, has to answer
GONE = "The scheduler of the cluster went away."
AGAIN = "What was done is recorded; run the same command again."
ONE_AT_A_TIME = threading.Lock()  # a worker may have several threads, and a task is for a process


def refuse_cluster(address: str) -> None:
    """Raise UsageError for an address that is none, or when the package for it is not installed."""
    if not ADDRESS.fullmatch(address):
        raise UsageError(
            "The executor is not an address such as dask://host:8786 (or dask+tls://host:8786). "
            "Leave --executor out to work on this machine."
        )
    if find_spec("distributed") is None:
        raise UsageError(
            "To work on several machines, a further package is needed, here and on each of them: "
            "`pip install 'anonledger[dask]'`."
        )


@contextmanager
def cluster(address: str, scratch: Path, sources: Sequence[Path]) -> Iterator["Cluster | None"]:
    """Connect to the scheduler at an address, if one is given, and leave it when the block ends.

    ``scratch``: a private folder of the project; each worker must see the same files there. Raises
    AnonledgerError when the scheduler does not answer.
    """
    if not address:
        yield None
        return
    places = tuple(source.absolute() for source in sources)
    pledge = Pledge(__version__, scratch / "cluster", secrets.token_hex(16), places)
    client = _connected(address)
    try:
        pledge.file.write_text(pledge.token)
        yield Cluster(client, pledge)
    finally:
        pledge.file.unlink(missing_ok=True)
        with suppress(Exception):  # it may be gone
            client.close(PATIENCE)  # of the tasks of this client, none is begun any more


def _connected(address: str) -> "Client":
    from distributed import Client

    scheduler = address.removeprefix("dask+").replace("dask://", "tcp://")
    try:
        return Client(scheduler, set_as_default=False, name="anonledger", timeout=PATIENCE)
    except (OSError, TypeError, RuntimeError, ValueError) as error:  # the middle two: TLS is not set up
        raise AnonledgerError(
            f"The scheduler at {address} cannot be reached. Start it (`dask scheduler`), or look whether the "
            "address, and for dask+tls the certificates in dask's configuration, are right."
        ) from error


@dataclass(frozen=True, slots=True)
class Pledge:
    """What a worker must have to do the same as this machine: the version, and the same files."""

    version: str
    file: Path
    token: str = field(repr=False)
    sources: tuple[Path, ...] = field(repr=False)

    def hold(self) -> None:
        """Raise AnonledgerError where it does not hold."""
        if __version__ != self.version:
            raise AnonledgerError(
                f"A worker of the cluster has anonledger {__version__}, and this is {self.version}. Install "
                f"one version everywhere. {AGAIN}"
            )
        try:
            seen = self.file.read_text() == self.token and all(map(Path.exists, self.sources))
        except OSError:
            seen = False
        if not seen:
            raise AnonledgerError(
                "A worker of the cluster does not see the project, or not the sources. Both must lie on a "
                f"disk that all machines share, at the same path and readable for the workers. {AGAIN}"
            )


@dataclass(frozen=True, slots=True)
class _Call:
    """A task on its way; its repr, which dask may log, says nothing of it."""

    function: Callable[[Any], Any]
    task: Any = field(repr=False)
    pledge: Pledge = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Reply:
    """What became of a task: a result, or what was raised."""

    result: Any = field(default=None, repr=False)
    error: Exception | None = field(default=None, repr=False)


def _reply(call: _Call) -> _Reply:
    """Do a task, on a worker. What is raised is a value: dask would log it, and it may name a patient."""
    with ONE_AT_A_TIME:
        try:
            call.pledge.hold()
            return _Reply(call.function(call.task))
        except Exception as error:  # noqa: BLE001, raised again where the run is
            error.add_note("".join(traceback.format_tb(error.__traceback__)))
            return _Reply(error=error)


class Cluster(Executor):
    """The workers behind a scheduler, as an executor."""

    def __init__(self, client: "Client", pledge: Pledge) -> None:
        self._client = client
        self._dask = client.get_executor(pure=False)
        self._pledge = pledge

    def places(self) -> int:
        """Return how many tasks can be done at a time, now; machines come and go."""
        return max(1, int(self._client.scheduler_info()["total_threads"]))

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **_none: Any) -> Future[Any]:
        """Have a function of one argument done; both travel as a pickle."""
        (task,) = arguments
        answer: Future[Any] = Future()
        sent = self._dask.submit(_reply, _Call(function, task, self._pledge))
        sent.add_done_callback(partial(_settle, answer))
        return answer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Drop what was not begun. The cluster itself is the user's, and stays."""
        with suppress(Exception):  # it may be gone
            self._dask.shutdown(wait=False)


def _settle(answer: Future[Any], sent: Future[_Reply]) -> None:
    """Let the answer be what the worker replied, or what kept it from replying, in words for a person."""
    trouble = None if sent.cancelled() else sent.exception()
    if sent.cancelled():
        answer.set_exception(AnonledgerError(f"{GONE} {AGAIN}"))
    elif trouble is not None:
        answer.set_exception(_told(trouble))
    elif (error := sent.result().error) is not None:
        answer.set_exception(error)
    else:
        answer.set_result(sent.result().result)


def _told(trouble: BaseException) -> AnonledgerError:
    from distributed import KilledWorker

    if isinstance(trouble, KilledWorker):
        return AnonledgerError(
            "A task ended one worker of the cluster after the other (often: out of memory). Give them more "
            f"memory, or run without --executor. {AGAIN}"
        )
    if isinstance(trouble, OSError | RuntimeError):  # what a client raises that lost its scheduler
        return AnonledgerError(f"{GONE} {AGAIN}")
    told = AnonledgerError(
        f"The workers of the cluster cannot take a task ({type(trouble).__name__}). Is anonledger "
        f"{__version__} installed on every one? {AGAIN}"
    )
    told.__cause__ = trouble
    return told
