"""Answer what happened, and what differs between two runs.

Owns: nothing is written, and nobody is named.
"""

from datetime import UTC, datetime
from pathlib import Path

from anonledger.engine.project import project_at
from anonledger.engine.status import refuse_without_project
from anonledger.errors import UsageError
from anonledger.ledger.differing import Differing
from anonledger.ledger.history import History
from anonledger.records import Answer, Filter


def log(root: Path, since: datetime | None, subject: str, event: str, most: int, *, events: bool) -> Answer:
    """Return the runs, or the events themselves, the newest first. Raises UsageError.

    ``since`` without a time zone is UTC, as all times of the ledger are.
    """
    project = project_at(root)
    refuse_without_project(project)
    moment = since.astimezone(UTC) if since and since.tzinfo else since
    asked = Filter(moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "", subject, event, most)
    with History(project.ledger) as history:
        if subject and history.subject(subject) is None:
            raise UsageError("No subject has this pseudonym. See `anonledger query subject_overview`.")
        return history.events(asked) if events else history.log(asked)


def diff(root: Path, first: int, second: int) -> Answer:
    """Return what differs in the dataset between the ends of two runs. Raises UsageError."""
    project = project_at(root)
    refuse_without_project(project)
    with Differing(project.ledger) as ledger:
        for run in (first, second):
            if not ledger.has_run(run):
                raise UsageError(f"There is no run {run}. See `anonledger log` for the runs.")
        return ledger.between(first, second)
