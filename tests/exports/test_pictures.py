"""Small pictures of DICOM images: what can be decoded is shown, and no bytes do any harm."""

import io
import mmap
import tempfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.uid import JPEG2000Lossless, RLELossless

from anonledger.exports.pictures import MOST_BYTES, WIDEST, picture
from tests.factories import BIG, DEFLATED, ENCAPSULATED, IMPLICIT, instance

GREY = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}
COLOUR = {**GREY, "SamplesPerPixel": 3, "PlanarConfiguration": 0, "PhotometricInterpretation": "RGB"}
WIDE, HIGH = 500, 250


def made(samples: Any, **elements: object) -> bytes:
    """Return an image whose right half is bright."""
    return instance(pixels=samples.tobytes(), Rows=HIGH, Columns=WIDE, **elements)  # type: ignore[arg-type]


def halves(dtype: Any, dark: int, bright: int, channels: int = 0) -> Any:
    samples = np.full((HIGH, WIDE, channels) if channels else (HIGH, WIDE), dark, dtype)
    samples[:, WIDE // 2 :] = bright
    return samples


def shown(data: bytes) -> Image.Image:
    jpeg = picture(data)
    assert jpeg is not None and len(jpeg) <= MOST_BYTES
    image = Image.open(io.BytesIO(jpeg))
    assert image.size == (WIDEST, WIDEST // 2)
    return image.convert("L")


def levels(image: Image.Image) -> tuple[int, int]:
    """Return how bright the left and the right half are."""
    left, right = (image.getpixel((x, 80)) for x in (40, 280))
    assert isinstance(left, int) and isinstance(right, int)
    return left, right


def test_eight_bits_sixteen_bits_and_colours_are_shown() -> None:
    assert levels(shown(made(halves(np.uint8, 20, 220), **GREY))) == pytest.approx((20, 220), abs=4)
    dark, bright = levels(shown(made(halves(np.uint16, 900, 1100))))
    assert dark < 5 and bright > 250
    assert levels(shown(made(halves(np.uint8, 30, 200, 3), **COLOUR))) == pytest.approx((30, 200), abs=4)


@pytest.mark.parametrize("syntax", [IMPLICIT, BIG])
def test_other_byte_orders_are_shown(syntax: str) -> None:
    order = ">u2" if syntax == BIG else "<u2"
    dark, bright = levels(shown(made(halves(order, 0, 4000), syntax=syntax)))
    assert dark < 5 and bright > 250


def test_an_inverted_image_is_shown_as_a_viewer_shows_it() -> None:
    inverted = made(halves(np.uint8, 20, 220), **{**GREY, "PhotometricInterpretation": "MONOCHROME1"})
    assert levels(shown(inverted)) == pytest.approx((235, 35), abs=4)


def test_a_palette_and_the_first_of_many_frames() -> None:
    ramp = (np.arange(256, dtype="<u2") * 257).tobytes()
    palette: dict[str, object] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for colour in ("Red", "Green", "Blue"):
        palette[f"{colour}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        palette[f"{colour}PaletteColorLookupTableData"] = ramp
    dark, bright = levels(shown(made(halves(np.uint8, 10, 200), **{**GREY, **palette})))
    assert dark < 5 and bright > 250
    frames = np.stack([halves(np.uint8, 20, 220), halves(np.uint8, 0, 0)])
    assert levels(shown(made(frames, NumberOfFrames="2", **GREY))) == pytest.approx((20, 220), abs=4)


@pytest.mark.parametrize("form", ["JPEG", "JPEG2000"])
def test_compressed_images_are_shown(form: str) -> None:
    stream = io.BytesIO()
    Image.fromarray(halves(np.uint8, 20, 220)).save(stream, form)
    data = made(np.frombuffer(stream.getvalue(), np.uint8), syntax=ENCAPSULATED, **GREY)
    if form == "JPEG2000":
        data = data.replace(ENCAPSULATED.encode(), JPEG2000Lossless.encode())
    assert levels(shown(data)) == pytest.approx((20, 220), abs=4)


def test_a_mapped_file_is_shown() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(made(halves(np.uint8, 20, 220), **GREY))
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            assert picture(mapped)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not DICOM",
        made(halves(np.uint8, 20, 220), **GREY)[:-1000],
        instance(pixels=b"", SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1"),
        instance(syntax=ENCAPSULATED),
        instance(syntax=DEFLATED),
        instance(pixels=b"\0\0", Rows=65_535, Columns=65_535),
        instance(syntax=ENCAPSULATED).replace(ENCAPSULATED.encode(), RLELossless.encode()),
        instance(Rows=0),
    ],
    ids=["empty", "text", "cut off", "document", "no JPEG", "deflated", "huge", "no RLE", "no size"],
)
def test_what_cannot_be_decoded_has_no_picture(data: bytes, recwarn: pytest.WarningsRecorder) -> None:
    assert picture(data) is None
    assert not recwarn.list  # a warning could quote a value


def test_a_picture_that_says_to_be_vast_is_not_unpacked() -> None:
    stream = io.BytesIO()
    Image.fromarray(halves(np.uint8, 20, 220)).save(stream, "JPEG")
    head = bytes(stream.getvalue()).replace(
        HIGH.to_bytes(2, "big") + WIDE.to_bytes(2, "big"), b"\xff\xdc\xff\xdc"
    )
    assert head != stream.getvalue()
    assert picture(made(np.frombuffer(head, np.uint8), syntax=ENCAPSULATED, **GREY)) is None


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damage_anywhere_is_no_error(data: st.DataObject) -> None:
    file = bytearray(instance())
    for _ in range(3):
        file[data.draw(st.integers(128, len(file) - 1))] = data.draw(st.integers(0, 255))
    jpeg = picture(bytes(file))
    assert jpeg is None or len(jpeg) <= MOST_BYTES
