"""Decide what has to be done, and why: a value that a dry run prints and a run carries out.

Owns: work that is on record, with its object in the store, is never planned again.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from anonledger.digests import digest
from anonledger.engine.forcing import Forced, nothing
from anonledger.engine.policy import Policy
from anonledger.engine.strangers import Strangers
from anonledger.errors import LedgerError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Disposition, MarkKind, QuarantineReason, Reason
from anonledger.records import Job, PlanRow, Recipe, Rules, Verdict, Waiver


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do. ``adopted``: done before, for another state of things that has come back.

    ``refused``: what is not even tried, with the verdict to record; ``unchanged``, ``held`` (still in
    quarantine) and ``others`` (not DICOM) are source digests. ``behind``: those of published files that were
    not among the sources, though more is known now of who stands in them.
    """

    jobs: tuple[Job, ...]
    adopted: tuple[Job, ...]
    refused: tuple[tuple[Job, Verdict], ...]
    unchanged: frozenset[str]
    held: frozenset[str]
    others: frozenset[str]
    behind: frozenset[str] = frozenset()

    @property
    def other_unchanged(self) -> frozenset[str]:
        """What is unchanged and not DICOM."""
        return self.unchanged & self.others

    def distinct(self, *, other: bool) -> int:
        """How many different contents the plan speaks of: instances, or files that are not DICOM."""
        return len(self.digests & self.others) if other else len(self.digests - self.others)

    @property
    def digests(self) -> frozenset[str]:
        """Every content that the plan speaks of."""
        jobs = (*self.jobs, *self.adopted, *(job for job, _ in self.refused))
        return self.unchanged | self.held | {job.source_digest for job in jobs}


def make_plan(
    ledger: Ledger,
    run: int,
    rules: Rules,
    strangers: Strangers,
    everybody: Recipe,
    objects: Collection[str],
    policy: Policy,
    forced: Forced = nothing,
) -> Plan:
    """Return the plan for every source that the run saw. ``objects``: digests that are in the store."""
    jobs: list[Job] = []
    refused: list[tuple[Job, Verdict]] = []
    unchanged: set[str] = set()
    held: set[str] = set()
    others: set[str] = set()
    for row in ledger.plan_rows(run):
        job = _job(row, rules, strangers, everybody, policy.waived(row.digest))
        if job.other:
            others.add(row.digest)
        if (why := policy.refusal(row)) is not None:
            refusal = _refusal(row, job, why)
            if _is_recorded(row, refusal, policy):
                held.add(row.digest)
            else:
                refused.append(refusal)
        elif forced(row):
            jobs.append(replace(job, reason=Reason.FORCED))
        elif row.job_digest == job.job_digest and row.object_digest in objects:
            unchanged.add(row.digest)
        elif row.quarantined_job == job.job_digest:
            held.add(row.digest)
        else:
            jobs.append(replace(job, reason=_reason(row, job, rules)))
    made = {job.job_digest for job in _done_before(ledger, jobs, objects)}
    plan = Plan(
        tuple(job for job in jobs if job.job_digest not in made),
        tuple(job for job in jobs if job.job_digest in made),
        tuple(refused),
        frozenset(unchanged),
        frozenset(held),
        frozenset(others),
    )
    return replace(plan, behind=_behind(ledger, strangers, plan.digests))


def _done_before(ledger: Ledger, jobs: Collection[Job], objects: Collection[str]) -> list[Job]:
    """Return the jobs that were done before, with their object in the store; never those that are forced."""
    due = [job for job in jobs if job.reason is not Reason.FORCED]
    recorded = ledger.job_objects(job.job_digest for job in due)
    return [job for job in due if recorded.get(job.job_digest, "") in objects]


def _behind(ledger: Ledger, strangers: Strangers, seen: Collection[str]) -> frozenset[str]:
    # What may name somebody who is forgotten stays as it is.
    known = {*seen, *(mark.digest for mark in ledger.marks() if mark.kind is MarkKind.CONTENT)}
    unseen = (o for o in ledger.current_outputs() if o.source_digest not in known)
    return frozenset(
        o.source_digest
        for o in unseen
        if o.subject is not None and strangers.recipe(o.subject, o.vocabulary).digest != o.subject_digest
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


def _job(
    row: PlanRow,
    rules: Rules,
    strangers: Strangers,
    everybody: Recipe,
    waived: frozenset[Waiver],
) -> Job:
    other = row.disposition is Disposition.OTHER
    if not other and row.subject is None:
        raise LedgerError("An instance in the ledger has no subject. Nothing was released; restore a backup.")
    recipe = everybody if row.subject is None else strangers.recipe(row.subject, row.vocabulary)
    return Job(
        location=row.location,
        source_digest=row.digest,
        job_digest=digest("job/1", row.digest, rules.digest, recipe.digest, *sorted(waived)),
        reason=Reason.NEW,
        recipe=recipe,
        subject=row.subject,
        other=other,
        waived=waived,
    )


def _refusal(row: PlanRow, job: Job, why: QuarantineReason) -> tuple[Job, Verdict]:
    """Return what is recorded of a content that is not tried: the same, whatever is learnt or ruled later."""
    mark = digest("refusal/1", row.digest, why)
    where = row.risk_where if why is row.risk else ""
    return replace(job, job_digest=mark), Verdict(row.digest, mark, trouble=why, where=where)


def _is_recorded(row: PlanRow, refusal: tuple[Job, Verdict], policy: Policy) -> bool:
    """Whether a content is held back for it; what a person dropped stays in the entry it was dropped in."""
    if row.digest in policy.dropped:
        return row.quarantined_job != ""
    return row.quarantined_job == refusal[1].job_digest


def _reason(row: PlanRow, job: Job, rules: Rules) -> Reason:
    if row.job_digest == job.job_digest:
        return Reason.OUTPUT_MISSING
    known = (row.rules_digest, row.subject_digest) == (rules.digest, job.recipe.digest)
    if known or (job.waived and not row.job_digest):
        return Reason.DECISION
    if row.risk and row.quarantined_job == _refusal(row, job, row.risk)[1].job_digest:
        return Reason.RULES_CHANGED
    if row.job_digest and row.rules_digest != rules.digest:
        return Reason.RULES_CHANGED
    if row.job_digest or row.quarantined_job:
        return Reason.SUBJECT_CHANGED
    return Reason.SOURCE_CHANGED if row.previous_digest else Reason.NEW
