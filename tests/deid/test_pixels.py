"""Native pixel data: the matrix is never changed, what follows it in the same value is cleaned."""

import struct

import pytest

from tests.deid.builders import cleaned, file_of, raw, read
from tests.factories import BIG, EXPLICIT, IMPLICIT, instance, item

NAMED = b"by Doe^Jane "
MATRIX = (b"Doe^Jane" * 6)[:48]  # samples that happen to read like the name
PIXELS = {0x7FE00008: ("OF", 32), 0x7FE00009: ("OD", 64), 0x7FE00010: ("OW", 16)}


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
def test_bytes_behind_the_matrix_are_cleaned_and_the_matrix_stays(syntax: str) -> None:
    new = read(cleaned(instance(syntax=syntax, pixels=MATRIX + NAMED))).PixelData
    assert new == MATRIX + b"by XXXXXXXX "


def test_words_behind_the_matrix_may_be_turned_around() -> None:
    turned = b"".join(NAMED[i : i + 2][::-1] for i in range(0, len(NAMED), 2))
    new = read(cleaned(instance(syntax=BIG, pixels=MATRIX + turned))).PixelData
    assert new.startswith(MATRIX)
    assert b"".join(new[i : i + 2][::-1] for i in range(48, 60, 2)) == b"by XXXXXXXX "


@pytest.mark.parametrize("attributes, bits, length", [
    ({"NumberOfFrames": "2"}, 16, 96),
    ({"NumberOfFrames": " 3 "}, 16, 144),
    ({"SamplesPerPixel": 3}, 16, 144),
    ({"SamplesPerPixel": 3, "PhotometricInterpretation": "YBR_FULL_422"}, 8, 48),
    ({}, 1, 3),
    ({}, 8, 24),
    ({}, 32, 96),
])  # fmt: skip
def test_how_long_the_matrix_is(attributes: dict[str, object], bits: int, length: int) -> None:
    matrix = (b"Doe^Jane" * 20)[:length]
    body = [
        raw(0x00280002, "US", struct.pack("<H", int(str(attributes.get("SamplesPerPixel", 1))))),
        raw(0x00280004, "CS", str(attributes.get("PhotometricInterpretation", "RGB ")).encode()),
        raw(0x00280008, "IS", str(attributes.get("NumberOfFrames", "1 ")).encode().ljust(4)),
        raw(0x00280010, "US", struct.pack("<H", 4)),
        raw(0x00280011, "US", struct.pack("<H", 6)),
        raw(0x00280100, "US", struct.pack("<H", bits)),
        raw(0x7FE00010, "OB", matrix + NAMED),
    ]
    assert cleaned(file_of(b"".join(body))).endswith(matrix + b"by XXXXXXXX ")


@pytest.mark.parametrize("tag", PIXELS)
def test_all_kinds_of_pixel_data_have_a_matrix(tag: int) -> None:
    vr, bits = PIXELS[tag]
    matrix = (b"Doe^Jane" * 30)[: 24 * bits // 8]
    sizes = [(0x00280010, 4), (0x00280011, 6), (0x00280100, 16)]
    body = [raw(size, "US", struct.pack("<H", number)) for size, number in sizes]
    new = cleaned(file_of(b"".join([*body, raw(tag, vr, matrix + NAMED)])))
    assert new.endswith(matrix + b"by XXXXXXXX ")


@pytest.mark.parametrize("missing", [0x00280010, 0x00280011, 0x00280100])
def test_without_its_size_all_of_the_value_is_the_image(missing: int) -> None:
    sizes = [(0x00280010, 4), (0x00280011, 6), (0x00280100, 8)]
    body = [raw(tag, "US", struct.pack("<H", number)) for tag, number in sizes if tag != missing]
    assert cleaned(file_of(b"".join([*body, raw(0x7FE00010, "OB", MATRIX)]))).endswith(MATRIX)


def test_an_icon_has_a_matrix_of_its_own() -> None:
    icon = item(Rows=1, Columns=8, BitsAllocated=8, SamplesPerPixel=1, PixelData=b"Doe^Jane" + NAMED)
    new = read(cleaned(instance(IconImageSequence=[icon])))
    assert new.IconImageSequence[0].PixelData == b"Doe^Jane" + b"by XXXXXXXX "


@pytest.mark.parametrize("tag", [0x60003000, 0x50003000, 0x54001010, 0x00282000])
def test_graphics_curves_and_profiles_are_binary_values_like_any_other(tag: int) -> None:
    value = b"\0\1\2\3" + NAMED + b"\0\xff\0\xff"
    new = cleaned(file_of(raw(0x00080060, "CS", b"MR") + raw(tag, "OW", value)))
    assert new.endswith(value.replace(b"Doe^Jane", b"XXXXXXXX"))
