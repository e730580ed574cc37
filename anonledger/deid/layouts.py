"""Read a plain file by stepping over its elements, when pydicom has read one of the same layout before.

Owns: nothing is told of a layout that pydicom has not read in this process, telling the same of it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from mmap import mmap
from struct import Struct, error
from typing import TypeAlias

# VRs by the bytes of their length, PS3.5 table 7.1-1 and 7.1-2: two behind the VR, or four behind two more.
SHORT = frozenset(
    vr.encode() for vr in "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()
)
WIDE = frozenset(vr.encode() for vr in "OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
BEHIND_SHORT, BEHIND_WIDE = 8, 12  # bytes from where an element begins to its value
PIXELS = frozenset((b"\xe0\x7f\x10\x00", b"\xe0\x7f\x08\x00", b"\xe0\x7f\x09\x00"))
SYNTAX, CHARSET = b"\x02\x00\x10\x00UI", b"\x08\x00\x05\x00CS"
MOST = 4096  # layouts that are remembered

_head, _long = Struct("<4s2sH").unpack_from, Struct("<I").unpack_from

# All that decides how pydicom reads such a file: tags and VRs in order, transfer syntax, character sets.
Layout: TypeAlias = tuple[bytes, bytes, bytes]
Told: TypeAlias = tuple[int, str, int, int]  # of an element: tag, VR, where its value begins, its length


@dataclass(frozen=True, slots=True)
class Steps:
    """Where the elements in front of the pixels begin; the last of ``starts`` is where they end."""

    data: bytes | mmap
    layout: Layout
    starts: list[int]

    @property
    def end(self) -> int:
        """Where the pixels begin, or the file ends."""
        return self.starts[-1]

    def elements(self) -> list[Told]:
        """Return what there is to tell of each element."""
        heads, found = self.layout[0], []
        for number, (start, end) in enumerate(zip(self.starts, self.starts[1:], strict=False)):
            head = heads[6 * number : 6 * number + 6]
            value = start + (BEHIND_WIDE if head[4:] in WIDE else BEHIND_SHORT)
            tag = int.from_bytes(head[:2], "little") << 16 | int.from_bytes(head[2:4], "little")
            found.append((tag, head[4:].decode("ascii"), value, end - value))
        return found


def steps(data: bytes | mmap) -> Steps | None:
    """Step through a file in explicit VR, little endian, with lengths that are told; None for any other."""
    at, end = 132, len(data)
    heads: list[bytes] = []
    starts: list[int] = []
    try:
        while at < end:
            tag, vr, length = _head(data, at)
            behind = at + BEHIND_SHORT
            if vr in WIDE:
                (length,) = _long(data, behind)
                if tag in PIXELS:
                    break
                behind = at + BEHIND_WIDE
            elif vr not in SHORT:
                return None
            heads.append(tag + vr)
            starts.append(at)
            at = behind + length
    except error:
        return None
    if at > end or data[128:132] != b"DICM" or SYNTAX not in heads:  # a length not told is too long, too
        return None
    starts.append(at)
    charset = _value(data, heads.index(CHARSET), starts) if CHARSET in heads else b""
    return Steps(data, (b"".join(heads), _value(data, heads.index(SYNTAX), starts), charset), starts)


def _value(data: bytes | mmap, number: int, starts: list[int]) -> bytes:
    return data[starts[number] + BEHIND_SHORT : starts[number + 1]]


class Layouts:
    """The layouts that pydicom has read, with where in them the elements stand whose values are asked for."""

    def __init__(self) -> None:
        self._known: dict[Layout, list[tuple[int, int, int]]] = {}

    def said(self, found: Steps) -> dict[int, bytes] | None:
        """Return the values that are asked for, by their tags; None of a layout that is not known."""
        wanted = self._known.get(found.layout)
        if wanted is None:
            return None
        data, starts = found.data, found.starts
        return {tag: data[starts[n] + behind : starts[n + 1]] for tag, n, behind in wanted}

    def learn(
        self, found: Steps, end: int, read: Iterable[Told], wanted: Collection[int], said: Mapping[int, bytes]
    ) -> None:
        """Take a layout for known if pydicom told the same: of each element, the end, and the values."""
        elements = found.elements()
        if (found.end, elements) != (end, list(read)):
            return
        known = [(e[0], n, e[2] - found.starts[n]) for n, e in enumerate(elements) if e[0] in wanted]
        values = {tag: found.data[elements[n][2] : found.starts[n + 1]] for tag, n, _ in known}
        if values != said:
            return
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[found.layout] = known


@cache
def known_layouts() -> Layouts:
    """Return what this process knows."""
    return Layouts()
