"""Read text in whatever character set it may be in, and find the bytes behind its characters.

Owns: the way from Specific Character Set (PS3.3 C.12.1.1.2) to codecs, and back from characters to bytes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from anonledger.deid.extension import Extended, read
from anonledger.deid.hunt import Hit

ESCAPE = b"\x1b"
DELIMITERS, NAME_DELIMITERS = "\\\r\n\t\f", "^="
EACH_BYTE = "surrogateescape"  # what Python makes of bytes that are no character, and back
UNREAD = re.compile("[\udc80-\udcff]")
SEVEN_BIT = ("ascii", "iso2022_jp", "iso2022_jp_2")  # nothing is said of bytes of 0x80 and above


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a value: the codec (Python's name), and the text as it maps back to the same bytes.

    A byte that is no character of the codec is a lone surrogate in ``exact`` and U+FFFD in ``text``.
    """

    exact: str
    codec: str

    @property
    def text(self) -> str:
        """The text; as long as ``exact``."""
        return self.exact if self.exact.isascii() else UNREAD.sub("\ufffd", self.exact)

    def in_bytes(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the stretches of bytes behind stretches of characters (in order, apart), in one pass."""
        found, read, position = [], 0, 0
        for hit in hits:
            start = position + self._width(read, hit.start)
            position = start + self._width(hit.start, hit.end)
            found.append(Hit(start, position, hit.stand_in))
            read = hit.end
        return found

    def _width(self, start: int, end: int) -> int:
        return len(self.exact[start:end].encode(self.codec, EACH_BYTE))


def read_as(value: bytes, codec: str) -> Reading:
    """Return a value read in one codec, whether all of it is text in it or not; never fails."""
    return Reading(value.decode(codec, "replace" if codec.startswith("utf-16") else EACH_BYTE), codec)


def is_plain(value: bytes) -> bool:
    """Whether a value reads the same in every character set (ISO 646 and no code extension)."""
    return value.isascii() and ESCAPE not in value


def readings(value: bytes, declared: str) -> tuple[Reading, ...]:
    """Return every way in which a value may be meant: as declared, and as what is often there instead."""
    if is_plain(value):
        return (Reading(value.decode("ascii"), "ascii"),)
    found: dict[str, Reading] = {}
    for codec in (*codecs(declared), _guess(value)):
        try:
            text = value.decode(codec)
            if text.encode(codec) == value:
                found.setdefault(text, Reading(text, codec))
        except (UnicodeError, LookupError):
            continue
    return tuple(found.values())


@lru_cache(maxsize=256)
def codecs(declared: str) -> tuple[str, ...]:
    """Return the Python codecs that a value of Specific Character Set names, "ascii" for the default."""
    # Only for values that are not plain: 0.3 s to import.
    from pydicom.charset import default_encoding, python_encoding

    named = [python_encoding[term] for term in _terms(declared)]
    return tuple(dict.fromkeys("ascii" if codec == default_encoding else codec for codec in named))


def _terms(declared: str) -> list[str]:
    """Return the terms that pydicom knows, at least the default; it would quote others in a warning."""
    from pydicom.charset import python_encoding

    return [t for t in map(str.strip, declared.split("\\")) if t in python_encoding] or [""]


def _guess(value: bytes) -> str:
    """Return the codec of a value whose declaration is wrong; Latin-1 would read UTF-8 too, as nonsense."""
    return "utf-8" if is_utf8(value) else "latin-1"


def is_utf8(value: bytes) -> bool:
    """Whether a value is UTF-8 as a whole, which other text beyond ASCII hardly ever is."""
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def decoded(value: bytes, declared: str, *, person: bool = False) -> str:
    """Return the text of a value in its declared character set, with code extensions; never fails.

    ``person``: the value is a person's name. Bytes that do not fit are read as UTF-8 if all of them are,
    else as Latin-1.
    """
    if is_plain(value):
        return value.decode("ascii")
    if ESCAPE in value:
        return extended(value, declared, person=person)
    for codec in codecs(declared):
        try:
            return value.decode(codec)
        except (UnicodeError, LookupError):
            continue
    return value.decode(_guess(value))


def extended(value: bytes, declared: str, *, person: bool) -> str:
    """Return the text of a value that switches character sets by escape sequences; never fails."""
    return extensions(value, declared, person=person)[0].text


def extensions(value: bytes, declared: str, *, person: bool) -> tuple[Extended, ...]:
    """Return every way in which a value with escape sequences may be meant, the declared one first.

    In a person's name the first set comes back at every delimiter of its parts (PS3.5 section 6.1.2.5.3).
    """
    delimiters = DELIMITERS + NAME_DELIMITERS * person
    firsts = ["ascii" if codec in SEVEN_BIT else codec for codec in codecs(declared)]
    found: dict[str, Extended] = {}
    for codec in dict.fromkeys([*firsts, "ascii"]):
        is_own = codec != "ascii"
        way = read(value, codec if is_own else _guess(value), delimiters, returns=is_own)
        found.setdefault(way.text, way)
    return tuple(found.values())
