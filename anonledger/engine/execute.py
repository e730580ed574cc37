"""Have the planned jobs done, and write down what became of them.

Owns: object, then row: a job is on record only when its object is in the store.
"""

import logging
from pathlib import Path

from anonledger.engine.plan import Plan, batches
from anonledger.engine.progress import Progress
from anonledger.engine.worker import Work, work
from anonledger.engine.workers import Workers
from anonledger.ledger.clerk import Clerk
from anonledger.records import Job, Rules, Verdict
from anonledger.store import Store

log = logging.getLogger(__name__)

TOGETHER = 64  # files of a folder in one task
OF_ARCHIVE = 4096  # members of one archive in one task: opening it again costs a look at all of it
RECORDED_TOGETHER = 500


def execute(
    clerk: Clerk,
    run: int,
    plan: Plan,
    rules: Rules,
    store: Store,
    scratch: Path,
    workers: Workers,
    progress: Progress,
) -> None:
    """Do what is planned; every verdict is on record when this returns. Raises StoreError."""
    clerk.adopt(run, plan.adopted, rules.digest)
    tasks = (Work(jobs, rules, store, scratch) for jobs in batches(plan.jobs, TOGETHER, OF_ARCHIVE))
    done: list[tuple[Job, Verdict]] = []
    progress.begin("Pseudonymizing", len(plan.jobs))
    for task, verdicts in workers.results(work, tasks):
        done += zip(task.jobs, verdicts, strict=True)
        for verdict in verdicts:
            log.debug("source %s: %s", verdict.source_digest[:12], verdict.trouble or "published")
        progress.advance(len(verdicts))
        if len(done) >= RECORDED_TOGETHER:
            clerk.verdicts(run, done, rules.digest)
            done = []
    if done:
        clerk.verdicts(run, done, rules.digest)
    progress.end()
