"""Names in every character set, declared and mis-declared: cleaned or held back, the rest as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.charset import convert_encodings, decode_bytes, encode_string
from pydicom.data import get_charset_files
from pydicom.dataelem import RawDataElement

from anonledger.deid.charsets import decoded, extended, extensions, readings
from anonledger.deid.harvest import inspect
from anonledger.deid.hunt import Hit, hunter_of
from anonledger.deid.scrub import TEXT_VRS, clean_text
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
        assert way.in_bytes([Hit(0, len(way.text))]) == [Hit(0, len(value))]


@pytest.mark.parametrize("declared, name", [("", "Müller"), ("ISO_IR 6", "Люксембург"), ("unknown", "Żak")])
def test_where_no_character_set_is_declared_utf8_is_read_as_such(declared: str, name: str) -> None:
    assert decoded(name.encode(), declared) == name


@pytest.mark.parametrize("declared", ["", "ISO_IR 192", "ISO 2022 IR 87", "\\ISO 2022 IR 149", "no such set"])
@pytest.mark.parametrize("value", [b"\xff\xfe\xfd", b"\x1b$B\x7f\x7f", b"\x1b", b"a\x1bb\xe9", b"\x1b(J\x5c"])
def test_decoding_never_fails(declared: str, value: bytes) -> None:
    assert isinstance(decoded(value, declared), str)


KANJI, TO_ASCII, HANGUL, HAN = b"\x1b$B", b"\x1b(B", b"\x1b$)C", b"\x1b$)A"
YAMADA, TARO = KANJI + b";3ED" + TO_ASCII, KANJI + b"B@O:" + TO_ASCII
WANG, XIAODONG = HAN + "王".encode("gb2312"), HAN + "小东".encode("gb2312")
KIM = HANGUL + "김희중".encode("euc_kr")
STAND_IN = PSEUDONYM.encode()
BOTH = "ISO 2022 IR 100\\ISO 2022 IR 144"


def scrubbed(value: bytes, declared: str, *names: str, vr: str = "LO") -> bytes | None:
    """Clean one value of the names."""
    return clean_text(value, vr, declared, hunter_of(recipe(*names)), PSEUDONYM)


@pytest.mark.parametrize("value, declared, text", [
    (b"Wang^XiaoDong=" + WANG + b"^" + XIAODONG + b"=", "\\ISO 2022 IR 58", "Wang^XiaoDong=王^小东="),
    (YAMADA + b"^" + TARO, "", "山田^太郎"),
    (YAMADA + b"\\" + TARO, "ISO_IR 192", "山田\\太郎"),
    (KANJI + b"%=%\\%^" + TO_ASCII + b"^x", "\\ISO 2022 IR 87", "ソボマ^x"),
    (b"\x1b(J" + "ﾔﾏ".encode("shift_jis") + b"^" + YAMADA, "ISO 2022 IR 13\\ISO 2022 IR 87", "ﾔﾏ^山田"),
    (b"\x1b$(D;3\x1b(B.", "", "岦."),
    (HANGUL + "김\r\n희중".encode("euc_kr"), "\\ISO 2022 IR 149", "김\r\n희중"),
    (b"\x1b-L" + "Пётр".encode("iso8859-5") + "^Jörg".encode("latin-1"), BOTH, "Пётр^Jörg"),
    ("Jörg ".encode() + YAMADA, "", "Jörg 山田"),
    ("Jörg ".encode("latin-1") + YAMADA, "", "Jörg 山田"),
    (HANGUL + b"\xb1\xff\x1b", "\\ISO 2022 IR 149", "\ufffd\ufffd\ufffd"),
])  # fmt: skip
def test_text_with_escape_sequences_is_read_without_them(value: bytes, declared: str, text: str) -> None:
    assert extended(value, declared, person=True) == text


@pytest.mark.parametrize("value, declared, name, new", [
    (b"t1 " + KIM + b"\r\n" + KIM + " 형".encode("euc_kr"), "\\ISO 2022 IR 149", "Doe^Jane", None),
    (b"Doe " + KIM + b"\r\n" + KIM, "\\ISO 2022 IR 149", "Doe^Jane", STAND_IN + b" " + KIM + b"\r\n" + KIM),
    (b"Doe " + YAMADA, "ISO_IR 192", "Doe^Jane", STAND_IN + b" " + YAMADA),
    (b"Doe " + WANG + b"\n" + YAMADA, "", "Doe^Jane", STAND_IN + b" " + WANG + b"\n" + YAMADA),
    (b"t1 " + YAMADA, "", "山田^太郎", b"t1 " + STAND_IN),
    (KANJI + b"BB;3EDBB", "", "山田^太郎", KANJI + b"BB" + TO_ASCII + STAND_IN + KANJI + b"BB"),
    (b"t1 " + XIAODONG + " 王".encode("gb2312"), "\\ISO 2022 IR 58", "王^小东", b"t1 " + STAND_IN),
    (
        KIM + b"\r\n" + KIM + " 형".encode("euc_kr"), "\\ISO 2022 IR 149", "김^희중",
        HANGUL + STAND_IN + b"\r\n" + HANGUL + STAND_IN + " 형".encode("euc_kr"),
    ),
    ("Пётр^Jörg é", BOTH, "Пётр^Jörg", b"\x1b-A" + STAND_IN + b" \xe9"),
])  # fmt: skip
def test_only_the_name_is_replaced_and_the_sets_behind_it_are_as_before(
    value: bytes | str, declared: str, name: str, new: bytes | None
) -> None:
    if isinstance(value, str):
        first, _, rest = value.partition("^")
        value = b"\x1b-L" + first.encode("iso8859-5") + b"^" + rest.encode("latin-1")
    result = scrubbed(value, declared, name, vr="PN" if declared == BOTH else "LT")
    assert result == (new and new + b" " * (len(new) % 2))


def test_a_chinese_name_is_harvested_whole_and_goes_from_every_text() -> None:
    name = b"Wang^XiaoDong=" + WANG + b"^" + XIAODONG
    data = instance(
        name,
        charset=["", "ISO 2022 IR 58"],
        SeriesDescription=b"t1 " + XIAODONG + b" sag",
        ImageComments=b"Head\r\n" + WANG + "小东".encode("gb2312") + b" 1\r\n" + XIAODONG + b" t2 Xiaodong",
    )
    header = inspect(data, "a").header
    assert header is not None and header.evidence.name == "Wang^XiaoDong=王^小东"
    new = cleaned(data, recipe(header.evidence.name))
    assert "小东".encode("gb2312") not in new
    assert value_of(new, "SeriesDescription").rstrip() == b"t1 " + STAND_IN + b" sag"
    pieces = value_of(new, "ImageComments").rstrip().split(b"\r\n")
    assert pieces == [b"Head", HAN + STAND_IN + b" 1", STAND_IN + b" t2 " + STAND_IN]


@pytest.mark.parametrize("value", [KIM + b"\r\n" + KIM, WANG + b"^" + XIAODONG, YAMADA + b"^" + TARO])
@pytest.mark.parametrize("vr, room", [("LO", 64), ("SH", 16)])
def test_a_value_with_escape_sequences_never_outgrows_its_vr(vr: str, room: int, value: bytes) -> None:
    for filling in range(room):
        full = b"9" * filling + b" " + value
        new = scrubbed(full, "", "김^희중", "王^小东", "山田^太郎", vr=vr)
        assert new is not None
        assert len(extended(new, "", person=False)) <= max(room, len(extended(full, "", person=False)) + 1)
        assert new.startswith(b"9" * filling)


def bundled(dataset: Dataset, declared: str = "") -> Iterator[tuple[str, str, bytes]]:
    """Yield (VR, declared character set, value) of every text of a data set of pydicom's."""
    own = dataset.get("SpecificCharacterSet", declared)
    declared = own if isinstance(own, str) else "\\".join(own)
    for tag, found in list(dataset._dict.items()):
        if dataset[tag].VR == "SQ":
            for inner in dataset[tag].value:
                yield from bundled(inner, declared)
        elif isinstance(found, RawDataElement) and found.VR in TEXT_VRS and found.value:
            yield found.VR, declared, found.value


@pytest.mark.parametrize("path", sorted(get_charset_files("*.dcm")), ids=lambda path: Path(path).stem)
def test_the_texts_of_real_files_are_read_as_pydicom_reads_them(path: str) -> None:
    for vr, declared, value in bundled(read(Path(path).read_bytes())):
        person = vr == "PN"
        codecs = convert_encodings(declared.split("\\"))
        text = decode_bytes(value, codecs, set(b"\\\r\n\t\f" + b"^=" * person))
        assert decoded(value, declared, person=person) == text
        if b"\x1b" in value:
            assert extended(value, declared, person=person) == text
            assert scrubbed(value, declared, "Doe^Jane", vr=vr) is None
            marked = scrubbed(b"Doe " + value, declared, "Doe^Jane", vr="UT")
            assert marked is not None and marked.rstrip() == STAND_IN + b" " + value.rstrip()
            new = scrubbed(value + b" t1", declared, text, vr="UT")
            assert new is not None
            assert not set(hunter_of(recipe(text)).words) & set(extended(new, declared, person=False).split())


WORDS = st.sampled_from([
    b"t1", b" ", b"9", b"^", b"=", b"\\", b"\r\n", b"Doe", b"Jane", b"-L", b"\x1b", b"\xff", b"\xe9 ", b"$)A",
    YAMADA, TARO, KANJI, b"BBBB", b"\x1b$(D;3", TO_ASCII, b"\x1b(J", KIM, WANG, XIAODONG, HANGUL,
    "김".encode("euc_kr"), b"\x1b-L" + "Пётр".encode("iso8859-5"),
])  # fmt: skip
NAMES = ("Doe^Jane", "山田^太郎", "김^희중", "王^小东", "Петр")


@settings(deadline=None, max_examples=300)
@given(
    value=st.lists(WORDS, max_size=12).map(b"".join),
    declared=st.sampled_from([BOTH, "ISO 2022 IR 13\\ISO 2022 IR 87", "\\ISO 2022 IR 149", "ISO 2022 IR 58"]),
    person=st.booleans(),
)
def test_any_mix_of_sets_reads_as_before_but_for_the_name(value: bytes, declared: str, person: bool) -> None:
    way = extensions(value, declared, person=person)[0]
    hits = hunter_of(recipe(*NAMES)).hits(way.text, person=person)
    new = way.put([Hit(*way.span(hit.start, hit.end), "X") for hit in hits])
    text = list(way.text)
    for hit in reversed(hits):
        text[hit.start : hit.end] = "X"
    assert extensions(new, declared, person=person)[0].text == "".join(text)
    assert way.put([]) == value


@settings(deadline=None, max_examples=200)
@given(value=st.binary(max_size=30).map(b"\x1b$".__add__), declared=st.sampled_from(["", BOTH, "ISO_IR 192"]))
def test_any_bytes_are_read_and_each_belongs_to_one_character_at_most(value: bytes, declared: str) -> None:
    for way in extensions(value, declared, person=True):
        spans = [way.span(i, i + 1) for i in range(len(way.text))]
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(edges) and all(start < end <= len(value) for start, end in spans)
        assert "\x1b" not in way.text
