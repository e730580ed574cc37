"""What the tests of this room share: raw elements, the usual recipe, and an independent look at a file.

Owns: bytes are built and read here without any code of the room.
"""

import io
import struct
import warnings
from collections.abc import Iterator
from pathlib import Path

import pydicom
from pydicom import Dataset, dcmread
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence as Items

from anonledger.deid.clean import Cleaned, Uncleanable, clean
from anonledger.deid.profile import read_rules
from anonledger.records import Recipe

PSEUDONYM = "subj_7k2m9q4x1z8c"
RULES = read_rules("pseudonymize")
META = b"\0" * 128 + b"DICM"
UNDEFINED = 0xFFFFFFFF
LONG = frozenset("OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
BUNDLED = sorted(
    path
    for folder in ("test_files", "charset_files")
    for path in (Path(pydicom.__file__).parent / "data" / folder).rglob("*")
    if path.is_file()
)
Walked = dict[tuple[int, ...], tuple[str, bytes]]


def recipe(*names: str, ids: tuple[str, ...] = (), pseudonym: str = PSEUDONYM) -> Recipe:
    """Return what is to go; "Doe^Jane" if no name is given."""
    return Recipe(pseudonym, "", tuple(sorted(names or ("Doe^Jane",))), ids)


def attempt(data: bytes, who: Recipe | None = None) -> bytes | Uncleanable:
    """Clean a file; return its new bytes or why there are none."""
    result = clean(data, RULES, who or recipe())
    return b"".join(result.pieces) if isinstance(result, Cleaned) else result


def cleaned(data: bytes, who: Recipe | None = None) -> bytes:
    """Clean a file that can be cleaned."""
    result = attempt(data, who)
    assert isinstance(result, bytes), result
    return result


def read(data: bytes) -> Dataset:
    """Read a file with pydicom."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dcmread(io.BytesIO(data), force=True)


def raw(
    tag: int, vr: str, value: bytes = b"", *, implicit: bool = False, big: bool = False, length: int = -1
) -> bytes:
    """Return an element; ``length`` overrules the true one, a ``vr`` of "" is an item or delimiter."""
    order = ">" if big else "<"
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    size = len(value) if length < 0 else length
    if implicit or not vr:
        return head + struct.pack(order + "L", size) + value
    if vr in LONG:
        return head + vr.encode() + struct.pack(order + "HL", 0, size) + value
    return head + vr.encode() + struct.pack(order + "H", size) + value


def sequence(
    tag: int,
    *items: bytes,
    vr: str = "SQ",
    undefined: bool = False,
    implicit: bool = False,
    big: bool = False,
    big_items: bool | None = None,
) -> bytes:
    """Return a sequence of the items' contents; all its lengths are defined, or none."""
    inner = big if big_items is None else big_items
    length = UNDEFINED if undefined else -1
    end = raw(ITEM_END, "", big=inner) if undefined else b""
    value = b"".join(raw(ITEM, "", content, big=inner, length=length) + end for content in items)
    closing = raw(SEQUENCE_END, "", big=inner) if undefined else b""
    return raw(tag, vr, value, implicit=implicit, big=big, length=length) + closing


def file_of(body: bytes, syntax: str = "1.2.840.10008.1.2.1") -> bytes:
    """Return a file with the least file meta there can be in front of a data set."""
    uid = syntax.encode() + b"\0" * (len(syntax) % 2)
    meta = raw(0x00020010, "UI", uid)
    return META + raw(0x00020000, "UL", struct.pack("<L", len(meta))) + meta + body


def walked(dataset: Dataset) -> Walked:
    """Return the VR and value as bytes of every element at every depth, by the path of tags and items."""
    return dict(_walked(dataset, ()))


def _walked(dataset: Dataset, outer: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], tuple[str, bytes]]]:
    for tag, found in list(dataset._dict.items()):
        path = (*outer, int(tag))
        if isinstance(found, RawDataElement) and not _is_sequence(dataset, found):
            yield path, (str(found.VR), found.value or b"")
            continue
        element = dataset[tag] if isinstance(found, RawDataElement) else found
        assert isinstance(element, DataElement)
        if isinstance(element.value, Items):
            yield path, ("SQ", b"%d items" % len(element.value))
            for number, inner in enumerate(element.value):
                yield from _walked(inner, (*path, number))
        else:
            yield path, (element.VR, str(element.value).encode())


def _is_sequence(dataset: Dataset, found: RawDataElement) -> bool:
    if found.VR == "SQ":
        return True
    return found.VR in (None, "UN") and dataset[found.tag].VR == "SQ" if _may_be(found) else False


def _may_be(found: RawDataElement) -> bool:
    from pydicom.datadict import dictionary_VR

    try:
        return dictionary_VR(found.tag) == "SQ"
    except KeyError:
        return False


def value_of(data: bytes, keyword: str) -> bytes:
    """Return the bytes of an element of the data set, padding included."""
    found = read(data).get_item(keyword)
    assert isinstance(found, RawDataElement), keyword
    return found.value or b""


def text_of(data: bytes, keyword: str) -> str:
    """Return the text of an element as pydicom decodes it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = read(data)[keyword].value
    return "\\".join(map(str, value)) if isinstance(value, (list, MultiValue)) else str(value)
