"""Take a patient's identifiers out of one text value and leave the rest of it as it is.

Owns: a value never outgrows its VR.
"""

from collections.abc import Iterable, Iterator, Sequence

from anonledger.deid.binary import clean_binary, stretches
from anonledger.deid.charsets import ESCAPE, extended, extensions, is_utf8, read_as, readings
from anonledger.deid.hunt import Hit, Hunter
from anonledger.deid.seeds import WIDE, spotter_of

TEXT_VRS = frozenset("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split())
NUMBER_VRS = frozenset("AS DA DS DT IS TM UI".split())
LONGEST = {"AE": 16, "CS": 16, "LO": 64, "LT": 10240, "PN": 64, "SH": 16, "ST": 1024}  # PS3.5 table 6.2-1


def clean_text(value: bytes, vr: str, declared: str, hunter: Hunter, pseudonym: str) -> bytes | None:
    """Return a text value without the identifiers, padded to even length; None when it holds none."""
    new = value
    met = {spot.codec for spot in spotter_of(hunter).spots(value, text=True)}
    if not met.isdisjoint(WIDE):  # UTF-16 or UTF-32, which no character set of DICOM is
        new = clean_binary(value, hunter, pseudonym) or value
    if ESCAPE in new:
        new = _clean_extended(new, vr, declared, met.difference(WIDE), hunter, pseudonym)
    elif hits := _hits(new, vr, declared, met.difference(WIDE), hunter):
        new = _fitted(new, hits, vr, pseudonym)
    return None if new == value else padded(new, vr)


def clean_string(text: str, hunter: Hunter, pseudonym: str, *, person: bool = False) -> str:
    """Return a text that is not in DICOM (a table's cell, a path) without the identifiers."""
    pieces, position = [], 0
    for hit in hunter.hits(text, person=person):
        pieces += [text[position : hit.start], hit.stand_in or pseudonym]
        position = hit.end
    return "".join([*pieces, text[position:]])


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


def _hits(value: bytes, vr: str, declared: str, met: Iterable[str], hunter: Hunter) -> list[Hit]:
    """Return the stretches of bytes that must go, in order, apart; ``met``: further codecs to read in."""
    ways = [*readings(value, declared)]
    if met and not is_utf8(value):
        ways += (read_as(value, codec) for codec in sorted(met))
    found = _elsewhere(value, met, hunter)
    person, numeric = vr == "PN", vr in NUMBER_VRS
    for way in ways:
        found += way.in_bytes(hunter.hits(way.text, person=person, numeric=numeric))
    return _united(found)


def _elsewhere(value: bytes, met: Iterable[str], hunter: Hunter) -> list[Hit]:
    """Return the stretches that must go in other character sets than that of what stands before them."""
    if not met or is_utf8(value):
        return []
    return [hit for hit, codec in stretches(value, hunter, len(value)) if codec not in WIDE]


def _united(hits: Iterable[Hit]) -> list[Hit]:
    """Return stretches in order; of those that overlap, the longest tells what takes their place."""
    found: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, h.stand_in)):
        if found and hit.start < found[-1].end:
            longest = max(found[-1], hit, key=lambda h: h.end - h.start)
            found[-1] = Hit(found[-1].start, max(found[-1].end, hit.end), longest.stand_in)
        else:
            found.append(hit)
    return found


def _fitted(value: bytes, hits: Sequence[Hit], vr: str, pseudonym: str) -> bytes:
    """Put the longest stand-ins that the VR still has room for."""
    for filled in _filled(hits, vr, pseudonym):
        result = _put(value, filled)
        if max(map(len, result.split(b"\\"))) <= LONGEST.get(vr, len(result)):
            return result
    return _put(value, [Hit(h.start, h.end, "X" * (h.end - h.start)) for h in hits])


def _filled(hits: Sequence[Hit], vr: str, pseudonym: str) -> Iterator[list[Hit]]:
    """Yield the hits with what may take their places in a text of a VR, the best first."""
    offers = (_stand_ins(vr, hit.stand_in or pseudonym) for hit in hits)
    for chosen in zip(*offers, strict=True):
        yield [Hit(h.start, h.end, text) for h, text in zip(hits, chosen, strict=True)]


def _stand_ins(vr: str, pseudonym: str) -> tuple[str, ...]:
    if vr in NUMBER_VRS:
        return ("",)
    stand_in = pseudonym.upper() if vr == "CS" else pseudonym
    return stand_in, stand_in.rpartition("_")[2]


def _put(value: bytes, hits: Sequence[Hit]) -> bytes:
    pieces, position = [], 0
    for hit in hits:
        pieces += [value[position : hit.start], hit.stand_in.encode()]
        position = hit.end
    return b"".join([*pieces, value[position:]])


def _clean_extended(
    value: bytes, vr: str, declared: str, met: Iterable[str], hunter: Hunter, pseudonym: str
) -> bytes:
    """Clean a value with escape sequences; its room is counted in characters, which they are not."""
    person, numeric = vr == "PN", vr in NUMBER_VRS
    ways = extensions(value, declared, person=person)
    found = _elsewhere(value, met, hunter)
    for way in ways:
        hits = hunter.hits(way.text, person=person, numeric=numeric)
        found += (Hit(*way.span(hit.start, hit.end), hit.stand_in) for hit in hits)
    hits = _united(found)
    nothing = [Hit(hit.start, hit.end) for hit in hits]
    for filled in (*_filled(hits, vr, pseudonym), nothing):
        result = ways[0].put(filled)
        parts = extended(result, declared, person=person).split("\\")
        if max(map(len, parts)) <= LONGEST.get(vr, len(result)):
            break
    return result
