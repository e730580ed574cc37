"""Decide what has to be done, and why: a value that a dry run prints and a run carries out.

Owns: work that is on record, with its object in the store, is never planned again.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from anonledger.digests import digest
from anonledger.errors import LedgerError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Disposition, Reason
from anonledger.records import Job, PlanRow, Recipe, Rules


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do. ``adopted``: done before, for another state of things that has come back.

    ``unchanged``, ``held`` (still in quarantine) and ``others`` (not DICOM) are source digests.
    """

    jobs: tuple[Job, ...]
    adopted: tuple[Job, ...]
    unchanged: frozenset[str]
    held: frozenset[str]
    others: frozenset[str]

    @property
    def other_unchanged(self) -> frozenset[str]:
        """What is unchanged and not DICOM."""
        return self.unchanged & self.others

    def distinct(self, *, other: bool) -> int:
        """How many different contents the plan speaks of: instances, or files that are not DICOM."""
        digests = self.unchanged | self.held | {job.source_digest for job in (*self.jobs, *self.adopted)}
        return len(digests & self.others) if other else len(digests - self.others)


def make_plan(
    ledger: Ledger,
    run: int,
    rules: Rules,
    recipes: Mapping[int, Recipe],
    everybody: Recipe,
    objects: Collection[str],
    forced: bool = False,
) -> Plan:
    """Return the plan for every source that the run saw. ``objects``: digests that are in the store."""
    jobs: list[Job] = []
    unchanged: set[str] = set()
    held: set[str] = set()
    others: set[str] = set()
    for row in ledger.plan_rows(run):
        job = _job(row, rules, recipes, everybody)
        if job.other:
            others.add(row.digest)
        if forced:
            jobs.append(replace(job, reason=Reason.FORCED))
        elif row.job_digest == job.job_digest and row.object_digest in objects:
            unchanged.add(row.digest)
        elif row.quarantined_job == job.job_digest:
            held.add(row.digest)
        else:
            jobs.append(replace(job, reason=_reason(row, job, rules)))
    recorded = ledger.job_objects(job.job_digest for job in jobs) if not forced else {}
    again = [job for job in jobs if recorded.get(job.job_digest, "") in objects]
    adopted = {job.job_digest for job in again}
    return Plan(
        tuple(job for job in jobs if job.job_digest not in adopted),
        tuple(again),
        frozenset(unchanged),
        frozenset(held),
        frozenset(others),
    )


def batches(jobs: Collection[Job], together: int, of_archive: int) -> Iterator[tuple[Job, ...]]:
    """Yield jobs in groups of one task each; those of one archive stay together, to be read in one pass."""
    group: list[Job] = []
    for job in jobs:
        limit = of_archive if job.location.members else together
        if group and (len(group) >= limit or _container(group[-1]) != _container(job)):
            yield tuple(group)
            group = []
        group.append(job)
    if group:
        yield tuple(group)


def _container(job: Job) -> tuple[str, str] | None:
    return (job.location.root, job.location.path) if job.location.members else None


def _job(row: PlanRow, rules: Rules, recipes: Mapping[int, Recipe], everybody: Recipe) -> Job:
    other = row.disposition is Disposition.OTHER
    if not other and row.subject is None:
        raise LedgerError("An instance in the ledger has no subject. Nothing was released; restore a backup.")
    recipe = recipes[row.subject] if row.subject is not None else everybody
    return Job(
        location=row.location,
        source_digest=row.digest,
        job_digest=digest("job/1", row.digest, rules.digest, recipe.digest),
        reason=Reason.NEW,
        recipe=recipe,
        subject=row.subject,
        other=other,
    )


def _reason(row: PlanRow, job: Job, rules: Rules) -> Reason:
    if row.job_digest == job.job_digest:
        return Reason.OUTPUT_MISSING
    if row.job_digest and row.rules_digest != rules.digest:
        return Reason.RULES_CHANGED
    if row.job_digest or row.quarantined_job:
        return Reason.SUBJECT_CHANGED
    return Reason.SOURCE_CHANGED if row.previous_digest else Reason.NEW
