"""Count what became of every source that a run saw.

Owns: the report speaks for each source once.
"""

from collections import Counter
from collections.abc import Sequence

from anonledger.engine.outcome import Plan, Settled
from anonledger.engine.policy import LEFT_OUT_AS, Policy
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Disposition, DropReason, QuarantineReason
from anonledger.records import Job, QuarantineRow, SourceCount
from anonledger.report import Report, Tally
from anonledger.subjects.appraisal import unread_dates
from anonledger.subjects.people import undecided_dates


def count(
    ledger: Ledger, run: int, plan: Plan, settled: Settled, policy: Policy, *, again: bool = False
) -> Report:
    """Return the report of a run whose verdicts are on record; ``again``: of another one behind it."""
    report = Report()
    seen = ledger.sources_seen(run)
    held = ledger.quarantined(everything=True)
    report.found = sum(kind.count for kind in seen)
    _count_jobs(report, plan, held, policy)
    planned = plan.digests
    fresh = [row for row in held if row.run == run and not again]
    new = Counter(row.reason for row in fresh if row.digest not in planned)
    _count_kinds(report, seen, new, policy)
    report.others.unchanged = plan.others_unchanged
    report.instances.unchanged = plan.unchanged - plan.others_unchanged
    _count_duplicates(report, seen, plan)
    gone, replaced = ledger.gone_and_replaced()
    report.gone, report.behind = len(gone), len(plan.behind - replaced)
    report.alike = settled.alike
    report.subjects_new = settled.new_subjects
    report.subjects_known = len(ledger.known_subjects()) - settled.new_subjects
    report.links = Counter(link.status for link in settled.links.values())
    report.unused_rows = settled.unused_rows
    if (table := ledger.latest_table()) is not None:
        report.open_dates, report.unread_dates = undecided_dates(table), unread_dates(table)
    return report


def _count_jobs(report: Report, plan: Plan, held: Sequence[QuarantineRow], policy: Policy) -> None:
    # Bytes that are trouble under the name of DICOM may be published under another name.
    reasons = {row.digest: row.reason for row in held if row.reason is not QuarantineReason.NOT_DICOM}
    for job in plan.jobs:
        if job.source_digest in reasons:
            _count_held(report.quarantined_new, report, job.source_digest, reasons[job.source_digest], policy)
        else:
            _tally(report, job).published += 1
    for job in plan.adopted:
        _tally(report, job).adopted += 1
    for job, verdict in plan.refused:
        if verdict.trouble is not None:
            _count_held(report.quarantined_new, report, job.source_digest, verdict.trouble, policy)
    for digest in plan.held:
        _count_held(report.quarantined_still, report, digest, reasons[digest], policy)


def _count_held(
    held: Counter[QuarantineReason], report: Report, digest: str, reason: QuarantineReason, policy: Policy
) -> None:
    """Count a content as held back, or as left out where somebody wants that."""
    if digest in policy.dropped:
        report.dropped[DropReason.DECISION] += 1
    elif reason in policy.left_out:
        report.dropped[LEFT_OUT_AS[reason]] += 1
    else:
        held[reason] += 1


def _tally(report: Report, job: Job) -> Tally:
    return report.others if job.other else report.instances


def _count_kinds(
    report: Report, seen: tuple[SourceCount, ...], new: Counter[QuarantineReason], policy: Policy
) -> None:
    for kind in seen:
        if kind.disposition is Disposition.ARCHIVE:
            report.archives += kind.count
        elif kind.drop is not None:
            report.dropped[kind.drop] += kind.count
        elif kind.decided:
            report.dropped[DropReason.DECISION] += kind.count
        elif kind.trouble in policy.left_out and kind.trouble is not None:
            report.dropped[LEFT_OUT_AS[kind.trouble]] += kind.count
        elif kind.trouble is not None:
            fresh = min(kind.count, new[kind.trouble])
            report.quarantined_new[kind.trouble] += fresh
            report.quarantined_still[kind.trouble] += kind.count - fresh


def _count_duplicates(report: Report, seen: tuple[SourceCount, ...], plan: Plan) -> None:
    """The same bytes found twice are one job; what is left over is duplicates."""
    for disposition, tally, other in (
        (Disposition.INSTANCE, report.instances, False),
        (Disposition.OTHER, report.others, True),
    ):
        found = sum(kind.count for kind in seen if kind.disposition is disposition)
        tally.duplicates = found - plan.distinct(other=other)
