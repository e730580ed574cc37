"""Who is who: evidence gathered into subjects, tables, and links between them.

Owns: what identifies somebody is never in a repr.
"""

from dataclasses import dataclass, field

from anonledger.outcomes import (
    ColumnFate,
    ColumnRole,
    Correction,
    DateOrder,
    LinkMethod,
    LinkStatus,
    MarkKind,
    Ruling,
)
from anonledger.records.sources import Evidence


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
    ``encoding``: of the text, or the kind of file (xlsx, ods, sav); ``date_order``: as the user says.
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
    identifier_columns: tuple[int, ...] = ()
    date_order: DateOrder = DateOrder.AUTO


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What a column is used for, what becomes of it in the shared table, and why if that is a choice."""

    role: ColumnRole
    fate: ColumnFate
    why: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One side of record linkage: a subject of the DICOM (all its spellings) or a person of the table.

    ``rows``: row numbers of the table (1 for the first below the header), for a table person only;
    ``further_ids``, such as a social security number, and ``further_names``, such as a maiden name, only say
    what must go; ``possible_dates`` are readings of birth dates that can be read in two ways.
    """

    key: int
    names: tuple[str, ...] = field(repr=False)
    birth_dates: tuple[str, ...] = field(default=(), repr=False)
    sex: str = ""
    ids: tuple[str, ...] = field(default=(), repr=False)
    rows: tuple[int, ...] = ()
    further_ids: tuple[str, ...] = field(default=(), repr=False)
    possible_dates: tuple[str, ...] = field(default=(), repr=False)
    further_names: tuple[str, ...] = field(default=(), repr=False)


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
class Ruled:
    """What a person decided on a subject.

    ``who``: name, birth date and ID of the row, if it is on one; ``rows``: how many that person had.
    """

    subject: int
    ruling: Ruling
    who: Evidence = field(default_factory=Evidence)
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """All that holds of what was decided on one patient: a row, or no row at all, and rows that are not."""

    chosen: Evidence | None = None
    nobody: bool = False
    refused: tuple[Evidence, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a person decided on who is who: ``other`` becomes, leaves or is not ``subject``.

    ``undoes``: the id of the correction that this one takes back; ``run``: what it moved, it moved there.
    """

    id: int
    kind: Correction
    subject: int
    other: int
    run: int
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """By what somebody who was forgotten is recognised: an HMAC under the project's salt (64 hex digits)."""

    subject: int
    kind: MarkKind
    digest: str
