"""Look for a patient's identifiers in the bytes that were written, whatever the cleaning thought of them.

Owns: the last word before release; it shares no code with the cleaning, only the lists of words.
"""

import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import TypeAlias

from anonledger.deid.byteforms import plain_text
from anonledger.deid.regions import CHANCE, NAME, PATIENT_ID, Parsed, Part
from anonledger.deid.search import ANY, PIXELS, Place, Search, search_of, search_of_others, sweeps_of
from anonledger.deid.transforms import MANY, readings
from anonledger.deid.unpacking import SURE, ZIP, CannotUnpackError, gzip_head, packed_at, unpacked
from anonledger.maps import forget
from anonledger.outcomes import QuarantineReason
from anonledger.records import Recipe, Roster, Waiver

NOBODY = Roster("")
FILE_NAME = "file name"  # where an identifier stands that is no content
CHUNK = 1 << 24  # bytes searched at a time where there are many
SLICE = 1 << 18  # bytes of an image searched at a time: they stay in the processor's cache
OVERLAP = 1 << 10  # bytes of a chunk that the next one begins with, for names cut in between
PACKED_LIMIT = 1 << 28  # bytes that a value may unpack to


@dataclass(frozen=True, slots=True)
class Residue:
    """Why a written file is not released, and where (never what)."""

    trouble: QuarantineReason
    where: str


Searches: TypeAlias = "tuple[Search, ...]"


def verify_instance(
    data: bytes | mmap, recipe: Recipe, roster: Roster = NOBODY, waived: Collection[Waiver] = ()
) -> Residue | None:
    """Return what is wrong with a written instance, or None: it reads back, and holds no identifier.

    ``roster``: the subjects whose full names and IDs must not be in it either; ``waived``: what a person
    looked at and released, reason and where.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they may quote a value
        return _first(_residues(data, recipe, roster), waived)


def _first(residues: Iterable[Residue | None], waived: Collection[Waiver]) -> Residue | None:
    return next((one for one in residues if one and (one.trouble, one.where) not in waived), None)


def _residues(data: bytes | mmap, recipe: Recipe, roster: Roster) -> Iterator[Residue | None]:
    try:
        parsed = Parsed(data)
    except Exception as error:  # noqa: BLE001 - any failure of the other parser means: do not release
        yield Residue(QuarantineReason.UNREADABLE_OUTPUT, f"file: {type(error).__name__}")
        return
    said = [parsed.said(tag).decode("utf-8", "replace") for tag in (NAME, PATIENT_ID)]
    if said != [recipe.pseudonym] * 2 or any(data[:128]):
        yield Residue(QuarantineReason.UNREADABLE_OUTPUT, "file: not what was to be written")
        return
    searches = _searches(recipe, roster)
    if parsed.head > CHUNK or _is_suspect(parsed.around(), searches):
        for part in parsed.parts():
            for _, chunk in _chunks(parsed.data, range(part.start, part.end)):
                yield from _residues_in(chunk, part, searches)
    yield from _residues_in_pixels(parsed, searches)


def _searches(recipe: Recipe, roster: Roster) -> Searches:
    own = search_of(recipe)
    return (own, search_of_others(roster)) if roster.everybody else (own,)


def _searched(raw: bytes, place: Place, searches: Searches) -> tuple[Search, int] | None:
    """Return whose identifier stands in bytes however they are read, and where in them (-1: as read)."""
    for reading in readings(raw):
        for search in searches:
            position = search.finds(reading, place)
            if position >= 0:
                return search, position if reading is raw else -1
    return None


def _searched_packed(raw: bytes, start: int, searches: Searches) -> Search | None:
    """Return whose identifier is in what is packed from an offset on. Raises CannotUnpackError."""
    for piece in unpacked(raw, start, PACKED_LIMIT):
        found = _searched(piece, Place(chance=len(piece) > CHANCE), searches)
        if found is not None:
            return found[0]
    return None


def _is_suspect(raw: bytes, searches: Searches) -> bool:
    """Whether bytes are worth a look at each of their parts: a quick first look that lets nothing pass."""
    if len(raw) > MANY or _searched(raw, ANY, searches) is not None:
        return True
    try:
        return any(_searched_packed(raw, start, searches) is not None for start in packed_at(raw))
    except CannotUnpackError:
        return True


def _residues_in(raw: bytes, part: Part, searches: Searches) -> Iterator[Residue]:
    for search in searches:
        if _searched(raw, part.place, (search,)) is not None:
            yield _residue(search, part.where)
    for start in packed_at(raw):
        try:
            inside = _searched_packed(raw, start, searches)
        except CannotUnpackError:
            if start == 0 or raw.startswith(SURE, start):
                yield Residue(QuarantineReason.UNSEARCHABLE, part.where)
            continue
        if inside is not None:
            yield _residue(inside, f"{part.where}, packed")


def _residue(search: Search, where: str) -> Residue:
    return Residue(QuarantineReason.RESIDUE, where + ": another patient's name" * search.others)


def _residues_in_pixels(parsed: Parsed, searches: Searches) -> Iterator[Residue]:
    """Yield what stands in the image, the first of each search, in the order in which they stand."""
    left, sweeps = list(searches), sweeps_of(searches)
    for start, chunk in _pieces(parsed.data, parsed.image, SLICE):
        if not sweeps.may_match(chunk):
            continue
        found = [(end, search) for search in left if (end := _ends_in_pixels(parsed, search, start, chunk))]
        for _, search in sorted(found, key=lambda one: one[0]):
            left.remove(search)
            yield _residue(search, "pixel data")


def _ends_in_pixels(parsed: Parsed, search: Search, offset: int, chunk: bytes | memoryview) -> int:
    """Return where in a chunk of the image the first thing that is wanted ends, 0 if there is nothing."""
    for form, start, end in search.pixel_matches(chunk):
        first = max(parsed.image.start, offset + start - OVERLAP)
        near = bytes(parsed.data[first : min(offset + end + OVERLAP, parsed.image.stop)]).lower()
        if search.confirms(form, near, offset + start - first, offset + end - first, PIXELS):
            return end
    return 0


def _chunks(data: bytes | mmap, stretch: range) -> Iterator[tuple[int, bytes]]:
    """Yield a stretch in chunks that overlap, each with its offset."""
    return ((start, bytes(piece)) for start, piece in _pieces(data, stretch, CHUNK))


def _pieces(data: bytes | mmap, stretch: range, size: int) -> Iterator[tuple[int, bytes | memoryview]]:
    """Yield the same in pieces of so many bytes; of bytes they are views, and nothing is copied."""
    # A map could not be closed while there is a view of it.
    whole = memoryview(data) if isinstance(data, bytes) else data
    for start in range(stretch.start, stretch.stop, size - OVERLAP):
        yield start, whole[start : min(start + size, stretch.stop)]
        if start % CHUNK < size:
            forget(data)
        if start + size >= stretch.stop:
            return


def verify_bytes(data: bytes | mmap, recipe: Recipe, roster: Roster = NOBODY) -> Residue | None:
    """Return where an identifier stands in bytes of any kind, or None."""
    place = Place(chance=len(data) > CHANCE)
    return next(_residues_in_bytes(data, place, _searches(recipe, roster)), None)


def _residues_in_bytes(data: bytes | mmap, place: Place, searches: Searches) -> Iterator[Residue]:
    for start, chunk in _chunks(data, range(len(data))):
        while found := _searched(chunk, place, searches):
            search, position = found
            yield _residue(search, f"byte {start + position}" if position >= 0 else "encoded content")
            if position < 0:
                break
            start, chunk = start + position + 1, chunk[position + 1 :]


def verify_text(text: str, recipe: Recipe, roster: Roster = NOBODY) -> bool:
    """Return whether a text (a path, a table) holds no identifier."""
    searches = _searches(recipe, roster)
    return all(
        _searched(form.encode("utf-8", "surrogateescape"), Place(typed=True), searches) is None
        for form in dict.fromkeys((text, plain_text(text)))
    )


def verify_carried(
    data: bytes | mmap, recipe: Recipe, roster: Roster = NOBODY, waived: Collection[Waiver] = ()
) -> Residue | None:
    """Return why a file that is not DICOM is not released; None: no identifier is in it or packed in it."""
    return _first(_residues_carried(data, _searches(recipe, roster)), waived)


def _residues_carried(data: bytes | mmap, searches: Searches) -> Iterator[Residue]:
    packed = data[: len(ZIP)] == ZIP
    if packed:  # of several members; archives are looked into where they are sources
        yield Residue(QuarantineReason.UNSEARCHABLE, "file")
    else:
        try:
            for piece in unpacked(data):
                packed = True
                if _searched(piece, Place(chance=len(piece) > CHANCE), searches) is not None:
                    yield Residue(QuarantineReason.IDENTIFIER_IN_FILE, "unpacked content")
                    break
        except CannotUnpackError:
            packed = True
            yield Residue(QuarantineReason.UNSEARCHABLE, "file")
    places: list[tuple[bytes | mmap, Place]] = [(data, Place(chance=len(data) > CHANCE))]
    if packed:  # packed bytes are as good as random ones
        places = [(gzip_head(data), ANY), (data, PIXELS)]
    for raw, place in places:
        for found in _residues_in_bytes(raw, place, searches):
            yield Residue(QuarantineReason.IDENTIFIER_IN_FILE, found.where)
