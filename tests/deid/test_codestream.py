"""Compressed images: comments, application data and what follows the end go, no coded byte changes."""

import struct
from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.encaps import encapsulate, generate_fragments

from anonledger.deid.codestream import Frames
from tests.deid.builders import attempt, cleaned, file_of, raw, read, recipe
from tests.factories import ENCAPSULATED, instance

BUNDLED = Path(pydicom.__file__).parent / "data" / "test_files"
SOI, EOI, SCAN = b"\xff\xd8", b"\xff\xd9", b"\xff\xda\0\x03\0"
SIZES = b"\xff\xc0\0\x11\x08" + b"Doe^Jane, Doe^J"  # a table that happens to read like the name
CODED = b"\x01Doe^Jane\xff\0\xff\xd0\x02"
SOC, SIZ, SOT, SOD = b"\xff\x4f", b"\xff\x51\0\x04\0\0", b"\xff\x90\0\x0a" + b"\0" * 8, b"\xff\x93"
SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
NAMED = b"made for Doe^Jane, 1970"


def segment(marker: int, content: bytes) -> bytes:
    """Return a marker segment."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def box(kind: bytes, content: bytes, *, long: bool = False) -> bytes:
    """Return a box of a JP2 file."""
    head = (
        struct.pack(">L4sQ", 1, kind, len(content) + 16)
        if long
        else struct.pack(">L4s", len(content) + 8, kind)
    )
    return head + content  # fmt: skip


JPEG = SOI + SIZES + SCAN + CODED + EOI
JPEG_2000 = SOC + SIZ + SOT + SOD + b"Doe^Jane\xff\x8f" + EOI


def beside(*pieces: bytes) -> list[bytes]:
    """Return what is no image in fragments that follow each other."""
    frames = Frames()
    return [f[start:end] for f in pieces for start, end in frames.beside(f, 0, len(f)) if end > start]


@pytest.mark.parametrize("fragment, found", [
    (JPEG, []),
    (SOI + segment(0xE0, b"JFIF") + JPEG[2:], [b"JFIF"]),
    (SOI + segment(0xFE, NAMED) + JPEG[2:], [NAMED]),
    (SOI + b"\xff\xff" + segment(0xFE, NAMED) + JPEG[2:], [NAMED]),
    (JPEG + NAMED, [NAMED]),
    (SOI + SCAN + CODED + segment(0xFE, NAMED) + SCAN + CODED + EOI + b"\0", [NAMED, b"\0"]),
    (JPEG + SOI + segment(0xE1, NAMED) + JPEG[2:] + NAMED, [NAMED, NAMED]),
    (JPEG_2000, []),
    (SOC + SIZ + segment(0x64, b"\0\1" + NAMED) + JPEG_2000[8:], [b"\0\1" + NAMED]),
    (SOC + SIZ + SOT + segment(0x64, b"\0\1" + NAMED) + JPEG_2000[20:] + NAMED, [b"\0\1" + NAMED, NAMED]),
    (SIGNATURE + box(b"xml ", NAMED) + box(b"jp2c", JPEG_2000), [SIGNATURE, box(b"xml ", NAMED)]),
    (SIGNATURE + box(b"jp2c", JPEG_2000 + NAMED, long=True) + b"Doe", [SIGNATURE, NAMED, b"Doe"]),
    (b"\x01\0\0\0\x40\0\0\0 Doe^Jane", []),
    (b"", []),
    (SOI + b"\xff\xfe", []),
])  # fmt: skip
def test_what_is_no_image_in_a_fragment(fragment: bytes, found: list[bytes]) -> None:
    assert beside(fragment) == found


def test_a_frame_may_go_on_in_the_next_fragment() -> None:
    whole = SOI + segment(0xFE, NAMED) + SIZES + SCAN + CODED * 9 + EOI
    for cut in range(len(SOI + segment(0xFE, NAMED)), len(whole) - 1):
        assert beside(whole[:cut], whole[cut:] + NAMED, NAMED, whole) == [NAMED, NAMED, NAMED, NAMED]


def encapsulated(*frames: bytes, fragments: int = 1) -> bytes:
    """Return a file with an encapsulated image."""
    value = encapsulate([*frames], fragments_per_frame=fragments)
    pixels = raw(0x7FE00010, "OB", value, length=0xFFFFFFFF) + raw(0xFFFEE0DD, "")
    return file_of(raw(0x00080060, "CS", b"XC") + pixels, ENCAPSULATED)


def fragments_of(data: bytes) -> list[bytes]:
    """Return the fragments of a file, the offset table first."""
    return list(generate_fragments(read(data).PixelData))


@pytest.mark.parametrize("pieces", [1, 2])
def test_a_name_beside_the_image_goes_and_neither_lengths_nor_the_image_change(pieces: int) -> None:
    frame = SOI + segment(0xFE, NAMED) + JPEG[2:] + NAMED
    source = encapsulated(frame, JPEG, fragments=pieces)
    before, after = fragments_of(source), fragments_of(cleaned(source))
    assert [*map(len, before)] == [*map(len, after)]
    assert before[0] == after[0]
    old, new = b"".join(before[1:]), b"".join(after[1:])
    assert new == old.replace(NAMED, NAMED.replace(b"Doe^Jane", b"XXXXXXXX"))


def test_an_image_without_a_name_beside_it_stays_byte_for_byte() -> None:
    source = encapsulated(JPEG, SOI + segment(0xE0, b"JFIF") + JPEG[2:])
    assert fragments_of(cleaned(source)) == fragments_of(source)


def test_a_value_in_fragments_that_is_no_image_is_cleaned_whole() -> None:
    value = raw(
        0x00091001, "OB", raw(0xFFFEE000, "", b"of Doe^Jane.") + raw(0xFFFEE0DD, ""), length=0xFFFFFFFF
    )
    new = cleaned(file_of(raw(0x00080060, "CS", b"XC") + value))
    assert b"of XXXXXXXX." in new


@pytest.mark.parametrize("path", sorted(BUNDLED.glob("*J*P*G*.dcm")) + sorted(BUNDLED.glob("*emri*.dcm")))
def test_the_fragments_of_real_images_stay(path: Path) -> None:
    source = path.read_bytes()
    new = attempt(source, recipe("Zzyzx^Qqq"))
    assert isinstance(new, bytes)
    assert read(new).get_item("PixelData").value == read(source).get_item("PixelData").value


PIECES = [b"\xff", b"\xd8", b"\xd9", b"\xda", b"\xfe", b"\0", b"\x4f", b"\x51", NAMED, SIGNATURE]


@given(st.lists(st.sampled_from(PIECES)))
def test_any_bytes_give_ranges_in_order(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    for begin in (b"", SOI + b"\xff", SOC + SIZ, SIGNATURE):
        ranges = list(Frames().beside(begin + data, 0, len(begin + data)))
        edges = [edge for one in ranges for edge in one]
        assert all(0 <= edge <= len(begin + data) for edge in edges)
        assert [a for a, _ in ranges] == sorted(a for a, _ in ranges)


def test_the_factory_image_stays() -> None:
    source = instance(syntax=ENCAPSULATED)
    assert fragments_of(cleaned(source)) == fragments_of(source)
