"""Count what became of every source that a run saw.

Owns: the report speaks for each source once.
"""

from collections import Counter

from anonledger.engine.plan import Plan
from anonledger.engine.resolve import Settled
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Disposition, QuarantineReason
from anonledger.records import Job, SourceCount
from anonledger.report import Report, Tally


def count(ledger: Ledger, run: int, plan: Plan, settled: Settled) -> Report:
    """Return the report of a run whose verdicts are on record."""
    report = Report()
    seen = ledger.sources_seen(run)
    held = ledger.quarantined()
    by_digest = {row.digest: row for row in held if row.digest}
    report.found = sum(kind.count for kind in seen)
    _count_jobs(report, plan, {d: row.reason for d, row in by_digest.items()})
    for digest in plan.held:
        report.quarantined_still[by_digest[digest].reason] += 1
    new = Counter(row.reason for row in held if row.run == run)
    _count_kinds(report, seen, new - report.quarantined_new)
    others = len(plan.other_unchanged)
    report.others.unchanged, report.instances.unchanged = others, len(plan.unchanged) - others
    _count_duplicates(report, seen, plan)
    report.gone = sum(1 for output in ledger.current_outputs() if output.gone)
    report.subjects_new = settled.new_subjects
    report.subjects_known = len(ledger.subjects()) - settled.new_subjects
    report.links = Counter(link.status for link in settled.links.values())
    report.unused_rows = settled.unused_rows
    return report


def _count_jobs(report: Report, plan: Plan, held: dict[str, QuarantineReason]) -> None:
    for job in plan.jobs:
        if job.source_digest in held:
            report.quarantined_new[held[job.source_digest]] += 1
        else:
            _tally(report, job).published += 1
    for job in plan.adopted:
        _tally(report, job).adopted += 1


def _tally(report: Report, job: Job) -> Tally:
    return report.others if job.other else report.instances


def _count_kinds(report: Report, seen: tuple[SourceCount, ...], new: Counter[QuarantineReason]) -> None:
    for kind in seen:
        if kind.disposition is Disposition.ARCHIVE:
            report.archives += kind.count
        elif kind.drop is not None:
            report.dropped[kind.drop] += kind.count
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
