"""Open a run in the ledger, and close it with what it came to, however it ends.

Owns: a run that fails is on record as failed, with the status that the program ends with.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from anonledger import __version__
from anonledger.engine.limits import told as told_limits
from anonledger.engine.request import Request
from anonledger.errors import AnonledgerError
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import ExitCode, RunStatus
from anonledger.records import Rules
from anonledger.report import Report
from anonledger.settings import Settings


@contextmanager
def begun(clerk: Clerk, request: Request, rules: Rules) -> Iterator[int]:
    """Open a run; one that an error ends is closed as failed, with the status that the program ends with."""
    number = clerk.begin(
        started=datetime.now(UTC),
        command=request.command,
        version=__version__,
        rules=rules,
        output_root=str(request.project.output),
        settings=_recorded(request.settings),
    )
    try:
        yield number
    except Exception as error:
        code = error.exit_code if isinstance(error, AnonledgerError) else ExitCode.ERROR
        with suppress(AnonledgerError):  # of a ledger on a full disk; what came first is told
            finish(clerk, number, RunStatus.FAILED, code, Report())
        raise


def _recorded(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the settings that a later run or another command has to know of."""
    return {
        "drop_columns": settings.drop_columns,
        "id_from": (settings.id_from,),
        "keep_columns": settings.keep_columns,
        "limits": told_limits(settings),
        "refusals": (settings.burned_in, settings.encapsulated),
    }


def finish(clerk: Clerk, number: int, status: RunStatus, code: ExitCode, report: Report) -> None:
    """Close a run with what it comes to."""
    counts = {"found": report.found, "published": report.instances.published + report.others.published}
    counts["quarantined"] = report.quarantined.total()
    clerk.finish(number, finished=datetime.now(UTC), status=status, exit_code=code, counts=counts)
