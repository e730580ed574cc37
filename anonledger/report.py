"""Count what became of every source of a run, and say it in plain sentences.

Owns: the totals add up to the number of sources found, and no identifier is in them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields
from enum import StrEnum
from typing import Any, TypeVar

from anonledger.outcomes import DropReason, ExitCode, LinkStatus, QuarantineReason

Kind = TypeVar("Kind", bound=StrEnum)
LINKED = {LinkStatus.ACCEPTED: "linked", LinkStatus.REVIEW: "for review", LinkStatus.MISSING: "missing"}


@dataclass(slots=True)
class Tally:
    """Sources of one kind that have an output; ``duplicates`` have the bytes of a source counted already."""

    published: int = 0
    unchanged: int = 0
    adopted: int = 0
    duplicates: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.published + self.unchanged + self.adopted + self.duplicates


@dataclass(slots=True)
class Report:
    """The counts of a run, filled in as it goes.

    A source found is counted once: as an instance, another file that is carried, an archive, dropped, or
    quarantined (new in this run, or still so). ``gone`` sources were seen before and are not found any more;
    ``links`` counts patients, ``unused_rows`` rows of the demographics table, ``open_dates`` and
    ``unread_dates`` birth dates of it that are not used because they can be read in two ways, or not at all;
    ``behind`` published files that were not among the sources, though more is known of who stands in them;
    ``alike`` patients who may be somebody that was imported with a pseudonym.
    """

    found: int = 0
    archives: int = 0
    instances: Tally = field(default_factory=Tally)
    others: Tally = field(default_factory=Tally)
    dropped: Counter[DropReason] = field(default_factory=Counter)
    quarantined_new: Counter[QuarantineReason] = field(default_factory=Counter)
    quarantined_still: Counter[QuarantineReason] = field(default_factory=Counter)
    gone: int = 0
    subjects_new: int = 0
    subjects_known: int = 0
    links: Counter[LinkStatus] = field(default_factory=Counter)
    unused_rows: int = 0
    open_dates: int = 0
    unread_dates: int = 0
    behind: int = 0
    alike: int = 0

    @property
    def quarantined(self) -> Counter[QuarantineReason]:
        """All that is held back now, by reason."""
        return self.quarantined_new + self.quarantined_still

    @property
    def accounted(self) -> int:
        """How many sources the outcomes speak for; equals ``found`` when a run has ended."""
        carried = self.instances.total + self.others.total
        return carried + self.archives + self.dropped.total() + self.quarantined.total()


COUNTED = {
    "dropped": DropReason,
    "quarantined_new": QuarantineReason,
    "quarantined_still": QuarantineReason,
    "links": LinkStatus,
}


def packed(report: Report) -> dict[str, Any]:
    """Return a report as JSON has it, without what did not happen."""
    told: dict[str, Any] = {}
    for name in (one.name for one in fields(report)):
        value = getattr(report, name)
        if isinstance(value, Counter):
            value = {str(kind): many for kind, many in sorted(value.items()) if many}
        elif isinstance(value, Tally):
            value = list(astuple(value)) if value.total else []
        if value:
            told[name] = value
    return told


def unpacked(told: Mapping[str, Any]) -> Report:
    """Return the report of which this is told."""
    report = Report()
    for name, value in told.items():
        if isinstance(value, dict):
            value = Counter({COUNTED[name](kind): many for kind, many in value.items()})
        elif isinstance(value, list):
            value = Tally(*value)
        setattr(report, name, value)
    return report


def exit_code(report: Report) -> ExitCode:
    """Return what the command ends with: held back files come before matches that await review."""
    if report.quarantined.total():
        return ExitCode.QUARANTINED
    if report.links[LinkStatus.REVIEW] or report.alike:
        return ExitCode.REVIEW
    return ExitCode.DONE


def lines(report: Report) -> tuple[str, ...]:
    """Return the sentences of the last block on the console; what did not happen is not mentioned."""
    quarantined = _ordered(QuarantineReason, report.quarantined)
    frozen = Counter({DropReason.FROZEN: report.dropped[DropReason.FROZEN]})
    sentences = (
        f"Sources: {report.found:,} found.",
        _listed("Instances", _words(report.instances)),
        _listed("Other files", _words(report.others)),
        _listed("Archives", {"looked into": report.archives}),
        _listed("Left out", _ordered(DropReason, report.dropped - frozen)),
        _listed("Of others", _ordered(DropReason, frozen)),
        _listed("Quarantined", quarantined, f" ({report.quarantined_new.total():,} new in this run)"),
        _listed("Gone since an earlier run", {"source" if report.gone == 1 else "sources": report.gone}),
        _listed("Patients", {"new": report.subjects_new, "known": report.subjects_known}),
        *link_lines(report),
    )
    return tuple(sentence for sentence in sentences if sentence)


def link_lines(report: Report) -> tuple[str, ...]:
    """Return the sentences on patients and rows of the demographics table."""
    sentences = (
        _listed("Patients for review", {"may be one whose pseudonym was imported": report.alike}),
        _listed("Demographics of patients", {LINKED[one]: report.links[one] for one in LinkStatus}),
        _listed("Demographics rows", {"unused": report.unused_rows}),
    )
    return tuple(sentence for sentence in sentences if sentence)


def as_rows(report: Report) -> tuple[tuple[str, str, int], ...]:
    """Return every count as (group, outcome, count), zeros too, always in the same order."""
    groups = {
        "sources": {"found": report.found, "archives": report.archives, "gone": report.gone},
        "instances": _words(report.instances),
        "other files": _words(report.others),
        "dropped": _ordered(DropReason, report.dropped),
        "quarantined, new": _ordered(QuarantineReason, report.quarantined_new),
        "quarantined, still": _ordered(QuarantineReason, report.quarantined_still),
        "subjects": {"new": report.subjects_new, "known": report.subjects_known},
        "links": _ordered(LinkStatus, report.links),
        "demographics": {"unused rows": report.unused_rows},
    }
    return tuple((group, name, count) for group, counts in groups.items() for name, count in counts.items())


def _ordered(kinds: type[Kind], counts: Counter[Kind]) -> dict[str, int]:
    return {str(kind): counts[kind] for kind in kinds}


def _words(tally: Tally) -> dict[str, int]:
    return {
        "published": tally.published,
        "unchanged": tally.unchanged,
        "published before and current again": tally.adopted,
        "of the same bytes as another": tally.duplicates,
    }


def _listed(title: str, counts: Mapping[str, int], remark: str = "") -> str:
    """Return "Title: 3 this, 1 that (remark)." in the order of the words; "" when there is nothing."""
    said = [f"{count:,} {name}" for name, count in counts.items() if count]
    return f"{title}: {', '.join(said)}{remark}." if said else ""
