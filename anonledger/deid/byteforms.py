"""Spell a word as the bytes in which it may have been written, in every encoding.

Owns: bytes are told apart without case and, where one byte is a Latin letter, without its accent.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# What names with other letters are written in where nothing or something wrong is declared.
LEGACY = tuple(
    "cp850 cp866 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 koi8-r iso8859-2 iso8859-3 iso8859-4 "
    "iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10 tis-620 mac-roman shift_jis euc_jp euc_kr "
    "gb18030 big5".split()
)
WIDE = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}  # bytes of a letter
SEVEN_BIT = ("euc_jp", "euc_kr", "gb2312")  # ISO 2022 designates these sets without the high bit too
LEGACY_LENGTH = 4  # bytes from which a word in such an encoding is no chance
SPACED = 4  # letters from which a word is known letter by letter, with something between
SWAPPED = 4  # letters of a word in 16-bit units of the other byte order that are whole units
SPELLED_OUT = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ĸ": "k", "ł": "l",
    "ŋ": "n", "þ": "th", "ŧ": "t",
})  # fmt: skip
LIGATURES = (("ss", b"\xdf"), ("ae", b"\xe6"), ("th", b"\xfe"))


def plain_text(text: str) -> str:
    """Return lower-case text without accents, by decomposition alone."""
    if text.isascii():
        return text.lower()
    marks = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in marks if not unicodedata.combining(c)).translate(SPELLED_OUT)
    return unicodedata.normalize("NFC", bare)  # Hangul syllables are letters again


def _plain_byte(byte: int) -> int:
    character = bytes([byte]).decode("cp1252", "replace")
    if not character.isalpha():
        return byte
    plain = {"ø": "o", "ð": "d", "æ": "æ", "þ": "þ"}.get(character.lower()) or unicodedata.normalize(
        "NFKD", character.lower()
    )
    return ord(plain[0]) if ord(plain[0]) < 0x100 else byte


PLAIN_BYTES = bytes(map(_plain_byte, range(256)))


def folded(raw: bytes) -> bytes:
    """Return bytes of the same length in lower case, Latin-1 letters without their accents."""
    return raw.translate(PLAIN_BYTES)


@dataclass(frozen=True, slots=True)
class Form:
    """A folded spelling in bytes, every ``stride``-th of which is a letter.

    ``codec``: what it is written in, "" for ASCII or Latin-1; ``exact``: its bytes in lower case, if accents
    matter; ``escaped``: only behind an escape sequence; ``whole``: the bytes around it do not say where the
    word ends; ``short``: so few letters that random bytes may be the same.
    """

    raw: bytes
    stride: int = 1
    codec: str = ""
    exact: bytes = b""
    escaped: bool = False
    whole: bool = False
    short: bool = False


def plain_forms(word: str) -> Iterator[Form]:
    """Yield how a folded word of ASCII letters is written: as it is, and as UTF-16."""
    short = len(word) <= SPACED
    yield Form(word.encode(), short=short)
    if len(word) > 1:  # the NUL at its end is left out, so that it is the same in either byte order
        yield Form(word.encode("utf-16-le")[:-1], 2, short=short)


def odd_forms(word: str) -> Iterator[Form]:
    """Yield how a folded word of ASCII letters is hidden: UTF-32, ligatures, spaced letters, swapped."""
    raw, short = word.encode(), len(word) <= SPACED
    for stride in (3, 4) if len(word) > 1 else ():
        yield Form((b"\0" * (stride - 1)).join(_letters(raw)), stride, short=short)
    for letters, ligature in LIGATURES:
        if letters in word and len(word) > SPACED:
            yield Form(raw.replace(letters.encode(), ligature), short=short)
    if len(word) >= SPACED:
        for mark in b" ._-":
            yield Form(bytes([mark]).join(_letters(raw)), 2, whole=True)
    for start in (0, 1):
        units = raw[start : start + (len(raw) - start) // 2 * 2]
        if len(units) >= SWAPPED and len(word) > SPACED:
            swapped = bytes(units[i ^ 1] for i in range(len(units)))
            yield Form(swapped, whole=True, short=len(units) <= SPACED)


def _letters(raw: bytes) -> list[bytes]:
    return [raw[i : i + 1] for i in range(len(raw))]


def accented_forms(spelled: str) -> Iterator[Form]:
    """Yield how a word with letters beyond ASCII is written, in every encoding that has them."""
    lower = spelled.lower()
    codecs = _codecs(spelled)
    for cased in dict.fromkeys((spelled, lower, spelled.upper(), spelled.title())):
        yield from _unicode(cased)
        for codec in codecs:
            raw = _encoded(cased, codec)
            if len(raw) >= LEGACY_LENGTH:
                yield _exact(raw, codec)
        yield from _wide(cased)
        yield from _seven_bit(cased)
    yield from _unicode(unicodedata.normalize("NFD", lower))
    yield from _questioned(spelled)


def _codecs(spelled: str) -> list[str]:
    """Return the codecs that write a word each in its own way, but Latin-1 if folding makes it plain."""
    ways = (spelled, spelled.lower(), spelled.upper())
    codecs = {tuple(_encoded(way, codec) for way in ways): codec for codec in (*LEGACY[::-1], "latin-1")}
    plain = {raws for raws, codec in codecs.items() if codec == "latin-1" and folded(raws[0]).isascii()}
    return [codec for raws, codec in codecs.items() if any(raws) and raws not in plain]


def _unicode(cased: str) -> Iterator[Form]:
    utf8 = cased.encode("utf-8", "surrogatepass")
    yield _exact(utf8, "utf-8")
    for misread in ("latin-1", "cp1252"):
        twice = utf8.decode(misread, "ignore").encode()
        if len(twice) > len(utf8):
            yield _exact(twice, "utf-8")


def _exact(raw: bytes, codec: str) -> Form:
    return Form(folded(raw), codec=codec, exact=raw.lower(), short=len(raw) < LEGACY_LENGTH)


def _wide(cased: str) -> Iterator[Form]:
    latin = _encoded(cased, "latin-1")
    if not latin or not folded(latin).isascii():  # others are plain letters in UTF-16, but for the accents
        for codec in WIDE:
            raw = cased.encode(codec, "surrogatepass")
            yield Form(folded(raw), codec=codec, exact=raw.lower(), short=len(cased) <= SPACED + 1)


def _seven_bit(cased: str) -> Iterator[Form]:
    for codec in SEVEN_BIT:
        raw = _encoded(cased, codec)
        # 0x8F leads to JIS X 0212, which has an escape sequence of its own and no such byte.
        if len(raw) >= LEGACY_LENGTH and all(byte >= 0x80 for byte in raw):
            bare = bytes(b & 0x7F for b in raw if b != 0x8F)
            yield Form(folded(bare), codec=codec, exact=bare.lower(), escaped=True)


def _questioned(spelled: str) -> Iterator[Form]:
    """Yield a word in which a question mark stands for each letter, or for each byte, beyond ASCII."""
    letters = sum(map(str.isascii, spelled))
    if letters >= SPACED - 1 and len(spelled) >= SPACED:
        for mark in ("?", "??"):
            raw = re.sub(r"[^\x00-\x7f]", mark, spelled.lower()).encode()
            yield Form(raw, short=letters <= SPACED)


def _encoded(cased: str, codec: str) -> bytes:
    try:
        return cased.encode(codec)
    except UnicodeEncodeError:
        return b""
