"""Keep the quick digests of what a run has looked at, from the survey until it is cleaned.

Owns: bounded memory, and nothing on record; for what is not kept, the digest on record is made again.
"""

from collections.abc import Iterable

from anonledger.records import Examined, Job

PLACES = 1 << 18  # contents that have a place of their own, in 6 MB; one that comes to a taken place takes it
MARK, QUICK = 8, 16  # bytes of a digest by which a place is known as its own, and of a quick digest
PLACE = MARK + QUICK


class QuickDigests:
    """Quick digests by the digests of contents, in a table of fixed size: of 100,000 it keeps most."""

    def __init__(self) -> None:
        self._table = bytearray(PLACES * PLACE)

    def keep(self, looked_at: Iterable[Examined]) -> None:
        """Keep those of what was looked at."""
        for one in looked_at:
            if one.quick:
                place, mark = _place(one.digest)
                self._table[place : place + PLACE] = mark + one.quick

    def of(self, jobs: Iterable[Job]) -> tuple[bytes, ...]:
        """Return those of the sources of jobs, nothing for one that is not kept."""
        return tuple(self._of(job.source_digest) for job in jobs)

    def _of(self, digest: str) -> bytes:
        place, mark = _place(digest)
        known = self._table[place : place + MARK] == mark
        return bytes(self._table[place + MARK : place + PLACE]) if known else b""


def _place(digest: str) -> tuple[int, bytes]:
    """Return where the quick digest of a content has its place, and what is in front of it if it is there."""
    return int(digest[-8:], 16) % PLACES * PLACE, bytes.fromhex(digest[: 2 * MARK])
