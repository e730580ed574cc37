"""Link patients with the table, unless all that linkage goes by is as it was when it was last done.

Owns: links are taken from the ledger only where linkage would decide the same again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace

from anonledger import __version__
from anonledger.digests import digest, keyed_digest
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.records import Link, Person, Standing, Table
from anonledger.settings import Settings
from anonledger.subjects.linkage import link
from anonledger.subjects.rulings import honoured, undecided

SETTLED = "linkage settled"  # the kind of the event that keeps the mark


@dataclass(frozen=True, slots=True)
class Linked:
    """A link for each patient, and a digest of all that they followed from; ``known``: they are on record."""

    links: Sequence[Link]
    basis: str = ""
    known: bool = False

    def keep(self, clerk: Clerk, run: int, subjects: Iterable[int]) -> None:
        """Put on record what the links followed from, once they are on record for these subjects."""
        if self.basis and not self.known:
            clerk.event(run, SETTLED, _mark(self.basis, subjects))


def linked(
    ledger: Ledger,
    settings: Settings,
    salt: bytes,
    table: Table,
    sides: Sequence[Person],
    people: Sequence[Person],
    subjects: Sequence[int | None],
    decided: Mapping[int, Standing],
) -> Linked:
    """Return a link for each patient; ``subjects`` are those of the ``sides``, ``decided`` by subject."""
    by_side = {n: decided[one] for n, one in enumerate(subjects) if one is not None and one in decided}
    basis = (settings.matcher, f"{settings.dist_threshold!r} {settings.dist_margin!r}", table.digest)
    said = [repr([astuple(one) for one in group]) for group in (sides, people, by_side.values())]
    # Under the salt, for it is made of names and stays in the chain of events.
    told = keyed_digest(salt, "linkage/1", __version__, *basis, *said, repr([*by_side])).hex()
    settled = ledger.latest_event(SETTLED)
    if settled and settled[1] == _mark(told, [one or 0 for one in subjects]):
        recorded = ledger.links(table.digest)
        found = [recorded.get(one) for one in subjects if one is not None]
        kept = [replace(one, person=number) for number, one in enumerate(found) if one is not None]
        if len(kept) == len(sides):
            return Linked(kept, told, known=True)
    asked = undecided(sides, people, by_side)
    links = link(asked, people, settings.matcher, settings.dist_threshold, settings.dist_margin)
    return Linked(honoured(sides, links, people, by_side), told)


def _mark(basis: str, subjects: Iterable[int]) -> str:
    return digest("linked/1", basis, subjects)
