"""What the stages of a run come to, and the run itself.

Owns: values that are cheap to come by: whoever only tells of a run imports none of its stages.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from anonledger.outcomes import ExitCode
from anonledger.records import Job, Link, Verdict
from anonledger.report import Report


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do. ``adopted``: done before, for another state of things that has come back.

    ``refused``: what is not even tried, with the verdict to record. ``held`` (still in quarantine) are source
    digests; ``unchanged`` and, among them, ``others_unchanged`` (not DICOM) are counts, and ``looked_at`` the
    digests of those that were looked at one by one; ``others``: what is not DICOM of all that is named here.
    ``behind``: of published files that were not among the sources, though more is known now of who stands in
    them.
    """

    jobs: tuple[Job, ...]
    adopted: tuple[Job, ...]
    refused: tuple[tuple[Job, Verdict], ...]
    held: frozenset[str]
    others: frozenset[str]
    unchanged: int = 0
    others_unchanged: int = 0
    looked_at: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()

    def distinct(self, *, other: bool) -> int:
        """How many different contents the plan speaks of: instances, or files that are not DICOM."""
        named = self.digests - self.looked_at
        if other:
            return len(named & self.others) + self.others_unchanged
        return len(named - self.others) + self.unchanged - self.others_unchanged

    @property
    def digests(self) -> frozenset[str]:
        """Every content that was looked at by itself."""
        jobs = (*self.jobs, *self.adopted, *(job for job, _ in self.refused))
        return self.looked_at | self.held | {job.source_digest for job in jobs}


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled: how many subjects are new, how links ended, and doubts in words, counted.

    ``alike``: patients who may be somebody that was imported; ``notes``: further sentences for the user.
    """

    new_subjects: int
    links: Mapping[int, Link]
    unused_rows: int
    doubts: Mapping[str, int]
    alike: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Released:
    """How the shareable folder changed: files placed, taken away, restored, and tables written anew.

    ``equal`` instances are the same to the byte as another of their UID, now that they are cleaned.
    """

    added: int
    removed: int
    repaired: int
    tables: int
    equal: int

    @property
    def nothing(self) -> bool:
        """Whether it is as it was."""
        return not (self.added or self.removed or self.repaired or self.tables)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did. ``released`` is None for a dry run; ``made_salt``: the program made the salt.

    ``since``: the run since which nothing changed, None when this one found anything to do.
    Of a dry run: ``to_restore`` files of the dataset would be put back, and tables ``to_rewrite`` written.
    """

    run: int
    plan: Plan
    report: Report
    settled: Settled
    exit_code: ExitCode
    released: Released | None = None
    made_salt: bool = False
    to_restore: int = 0
    to_rewrite: tuple[str, ...] = ()
    since: int | None = None
