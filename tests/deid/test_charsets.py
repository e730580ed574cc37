"""Names in every character set, declared and mis-declared: cleaned or held back, the rest as it was."""

import pytest
from pydicom.charset import convert_encodings, encode_string

from anonledger.deid.charsets import decoded, readings
from anonledger.deid.verify import verify_instance
from tests.deid.builders import PSEUDONYM, attempt, cleaned, read, recipe, value_of
from tests.factories import instance, item

DECLARED = [
    ("", "Doe^Jane"),
    ("ISO_IR 100", "Müller^Jörg"),
    ("ISO_IR 101", "Dvořák^Žofie"),
    ("ISO_IR 109", "Ĝangalo^Ĉiela"),
    ("ISO_IR 110", "Kalniņš^Ēriks"),
    ("ISO_IR 144", "Люксембург^Пётр"),
    ("ISO_IR 127", "قباني^لنزار"),
    ("ISO_IR 126", "Διονύσιος^Άννα"),
    ("ISO_IR 138", "שרון^דבורה"),
    ("ISO_IR 148", "Yıldız^Şule"),
    ("ISO_IR 166", "สมชาย^ใจดี"),
    ("ISO_IR 13", "ﾔﾏﾀﾞ^ﾀﾛｳ"),
    ("ISO_IR 192", "Müller^Jörg"),
    ("ISO_IR 192", "Wang^XiaoDong=王^小東"),
    ("GB18030", "王^小东"),
    ("GB18030", "Ẁang^Xiǎo"),
    ("GBK", "王^小东"),
    ("ISO 2022 IR 6\\ISO 2022 IR 87", "やまだ^たろう"),
    ("\\ISO 2022 IR 149", "김^희중"),
    ("\\ISO 2022 IR 58", "张^小东"),
    ("ISO 2022 IR 100\\ISO 2022 IR 144", "Müller^Пётр"),
]
MISTAKEN = [
    ("ISO_IR 192", "latin-1", "Müller^Jörg"),
    ("ISO_IR 100", "utf-8", "Müller^Jörg"),
    ("", "latin-1", "Müller^Jörg"),
    ("", "utf-8", "Люксембург^Пётр"),
    ("", "cp850", "Müller^Jörg"),
    ("", "cp1251", "Люксембург^Пётр"),
    ("ISO_IR 100", "euc_kr", "김^희중"),
    ("ISO_IR 999", "utf-8", "Dvořák^Žofie"),
    ("Doe", "gb18030", "王^小东"),
]


def bytes_of(text: str, charset: str) -> bytes:
    """Return text in a DICOM character set, by pydicom (which has no half-width katakana)."""
    if charset == "ISO_IR 13":
        return text.encode("shift_jis")
    return encode_string(text, convert_encodings(charset.split("\\")))


@pytest.mark.parametrize("charset, name", DECLARED, ids=[c or "none" for c, _ in DECLARED])
@pytest.mark.parametrize("depth", [0, 1])
def test_a_name_in_its_declared_character_set_goes_and_the_rest_stays(
    charset: str, name: str, depth: int
) -> None:
    value = b"T1 (" + bytes_of(name.partition("=")[0], charset) + b") sag"
    content = [item(SeriesDescription=value)] if depth else []
    data = instance(
        bytes_of(name, charset),
        charset=charset.split("\\"),
        SeriesDescription=b"t1" if depth else value,
        ContentSequence=content,
    )
    new = cleaned(data, recipe(name))
    holder = read(new) if not depth else read(new).ContentSequence[0]
    assert holder.SeriesDescription == f"T1 ({PSEUDONYM}) sag"
    assert verify_instance(new, recipe(name)) is None


@pytest.mark.filterwarnings("ignore:Unknown encoding")
@pytest.mark.parametrize("charset, codec, name", MISTAKEN, ids=[f"{c}-{k}" for c, k, _ in MISTAKEN])
def test_a_name_in_a_wrongly_declared_character_set_goes_or_the_file_is_held_back(
    charset: str, codec: str, name: str
) -> None:
    value = f"T1 ({name}) sag".encode(codec)
    new = attempt(instance("Doe", charset=charset, SeriesDescription=value), recipe(name))
    assert isinstance(new, bytes)
    held = verify_instance(new, recipe(name)) is not None
    assert held or value_of(new, "SeriesDescription").rstrip() == f"T1 ({PSEUDONYM}) sag".encode()


def test_other_text_in_the_character_set_stays_byte_for_byte() -> None:
    latin, japanese = "Müller".encode("latin-1"), bytes_of("やまだ", "ISO 2022 IR 87")
    new = cleaned(instance(charset="ISO_IR 100", StationName=latin, InstitutionName=japanese))
    assert value_of(new, "StationName") == latin
    assert value_of(new, "InstitutionName").rstrip() == japanese


def test_an_item_may_declare_its_own_character_set() -> None:
    inner = item(SpecificCharacterSet="ISO_IR 144", SeriesDescription="Пётр Люксембург".encode("iso8859-5"))
    new = read(cleaned(instance(ContentSequence=[inner]), recipe("Люксембург^Пётр")))
    assert new.ContentSequence[0].SeriesDescription == PSEUDONYM


@pytest.mark.parametrize("declared", ["ISO_IR 144", "", "ISO_IR 192", "GB18030"])
def test_a_value_is_read_as_declared_and_as_is_often_meant(declared: str) -> None:
    value = "Jörg^Łucja".encode()
    found = readings(value, declared)
    assert "Jörg^Łucja" in [way.text for way in found]
    for way in found:
        start, end = way.span(0, len(way.text))
        assert value[start:end] == value


@pytest.mark.parametrize("declared, name", [("", "Müller"), ("ISO_IR 6", "Люксембург"), ("unknown", "Żak")])
def test_where_no_character_set_is_declared_utf8_is_read_as_such(declared: str, name: str) -> None:
    assert decoded(name.encode(), declared) == name


@pytest.mark.parametrize("declared", ["", "ISO_IR 192", "ISO 2022 IR 87", "\\ISO 2022 IR 149", "no such set"])
@pytest.mark.parametrize("value", [b"\xff\xfe\xfd", b"\x1b$B\x7f\x7f", b"\x1b", b"a\x1bb\xe9", b"\x1b(J\x5c"])
def test_decoding_never_fails(declared: str, value: bytes) -> None:
    assert isinstance(decoded(value, declared), str)
