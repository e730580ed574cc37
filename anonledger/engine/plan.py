"""Decide what has to be done, and why: a value that a dry run prints and a run carries out.

Owns: work that is on record, with its object in the store, is never planned again.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from anonledger.digests import digest
from anonledger.engine.forcing import Forced, nothing
from anonledger.engine.outcome import Plan
from anonledger.engine.policy import Policy
from anonledger.engine.strangers import Strangers
from anonledger.errors import LedgerError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Disposition, MarkKind, QuarantineReason, Reason
from anonledger.records import Job, PlanGroup, PlanRow, Recipe, Rules, Verdict, Waiver
from anonledger.sources.archives import ArchiveKind, archive_kind

TASKS_EACH = 2  # that a worker is given of all there is to do, at the least: none is idle for long
FEW = 10  # to look at each content by itself takes so many times as long as to look at all in groups


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan follows from, beside the ledger; ``lost``: objects on record that are not in the store."""

    rules: Rules
    strangers: Strangers
    everybody: Recipe
    lost: Collection[str]
    policy: Policy
    forced: Forced = nothing

    def recipe(self, subject: int | None, vocabulary: int | None, *, other: bool) -> Recipe:
        """Return by what a content is cleaned. Raises LedgerError for an instance of nobody."""
        if not other and subject is None:
            raise LedgerError(
                "An instance in the ledger has no subject. Nothing was released; restore a backup."
            )
        return self.everybody if subject is None else self.strangers.recipe(subject, vocabulary)


def make_plan(ledger: Ledger, run: int, basis: Basis) -> Plan:
    """Return the plan for every source that the run saw; what has nothing to be done is told in groups."""
    if basis.forced is not nothing or not ledger.has_outputs():  # each one is due then
        return _behind(ledger, run, basis, _singly(ledger, run, basis, None))
    due: set[int] = set()
    nobody = False
    done: list[PlanGroup] = []
    for group in ledger.plan_groups(run, basis.lost):
        if group.single:
            continue
        if _is_done(group, basis):
            done.append(group)
        elif group.identity is None:
            nobody = True
        else:
            due.add(group.identity)
    left = [one for one in done if not (nobody if one.identity is None else one.identity in due)]
    plan = _singly(ledger, run, basis, ledger.contents_due(run, due, nobody, basis.lost))
    others = sum(one.count for one in left if one.disposition is Disposition.OTHER)
    return _behind(
        ledger,
        run,
        basis,
        replace(
            plan,
            unchanged=plan.unchanged + sum(one.count for one in left),
            others_unchanged=plan.others_unchanged + others,
        ),
    )


def plan_again(ledger: Ledger, run: int, basis: Basis, before: Plan | None) -> Plan:
    """Return the plan of another run behind one that carried out the plan ``before``.

    If that followed from the same recipes (None: it did not), and looked at few contents by themselves, only
    those are looked at: of all others nothing was written.
    """
    if before is None or len(before.digests) * FEW > before.unchanged:
        return make_plan(ledger, run, basis)
    again = _singly(ledger, run, basis, before.digests)
    others = before.others_unchanged - len(before.looked_at & before.others)
    return replace(
        again,
        unchanged=again.unchanged + before.unchanged - len(before.looked_at),
        others_unchanged=again.others_unchanged + others,
        behind=before.behind,
    )


def _is_done(group: PlanGroup, basis: Basis) -> bool:
    """Whether the job of each content of a group is on record; the job digest is made of the same digests."""
    other = group.disposition is Disposition.OTHER
    recipe = basis.recipe(group.subject, group.vocabulary, other=other)
    done = (group.rules_digest, group.subject_digest) == (basis.rules.digest, recipe.digest)
    return done and group.risk not in basis.policy.refused


def _singly(ledger: Ledger, run: int, basis: Basis, contents: Collection[str] | None) -> Plan:
    """Return the plan for some contents, or for all, each looked at by itself."""
    rules, policy = basis.rules, basis.policy
    jobs: list[Job] = []
    refused: list[tuple[Job, Verdict]] = []
    unchanged: set[str] = set()
    held: set[str] = set()
    others: set[str] = set()
    for row in ledger.plan_rows(run, contents) if contents is None or contents else ():
        job = _job(row, basis, policy.waived(row.digest))
        if job.other:
            others.add(row.digest)
        if (why := policy.refusal(row)) is not None:
            refusal = _refusal(row, job, why)
            if _is_recorded(row, refusal, policy):
                held.add(row.digest)
            else:
                refused.append(refusal)
        elif basis.forced(row):
            jobs.append(replace(job, reason=Reason.FORCED))
        elif row.job_digest == job.job_digest and row.object_digest not in basis.lost:
            unchanged.add(row.digest)
        elif row.quarantined_job == job.job_digest:
            held.add(row.digest)
        else:
            reason = _reason(row, job, rules)
            jobs.append(job if reason is job.reason else replace(job, reason=reason))
    made = {job.job_digest for job in _done_before(ledger, jobs, basis.lost)}
    return Plan(
        tuple(job for job in jobs if job.job_digest not in made),
        tuple(job for job in jobs if job.job_digest in made),
        tuple(refused),
        frozenset(held),
        frozenset(others),
        unchanged=len(unchanged),
        others_unchanged=len(unchanged & others),
        looked_at=frozenset(unchanged),
    )


def _done_before(ledger: Ledger, jobs: Collection[Job], lost: Collection[str]) -> list[Job]:
    """Return the jobs that were done before, with their object in the store; never those that are forced."""
    due = [job for job in jobs if job.reason is not Reason.FORCED]
    recorded = ledger.job_objects(job.job_digest for job in due)
    return [job for job in due if (made := recorded.get(job.job_digest)) and made not in lost]


def _behind(ledger: Ledger, run: int, basis: Basis, plan: Plan) -> Plan:
    """Add which of the published files that were not among the sources are behind."""
    # What may name somebody who is forgotten stays as it is.
    kept = {mark.digest for mark in ledger.marks() if mark.kind is MarkKind.CONTENT}
    groups = (
        group
        for group in ledger.unseen_groups(run)
        if basis.strangers.recipe(group.subject, group.vocabulary).digest != group.subject_digest
    )
    behind = frozenset(one for group in groups for one in ledger.unseen(run, group))
    return replace(plan, behind=behind - kept)


def batches(jobs: Collection[Job], together: int, of_archive: int, places: int) -> Iterator[tuple[Job, ...]]:
    """Yield jobs in groups of one task each; those of one archive stay together, to be read in one pass.

    A zip that is much of all there is to do is shared out among so many ``places``, where tasks are done; of
    files there are ever fewer in a task towards the end, so that no place is idle while others work.
    """
    # A share of everything, not of the archive: to open it again costs a look at all its members.
    share = -(-len(jobs) // (places * TASKS_EACH)) if places > 1 else of_archive
    left = len(jobs)
    for container, adjacent in groupby(jobs, _container):
        group = tuple(adjacent)
        limit = together if container is None else of_archive
        if container is not None and _opens_anywhere(group):
            limit = min(of_archive, max(together, share))
        tapered = container is None and places > 1
        start = 0
        while start < len(group):
            size = min(limit, -(-(left - start) // (places * TASKS_EACH))) if tapered else limit
            yield group[start : start + size]
            start += size
        left -= len(group)


def _container(job: Job) -> tuple[str, str] | None:
    return (job.location.root, job.location.path) if job.location.members else None


def _opens_anywhere(jobs: Sequence[Job]) -> bool:
    """Whether the members of an archive are reached without those before: not in a tar, nor nested."""
    named = archive_kind(jobs[0].location.path, b"")
    return named is ArchiveKind.ZIP and all(len(job.location.members) == 1 for job in jobs)


def _job(row: PlanRow, basis: Basis, waived: frozenset[Waiver]) -> Job:
    other = row.disposition is Disposition.OTHER
    recipe = basis.recipe(row.subject, row.vocabulary, other=other)
    return Job(
        location=row.location,
        source_digest=row.digest,
        job_digest=digest("job/1", row.digest, basis.rules.digest, recipe.digest, *sorted(waived)),
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
