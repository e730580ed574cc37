"""Look for a patient's identifiers in the bytes that were written, whatever the cleaning thought of them.

Owns: the last word before release; it shares no code with the cleaning, only the list of technical words.
"""

import gzip
import io
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import TYPE_CHECKING

from anonledger.deid.needles import Needle, needles_of, plain_text, technical_words
from anonledger.outcomes import QuarantineReason
from anonledger.records import Recipe

if TYPE_CHECKING:
    from pydicom import Dataset

WINDOW = 80  # bytes looked at around a first hit: two words and what may stand between them
INFLATED_LIMIT = 1 << 30
UNDEFINED = 0xFFFFFFFF
CHANCE = 4096  # bytes of a binary value from which three letters may stand in it by chance
READABLE = 10  # readable characters around such letters that are no chance
BINARY_VRS, NUMBER_VRS = (
    ("OB", "OW", "OD", "OF", "OL", "OV", "UN"),
    ("DS", "IS", "DA", "TM", "DT", "AS", "UI"),
)
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


@dataclass(frozen=True, slots=True)
class Residue:
    """Why a written file is not released, and where (never what)."""

    trouble: QuarantineReason
    where: str


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
    shift = 0  # elements of a deflated data set are told from its own start
    if dataset.file_meta.get("TransferSyntaxUID") == "1.2.840.10008.1.2.1.99":
        start = _meta_end(data)
        inflated = zlib.decompressobj(-zlib.MAX_WBITS).decompress(bytes(data[start:]), INFLATED_LIMIT)
        body = io.BytesIO(inflated)
        dcmread(body, stop_before_pixels=True, force=True)
        data, pixels, shift = data[:start] + inflated, start + body.tell(), start
    lowered = bytes(data).lower()
    matrix = range(pixels, _behind_pixels(data, pixels, *dataset.original_encoding))
    for position, needle in _found(lowered, recipe, matrix):
        tag, vr, length = (
            _element_at(dataset, position - shift) if position < pixels else ("pixels or behind", "", 0)
        )
        by_chance = needle.short and vr in BINARY_VRS and length > CHANCE and not _is_told(lowered, position)
        if not by_chance and not (needle.number and vr in NUMBER_VRS):
            return Residue(QuarantineReason.RESIDUE, tag)
    return None


def _behind_pixels(data: bytes | mmap, start: int, implicit: bool | None, little: bool | None) -> int:
    """Return the offset behind the pixel data at ``start``; of compressed ones, the end of the file."""
    at = start + (4 if implicit else 8)
    length = int.from_bytes(data[at : at + 4], "little" if little else "big")
    return len(data) if length == UNDEFINED else min(at + 4 + length, len(data))


def _is_told(lowered: bytes, position: int) -> bool:
    """Whether the bytes around a position read as text: a long stretch of it, or one between NULs."""
    first, last = position, position
    while first > 0 and position - first < READABLE and 0x20 <= lowered[first - 1] < 0x7F:
        first -= 1
    while last < len(lowered) and last - position < READABLE and 0x20 <= lowered[last] < 0x7F:
        last += 1
    return last - first >= READABLE or (lowered[first - 1 : first] == b"\0" == lowered[last : last + 1])


def verify_bytes(data: bytes | mmap, recipe: Recipe) -> Residue | None:
    """Return where an identifier stands in bytes of any kind, or None."""
    for position, _ in _found(bytes(data).lower(), recipe, range(0)):
        return Residue(QuarantineReason.RESIDUE, f"byte {position}")
    return None


def _found(lowered: bytes, recipe: Recipe, pixels: range) -> Iterator[tuple[int, Needle]]:
    """Yield where each needle stands; those that pixels may hold by chance are not looked for in them."""
    everywhere = ((0, len(lowered)),)
    around = ((0, pixels.start), (pixels.stop, len(lowered))) if pixels else everywhere
    for needle in needles_of(recipe):
        for begin, end in everywhere if needle.in_pixels else around:
            position = lowered.find(needle.quick, begin, end)
            while position >= 0:
                first = max(0, position - WINDOW)
                if _stands(needle, lowered, first, position + len(needle.quick) + WINDOW):
                    yield position, needle
                position = lowered.find(needle.quick, position + 1, end)


def _stands(needle: Needle, lowered: bytes, first: int, last: int) -> bool:
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
    return lowered[first:last].decode("latin-1") in technical_words()


def verify_text(text: str, recipe: Recipe) -> bool:
    """Return whether a text (a path, a table) holds no identifier."""
    plain = plain_text(text)
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


def _element_at(dataset: "Dataset", position: int) -> tuple[str, str, int]:
    """Return tag, VR and length in bytes of the top-level element in whose value a byte lies."""
    from pydicom.dataelem import RawDataElement

    # The elements as they were read: looking at a value would convert it, and that can fail.
    raws = [e for e in dataset.values() if isinstance(e, RawDataElement) and e.value_tell <= position]
    tells = [(e.value_tell, str(e.tag), e.VR or "UN", e.length) for e in raws]
    tells += [
        (e.file_tell, str(e.tag), e.VR, 0)
        for e in dataset.values()
        if not isinstance(e, RawDataElement) and e.file_tell is not None and e.file_tell <= position
    ]
    return max(tells)[1:] if tells else ("file meta", "", 0)


def _meta_end(data: bytes | mmap) -> int:
    return 132 + 12 + int.from_bytes(data[140:144], "little")
