"""Take a patient's identifiers out of bytes that are not meant to be read, or not as text.

Owns: a binary value never changes its length, and what may stand in it by chance stays.
"""

import re
from array import array
from collections.abc import Iterator, Sequence

from anonledger.deid.charsets import Reading, is_utf8, read_as
from anonledger.deid.elements import Buffer
from anonledger.deid.hunt import Hit, Hunter
from anonledger.deid.lexicon import GLUED
from anonledger.deid.seeds import ACCENTED, WIDE, Spot, spotter_of

BINARY_VRS = frozenset("OB OD OF OL OV OW UN".split())
NUMERIC_VRS = frozenset("AT FD FL SL SS SV UL US UV".split())
# Bytes of a word, by VR: another byte order than the file's turns text around in these.
WORDS = {
    "AT": 2, "OW": 2, "SS": 2, "UN": 2, "US": 2, "FL": 4, "OF": 4, "OL": 4, "SL": 4, "UL": 4,
    "FD": 8, "OD": 8, "OV": 8, "SV": 8, "UV": 8,
}  # fmt: skip
TYPE_CODES = {2: "H", 4: "I", 8: "Q"}
LEAST, LARGEST = 3, 1 << 30  # bytes of a value that is looked at; it takes four times the memory
WINDOW, REACH = 64, 1024  # characters looked at before a spot, and behind it beyond the longest name
CHANCE = 4096  # bytes of a value from which a few letters may be chance
SURE = 4  # bytes beyond ASCII that are none: 2**-32 an offset, as five ASCII letters of either case
TOLD = 10  # readable characters in a row that are none
FULL_WIDTH = range(0xFF00, 0xFF5F)
HIGH_END, HIGH_START = re.compile(rb"[\x80-\xff]*\Z"), re.compile(rb"\A[\x80-\xff]*")
PLAIN_END, PLAIN_START = re.compile(rb"[\t\r\n -~]*\Z"), re.compile(rb"\A[\t\r\n -~]*")


def clean_binary(value: Buffer, hunter: Hunter, pseudonym: str, vr: str = "OB") -> bytes | None:
    """Return a binary value of the same length without the identifiers; None when it holds none.

    Looked for at any offset as text of one byte a character in every character set, UTF-8, UTF-16 and
    UTF-32, in words of either byte order. Raises MemoryError for more than LARGEST: before it is full.
    """
    if len(value) > LARGEST:
        raise MemoryError
    raw = bytes(value)
    if len(raw) < LEAST:
        return None
    chance = LEAST if vr in NUMERIC_VRS else CHANCE
    new = _filled(raw, hunter, pseudonym, chance)
    if size := WORDS.get(vr):
        new = turned(_filled(turned(new, size), hunter, pseudonym, chance), size)
    return new if new != raw else None


def turned(raw: bytes, size: int) -> bytes:
    """Return bytes with the order in each of their words reversed; what is less than a word stays."""
    whole = len(raw) - len(raw) % size
    words = array(TYPE_CODES[size], raw[:whole])
    words.byteswap()
    return words.tobytes() + raw[whole:]


def _filled(raw: bytes, hunter: Hunter, pseudonym: str, chance: int) -> bytes:
    cleaned = bytearray(raw)
    for hit, codec in _aligned(raw, set(stretches(raw, hunter, chance))):
        cleaned[hit.start : hit.end] = _filler(hit.end - hit.start, codec, hit.stand_in or pseudonym)
    return bytes(cleaned)


def stretches(raw: bytes, hunter: Hunter, chance: int = CHANCE) -> Iterator[tuple[Hit, str]]:
    """Yield the stretches of bytes that must go, in no order, and their codecs.

    ``chance``: how many bytes a value has in which a few letters are none.
    """
    hunted: dict[str, int] = {}
    spotter = spotter_of(hunter)
    reach = REACH + spotter.longest
    for spot in spotter.spots(raw):
        if spot.end <= hunted.get(spot.codec, 0):
            continue
        width = WIDE.get(spot.codec, 1)
        first, last = _readable(raw, spot, width, reach)
        hunted[spot.codec] = last - WINDOW * width  # a name may be cut where the stretch ends
        # A letter of two bytes may be cut where the stretch begins, but not where the spot does.
        for start in dict.fromkeys((first, spot.start)):
            for hit in _in_bytes(read_as(raw[start:last], spot.codec), hunter, start):
                if width > 1 or (_is_in(spot.codec, raw, hit) and _is_told(spot.codec, raw, hit, chance)):
                    yield hit, spot.codec


def _aligned(raw: bytes, found: set[tuple[Hit, str]]) -> Iterator[tuple[Hit, str]]:
    """Yield stretches and codecs; of wide ones of two codecs that overlap, one: the others are a byte off.

    The right one has the most characters, and of the fewest scripts.
    """
    owners = bytearray(len(raw))

    def rank(one: tuple[Hit, str]) -> tuple[int, int, str, str]:
        (hit, codec), width = one, WIDE.get(one[1], 1)
        high = hit.start + (1 if codec.endswith("le") else width - 2) if width > 1 else hit.start
        scripts = len(set(raw[high : hit.end : width]))
        return 2 * scripts - (hit.end - hit.start) // width, hit.start, codec, hit.stand_in

    for hit, codec in sorted(found, key=rank):
        if codec in WIDE:
            own = bytes((1 + [*WIDE].index(codec),))
            if owners[hit.start : hit.end].strip(b"\0" + own):
                continue
            owners[hit.start : hit.end] = own * (hit.end - hit.start)
        yield hit, codec


def _in_bytes(way: Reading, hunter: Hunter, start: int) -> Sequence[Hit]:
    return [Hit(start + h.start, start + h.end, h.stand_in) for h in way.in_bytes(hunter.hits(way.text))]


def _is_in(codec: str, raw: bytes, hit: Hit) -> bool:
    """Whether a stretch can be meant in a codec: what is UTF-8 is nothing else."""
    if codec == "utf-8" or raw[hit.start : hit.end].isascii():
        return True
    before = HIGH_END.findall(raw[max(0, hit.start - WINDOW) : hit.start])[0]
    behind = HIGH_START.findall(raw[hit.end : hit.end + WINDOW])[0]
    return not is_utf8(before + raw[hit.start : hit.end] + behind)


def _readable(raw: bytes, spot: Spot, width: int, reach: int) -> tuple[int, int]:
    """Return the readable stretch around a spot: at most WINDOW characters before and ``reach`` behind it."""
    first, last = spot.start, spot.end
    while (
        first >= width
        and spot.start - first < WINDOW * width
        and _shows(raw[first - width : first], spot.codec)
    ):
        first -= width
    stop = min(len(raw) - width, spot.end + reach * width)
    while last <= stop and _shows(raw[last : last + width], spot.codec):
        last += width
    return first, last


def _shows(unit: bytes, codec: str) -> bool:
    """Whether one character (a byte of 0x80 and above may be part of one) is what a text holds."""
    if len(unit) == 1:
        return unit[0] >= 0x80 or 0x20 <= unit[0] < 0x7F or unit in b"\t\r\n"
    number = int.from_bytes(unit, "little" if codec.endswith("le") else "big")
    # Half of a letter behind 0xFF reads as a letter of full width.
    if number in FULL_WIDTH or number > 0x10FFFF:
        return False
    return chr(number).isprintable() or chr(number) in "\t\r\n"


def _is_told(codec: str, raw: bytes, hit: Hit, chance: int) -> bool:
    """Whether a stretch is no chance: long enough, in a readable stretch, or alone between NULs."""
    if len(raw) <= chance or _is_sure(codec, raw[hit.start : hit.end]):
        return True
    before = len(PLAIN_END.findall(raw[max(0, hit.start - TOLD) : hit.start])[0])
    behind = len(PLAIN_START.findall(raw[hit.end : hit.end + TOLD])[0])
    first, last = hit.start - before, hit.end + behind
    alone = (b"", b"\0")
    return last - first >= TOLD or (raw[max(0, first - 1) : first] in alone and raw[last : last + 1] in alone)


def _is_sure(codec: str, found: bytes) -> bool:
    """Whether random bytes are hardly ever the same; a Latin letter may have any of many accents."""
    high = sum(byte >= 0x80 for byte in found)
    letters = sum(byte < 0x80 and chr(byte).isalnum() for byte in found)
    if codec in ACCENTED:
        return letters + high // 2 >= GLUED
    return high >= SURE or letters + high >= GLUED


def _filler(length: int, codec: str, pseudonym: str) -> bytes:
    characters = length // WIDE.get(codec, 1)
    text = pseudonym.ljust(characters) if len(pseudonym) <= characters else "X" * characters
    return text.encode(codec if codec in WIDE else "ascii")
