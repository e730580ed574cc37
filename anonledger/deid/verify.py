"""Look for a patient's identifiers in the bytes that were written, whatever the cleaning thought of them.

Owns: the last word before release; it shares no code with the cleaning, only the list of technical words.
"""

import gzip
import io
import re
import unicodedata
import warnings
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from mmap import mmap
from typing import TYPE_CHECKING

from anonledger.outcomes import QuarantineReason
from anonledger.records import Recipe

if TYPE_CHECKING:
    from pydicom import Dataset

ENCODINGS = ("latin-1", "utf-8", "utf-16-le", "utf-16-be")
# What names with other letters are written in where nothing or something wrong is declared.
LEGACY = tuple(
    "cp850 cp866 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 koi8-r iso8859-2 iso8859-3 iso8859-4 iso8859-5 "
    "iso8859-6 iso8859-7 iso8859-9 iso8859-10 tis-620 shift_jis euc_jp euc_kr gb18030 big5".split()
)
LEGACY_LENGTH = 4  # bytes from which a word in such an encoding is no chance
IN_PIXELS = 6  # letters from which a word in pixels is no chance: (1/128)**6 a byte, 1e-6 in a 16 MB image
PAIRED = 32  # words of a name that are looked for in pairs; a value of the standard holds no more
ANYWHERE = 5  # letters from which a word counts inside a longer word
ALONE = 3  # letters from which a word counts when it stands by itself
ID_LENGTH = 6  # characters from which an ID counts
WINDOW = 80  # bytes looked at around a first hit: two words and what may stand between them
INFLATED_LIMIT = 1 << 31
# Beginnings of 7z, RAR, xz, bzip2, zstd, lz4 and zip files: what is in them cannot be searched.
PACKED = (
    b"7z\xbc\xaf",
    b"Rar!",
    b"\xfd7zXZ",
    b"BZh",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
    b"PK\x03\x04",
)
GAP = rb"[ ^,._\-/=\t\r\n\\|;:'`\x92\xb4\xe2\x80\x99]{0,3}"


@dataclass(frozen=True, slots=True)
class Residue:
    """Why a written file is not released, and where (never what)."""

    trouble: QuarantineReason
    where: str


@dataclass(frozen=True, slots=True)
class _Needle:
    pattern: re.Pattern[bytes]
    quick: bytes
    in_pixels: bool


def verify_instance(data: bytes | mmap, recipe: Recipe) -> Residue | None:
    """Return what is wrong with a written instance, or None: it reads back, and holds no identifier."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they may quote a value
        return _verified(data, recipe)


def _verified(data: bytes | mmap, recipe: Recipe) -> Residue | None:
    from pydicom import config, dcmread  # an independent parser; 0.3 s to import, so not before it is needed

    config.settings.reading_validation_mode = config.IGNORE
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    try:
        stream.seek(0)
        dataset = dcmread(stream, stop_before_pixels=True)  # type: ignore[arg-type]
        pixels = stream.tell()
        stated = (str(dataset.get("PatientName", "")), str(dataset.get("PatientID", "")))
    except Exception as error:  # noqa: BLE001 - any failure of the other parser means: do not release
        return Residue(QuarantineReason.UNREADABLE_OUTPUT, f"file: {type(error).__name__}")
    if stated != (recipe.pseudonym, recipe.pseudonym) or any(data[:128]):
        return Residue(QuarantineReason.RESIDUE, "file: not what was to be written")
    if dataset.file_meta.get("TransferSyntaxUID") == "1.2.840.10008.1.2.1.99":
        start = _meta_end(data)
        inflated = zlib.decompressobj(-zlib.MAX_WBITS).decompress(bytes(data[start:]), INFLATED_LIMIT)
        body = io.BytesIO(inflated)
        dcmread(body, stop_before_pixels=True, force=True)
        return verify_bytes(data[:start] + inflated, recipe, start + body.tell())
    residue = verify_bytes(data, recipe, pixels)
    return residue and Residue(
        residue.trouble, _tag_at(dataset, int(residue.where.split()[-1]), residue.where)
    )


def verify_bytes(data: bytes | mmap, recipe: Recipe, pixels: int | None = None) -> Residue | None:
    """Return where an identifier stands in bytes of any kind, or None. Pixels begin at byte ``pixels``."""
    lowered = bytes(data).lower()
    for needle in _needles(recipe):
        position = lowered.find(needle.quick)
        while position >= 0:
            if pixels is not None and position >= pixels and not needle.in_pixels:
                break
            first = max(0, position - WINDOW)
            last = position + len(needle.quick) + WINDOW
            if _stands(needle, lowered, first, last):
                return Residue(QuarantineReason.RESIDUE, f"byte {position}")
            position = lowered.find(needle.quick, position + 1)
    return None


def _stands(needle: _Needle, lowered: bytes, first: int, last: int) -> bool:
    """Whether an identifier stands in a window; at its end the window may have cut a longer word."""
    found = needle.pattern.finditer(lowered, first, last)
    return any(m.end() < last and not _in_technical(lowered, *m.span()) for m in found)


def _in_technical(lowered: bytes, start: int, end: int) -> bool:
    """Whether a stretch is part of a technical word, as Stern is of sternum."""
    first, last = start, end
    while start - first < WINDOW and lowered[first - 1 : first].isalpha():
        first -= 1
    while last - end < WINDOW and lowered[last : last + 1].isalpha():
        last += 1
    return lowered[first:last].decode("latin-1") in _technical()


def verify_text(text: str, recipe: Recipe) -> bool:
    """Return whether a text (a path, a table) holds no identifier."""
    plain = _plain(text)
    return verify_bytes(text.encode("utf-8", "surrogateescape"), recipe) is None and (
        plain == text or verify_bytes(plain.encode("utf-8", "surrogateescape"), recipe) is None
    )


def verify_carried(data: bytes | mmap, recipe: Recipe) -> Residue | None:
    """Return why a file that is not DICOM is not released; None: no identifier is in it or packed in it."""
    head = bytes(data[:8])
    if head.startswith(PACKED):
        return Residue(QuarantineReason.UNSEARCHABLE, "file")
    if head.startswith(b"\x1f\x8b"):
        try:
            unpacked = gzip.GzipFile(fileobj=io.BytesIO(data)).read(INFLATED_LIMIT)
        except (OSError, EOFError, zlib.error):
            return Residue(QuarantineReason.UNSEARCHABLE, "file")
        if len(unpacked) == INFLATED_LIMIT or unpacked.startswith((*PACKED, b"\x1f\x8b")):
            return Residue(QuarantineReason.UNSEARCHABLE, "file")
        if verify_bytes(unpacked, recipe) is not None:
            return Residue(QuarantineReason.IDENTIFIER_IN_FILE, "unpacked content")
    found = verify_bytes(data, recipe)
    return found and Residue(QuarantineReason.IDENTIFIER_IN_FILE, found.where)


def _tag_at(dataset: "Dataset", position: int, otherwise: str) -> str:
    """Return the tag of the top-level element in whose value a byte lies."""
    from pydicom.dataelem import RawDataElement

    # The elements as they were read: looking at a value would convert it, and that can fail.
    tells = {e.value_tell if isinstance(e, RawDataElement) else e.file_tell: e.tag for e in dataset.values()}
    starts = {tell: tag for tell, tag in tells.items() if tell is not None and tell <= position}
    return str(starts[max(starts)]) if starts else otherwise


def _meta_end(data: bytes | mmap) -> int:
    return 132 + 12 + int.from_bytes(data[140:144], "little")


@lru_cache(maxsize=1)
def _technical() -> frozenset[str]:
    text = resources.files("anonledger.deid").joinpath("technical_words.txt").read_text("utf-8")
    return frozenset(w for line in text.splitlines() if not line.startswith("#") for w in line.split())


def _plain(text: str) -> str:
    """Return lower-case text without accents, by decomposition alone."""
    marks = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in marks if not unicodedata.combining(c))


def _words(name: str) -> list[str]:
    """Return the words of a name as spelled, without apostrophes and also parted there."""
    spelled = unicodedata.normalize("NFC", name)
    both = re.sub("['’‘ʼʹ`´′＇]", "", spelled) + " " + spelled
    letters = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in both)
    return list(dict.fromkeys(letters.split()))


@lru_cache(maxsize=256)
def _needles(recipe: Recipe) -> tuple[_Needle, ...]:
    needles: dict[tuple[bytes, bool], _Needle] = {}
    for name in recipe.names:
        words = _words(name)
        for word in dict.fromkeys(words):
            if _plain(word) not in _technical():
                needles |= _word_needles(word)
        for first, second in _neighbours(words):
            needles |= _pair_needles(first, second)
    for number in recipe.ids:
        needles |= _id_needles(number.strip())
    return tuple(needles.values())


def _forms(word: str) -> Iterator[bytes]:
    """Return the byte forms of a word, lower-cased as ``bytes.lower`` does, in every encoding."""
    parted = unicodedata.normalize("NFD", word.lower())
    for form in dict.fromkeys((word.lower(), word.upper(), word.title(), word, _plain(word), parted)):
        for encoding in ENCODINGS if form.isascii() else ENCODINGS + LEGACY:
            try:
                raw = form.encode(encoding).lower()
            except UnicodeEncodeError:
                continue
            if encoding not in LEGACY or len(raw) >= LEGACY_LENGTH:
                yield raw


def _word_needles(word: str) -> dict[tuple[bytes, bool], _Needle]:
    plain = _plain(word)
    # Two letters are a whole name in scripts without case, such as Han.
    if not any(c.isalpha() for c in plain) or len(plain) < (2 if plain.upper() == plain else ALONE):
        return {}
    found = {}
    for form in _forms(word):
        width = 2 if b"\0" in form else 1
        pattern = re.escape(form)
        if len(plain) < ANYWHERE and plain.isascii():
            pattern = (
                rb"(?<![a-z])" + pattern + rb"(?![a-z])"
                if width == 1
                else rb"(?<![a-z]\0)(?<!\0[a-z])" + pattern + rb"(?!\0?[a-z])"
            )
        found[form, False] = _Needle(re.compile(pattern), form, len(form) >= IN_PIXELS * width)
    return found


def _neighbours(words: list[str]) -> Iterable[tuple[str, str]]:
    """Return the pairs of different words of one name, in both orders."""
    for first in words[:PAIRED]:
        for second in words[:PAIRED]:
            if first != second and len(first) + len(second) > ALONE:
                yield first, second


def _pair_needles(first: str, second: str) -> dict[tuple[bytes, bool], _Needle]:
    found = {}
    for left, right in ((first.lower(), second.lower()), (_plain(first), _plain(second))):
        for encoding in ("latin-1", "utf-8"):
            try:
                one, two = left.encode(encoding).lower(), right.encode(encoding).lower()
            except UnicodeEncodeError:
                continue
            pattern = rb"(?<![a-z0-9])" + re.escape(one) + GAP + re.escape(two) + rb"(?![a-z0-9])"
            seed = max(one, two, key=len)
            found[one + b"^" + two, True] = _Needle(re.compile(pattern), seed, len(one + two) >= IN_PIXELS)
    return found


def _id_needles(number: str) -> dict[tuple[bytes, bool], _Needle]:
    plain = _plain(number)
    if len(plain) < ID_LENGTH or plain in _technical() or re.fullmatch(r"(19|20)\d{6}", plain):
        return {}
    raw = plain.encode("utf-8")
    inside = rb"[a-z0-9.]" if plain.isdigit() else rb"[a-z0-9]"
    pattern = rb"(?<!" + inside + rb")" + re.escape(raw) + rb"(?!" + inside + rb")"
    return {(raw, False): _Needle(re.compile(pattern), raw, len(raw) >= IN_PIXELS)}
