"""What was found in the sources, and what a look at its bytes told.

Owns: a location is exact on every system, and its text is one to one.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from anonledger.outcomes import Disposition, DropReason, QuarantineReason


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

    @property
    def folder(self) -> str:
        """Where it lies, as text: the folder on the disk, or the one inside the archive; one to one."""
        inside = escaped(self.path) + f"!/{self.member}" * bool(self.members)
        return f"{escaped(self.root).rstrip('/')}/{inside.rpartition('/')[0]}"

    def inside(self, member: str) -> "Location":
        """Return the location of a member of the archive that lies here."""
        return Location(self.root, self.path, (*self.members, member))


class Found(NamedTuple):
    """A file that the walk of a source root came upon; not opened yet. Times in ns since the epoch.

    A named tuple, as KnownSource is: a run that has nothing to do makes one of each for every file.
    """

    root: str
    path: str
    size: int
    mtime_ns: int
    trouble: QuarantineReason | None = None

    @property
    def location(self) -> Location:
        """Where it lies."""
        return Location(self.root, self.path)

    def __repr__(self) -> str:
        return f"Found(size={self.size}, mtime_ns={self.mtime_ns}, trouble={self.trouble!r})"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who an instance says that its patient is, as spelled (DICOM values decoded, padding stripped).

    ``other_names`` (birth name, mother's name …) and ``other_ids`` only say what must go; ``scope`` is the
    StudyInstanceUID or, without one, the folder, and set only when neither name nor ID says anything.
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
    """What the survey keeps of an instance: the UIDs as found, and the evidence of who it is of.

    ``risk``: why it cannot be checked by looking for names alone, if so, and ``risk_where`` what says so;
    ``words``: the folded words and long numbers of its texts, sorted, by which names of others are looked up.
    """

    sop_class: str
    sop_instance: str = field(repr=False)
    study: str = field(repr=False)
    series: str = field(repr=False)
    evidence: Evidence
    risk: QuarantineReason | None = None
    risk_where: str = ""
    words: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a file's bytes are: an instance, left out, or in trouble; nothing set: it is not DICOM.

    ``words``: what a file that is not DICOM says, folded, where that was asked for.
    """

    header: Header | None = None
    drop: DropReason | None = None
    trouble: QuarantineReason | None = None
    where: str = ""
    words: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Examined:
    """A source after its bytes were looked at once. ``digest`` is their SHA-256 ("" when unreadable).

    ``words`` as in `Inspected`, ``quick``: the quick digest of its bytes (`digests`); both are never kept.
    """

    location: Location
    size: int
    mtime_ns: int
    digest: str
    disposition: Disposition
    header: Header | None = None
    drop: DropReason | None = None
    trouble: QuarantineReason | None = None
    where: str = ""
    words: frozenset[str] = field(default=frozenset(), repr=False)
    quick: bytes = field(default=b"", repr=False)


class KnownSource(NamedTuple):
    """A source as the stat cache has it. ``path`` is exact, ``member`` is the text of Location.member.

    ``seen``: the run that saw it last.
    """

    id: int
    path: str
    member: str
    size: int
    mtime_ns: int
    digest: str
    disposition: Disposition
    drop: DropReason | None = None
    trouble: QuarantineReason | None = None
    seen: int = 0

    def __repr__(self) -> str:
        return f"KnownSource(id={self.id}, disposition={self.disposition!r}, seen={self.seen})"


@dataclass(frozen=True, slots=True)
class SourceCount:
    """How many sources of one kind there are; ``decided``: a person left them out."""

    disposition: Disposition
    drop: DropReason | None
    trouble: QuarantineReason | None
    count: int
    decided: bool = False
