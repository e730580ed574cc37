"""How far archives are followed, and which of them have to be followed again.

Owns: an archive that hit a limit is looked at again when that limit changed, and only then.
"""

from functools import cache
from typing import TYPE_CHECKING

from anonledger.ledger.queries import Ledger
from anonledger.outcomes import QuarantineReason
from anonledger.records import KnownSource
from anonledger.settings import Settings

if TYPE_CHECKING:
    from anonledger.sources.archives import Limits

LIMITED = frozenset({QuarantineReason.ARCHIVE_TOO_LARGE, QuarantineReason.ARCHIVE_TOO_DEEP})


def limits_of(settings: Settings) -> "Limits":
    """Return the limits that the settings ask for."""
    from anonledger.sources.archives import Limits  # a run that has nothing to do opens none

    return Limits(
        max_ratio=settings.max_ratio, max_total_bytes=settings.max_unpacked, max_depth=settings.max_depth
    )


def told(settings: Settings) -> tuple[str, ...]:
    """Return the limits as a run records them."""
    return (str(int(settings.max_unpacked)), str(settings.max_ratio), str(settings.max_depth))


class Earlier:
    """The limits that earlier runs had."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        """``settings``: those of this run."""
        self._ledger = ledger
        self._now = told(settings)
        self._had = cache(self._limits_of)

    def differ(self, entry: KnownSource) -> bool:
        """Whether the run that saw a source last had other limits; what it saw unchanged, it had settled."""
        return self._had(entry.seen) != self._now

    def _limits_of(self, run: int) -> tuple[str, ...]:
        found = self._ledger.run(run)
        return tuple(found.settings.get("limits", ()) if found else ()) or told(Settings())
