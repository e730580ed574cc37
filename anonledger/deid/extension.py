"""Read and edit text that switches character sets by escape sequences (ISO 2022, PS3.5 section 6.1.2.5).

Owns: every character knows its bytes and the sets in force there; what is not replaced stays as it is.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from anonledger.deid.hunt import Hit

SEQUENCE = re.compile(rb"\x1b(?:\$[@AB]|\$?[()\-][@-~])")
G1_SEQUENCE = re.compile(rb"\x1b\$?[)\-][@-~]")
ASCII, ROMAJI = b"\x1b(B", b"\x1b(J"
DOUBLE = b"\x1b$"  # how the designation of a G0 set of two bytes a character begins
SEVEN_BIT = bytes(range(0x80))
HIGH = re.compile(rb"[\x80-\xff]+")
LOW_HALVES = ("GB18030", "GBK")  # bytes below 0x80 may belong to a character; no extension goes with these
PAIR = re.compile(rb"[!-~]{2}")
LONGEST_CHARACTER = 8  # bytes: a Hangul syllable that KS X 1001 has only in its parts
UNREADABLE = "\ufffd"


@dataclass(frozen=True, slots=True)
class Sets:
    """The sets in force: G0 (bytes below 0x80) as its escape sequence, G1 (the others) as Python's codec."""

    g0: bytes
    g1: str


@dataclass(frozen=True, slots=True)
class Character:
    """One character, its bytes' offsets, and the sets in force before and behind it."""

    text: str
    start: int
    end: int
    before: Sets
    behind: Sets


@dataclass(frozen=True, slots=True)
class Extended:
    """A value with code extensions, read; what is not readable is U+FFFD. An empty character ends it."""

    value: bytes
    first: Sets
    characters: tuple[Character, ...]
    text: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the byte offsets of a stretch of characters (not empty), escape sequences in it included."""
        return self.characters[start].start, self.characters[end - 1].end

    def put(self, hits: Iterable[Hit]) -> bytes:
        """Return the value with ASCII stand-ins for stretches of bytes (in order, apart); the rest as before.

        The escape sequences right before and behind a stretch go with it, those that the rest needs come
        back.
        """
        pieces, position, behind = [], 0, self.first
        last_high = len(self.value.rstrip(SEVEN_BIT))
        for hit in hits:
            begin, before = position, behind
            index = bisect_right(self.characters, hit.start, key=lambda c: c.end)
            if index and self.characters[index - 1].end >= position:
                begin, before = self.characters[index - 1].end, self.characters[index - 1].behind
            following = self.characters[bisect_left(self.characters, hit.end, key=lambda c: c.start)]
            pieces += [self.value[position:begin]]
            position, behind = following.start, following.before
            # A strict reader needs a G1 set designated anew in every line, even if it is the same.
            is_anew = before.g1 != behind.g1 or G1_SEQUENCE.search(self.value, begin, position) is not None
            stand_in = hit.stand_in.encode()
            pieces += [_switched(before, stand_in, behind, is_anew and position < last_high)]
        return b"".join([*pieces, self.value[position:]])


def read(value: bytes, codec: str, delimiters: str, *, returns: bool) -> Extended:
    """Return a value's characters; never fails.

    ``codec``: the G1 set in force at the start; ``returns``: it comes back at every delimiter. It does where
    the first term of Specific Character Set has a G1 set; where it has none, many files take the last
    designation for granted. A G0 set of two bytes a character ends with the line.
    """
    first = Sets(ASCII, codec)
    found = tuple(_characters(value, first, delimiters, returns))
    return Extended(value, first, found, "".join(c.text for c in found))


def _characters(value: bytes, first: Sets, delimiters: str, returns: bool) -> Iterator[Character]:
    sets, position = first, 0
    while position < len(value):
        if escape := SEQUENCE.match(value, position):
            sets, position = _designated(sets, escape.group()), escape.end()
            continue
        text, length = _next(value, position, sets)
        before = sets
        if text in delimiters:
            # A lone half of a pair may look like another delimiter.
            ends = _is_double(sets) and text.isspace()
            sets = Sets(ASCII if ends else sets.g0, first.g1 if returns else sets.g1)
        yield Character(text, position, position + length, before, sets)
        position += length
    yield Character("", position, position, sets, sets)


def _next(value: bytes, position: int, sets: Sets) -> tuple[str, int]:
    """Return the character at an offset and its number of bytes."""
    if value[position] >= 0x80:
        near = value[position : position + LONGEST_CHARACTER]
        if sets.g1 not in LOW_HALVES and (high := HIGH.match(near)):
            near = high.group()
        for length in range(1, len(near) + 1):
            if text := _decoded(near[:length], sets.g1):
                return text, length
        return UNREADABLE, 1
    # The bytes of \ ^ = are halves of common kanji; the standard wants ASCII back before it means them.
    if _is_double(sets) and (pair := PAIR.match(value, position)):
        return _decoded(sets.g0 + pair.group(), "iso2022_jp_2") or UNREADABLE, 2
    return value[position : position + 1].decode("ascii").replace("\x1b", UNREADABLE), 1


def _decoded(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeError:
        return ""


def _is_double(sets: Sets) -> bool:
    return sets.g0.startswith(DOUBLE)


def _designated(sets: Sets, escape: bytes) -> Sets:
    """Return the sets behind an escape sequence; a G1 set that DICOM does not know changes nothing."""
    if G1_SEQUENCE.match(escape):
        return replace(sets, g1=_codecs().get(escape, sets.g1))
    return replace(sets, g0=escape)


def _switched(before: Sets, stand_in: bytes, behind: Sets, is_anew: bool) -> bytes:
    """Return ASCII text for a place between two states; ``is_anew``: it designates the G1 set."""
    g0 = before.g0 if before.g0 in (ASCII, ROMAJI) or not stand_in else ASCII
    opening = ASCII if g0 != before.g0 else b""
    closing = behind.g0 if behind.g0 != g0 else b""
    return opening + (_escapes().get(behind.g1, b"") if is_anew else b"") + stand_in + closing


@lru_cache(maxsize=1)
def _codecs() -> dict[bytes, str]:
    """Return Python's codecs by escape sequence (PS3.3 section C.12.1.1.2)."""
    from pydicom.charset import CODES_TO_ENCODINGS

    return CODES_TO_ENCODINGS


@lru_cache(maxsize=1)
def _escapes() -> dict[str, bytes]:
    """Return the designations of G1 sets by codec."""
    return {codec: escape for escape, codec in _codecs().items() if G1_SEQUENCE.match(escape)}
