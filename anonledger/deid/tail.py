"""Tell elements behind the pixel data from junk.

Owns: no element that a vendor wrote there is lost, and nothing that is none becomes part of the data set.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from anonledger.deid.elements import GROUP_PIXELS, UNDEFINED, Buffer, Coding, names_vr, tag_at

FIRST_GROUP = 8  # the groups before it stand in commands, file metas and directories (PS3.5 section 7.1)
PADDING_GROUPS = 0xFFFA  # digital signatures and what follows them
CHUNK = 1 << 20  # bytes


@dataclass(slots=True)
class Tail:
    """What follows the pixel data, from ``start``: behind which tag it stands, and the tags ``seen`` so far.

    It is ``trusted`` to be elements in any order until it cannot be walked to its end; then the walk goes
    back to where it knew ``count`` elements, and what does not go on in order is junk.
    """

    data: Buffer
    start: int
    end: int
    coding: Coding
    count: int
    behind: int
    seen: set[int]
    trusted: bool = True

    def admits(self, position: int, vr_of: Callable[[int], str]) -> bool:
        """Whether an element of the data set can begin here; it has each tag once (PS3.5 section 7.1)."""
        if self.end - position < 8:
            return False
        tag = tag_at(self.data, position, self.coding)
        if tag in self.seen or tag >> 16 < FIRST_GROUP:
            return False
        self.seen.add(tag)
        return position != self.start or not self.coding.implicit or self._plausible(tag, vr_of)

    def _plausible(self, tag: int, vr_of: Callable[[int], str]) -> bool:
        """Whether a first header without VR is one: of a known or private tag, with an even length."""
        (length,) = struct.unpack_from(">L" if self.coding.big else "<L", self.data, self.start + 4)
        private = tag >> 16 & 1 == 1 and tag & 0xFFFF > 0xFF
        return (length % 2 == 0 or length == UNDEFINED) and (private or vr_of(tag) != "UN")

    def is_junk(self, position: int, behind: int) -> bool:
        """Whether no element in order begins here; one that begins may still turn out to be cut."""
        if self.end - position < 8:
            return True
        tag = tag_at(self.data, position, self.coding)
        if tag <= behind:
            return True
        if not self.coding.implicit:
            return not names_vr(self.data, position)
        return not (tag >> 16 <= GROUP_PIXELS + 1 or tag >> 16 >= PADDING_GROUPS)


def zeros(data: Buffer, start: int, end: int) -> bool:
    """Whether there are only zeros between two offsets."""
    return not any(data[start : start + 4]) and all(
        not bytes(data[at : min(at + CHUNK, end)]).strip(b"\0") for at in range(start, end, CHUNK)
    )
