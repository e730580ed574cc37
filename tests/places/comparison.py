"""Compare a published file with its source, element by element, as pydicom reads them.

Owns: what has to go is known from the README and from where the name was planted; all else is to be the same.
"""

import io
import re
import struct
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.errors import BytesLengthException

from tests.places.wire import Spot

sys.setrecursionlimit(20_000)  # pydicom reads nested sequences by recursion

README = Path(__file__).parents[2] / "README.md"
LARGEST = {"AE": 16, "CS": 16, "SH": 16, "LO": 64}
BINARY = frozenset("OB OD OF OL OV OW UN".split())
# PatientName, PatientID, and what says that and how the file was pseudonymized.
REPLACED = frozenset([0x00100010, 0x00100020, 0x00120062, 0x00120063])
EDGES = b" ^,.;:_-/=()[]<>\t\r\n\0"
# What pydicom raises for a file that it cannot read.
GIVES_UP = (
    ArithmeticError,
    AttributeError,
    BytesLengthException,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
Walked = dict[tuple[int, ...], tuple[str, bytes]]


def read(data: bytes) -> Dataset:
    """Read a file with pydicom."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dcmread(io.BytesIO(data), force=True)


@cache
def removed_tags() -> frozenset[int]:
    """Return the elements that the README says are removed."""
    rows = re.findall(
        r"^\| (\w{4}),(\w{4}) \| \w+ \| [XZD] \|", README.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(rows) > 20
    return frozenset(int(group + element, 16) for group, element in rows)


def damaged(before: bytes, after: bytes, spots: tuple[Spot, ...]) -> str:
    """Return what else changed in a file, "" if nothing did."""
    try:
        old, new = walked(read(before)), walked(read(after))
    except GIVES_UP as error:
        return f"cannot be compared: {type(error).__name__} {error}"
    planted = {spot.path: spot for spot in spots}
    for path, (vr, value) in old.items():
        if any(tag in removed_tags() or tag in REPLACED for tag in path) or path[-1] & 0xFFFF == 0:
            continue
        if path not in new:
            return f"{_shown(path)} is gone"
        harm = _changed(vr, value, new[path], planted.get(path))
        if harm:
            return f"{_shown(path)}: {harm}"
    added = [path for path in new if path not in old and path[-1] not in REPLACED]
    return f"{_shown(added[0])} was added" if added else ""


def _shown(path: tuple[int, ...]) -> str:
    return " ".join(f"{tag:08X}" if tag > 0xFFFF else str(tag) for tag in path)


def _changed(vr: str, value: bytes, after: tuple[str, bytes], spot: Spot | None) -> str:
    now = after[1]
    if vr != after[0]:
        return f"VR was {vr}, is {after[0]}"
    if spot is None:
        return "" if value == now else f"was {value[:60]!r}, is {now[:60]!r}"
    is_binary = spot.vr in BINARY and vr in BINARY and spot.path[-1] >> 16 & 1 == 1
    if vr == "UN" and _is_plain(value) and _is_plain(now):
        is_binary = False  # text of an unknown VR has no structure that a length could break
    if is_binary and len(value) != len(now):
        return f"length was {len(value)}, is {len(now)}"
    if len(now) > max(LARGEST.get(vr, len(now)), len(value)) and b"\\" not in value:
        return f"too long for {vr}: {now!r}"
    pieces = spot.pieces[::2] if is_binary else _trimmed(spot.pieces[::2])
    if re.fullmatch(rb"(?s:.{0,300})".join(map(re.escape, pieces)) + rb"[ \0]*", now):
        return ""
    return f"around the name was {spot.pieces[::2]!r}, is {now[:120]!r}"


def _is_plain(value: bytes) -> bool:
    """Whether a value is text, or one item of a sequence with a true length."""
    if value.startswith(b"\xfe\xff\x00\xe0"):
        return int.from_bytes(value[4:8], "little") == len(value) - 8
    return not re.search(rb"[\0-\x08\x0e-\x1f]", value.rstrip(b"\0"))


def _trimmed(pieces: tuple[bytes, ...]) -> list[bytes]:
    """Return pieces without the separators next to a name."""
    inner = [pieces[0].rstrip(EDGES), *(p.strip(EDGES) for p in pieces[1:-1]), pieces[-1].lstrip(EDGES)]
    return [*inner[:-1], inner[-1].rstrip(b" \0")]


def walked(dataset: Dataset) -> Walked:
    """Return the VR and value as bytes of every element at every depth, by the path of tags and items."""
    return dict(_walked(dataset, ()))


def _walked(dataset: Dataset, outer: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], tuple[str, bytes]]]:
    for tag, found in list(dataset._dict.items()):
        path = (*outer, int(tag))
        is_items = (
            dataset[tag].VR == "SQ" if not isinstance(found, RawDataElement) or _may_be(found) else False
        )
        if isinstance(found, RawDataElement) and not is_items:
            yield path, (str(found.VR), found.value or b"")
        elif is_items:
            yield path, ("SQ", b"%d items" % len(dataset[tag].value))
            for number, inner in enumerate(dataset[tag].value):
                yield from _walked(inner, (*path, number))
        else:
            value = dataset[tag].value
            yield path, (dataset[tag].VR, value if isinstance(value, bytes) else str(value).encode())


def _may_be(found: RawDataElement) -> bool:
    if found.VR in (None, "UN"):
        return dictionary_has_tag(found.tag) and dictionary_VR(found.tag) == "SQ"
    return found.VR == "SQ"
