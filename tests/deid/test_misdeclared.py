"""Text whose character set is declared wrongly or not at all: those bytes go, every other byte stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.deid.hunt import hunter_of
from anonledger.deid.scrub import clean_text
from tests.deid.builders import PSEUDONYM, recipe

STAND_IN = PSEUDONYM.encode()
CODECS = [
    ("cp850", "Müller^Jörg"), ("cp437", "Müller^Jörg"), ("mac_roman", "Müller^Jörg"),
    ("cp1252", "Œuvrard^Noëlle"),
    ("cp1250", "Dvořák^Žofie"), ("cp852", "Dvořák^Žofie"), ("iso8859_2", "Dvořák^Žofie"),
    ("iso8859_3", "Ĝangalo^Ĉiela"), ("iso8859_4", "Kalniņš^Ēriks"), ("cp1257", "Kalniņš^Ēriks"),
    ("cp1254", "Yıldız^Şule"), ("iso8859_9", "Yıldız^Şule"), ("cp1253", "Διονύσιος^Άννα"),
    ("iso8859_7", "Διονύσιος^Άννα"), ("cp1251", "Люксембург^Пётр"), ("koi8_r", "Люксембург^Пётр"),
    ("cp866", "Люксембург^Пётр"), ("iso8859_5", "Люксембург^Пётр"), ("cp1255", "שרון^דבורה"),
    ("iso8859_8", "שרון^דבורה"), ("cp1256", "قباني^نزار"), ("iso8859_6", "قباني^نزار"),
    ("tis_620", "สมชาย^ใจดี"), ("euc_kr", "김^희중"), ("euc_jp", "山田^太郎"), ("shift_jis", "山田^太郎"),
    ("shift_jis", "ﾔﾏﾀﾞ^ﾀﾛｳ"), ("gb18030", "王^小东"), ("gbk", "张^伟"), ("big5", "陳^大文"),
    ("utf-8", "Dvořák^Žofie"),
]  # fmt: skip
DECLARED = ["", "ISO_IR 100", "ISO_IR 192", "ISO_IR 999"]


def scrubbed(value: bytes, declared: str, *names: str, vr: str = "LT") -> bytes | None:
    """Clean one value of the names."""
    return clean_text(value, vr, declared, hunter_of(recipe(*names)), PSEUDONYM)


@pytest.mark.parametrize("codec, name", CODECS)
@pytest.mark.parametrize("declared", DECLARED)
def test_the_name_goes_in_any_character_set_whatever_is_declared(
    codec: str, name: str, declared: str
) -> None:
    before, behind = "T1 \xe9 (".encode("latin-1"), ") sag\xfc".encode("latin-1")
    for spelled in (name, name.upper(), " ".join(reversed(name.split("^")))):
        raw = spelled.encode(codec, "ignore")
        new = scrubbed(before + raw + behind, declared, name)
        assert new is not None and new.rstrip(b" ") == before + STAND_IN + behind, spelled


@pytest.mark.parametrize("codec, spelled", [
    ("cp1250", "Dvořák"), ("cp852", "Žofie Dvořák"), ("iso8859_2", "DVOŘÁK"), ("cp850", "Dvórak"),
    ("mac_roman", "Dvôrak"), ("latin-1", "Dvórák"), ("utf-8", "Dvořák"),
])  # fmt: skip
@pytest.mark.parametrize("declared", DECLARED)
def test_a_name_known_without_its_accents_goes_with_them(codec: str, spelled: str, declared: str) -> None:
    new = scrubbed(b"T1 " + spelled.encode(codec) + b" sag", declared, "Dvorak^Zofie")
    assert new is not None and new.rstrip() == b"T1 " + STAND_IN + b" sag"


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-16", "utf-32-le"])
def test_a_name_in_two_bytes_a_letter_goes_from_a_text(codec: str, declared: str) -> None:
    value = "for Müller Jörg".encode(codec)
    new = scrubbed(value, declared, "Müller^Jörg", vr="UT")
    assert new is not None and len(new) == len(value)
    assert b"ller" not in new.replace(b"\0", b"") and b"for" in new.replace(b"\0", b"")


TEXTS = st.text(st.characters(min_codepoint=0xA1, max_codepoint=0x45F, categories=["Ll", "Lu"]), max_size=30)


@settings(deadline=None, max_examples=200)
@given(TEXTS, st.sampled_from(DECLARED), st.sampled_from(["utf-8", "cp1251", "cp1250", "latin-1"]))
def test_text_of_others_in_any_character_set_stays(text: str, declared: str, codec: str) -> None:
    raw = text.encode(codec, "ignore")
    assert scrubbed(raw, declared, "Wagenhuber^Annelise", "Люксембург^Пётр", "Żółkiewska^Bogumiła") is None
