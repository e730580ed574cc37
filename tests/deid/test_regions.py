"""Every byte of a written file belongs to a part that is searched, and the image is nothing but the image."""

import warnings

import pytest

from anonledger.deid.regions import Parsed
from anonledger.deid.verify import verify_instance
from tests.deid.builders import BUNDLED, PSEUDONYM, attempt, cleaned, raw, recipe
from tests.factories import ENCAPSULATED, SYNTAXES, instance, item, nested

WHO = recipe("Wagenhuber^Annelise")
SOI, EOI, SCAN = b"\xff\xd8", b"\xff\xd9", b"\xff\xda\0\2" + bytes(range(1, 200))


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def even(data: bytes) -> bytes:
    return data + b"\0" * (len(data) % 2)


def parsed(data: bytes) -> Parsed:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Parsed(data)


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_parts_and_image_are_all_of_a_file(path) -> None:  # type: ignore[no-untyped-def]
    new = attempt(path.read_bytes(), recipe("Nobody^Else"))
    if not isinstance(new, bytes):
        return
    found = parsed(new)
    covered = sorted((part.start, part.end) for part in found.parts())
    if found.image:
        covered = sorted([*covered, (found.head, found.image.stop)])
    reached = 0
    for start, end in covered:
        assert start <= reached
        reached = max(reached, end)
    assert reached == len(found.data)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_the_place_of_a_name_is_told_by_the_tags_that_lead_to_it(syntax: str) -> None:
    deep = instance(
        syntax=syntax,
        ContentSequence=[nested(2, item(TextValue="for Wagenhuber"))],
        private=[(1, "OB", b"a b c d ")],
    )
    found = verify_instance(cleaned(deep, recipe("Doe^Jane")), WHO)
    assert found is not None
    assert found.where == "(0040,A730) > (0040,A730) > (0040,A730) > (0040,A160)"


@pytest.mark.parametrize("fragment, found", [
    (SOI + segment(0xFE, b"by Doe") + SCAN + EOI, True),
    (SOI + segment(0xE1, b"Exif\0\0by Doe") + SCAN + EOI, True),
    (SOI + segment(0xE0, b"JFIF\0") + SCAN + EOI + b"by Doe", True),
    (SOI + segment(0xDB, b"by Doe") + SCAN + b"by Doe" + EOI, False),
    (b"by Doe" + SCAN, False),
])  # fmt: skip
def test_comments_and_ends_of_jpeg_are_text_and_its_codes_are_not(fragment: bytes, found: bool) -> None:
    new = cleaned(instance(syntax=ENCAPSULATED, pixels=even(fragment)), recipe("Nobody^Else"))
    assert (verify_instance(new, recipe("Doe^Ann")) is not None) is found


def test_comments_and_boxes_of_jpeg_2000_are_text() -> None:
    stream = b"\xff\x4f\xff\x51\0\4\0\0" + segment(0x64, b"\0\1by Doe") + b"\xff\x90" + bytes(90) + EOI
    for fragment in (
        stream,
        b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x20xml by Doe" + stream.replace(b"Doe", b"..."),
    ):
        new = cleaned(instance(syntax=ENCAPSULATED, pixels=even(fragment)), recipe("Nobody^Else"))
        found = verify_instance(new, recipe("Doe^Ann"))
        assert found is not None and found.where == "pixel data, beside the image"


def test_codes_of_other_kinds_are_searched_like_pixels() -> None:
    new = cleaned(instance(syntax=ENCAPSULATED, pixels=bytes(64) + b" Doe " + EOI + b" Doe  "), recipe("A^B"))
    assert verify_instance(new, recipe("Doe^Ann")) is None
    new = cleaned(instance(syntax=ENCAPSULATED, pixels=bytes(64) + b" Wagenhuber "), recipe("A^B"))
    assert verify_instance(new, WHO) is not None


def test_an_element_that_a_reader_does_not_show_is_searched() -> None:
    new = cleaned(instance(pixels=b""), recipe("Doe^Jane"))
    comments = raw(0x00204000, "LT", b"Wagenhuber")
    twice = new + comments + raw(0x00204000, "LT", b"nobody")
    assert verify_instance(twice, WHO) is not None
    ended = new + raw(0xFFFEE00D, "") + comments
    found = verify_instance(ended, WHO)
    assert found is not None and PSEUDONYM not in found.where
