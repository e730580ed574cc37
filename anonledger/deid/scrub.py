"""Take a patient's identifiers out of one value and leave the rest of it as it is.

Owns: a value never outgrows its VR, and a binary value never changes its length.
"""

import re
from collections.abc import Sequence

from anonledger.deid.charsets import ESCAPE, Reading, extended, extensions, is_plain, readings
from anonledger.deid.elements import Buffer
from anonledger.deid.hunt import GLUED, Hit, Hunter, united

TEXT_VRS = frozenset("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split())
BINARY_VRS = frozenset("OB OD OF OL OV OW UN".split())
NUMBER_VRS = frozenset("AS DA DS DT IS TM UI".split())
LONGEST = {"AE": 16, "CS": 16, "LO": 64, "LT": 10240, "PN": 64, "SH": 16, "ST": 1024}  # PS3.5 table 6.2-1
LONGEST_UTF8 = 4  # bytes of a character
WINDOW, REACH = 64, 1024  # characters looked at before and behind a word in a binary value
WIDTHS = {"latin-1": 1, "utf-8": 1, "utf-16-le": 2, "utf-16-be": 2}
CHANCE, TOLD = 4096, 10  # bytes of a value from which, and characters up to which, three letters are chance

PLAIN_END, PLAIN_START = re.compile(rb"[\t\r\n -~]*\Z"), re.compile(rb"\A[\t\r\n -~]*")


def clean_text(value: bytes, vr: str, declared: str, hunter: Hunter, pseudonym: str) -> bytes | None:
    """Return a text value without the identifiers, padded to even length; None when it holds none."""
    numeric = vr in NUMBER_VRS
    if is_plain(value):
        text = value.decode("ascii")
        if not hunter.may_hit(text.lower()):
            return None
        hits = hunter.hits(text, person=vr == "PN", numeric=numeric)
        spans = [(h.start, h.end) for h in hits]
    elif ESCAPE in value:
        return _clean_extended(value, vr, declared, hunter, pseudonym)
    else:
        spans = _spans(readings(value, declared), hunter, vr == "PN", numeric)
    return padded(_fitted(value, spans, vr, pseudonym), vr) if spans else None


def clean_string(text: str, hunter: Hunter, pseudonym: str, *, person: bool = False) -> str:
    """Return a text that is not in DICOM (a table's cell, a path) without the identifiers."""
    return _replaced(text, hunter.hits(text, person=person), pseudonym)


def clean_binary(value: Buffer, hunter: Hunter, pseudonym: str) -> bytes | None:
    """Return a binary value of the same length without the identifiers; None when it holds none.

    Looked for as text of one byte a character, UTF-8, and UTF-16 of either order, at any offset.
    """
    raw = bytes(value)
    lowered = raw.lower()
    spans: list[tuple[int, int, str]] = []
    hunted = dict.fromkeys(WIDTHS, 0)
    for start, end, codec in _spots(lowered, hunter):
        if end > hunted[codec]:
            first, last = _readable(raw, start, end, codec)
            spans += _binary_spans(raw, first, last, codec, hunter)
            hunted[codec] = last - WINDOW * WIDTHS[codec]  # a name may be cut where the stretch ends
    cleaned = bytearray(raw)
    for start, end, codec in spans:
        cleaned[start:end] = _filler(end - start, codec, pseudonym)
    return bytes(cleaned) if cleaned != raw else None


def is_text(value: bytes, declared: str) -> bool:
    """Whether a value without a VR is text and nothing else, one padding byte behind it allowed."""
    content = value[:-1] if value.endswith(b"\0") else value
    if ESCAPE in content:
        return content.isascii() and b"\0" not in content
    first = next(iter(readings(content, declared)))
    return all(c.isprintable() or c in "\t\r\n\f" for c in first.text)


def padded(value: bytes, vr: str) -> bytes:
    """Return a value of even length (PS3.5 section 6.2)."""
    return value + (b"\0" if vr == "UI" else b" ") if len(value) % 2 else value


def _spans(ways: Sequence[Reading], hunter: Hunter, person: bool, numeric: bool) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for way in ways:
        found += _byte_spans(way, hunter.hits(way.text, person=person, numeric=numeric))
    return united(found)


def _byte_spans(way: Reading, hits: Sequence[Hit]) -> list[tuple[int, int]]:
    """Return the bytes behind stretches of characters, in one pass over the text."""
    spans, read, position = [], 0, 0
    for hit in hits:
        start = position + way.width(read, hit.start)
        position = start + way.width(hit.start, hit.end)
        spans.append((start, position))
        read = hit.end
    return spans


def _fitted(value: bytes, spans: Sequence[tuple[int, int]], vr: str, pseudonym: str) -> bytes:
    """Put the longest stand-in that the VR still has room for."""
    for candidate in _stand_ins(vr, pseudonym):
        result = _put(value, spans, candidate.encode(), None)
        if max(map(len, result.split(b"\\"))) <= LONGEST.get(vr, len(result)):
            return result
    return _put(value, spans, b"", b"X")


def _stand_ins(vr: str, pseudonym: str) -> tuple[str, ...]:
    """Return what may stand for a name in a text of a VR, the best first."""
    if vr in NUMBER_VRS:
        return ("",)
    stand_in = pseudonym.upper() if vr == "CS" else pseudonym
    return stand_in, stand_in.rpartition("_")[2]


def _put(value: bytes, spans: Sequence[tuple[int, int]], stand_in: bytes, fill: bytes | None) -> bytes:
    pieces, position = [], 0
    for start, end in spans:
        pieces += [value[position:start], stand_in if fill is None else fill * (end - start)]
        position = end
    return b"".join([*pieces, value[position:]])


def _replaced(text: str, hits: Sequence[Hit], stand_in: str) -> str:
    pieces, position = [], 0
    for hit in hits:
        pieces += [text[position : hit.start], stand_in]
        position = hit.end
    return "".join([*pieces, text[position:]])


def _clean_extended(value: bytes, vr: str, declared: str, hunter: Hunter, pseudonym: str) -> bytes | None:
    """Clean a value with escape sequences; its room is counted in characters, which they are not."""
    person = vr == "PN"
    ways = extensions(value, declared, person=person)
    hits = [
        (way, hit) for way in ways for hit in hunter.hits(way.text, person=person, numeric=vr in NUMBER_VRS)
    ]
    spans = united(way.span(hit.start, hit.end) for way, hit in hits)
    if not spans:
        return None
    for stand_in in (*_stand_ins(vr, pseudonym), ""):
        result = ways[0].put(spans, stand_in.encode())
        parts = extended(result, declared, person=person).split("\\")
        if max(map(len, parts)) <= LONGEST.get(vr, len(result)):
            break
    return padded(result, vr)


def _spots(lowered: bytes, hunter: Hunter) -> list[tuple[int, int, str]]:
    """Return where a word or an ID is spotted (start, end, codec), in order."""
    found: list[tuple[int, int, str]] = []
    for seed, codec in hunter.seeds:
        position = lowered.find(seed)
        while position >= 0:
            found.append((position, position + len(seed), codec))
            position = lowered.find(seed, position + len(seed))
    return sorted(found)


def _binary_spans(
    raw: bytes, first: int, last: int, codec: str, hunter: Hunter
) -> list[tuple[int, int, str]]:
    """Return the byte spans (start, end, codec) of identifiers in a readable stretch."""
    first, last = _utf8_part(raw, first, last) if codec == "utf-8" else (first, last)
    window = raw[first:last]
    ways = readings(window, "") if WIDTHS[codec] == 1 else (Reading(window.decode(codec), codec),)
    spans = [(first + a, first + b) for a, b in _spans(ways, hunter, False, False)]
    return [(a, b, codec) for a, b in spans if WIDTHS[codec] == 2 or _is_told(raw, a, b)]


def _utf8_part(raw: bytes, first: int, last: int) -> tuple[int, int]:
    """Return a stretch without the bytes at its ends that are no UTF-8; as it is if others are not."""
    start, stop = first, last
    for _ in range(2 * LONGEST_UTF8):
        try:
            raw[start:stop].decode()
        except UnicodeDecodeError as error:
            if error.start < LONGEST_UTF8:
                start += error.start + 1
            elif stop - start - error.start < LONGEST_UTF8:
                stop = start + error.start
            else:
                break
        else:
            return start, stop
    return first, last


def _readable(raw: bytes, start: int, end: int, codec: str) -> tuple[int, int]:
    """Return the readable stretch around a span: at most WINDOW characters before and REACH behind it."""
    width = WIDTHS[codec]
    first, last = start, end
    while first >= width and start - first < WINDOW * width and _shows(raw[first - width : first], codec):
        first -= width
    stop = min(len(raw) - width, end + REACH * width)
    while last <= stop and _shows(raw[last : last + width], codec):
        last += width
    return first, last


def _shows(unit: bytes, codec: str) -> bool:
    """Whether one character (a byte of 0x80 and above may be part of one) is what a text holds."""
    if len(unit) == 1:
        return unit[0] >= 0x80 or 0x20 <= unit[0] < 0x7F or unit in b"\t\r\n"
    character = chr(int.from_bytes(unit, "little" if codec == "utf-16-le" else "big"))
    return character.isprintable() or character in "\t\r\n"


def _is_told(raw: bytes, start: int, end: int) -> bool:
    """Whether so few bytes are text and no chance: five letters, a longer stretch around, or between NULs."""
    if end - start >= GLUED or len(raw) <= CHANCE:
        return True
    before = len(PLAIN_END.findall(raw[max(0, start - TOLD) : start])[0])
    behind = len(PLAIN_START.findall(raw[end : end + TOLD])[0])
    first, last = start - before, end + behind
    return last - first >= TOLD or raw[first - 1 : first] == b"\0" == raw[last : last + 1]


def _filler(length: int, codec: str, pseudonym: str) -> bytes:
    characters = length // WIDTHS[codec]
    text = pseudonym.ljust(characters) if len(pseudonym) <= characters else "X" * characters
    return text.encode("ascii" if WIDTHS[codec] == 1 else codec)
