"""Have the planned jobs done, and write down what became of them.

Owns: object, then row: a job is on record only when its object is in the store.
"""

import logging
from collections.abc import Collection, Iterable
from pathlib import Path

from anonledger.deid.verify import NOBODY
from anonledger.engine.limits import limits_of
from anonledger.engine.outcome import Plan
from anonledger.engine.plan import batches
from anonledger.engine.progress import Progress
from anonledger.engine.quick import QuickDigests
from anonledger.engine.rosters import put_up
from anonledger.engine.worker import Work
from anonledger.engine.workers import Workers
from anonledger.errors import ResidueError
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import OnResidue, QuarantineReason
from anonledger.records import Job, Roster, Rules, Verdict
from anonledger.settings import Settings
from anonledger.store import Store

log = logging.getLogger(__name__)

TOGETHER = 64  # files of a folder in one task
OF_ARCHIVE = 4096  # members of one archive in one task: opening it again costs a look at all of it
RECORDED_TOGETHER = 500
RESIDUES = frozenset(
    {
        QuarantineReason.RESIDUE,
        QuarantineReason.IDENTIFIER_IN_FILE,
        QuarantineReason.IDENTIFIER_IN_NAME,
    }
)


def execute(
    clerk: Clerk,
    run: int,
    plan: Plan,
    rules: Rules,
    roster: Roster,
    store: Store,
    scratch: Path,
    workers: Workers,
    progress: Progress,
    settings: Settings,
    quick: QuickDigests,
) -> None:
    """Do what is planned; every verdict is on record when this returns. Raises StoreError.

    Raises ResidueError where the settings say so, at the first identifier that is left, when it is on record.
    """
    stops = settings.on_residue is OnResidue.STOP
    if stops:
        _stop_at_residue(clerk, plan.held)
    clerk.adopt(run, plan.adopted, rules.digest)
    for start in range(0, len(plan.refused), RECORDED_TOGETHER):
        clerk.verdicts(run, plan.refused[start : start + RECORDED_TOGETHER], rules.digest)
    limits = limits_of(settings)
    places = workers.places_for(-(-len(plan.jobs) // TOGETHER))
    groups = batches(plan.jobs, TOGETHER, OF_ARCHIVE, places)
    # On its way, a task names nobody else: the worker has the roster from the notice.
    tasks = (Work(jobs, rules, NOBODY, store, scratch, limits, quick.of(jobs)) for jobs in groups)
    progress.begin("Pseudonymizing", len(plan.jobs))
    with put_up(roster, scratch) as notice:
        _record(clerk, run, workers.results(notice.work, tasks), rules, progress, stops)
    progress.end()


def _record(
    clerk: Clerk,
    run: int,
    results: Iterable[tuple[Work, list[Verdict]]],
    rules: Rules,
    progress: Progress,
    stops: bool,
) -> None:
    """Write down what became of the tasks, many at a time. Raises ResidueError as `execute` does."""
    done: list[tuple[Job, Verdict]] = []
    walked = 0
    for task, verdicts in results:
        done += zip(task.jobs, verdicts, strict=True)
        for verdict in verdicts:
            log.debug("source %s: %s", verdict.source_digest[:12], verdict.trouble or "published")
        walked += sum(verdict.walked for verdict in verdicts)
        progress.advance(len(verdicts))
        found = {verdict.source_digest for verdict in verdicts if verdict.trouble in RESIDUES}
        if len(done) >= RECORDED_TOGETHER or (stops and found):
            clerk.verdicts(run, done, rules.digest)
            done = []
        if stops:
            _stop_at_residue(clerk, found)
    if done:
        clerk.verdicts(run, done, rules.digest)
    log.info("run %d: %d files took the slow path: they were not like those of their series", run, walked)


def _stop_at_residue(clerk: Clerk, digests: Collection[str]) -> None:
    """Raise ResidueError if an identifier was left in one of these contents and nobody decided on it."""
    for row in clerk.ledger.quarantined() if digests else ():
        if row.digest in digests and row.reason in RESIDUES and row.decision is None:
            raise ResidueError(
                f"An identifier is left in a file: entry {row.id} of the quarantine, at {row.where}. The run "
                f"stopped there and released nothing. Look at it (`anonledger quarantine show {row.id}`), "
                "release or drop it, and run again."
            )
