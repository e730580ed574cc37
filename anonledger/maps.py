"""Go through bytes of any number piece by piece, so that a map of a file does not fill the memory.

Owns: what was gone through no longer counts as memory of this process; it is read anew where it is asked for.
"""

import mmap
from collections.abc import Iterable, Iterator

WINDOW = 1 << 24  # bytes that a map may hold in memory, more or less


def forget(data: object) -> None:
    """Let go of the memory that a map of a file has filled, where the system can; other bytes stay."""
    if isinstance(data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        data.madvise(mmap.MADV_DONTNEED)


def windows(data: mmap.mmap | bytes | memoryview) -> Iterator[memoryview]:
    """Yield bytes in pieces of at most WINDOW; each is let go of when the next one is asked for."""
    with memoryview(data) as view:
        for start in range(0, len(view), WINDOW):
            with view[start : start + WINDOW] as piece:
                yield piece
            forget(view.obj)


def windows_of(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    """Yield the same of pieces in order; small ones, which are many, as they are."""
    for piece in pieces:
        if len(piece) <= WINDOW:
            yield piece
        else:
            yield from windows(piece)
