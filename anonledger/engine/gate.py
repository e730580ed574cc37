"""Refuse, when a source was looked at, what is of somebody who is forgotten or may name them.

Owns: nothing that names somebody who is forgotten reaches the ledger again, not even a path.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from anonledger.digests import keyed_digest
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Disposition, DropReason, QuarantineReason
from anonledger.records import Examined, Location

if TYPE_CHECKING:
    from anonledger.subjects.withdrawn import Withdrawn

Gate = Callable[[Examined], Examined]
WITHHELD = "(withheld)"


def open_gate(examined: Examined) -> Examined:
    """Let everything pass."""
    return examined


def withdrawn_of(ledger: Ledger, salt: bytes) -> "Withdrawn":
    """Return those who are forgotten in a project."""
    from anonledger.subjects.withdrawn import Withdrawn  # few projects have any

    return Withdrawn(salt, ledger.marks())


def gate(withdrawn: "Withdrawn", salt: bytes, frozen: Collection[str]) -> Gate:
    """Return what lets a source pass, or makes it one that is refused.

    ``frozen``: contents of others that are published, and stay so though they may name somebody.
    """
    if not withdrawn:
        return open_gate

    def passed(examined: Examined) -> Examined:
        why = _refusal(examined, withdrawn)
        if why is QuarantineReason.SPEAKS_OF_WITHDRAWN and examined.digest in frozen:
            examined = replace(
                examined, disposition=Disposition.DROPPED, header=None, drop=DropReason.FROZEN, trouble=None
            )
        elif why is not None:
            examined = replace(
                examined, disposition=Disposition.TROUBLE, header=None, drop=None, trouble=why, where=""
            )
        if examined.disposition in (Disposition.TROUBLE, Disposition.DROPPED):
            return replace(examined, location=_withheld(examined.location, withdrawn, salt, why is not None))
        return examined

    return passed


def _refusal(examined: Examined, withdrawn: "Withdrawn") -> QuarantineReason | None:
    if examined.header is not None and withdrawn.is_of(examined.header.evidence):
        return QuarantineReason.WITHDRAWN
    here = "/".join((examined.location.path, *examined.location.members))
    other = examined.disposition is Disposition.OTHER
    if other and (withdrawn.stands_in(here) or withdrawn.speaks_of(examined.words)):
        return QuarantineReason.SPEAKS_OF_WITHDRAWN
    if withdrawn.is_content(examined.digest) or (
        examined.header is not None
        and withdrawn.speaks_of(examined.header.words, examined.header.evidence.name)
    ):
        return QuarantineReason.SPEAKS_OF_WITHDRAWN
    return None


def _withheld(location: Location, withdrawn: "Withdrawn", salt: bytes, refused: bool) -> Location:
    """Return a location in which no part names somebody who is forgotten: a keyed mark takes its place.

    Where the source itself is refused, or the place names somebody, one word of a name is enough.
    """
    if not refused and not withdrawn.stands_in("/".join((location.root, location.path, *location.members))):
        return location

    def shown(text: str) -> str:
        return "/".join(_mark(part, salt) if withdrawn.knows(part) else part for part in text.split("/"))

    return Location(shown(location.root), shown(location.path), tuple(map(shown, location.members)))


def _mark(part: str, salt: bytes) -> str:
    return f"{WITHHELD} {keyed_digest(salt, 'withheld/1', part).hex()[:12]}"
