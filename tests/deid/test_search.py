"""Whose name it is: one's own by any telling word, another's as a whole only; and chance is nobody's."""

import random

import pytest

from anonledger.deid.regions import Parsed
from anonledger.deid.verify import verify_bytes, verify_instance, verify_text
from anonledger.records import Recipe, Roster, Stranger
from tests.deid.builders import PSEUDONYM, cleaned, recipe
from tests.factories import instance

WHO = recipe("Wagenhuber^Annelise", ids=("P-104477",))
OTHERS = Roster("some", (
    Stranger("subj_a", ("Lindqvist^Ruth^Maria", "Kjær^Sølvi"), ("L-553311", "8812345", "12345", "AB12")),
    Stranger("subj_b", ("Head^Brian", "May^June", "van^der", "Rossi"), ()),
    Stranger("subj_c", ("王^小东", "Люксембург^Пётр", "김^희중"), ()),
    Stranger(PSEUDONYM, ("Wagenhuber^Annelise",), ("P-104477",)),
))  # fmt: skip


@pytest.mark.parametrize("text", [
    "sister Ruth Lindqvist", "LINDQVIST, R. and lindqvist^ruth", "Maria_Ruth", "ruthlindqvist",
    "Lindqvist/Maria",
    "SOLVI KJAER", "Kjær, Sølvi", "Brian Head", "for Rossi.", "王小东", "Пётр Люксембург", "김희중",
    "L553311", "no 8812345.",
])  # fmt: skip
def test_the_full_name_or_id_of_another_patient_is_found(text: str) -> None:
    assert not verify_text(text, WHO, OTHERS)


@pytest.mark.parametrize("text", [
    "Ruth", "Lindqvist", "Dr. Lindqvist and Maria", "Ruth R. Lindqvist", "head routine",
    "May 2020, June 2021", "May June", "van der Velde", "brian", "Rossini", "12345", "AB12",
    "Truth Lindqvist", "Ruth Lindqvistsson", "小东", "Пётр",
])  # fmt: skip
def test_a_part_of_the_name_of_another_patient_is_none(text: str) -> None:
    assert verify_text(text, WHO, OTHERS)


def test_another_patient_is_told_apart_in_the_place() -> None:
    new = cleaned(instance(ImageComments="sister Ruth Lindqvist"), WHO)
    found = verify_instance(new, WHO, OTHERS)
    assert found is not None and found.where == "(0020,4000): another patient's name"
    mine = verify_instance(cleaned(instance(ImageComments="Wagenhuber"), recipe("Doe^Jane")), WHO, OTHERS)
    assert mine is not None and mine.where == "(0020,4000)"


def test_numbers_of_others_are_not_looked_for_in_numbers_and_pixels() -> None:
    assert verify_instance(cleaned(instance(SliceLocation="8812345"), WHO), WHO, OTHERS) is None
    assert verify_instance(image(bytes(160) + b" 8812345 " + bytes(151)), WHO, OTHERS) is None


@pytest.mark.parametrize(
    "text", ["Project Bluebird", "PROJECT_BLUEBIRD", "project-bluebird", "projéct blüebird"]
)
def test_a_phrase_of_the_user_is_found_as_a_whole(text: str) -> None:
    who = Recipe(PSEUDONYM, "", ("Doe^Jane",), (), ("project bluebird",))
    assert not verify_text(f"scanned for {text} 2", who)
    assert verify_text("bluebird of another project", who)


@pytest.mark.parametrize("text", ["12345678", "12-34-5678", "12.34.56.78", "012345678", "no12345678"])
def test_an_id_is_found_whatever_stands_between_its_parts(text: str) -> None:
    assert not verify_text(f"see {text}, please", recipe(ids=("12-34-56 78",)))


@pytest.mark.parametrize("text", ["912345678", "123456789", "1.12345678.2", "12 34 56 79"])
def test_another_number_is_no_id(text: str) -> None:
    assert verify_text(f"see {text}, please", recipe(ids=("12-34-56 78",)))


def image(pixels: bytes) -> bytes:
    """Return a cleaned image of sixteen columns, 16 bits a sample."""
    assert len(pixels) % 32 == 0
    return cleaned(instance(PSEUDONYM, PSEUDONYM, pixels=pixels, Rows=len(pixels) // 32, Columns=16), WHO)


def test_random_pixels_hold_no_name() -> None:
    names = (
        "Bergen^Annika",
        "Rossini^Paolo",
        "Müller^Jörg",
        "Doe^Ann",
        "Le^Thi",
        "김^희중",
        "Ng^Al",
        "Лев^Ян",
    )
    who = recipe(*names, ids=("P-1044", "104477"))
    dice = random.Random(7)
    for _ in range(10):
        assert verify_instance(image(dice.randbytes(1 << 20)), who, OTHERS) is None
        tissue = bytearray(1 << 20)  # 16-bit values that letters have too
        tissue[::2] = bytes(60 + value % 64 for value in dice.randbytes(1 << 19))
        assert verify_instance(image(bytes(tissue)), who, OTHERS) is None


def test_six_letters_in_pixels_are_a_name_and_five_are_none() -> None:
    around = random.Random(1).randbytes(32_000)
    for text, found in ((b"Bergen", True), (b"Berge", False), (b"Doe^Anna", True)):
        pixels = around + text.center(32, b"\1") + around
        who = recipe("Bergen^X", "Berge^Y", "Doe^Anna")
        assert (verify_instance(image(pixels), who) is not None) is found, text


def test_short_names_in_random_bytes_are_chance_but_not_in_text() -> None:
    who = recipe("Doe^Ann", "Le^Thi", "Kim^Jo", "Лев^Ян")
    dice = random.Random(11)
    noise = dice.randbytes(8 << 20)
    assert verify_bytes(noise, who, OTHERS) is None
    for text in (b"seen by Doe today", b"\0Doe\0", "for Лев, here".encode(), "\0Doe\0".encode("utf-16-le")):
        assert verify_bytes(noise[:9000] + text + noise[9000:18000], who) is not None, text


def test_the_odds_that_the_readme_tells() -> None:
    letter = 2 / 256  # a byte is a given letter, large or small
    assert letter**3 * (2 << 20) == pytest.approx(1, abs=0.01)  # three letters: once in two megabytes
    assert 1 / letter**6 == pytest.approx(4.4e12, rel=0.01)  # six: once in 4,400 GB
    assert letter**10 * 50_000 < 1e-16  # the full name of one of 50,000 others, at a given byte


def test_what_lies_behind_the_image_is_no_image() -> None:
    pixels = bytes(range(48)) + b"Berge" + b"\0"
    new = cleaned(instance(PSEUDONYM, PSEUDONYM, pixels=pixels), WHO)  # 4 x 6 samples of 16 bits
    assert Parsed(new).image.stop == len(new) - 6
    found = verify_instance(new, recipe("Berge^X"))
    assert found is not None and found.where == "pixel data, beside the image"
