"""What is to be done to a source, by which rules, and what became of it.

Owns: everything that a worker gets or gives can be pickled.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from anonledger.outcomes import QuarantineReason, Reason
from anonledger.records.sources import Location


@dataclass(frozen=True, slots=True)
class Stranger:
    """Another subject of the dataset, whose full name or ID stands in a file: each is replaced by its own."""

    pseudonym: str
    names: tuple[str, ...] = field(default=(), repr=False)
    ids: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that cleaning needs to know of a subject: what must go, and what stands in its place.

    ``names`` and ``ids`` are identifiers as spelled, sorted; ``terms`` are phrases that the user wants gone
    from every file, as a whole each; ``strangers`` are the other subjects that this one file may speak of;
    ``alone``: those of the names that say nothing in the files of others, such as the mother's given name.
    ``digest`` is the subject digest of DESIGN, over all of them.
    """

    pseudonym: str
    digest: str
    names: tuple[str, ...] = field(default=(), repr=False)
    ids: tuple[str, ...] = field(default=(), repr=False)
    terms: tuple[str, ...] = field(default=(), repr=False)
    strangers: tuple[Stranger, ...] = field(default=(), repr=False)
    alone: tuple[str, ...] = field(default=(), repr=False)

    def __hash__(self) -> int:
        """Hash the digest only: a recipe is looked up several times for every file."""
        return hash(self.digest)

    @property
    def full_names(self) -> tuple[str, ...]:
        """The names by which others may speak of the subject."""
        return tuple(name for name in self.names if name not in self.alone)


@dataclass(frozen=True, slots=True)
class Roster:
    """Every subject of the dataset, for the search of each file for the full name of any of them."""

    digest: str
    everybody: tuple[Stranger, ...] = field(default=(), repr=False)


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

    def __hash__(self) -> int:
        """Hash the digest only: rules are looked up for every file."""
        return hash(self.digest)


Waiver: TypeAlias = tuple[QuarantineReason, str]


@dataclass(frozen=True, slots=True)
class Job:
    """One planned piece of work: a source, its recipe, and why it is done. ``other``: carried, not DICOM.

    ``waived``: what a person looked at, reason and where, and released the source in spite of.
    """

    location: Location
    source_digest: str
    job_digest: str
    reason: Reason
    recipe: Recipe
    subject: int | None
    other: bool = False
    waived: frozenset[Waiver] = frozenset()


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
    """What became of one job: an output, or the reason why there is none and where in the file it lies.

    ``walked``: all of it was, which is the slow way; most files are like others of their series.
    """

    source_digest: str
    job_digest: str
    output: Output | None = None
    trouble: QuarantineReason | None = None
    where: str = ""
    walked: bool = False


class Placement(NamedTuple):
    """A file of the output tree: path below the tree's root ("/" between), and the object that it shows.

    A named tuple, for a run that has nothing to do makes one for every file.
    """

    path: str
    source_digest: str
    object_digest: str
    size: int
