"""What the ledger answers, line by line.

Owns: an answer is a value; no row of a database leaves the ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from anonledger.outcomes import Decision, Disposition, LinkStatus, QuarantineReason, RunStatus
from anonledger.records.people import Link
from anonledger.records.sources import Evidence, Location


@dataclass(frozen=True, slots=True)
class MappingRow:
    """A line of the mapping: a pseudonym, and one spelling of whom it stands for."""

    pseudonym: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A line of the matches: a patient of the DICOM, and what linkage with a table decided on it."""

    pseudonym: str
    evidence: Evidence
    table: str = field(repr=False)
    link: Link


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of the table that may be a patient's (1 for the first), with its cells as they are spelled.

    With a ``pseudonym`` it is no row but somebody who was imported with that.
    """

    row: int
    name: str = field(repr=False)
    birth_date: str = field(repr=False)
    sex: str
    patient_id: str = field(repr=False)
    pseudonym: str = ""

    @property
    def label(self) -> str:
        """What it is known by when a person decides: the number of the row, or the pseudonym."""
        return self.pseudonym or str(self.row)


@dataclass(frozen=True, slots=True)
class Case:
    """A patient for a person to decide on: every spelling, the candidates (best first), and why it waits.

    ``decision``: what was decided so far, in words; ``table``: the mark of the table the rows are of.
    """

    pseudonym: str
    names: tuple[str, ...] = field(repr=False)
    ids: tuple[str, ...] = field(repr=False)
    birth_dates: tuple[str, ...] = field(repr=False)
    sexes: tuple[str, ...]
    link: Link
    candidates: tuple[Candidate, ...]
    table: str
    decision: str = ""


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """A doubt on who is who, in words, about one spelling; ``where``: its study or folder, or ""."""

    doubt: str
    pseudonym: str
    evidence: Evidence
    where: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class UnusedRow:
    """A row of the demographics table that belongs to no patient; ``row`` is 1 for the first."""

    row: int
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """A source that is held back since ``run``; ``digest`` is the SHA-256 of its bytes ("" if unreadable).

    ``id`` is what people call it by; ``left_out``: held back as the settings want it, and not to be listed;
    ``decision`` is what a person decided last, and ``resolved`` the run that ended it.
    """

    path: str = field(repr=False)
    member: str = field(repr=False)
    digest: str
    reason: QuarantineReason
    where: str
    run: int
    id: int = 0
    left_out: bool = False
    decision: "Decided | None" = None
    resolved: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided on something that is held back, why, and in which run.

    It holds for a content (SHA-256 ``digest``) or, where none is known, for the place it lies at, and for one
    reason in one place of it (``where``).
    """

    quarantine: int
    digest: str
    reason: QuarantineReason
    where: str
    verdict: Decision
    why: str = field(repr=False)
    run: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What the ledger knows of one content (digest) that a run saw: what was made of it, and by which recipe.

    The four ``*_digest`` of the output are "" when none is current; ``quarantined_job`` is the job that ended
    in quarantine last, "" if none is open; ``previous_digest`` is what lay at the location before, or "".
    ``risk``: why it cannot be checked by looking for names; ``vocabulary``: the id of the words of its texts.
    """

    location: Location
    digest: str
    disposition: Disposition
    subject: int | None
    job_digest: str = ""
    object_digest: str = ""
    rules_digest: str = ""
    subject_digest: str = ""
    quarantined_job: str = ""
    previous_digest: str = ""
    risk: QuarantineReason | None = None
    risk_where: str = ""
    vocabulary: int | None = None


@dataclass(frozen=True, slots=True)
class CurrentOutput:
    """The output that stands for a source's bytes now; the UIDs are those written, as in Output.

    ``location`` is the first place of these bytes, None when others have taken their place since;
    ``gone``: the latest run over that root did not find them; ``subject_digest``: of what was known when it
    was made; ``vocabulary``: the id of the words of its texts.
    """

    source_digest: str
    object_digest: str
    size: int
    subject: int | None
    pseudonym: str
    study: str
    series: str
    instance: str
    location: Location | None
    gone: bool
    subject_digest: str = ""
    vocabulary: int | None = None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run as the ledger tells it; times are UTC, ``counts`` is what the run itself summed up.

    ``settings`` are those that shape what is released, such as the columns left out.
    """

    id: int
    started: datetime
    finished: datetime | None
    status: RunStatus
    exit_code: int | None
    command: str = field(repr=False)
    version: str
    profile: str
    rules_digest: str
    output_root: str = field(repr=False)
    counts: Mapping[str, int]
    settings: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """How much the ledger holds; ``links`` are those of the table in use, ``sources`` those present."""

    subjects: int
    instances: int
    outputs: int
    quarantined: int
    links: Mapping[LinkStatus, int]
    sources: Mapping[Disposition, int]
    last_run: RunSummary | None
