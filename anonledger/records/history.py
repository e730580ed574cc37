"""What the ledger says about itself: what fits and what does not, what happened and what differs.

Owns: none of it holds who stands behind a pseudonym, but ``Told``, which is asked for that.
"""

from dataclasses import dataclass, field

from anonledger.outcomes import Flaw, Misfit


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
