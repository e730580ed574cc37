"""All the bytes in which a name or a number can stand, and all the readings of a file that it can hide in.

Owns: shares nothing with the program that is checked.
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import unquote_to_bytes

from tests.places.people import Person

CODECS = (
    "utf-8 utf-16-le utf-16-be utf-32-le utf-32-be latin-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 "
    "iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-15 tis-620 cp437 cp850 cp852 cp866 cp1250 cp1251 "
    "cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 koi8-r mac-roman shift-jis euc-jp euc-kr cp949 gb18030 big5 "
    "iso2022_jp_2 iso2022_kr utf-7"
).split()
TWO_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "ñ": "n"}
ONE_LETTER = {"ß": "ss", "ø": "o", "ı": "i", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
LONGEST_UNPACKED = 2**22


def folded(text: str) -> str:
    """Return text in lower case without accents."""
    plain = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return "".join(ONE_LETTER.get(c, c) for c in plain)


def spellings(part: str) -> set[str]:
    """Return a part of a name in every form of its accents, small and capital letters apart."""
    lower = part.lower().replace("i\u0307", "i")
    spelt = "".join(TWO_LETTERS.get(c, c) for c in lower)
    lost = (
        {"".join(sign if ord(c) > 127 else c for c in part) for sign in "?\ufffd"}
        if part.isascii() is False
        else set()
    )
    forms = {
        part,
        lower,
        part.upper(),
        part.capitalize(),
        folded(part),
        folded(part).upper(),
        spelt,
        spelt.upper(),
    }
    forms |= {form.replace("ß", "ss").replace("ẞ", "SS") for form in forms}
    forms = {unicodedata.normalize(kind, form) for kind in ("NFC", "NFD", "NFKC") for form in forms}
    letters = sum(c.isalpha() for c in part)
    kept = {form for form in lost if sum(map(str.isalpha, form)) >= max(4, letters - 2)}
    return {form for form in forms | kept if len(form) > 1}


@cache
def needles(who: Person) -> frozenset[bytes]:
    """Return the bytes to look for, in lower case as far as they are ASCII."""
    texts = {form for part in who.parts for form in spellings(part) if len(part) > 2 or not part.isascii()}
    texts |= {
        *(() if who.quiet_id else _numbers(who.patient_id)),
        *(form for part in who.parts if "'" in part for form in _apostrophe(part)),
    }
    found = set()
    for text in texts:
        for codec in CODECS:
            try:
                data = text.encode(codec)
            except UnicodeError:
                continue
            found.add(_inner(data, codec).lower())
    # of four letters or less only as they are: with NULs between them they stand in "projector" as well
    return frozenset(n for n in found if len(n) > 2 and (b"\0" not in n or len(n.replace(b"\0", b"")) > 4))


def _numbers(patient_id: str) -> set[str]:
    bare = re.sub(r"[-. /]", "", patient_id)
    return {patient_id, bare, bare.lstrip("0")}


def _apostrophe(part: str) -> set[str]:
    return {part.replace("'", mark) for mark in ("", " ", "’", "`", "-", "´", ".")}


def _inner(data: bytes, codec: str) -> bytes:
    """Return bytes without the marks that a codec puts around them."""
    if codec.startswith("iso2022"):
        return re.sub(rb"^(\x1b[$(]*[ -~][@-~]?|\x1b\$\)C|\x0e)+|(\x1b\([BJ]|\x0f)+$", b"", data)
    return data.removeprefix(codecs.BOM_UTF8)


def is_in(needle: bytes, data: bytes) -> bool:
    """Whether bytes stand in others; very short plain ones as a word of their own only."""
    if needle not in data:
        return False
    if len(needle) > 4 or not needle.isascii():
        return True
    return re.search(rb"(?<![a-z])" + re.escape(needle) + rb"(?![a-z])", data) is not None


def readings(data: bytes) -> Iterator[bytes]:
    """Return a file as it is and as it may be read otherwise, all in small letters."""
    data = b"".join([data, *inflated(data)])
    lower = data.lower()
    yield lower
    yield lower.replace(b"\0", b"")
    yield re.sub(rb"[\s\0._^=/,;:-]+", b"", lower)
    yield _swapped(lower)
    yield _swapped(lower[1:])
    yield from (piece.lower() for piece in unescaped(data))
    yield b"\n".join(decoded(data)).lower()
    yield b"\n".join(unpacked(data)).lower()


def _swapped(data: bytes) -> bytes:
    even = bytearray(data[: len(data) // 2 * 2])
    even[0::2], even[1::2] = even[1::2], even[0::2]
    return bytes(even)


def unescaped(data: bytes) -> Iterator[bytes]:
    """Return text with the escapes of the web, of HTML and of JSON taken out."""
    if b"%" in data:
        yield unquote_to_bytes(data)
    if b"&" in data:
        yield html.unescape(data.decode("latin-1")).encode("utf-8")
    if b"\\u" in data or b"\\x" in data:
        yield re.sub(rb"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))", _letter, data)
    if re.search(rb"=[0-9A-F]{2}", data):
        yield binascii.a2b_qp(data)


def _letter(match: re.Match[bytes]) -> bytes:
    code = int(match[1] or match[2], 16)
    return b"?" if 0xD800 <= code < 0xE000 else chr(code).encode()


def decoded(data: bytes) -> Iterator[bytes]:
    """Return what runs of base64 and of hexadecimal digits stand for."""
    for run in re.findall(rb"[A-Za-z0-9+/\r\n]{12,}", data):
        run = re.sub(rb"\s", b"", run)
        for start in range(4):
            piece = run[start : start + (len(run) - start) // 4 * 4]
            yield base64.b64decode(piece)
    for run in re.findall(rb"(?:[0-9a-fA-F]{2}[ :,-]?){5,}", data):
        digits = re.sub(rb"[ :,-]", b"", run)
        for start in range(2):
            yield bytes.fromhex(digits[start : start + (len(digits) - start) // 2 * 2].decode())


def inflated(data: bytes) -> Iterable[bytes]:
    """Return the data set of a deflated file."""
    if b"1.2.840.10008.1.2.1.99" not in data[:1000] or data[128:132] != b"DICM":
        return []
    start = 144 + int.from_bytes(data[140:144], "little")
    try:
        return [zlib.decompressobj(-15).decompress(data[start:], LONGEST_UNPACKED)]
    except zlib.error:
        return []


def unpacked(data: bytes) -> Iterator[bytes]:
    """Return what lies packed with zlib or gzip anywhere."""
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", data):
        try:
            yield zlib.decompressobj(47).decompress(data[match.start() :], LONGEST_UNPACKED)
        except zlib.error:
            continue
