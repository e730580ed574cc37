"""What the rooms hand to each other: frozen, slotted, picklable records.

Owns: identifying fields never show in a repr, so they cannot leak into a log or a traceback.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from anonledger.outcomes import (
    Disposition,
    DropReason,
    LinkMethod,
    LinkStatus,
    QuarantineReason,
    Reason,
    RunStatus,
)


def escaped(name: str) -> str:
    """Return a file name as text that any database and terminal can hold; one to one.

    Undecodable bytes (PEP 383 surrogates), control characters and the backslash become ``\\xhh``.
    """
    if name.isprintable() and "\\" not in name:
        return name
    return "".join(
        c
        if c.isprintable() and c != "\\"
        else f"\\x{ord(c) - 0xDC00:02x}"
        if 0xDC80 <= ord(c) <= 0xDCFF
        else f"\\u{{{ord(c):x}}}"
        for c in name
    )


@dataclass(frozen=True, slots=True)
class Location:
    """Where a source's bytes lie: a file below a source root, or a member of an archive there.

    ``root`` is an absolute folder; ``path`` is relative to it, with "/" on every system; ``members`` are the
    keys of archive members, the outermost archive first (the second of one name has ";2" behind its key).
    """

    root: str = field(repr=False)
    path: str = field(repr=False)
    members: tuple[str, ...] = field(default=(), repr=False)

    @property
    def member(self) -> str:
        """The members as one text, "!/" between the levels ("" for a plain file); one to one."""
        return "!/".join(escaped(m).replace("%", "%25").replace("!", "%21") for m in self.members)

    def inside(self, member: str) -> "Location":
        """Return the location of a member of the archive that lies here."""
        return Location(self.root, self.path, (*self.members, member))


@dataclass(frozen=True, slots=True)
class Found:
    """A file that the walk of a source root came upon; not opened yet. Times in ns since the epoch."""

    location: Location
    size: int
    mtime_ns: int
    trouble: QuarantineReason | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who an instance says that its patient is, as spelled (DICOM values decoded, padding stripped).

    ``other_names`` (birth name, mother's name …) and ``other_ids`` only say what must go; ``scope`` is the
    StudyInstanceUID, and set only when neither name nor ID says anything.
    """

    issuer: str = field(default="", repr=False)
    patient_id: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = ""
    other_names: tuple[str, ...] = field(default=(), repr=False)
    other_ids: tuple[str, ...] = field(default=(), repr=False)
    scope: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Header:
    """What the survey keeps of an instance: the UIDs as found, and the evidence of who it is of."""

    sop_class: str
    sop_instance: str = field(repr=False)
    study: str = field(repr=False)
    series: str = field(repr=False)
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Examined:
    """A source after its bytes were looked at once. ``digest`` is their SHA-256 ("" when unreadable)."""

    location: Location
    size: int
    mtime_ns: int
    digest: str
    disposition: Disposition
    header: Header | None = None
    drop: DropReason | None = None
    trouble: QuarantineReason | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a file's bytes are: an instance, left out, or in trouble; nothing set: it is not DICOM."""

    header: Header | None = None
    drop: DropReason | None = None
    trouble: QuarantineReason | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Evidence that the ledger has on record, and the subject that it was assigned to."""

    id: int
    evidence: Evidence
    subject: int


@dataclass(frozen=True, slots=True)
class Subject:
    """A patient as the ledger knows one. ``key_hash``: HMAC (64 hex digits) of who it is."""

    id: int
    pseudonym: str
    key_hash: str
    date_shift: int = 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Evidence that belongs to one patient; ``subject`` is the known subject, or None for a new one."""

    subject: int | None
    evidence: tuple[Evidence, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A demographics table: cells as text, every row as long as ``columns``.

    ``name_columns``: one position, or given name and surname; the others are positions or None.
    """

    digest: str
    source_name: str = field(repr=False)
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    name_columns: tuple[int, ...]
    birth_date_column: int | None = None
    sex_column: int | None = None
    id_column: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One side of record linkage: a subject of the DICOM (all its spellings) or a person of the table.

    ``rows``: row numbers of the table (1 for the first below the header), for a table person only.
    """

    key: int
    names: tuple[str, ...] = field(repr=False)
    birth_dates: tuple[str, ...] = field(default=(), repr=False)
    sex: str = ""
    ids: tuple[str, ...] = field(default=(), repr=False)
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """What linkage decided for one patient. ``score``: 1 is the same, 0 nothing in common.

    ``rows`` are set only when the link is accepted; ``candidates`` are row numbers, best first.
    """

    person: int
    status: LinkStatus
    method: LinkMethod
    score: float
    rows: tuple[int, ...] = ()
    candidates: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that cleaning needs to know of a subject: what must go, and what stands in its place.

    ``names`` and ``ids`` are identifiers as spelled, sorted; ``digest`` is the subject digest of DESIGN.
    """

    pseudonym: str
    digest: str
    names: tuple[str, ...] = field(default=(), repr=False)
    ids: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a profile: an action code of PS3.15 table E.1-1a on a tag pattern (8 hex digits or "x")."""

    tag: str
    keyword: str
    action: str
    why: str


@dataclass(frozen=True, slots=True)
class Rules:
    """A profile with the user's additions; ``digest`` is the rules digest of DESIGN."""

    name: str
    version: int
    digest: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One planned piece of work: a source, its recipe, and why it is done. ``other``: carried, not DICOM."""

    location: Location
    source_digest: str
    job_digest: str
    reason: Reason
    recipe: Recipe
    subject: int | None
    other: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """An object that was put: its UIDs as written ("" for a file that is not DICOM)."""

    digest: str
    size: int
    study: str = ""
    series: str = ""
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one job: an output, or the reason why there is none and where in the file it lies."""

    source_digest: str
    job_digest: str
    output: Output | None = None
    trouble: QuarantineReason | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """A file of the output tree: path below the tree's root ("/" between), and the object that it shows."""

    path: str
    source_digest: str
    object_digest: str
    size: int


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
class UnusedRow:
    """A row of the demographics table that belongs to no patient; ``row`` is 1 for the first."""

    row: int
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """A source that is held back since ``run``; ``digest`` is the SHA-256 of its bytes ("" if unreadable)."""

    path: str = field(repr=False)
    member: str = field(repr=False)
    digest: str
    reason: QuarantineReason
    where: str
    run: int


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source as the stat cache has it. ``path`` is exact, ``member`` is the text of Location.member."""

    id: int
    path: str = field(repr=False)
    member: str = field(repr=False)
    size: int
    mtime_ns: int
    digest: str
    disposition: Disposition
    drop: DropReason | None = None
    trouble: QuarantineReason | None = None


@dataclass(frozen=True, slots=True)
class SourceCount:
    """How many sources of one kind there are."""

    disposition: Disposition
    drop: DropReason | None
    trouble: QuarantineReason | None
    count: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What the ledger knows of one content (digest) that a run saw: what was made of it, and by which recipe.

    The four ``*_digest`` of the output are "" when none is current; ``quarantined_job`` is the job that ended
    in quarantine last, "" if none is open; ``previous_digest`` is what lay at the location before, or "".
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


@dataclass(frozen=True, slots=True)
class CurrentOutput:
    """The output that stands for a source's bytes now; the UIDs are those written, as in Output.

    ``location`` is the first place of these bytes, None when others have taken their place since;
    ``gone``: the latest run over that root did not find them.
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
