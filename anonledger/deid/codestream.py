"""Tell which bytes of a compressed image are no image: comments, application data, what follows its end.

Owns: not one byte of coded samples, or of what a decoder needs for them, is ever named.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from anonledger.deid.elements import Buffer

Range = tuple[int, int]

JPEG, JPEG_2000 = b"\xff\xd8\xff", b"\xff\x4f\xff\x51"
BOXES = (b"\0\0\0\x0cjP  \r\n\x87\n", b"\0\0\0\x0cJXL \r\n\x87\n")  # ISO/IEC 15444-1 annex I, 18181-2
CODED_BOXES = (b"jp2c", b"jxlc", b"jxlp")
# In coded samples, 0xFF is followed by a byte below these (ITU-T T.81 B.1.1.5, T.87 C.2.1, T.800 B.10.1), or
# in JPEG by a restart marker.
JPEG_MARKER, JPEG_2000_MARKER = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]"), re.compile(rb"\xff[\x90-\xff]")
END, SCAN, COMMENT, COMMENT_2000, FILL = 0xD9, 0xDA, 0xFE, 0x64, 0xFF
BARE = frozenset((0xD8, END, 0x4F, 0x92, 0x93, FILL))  # markers without a length behind them
CODED = frozenset((SCAN, 0x91, 0x92, 0x93))  # markers behind which coded samples begin
APPLICATION = range(0xE0, 0xF0)


@dataclass(slots=True)
class Frames:
    """Reads the fragments of one pixel data element in order; a frame may go on in the next fragment."""

    marker: re.Pattern[bytes] | None = None
    coded: bool = False
    ended: bool = False

    def beside(self, data: Buffer, start: int, end: int) -> Iterator[Range]:
        """Yield the ranges of a fragment that are no image: offsets in ``data``, in order."""
        head = bytes(data[start : start + 12])
        if head in BOXES:
            yield from self._boxes(data, start, end)
        else:
            yield from self._codestream(data, start, end)

    def _boxes(self, data: Buffer, start: int, end: int) -> Iterator[Range]:
        while start < end:
            length, kind = struct.unpack(">L4s", bytes(data[start : start + 8]).ljust(8, b"\0"))
            head = 8
            if length == 1 and end - start >= 16:
                (length,), head = struct.unpack(">Q", bytes(data[start + 8 : start + 16])), 16
            stop = min(end, start + max(length, head)) if length else end
            if kind in CODED_BOXES:
                yield from self._codestream(data, start + head, stop)
            else:
                yield start, stop
            start = stop

    def _codestream(self, data: Buffer, start: int, end: int) -> Iterator[Range]:
        if not self._begins(data, start) and self.ended:
            yield start, end
            return
        at = self._next(data, start, end)
        while end - at >= 2:
            kind = data[at + 1]
            if kind == END and not self._begins(data, at + 2):
                self.ended = True
                yield at + 2, end
                return
            (length,) = struct.unpack(">H", bytes(data[at + 2 : at + 4]).rjust(2, b"\0"))
            stop = at + 2 if kind in BARE else min(end, at + 2 + length)
            if self._is_text(kind) and at + 4 < stop:
                yield at + 4, stop
            self.coded = kind in CODED
            at = self._next(data, max(stop - (kind == FILL), at + 1), end)

    def _begins(self, data: Buffer, at: int) -> bool:
        """Whether a frame begins at an offset; if so, its markers are those that count from now on."""
        head = bytes(data[at : at + 4])
        if not head.startswith((JPEG, JPEG_2000)):
            return False
        self.marker = JPEG_MARKER if head.startswith(JPEG) else JPEG_2000_MARKER
        self.coded = self.ended = False
        return True

    def _next(self, data: Buffer, at: int, end: int) -> int:
        """Return the offset of the next marker, or the end; what is no marker is taken for samples."""
        if self.marker is None or at >= end:
            return end
        if not self.coded and data[at] == 0xFF:
            return at
        found = self.marker.search(data, at, end)
        return found.start() if found else end

    def _is_text(self, kind: int) -> bool:
        if self.marker is JPEG_2000_MARKER:
            return kind == COMMENT_2000
        return kind == COMMENT or kind in APPLICATION
