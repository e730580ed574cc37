"""What the ledger says about itself: what fits and what does not, what happened and what differs.

Owns: none of it holds who stands behind a pseudonym, but ``Told``, which is asked for that.
"""

from dataclasses import dataclass, field

from anonledger.outcomes import Export, Flaw, Misfit


@dataclass(frozen=True, slots=True)
class Unfit:
    """A row of the ledger (its table and key) that is not as recorded; so for objects and shared files."""

    table: str
    row: str
    problem: Misfit | Flaw
    where: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """How far the chain of seals reaches. ``head``: 64 hex digits, "" before the first seal.

    ``noted``: how many seals were added since the head that was asked for, None when it is not in the chain.
    """

    head: str
    seals: int
    noted: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is known of something: what, the value, from which run, by which rule or source."""

    what: str
    value: str = field(repr=False)
    run: str = ""
    why: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question to the ledger gave: column names, and rows of cells as the file holds them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of the runs or events are asked for; "" and 0 stand for all. ``since``: UTC, ISO 8601."""

    since: str = ""
    subject: str = ""
    event: str = ""
    most: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """A question that has a name: a view of the ledger."""

    name: str
    about: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A table as it was kept by a run: SHA-256 and size of its bytes; ``digest`` "": nothing is left of them.

    ``redacted``: the run of the latest withdrawal that took rows out, None when these are the bytes of then.
    """

    id: int
    name: Export
    delimiter: str
    digest: str
    size: int
    run: int
    redacted: int | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A file of the dataset as it stood after a run, by which rules and which run its bytes were made.

    ``source``: a place where the source lay when it was last seen, "" when that is not asked for.
    """

    path: str
    object_digest: str
    size: int
    rules_digest: str
    run: int
    source_digest: str = field(repr=False)
    source: str = field(default="", repr=False)
