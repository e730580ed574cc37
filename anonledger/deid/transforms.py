"""Read the same bytes in other ways: without accents, without escapes, decoded, unpacked.

Owns: what a reading gives is searched like the bytes themselves; memory stays bounded.
"""

import base64
import binascii
import html
import re
import string
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick

from anonledger.deid.byteforms import SPELLED_OUT

SHORTEST_RUN = 16  # characters from which letters and digits may be base64 or hexadecimal
LONGEST_USUAL = 64  # characters of a run that is worth remembering
MANY, BLOCK = 1 << 20, 1 << 16  # bytes that are read in every way; bytes that are told to be text together
NO_CONTROLS = bytes(c for c in range(256) if c >= 0x20 or c in b"\t\n\r")
DEPTH = 2  # readings of readings: base64 of something packed
LATIN = re.compile(rb"[\xc2-\xc9\xcc\xcd\xe1\xe2\xef][\x80-\xbf]{1,2}")  # one set in front: it is fast
ESCAPED = re.compile(
    rb"%[0-9A-Fa-f]{2}|=[89A-Fa-f][0-9A-Fa-f]|=\r?\n|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}"
    rb"|&#x?[0-9A-Fa-f]{2,6};|&[A-Za-z]{3,8};"
)
# A quick look whether there is any: how each of them begins.
HEX_DIGITS, LETTERS = string.hexdigits.encode(), string.ascii_letters.encode()
PAIRS = ((b"%", HEX_DIGITS), (b"=", HEX_DIGITS + b"\r\n"), (b"\\", b"ux"), (b"&", LETTERS + b"#"))
MARKS = BytesAhoCorasick([mark + bytes([behind]) for mark, letters in PAIRS for behind in letters])
ASCII = bytes(range(0x80))
CODED = bytes(c if (chr(c).isalnum() and c < 0x80) or c in b"+/" else 0x20 for c in range(256))
IN_RUN = bytes(0x20 if c == 0x20 else 0x78 for c in range(256))
LEAST_RUN = b"x" * SHORTEST_RUN
HEX = re.compile(rb"[0-9A-Fa-f]{16,}")


def _plain_latin() -> dict[bytes, bytes]:
    """Return Latin letters with accents and marks by their UTF-8, and what they are without."""
    ranges = ((0xC0, 0x250), (0x300, 0x370), (0x1E00, 0x1F00), (0xFF21, 0xFF5B))
    plain = {}
    for character in (chr(code) for first, behind in ranges for code in range(first, behind)):
        letters = unicodedata.normalize("NFKD", character).casefold()
        bare = "".join(c for c in letters if not unicodedata.combining(c)).translate(SPELLED_OUT)
        if bare.isascii():
            plain[character.encode()] = bare.encode()
    invisible = dict.fromkeys("\xad\u200b\u200c\u200d\u2060\ufeff", b"")
    return plain | {c.encode(): nothing for c, nothing in invisible.items()} | {"\ufffd".encode(): b"?"}


PLAIN_LATIN = _plain_latin()


def readings(raw: bytes, depth: int = DEPTH) -> Iterator[bytes]:
    """Yield bytes as they are, and what else they may be read as; of very many bytes, only the text."""
    yield raw
    if len(raw) > MANY:
        raw = b"\0".join(block for block in _blocks(raw) if _is_text(block))
    if _may_have_accents(raw) and (plain := LATIN.sub(_without_accent, raw)) != raw:
        yield plain
    if not depth:
        return
    if MARKS.find_matches_as_indexes(raw) and (bare := ESCAPED.sub(_unescaped, raw)) != raw:
        yield from readings(bare, 0)
    decoded = b"\0\0".join(_decoded(raw))
    if decoded:
        yield from readings(decoded, depth - 1)


def _may_have_accents(raw: bytes) -> bool:
    """Whether LATIN may be found: what stands side by side does so too when all ASCII is left out."""
    return not raw.isascii() and LATIN.search(raw.translate(None, ASCII)) is not None


def _blocks(raw: bytes) -> Iterator[bytes]:
    return (raw[start : start + BLOCK] for start in range(0, len(raw), BLOCK))


def _is_text(block: bytes) -> bool:
    """Whether hardly any control characters stand in some bytes; of random ones every ninth is one."""
    return len(block.translate(None, NO_CONTROLS)) * 50 < len(block)


def _without_accent(found: re.Match[bytes]) -> bytes:
    letter = found.group()
    if letter in PLAIN_LATIN:
        return PLAIN_LATIN[letter]
    return PLAIN_LATIN.get(letter[:2], letter[:2]) + letter[2:]


def _unescaped(found: re.Match[bytes]) -> bytes:
    escape = found.group()
    if escape.startswith(b"&"):
        return html.unescape(escape.decode("ascii")).encode("utf-8", "replace")
    if escape.startswith(b"\\u"):
        return chr(int(escape[2:], 16)).encode("utf-8", "replace")
    digits = escape.lstrip(b"%=\\x\r\n")
    return bytes([int(digits, 16)]) if digits else b""


def _decoded(raw: bytes) -> Iterator[bytes]:
    """Yield what long runs of letters and digits stand for, in hexadecimal and in base64."""
    for run in _long_runs(raw.translate(CODED, b"\r\n")):
        yield from _of_usual(run) if len(run) <= LONGEST_USUAL else _of_run(run)


def _long_runs(coded: bytes) -> Iterator[bytes]:
    """Yield what stands between spaces and is long: looked for as a row of one letter, for it is rare."""
    rows = coded.translate(IN_RUN)
    start = rows.find(LEAST_RUN)
    while start >= 0:
        end = rows.find(b" ", start)
        end = len(rows) if end < 0 else end
        yield coded[start:end]
        start = rows.find(LEAST_RUN, end)


def _of_run(run: bytes) -> Iterator[bytes]:
    for digits in HEX.findall(run):
        for shift in (0, 1):
            yield bytes.fromhex(digits[shift : shift + (len(digits) - shift) // 2 * 2].decode("ascii"))
    if not (run.isdigit() or run.islower() or run.isupper()):
        for shift in range(4):
            yield _from_base64(run[shift:])


@lru_cache(maxsize=4096)
def _of_usual(run: bytes) -> tuple[bytes, ...]:
    """Return the same of a short run: the names in a private element are the same in every file."""
    return tuple(_of_run(run))


def _from_base64(run: bytes) -> bytes:
    whole = run[:-1] if len(run) % 4 == 1 else run
    try:
        return base64.b64decode(whole + b"=" * (-len(whole) % 4))
    except binascii.Error:
        return b""
