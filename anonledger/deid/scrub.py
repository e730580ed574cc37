"""Take a patient's identifiers out of one value and leave the rest of it as it is.

Owns: a value never outgrows its VR, and a binary value never changes its length.
"""

from collections.abc import Sequence

from anonledger.deid.charsets import ESCAPE, Reading, encoded, extended, is_plain, readings
from anonledger.deid.elements import Buffer
from anonledger.deid.hunt import Hit, Hunter
from anonledger.folding import fold

TEXT_VRS = frozenset("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split())
BINARY_VRS = frozenset("OB OD OF OL OV OW UN".split())
NUMBER_VRS = frozenset("AS DA DS DT IS TM UI".split())
LONGEST = {"AE": 16, "CS": 16, "LO": 64, "LT": 10240, "PN": 64, "SH": 16, "ST": 1024}  # PS3.5 table 6.2-1
WINDOW = 64  # bytes looked at on both sides of a word in a binary value
READABLE = 6  # characters from which a readable stretch of a binary value is text, not chance


def clean_text(value: bytes, vr: str, declared: str, hunter: Hunter, pseudonym: str) -> bytes | None:
    """Return a text value without the identifiers, padded to even length; None when it holds none."""
    ids = vr not in NUMBER_VRS
    if is_plain(value):
        text = value.decode("ascii")
        if not hunter.may_hit(text.lower()):
            return None
        hits = hunter.hits(text, person=vr == "PN", ids=ids)
        spans = [(h.start, h.end) for h in hits]
    elif ESCAPE in value:
        return _clean_extended(value, vr, declared, hunter, pseudonym)
    else:
        spans = _spans(readings(value, declared), hunter, vr == "PN", ids)
    return padded(_fitted(value, spans, vr, pseudonym), vr) if spans else None


def clean_string(text: str, hunter: Hunter, pseudonym: str, *, person: bool = False) -> str:
    """Return a text that is not in DICOM (a table's cell, a path) without the identifiers."""
    return _replaced(text, hunter.hits(text, person=person), pseudonym)


def clean_binary(value: Buffer, hunter: Hunter, pseudonym: str) -> bytes | None:
    """Return a binary value of the same length without the identifiers; None when it holds none.

    Looked for as text of one byte a character and as UTF-16 of either order, at any offset.
    """
    raw = bytes(value)
    lowered = raw.lower()
    seeds = [(word, 1) for word in _seeds(hunter, "latin-1")] + [(w, 2) for w in _seeds(hunter, "utf-16")]
    spans: list[tuple[int, int, int]] = []
    for seed, width in seeds:
        position = lowered.find(seed)
        while position >= 0:
            found = _binary_spans(raw, position, position + len(seed), width, hunter)
            spans += found
            position = lowered.find(seed, max([position + len(seed), *(end for _, end, _ in found)]))
    if not spans:
        return None
    cleaned = bytearray(raw)
    for start, end, width in spans:
        cleaned[start:end:width] = _filler(-(-(end - start) // width), pseudonym)
    return bytes(cleaned) if cleaned != raw else None


def padded(value: bytes, vr: str) -> bytes:
    """Return a value of even length (PS3.5 section 6.2)."""
    return value + (b"\0" if vr == "UI" else b" ") if len(value) % 2 else value


def _spans(ways: Sequence[Reading], hunter: Hunter, person: bool, ids: bool) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for way in ways:
        found += [way.span(h.start, h.end) for h in hunter.hits(way.text, person=person, ids=ids)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


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
    """Clean a value with escape sequences as a whole: what they mean depends on their order."""
    text = extended(value, declared)
    hits = hunter.hits(text, person=vr == "PN", ids=vr not in NUMBER_VRS)
    if not hits:
        return None
    stand_ins = _stand_ins(vr, pseudonym)
    ways = [_replaced(text, hits, stand_in) for stand_in in stand_ins]
    fitting = [way for way in ways if max(map(len, way.split("\\"))) <= LONGEST.get(vr, len(way))]
    return padded(encoded(fitting[0] if fitting else _replaced(text, hits, ""), declared), vr)


def _seeds(hunter: Hunter, codec: str) -> list[bytes]:
    """Return the bytes by which a strong word or an ID is first spotted in lower-case bytes."""
    words = [w for w in sorted(hunter.strong | hunter.ids) if w.isascii()]
    if codec == "latin-1":
        return [w.encode() for w in words]
    return [b"\0".join(bytes([c]) for c in w.encode()) for w in words]


def _binary_spans(raw: bytes, start: int, end: int, width: int, hunter: Hunter) -> list[tuple[int, int, int]]:
    """Return the byte spans (start, end, bytes a character) of identifiers around a spotted word."""
    first, last = _readable(raw, start, end, width)
    text = raw[first : last : width if width > 1 else 1].decode("latin-1")
    if len(text) < READABLE and last - first < len(raw):
        return []
    return [
        (first + h.start * width, min(first + h.end * width, len(raw)), width)
        for h in hunter.hits(text)
        if fold(text[h.start : h.end])
    ]


def _readable(raw: bytes, start: int, end: int, width: int) -> tuple[int, int]:
    """Return the readable stretch around a span: at most WINDOW characters on either side."""
    first, last = start, end + (width - 1)
    while first - width >= 0 and start - first < WINDOW * width and _is_text(raw, first - width, width):
        first -= width
    while last + width <= len(raw) and last - end < WINDOW * width and _is_text(raw, last, width):
        last += width
    return first, last


def _is_text(raw: bytes, position: int, width: int) -> bool:
    code = raw[position]
    readable = 0x20 <= code < 0x7F or code >= 0xA0 or code in b"\t\r\n"
    return readable and (width == 1 or position + 1 >= len(raw) or raw[position + 1] == 0)


def _filler(characters: int, pseudonym: str) -> bytes:
    text = pseudonym.ljust(characters) if len(pseudonym) <= characters else "X" * characters
    return text.encode("ascii", "replace")
