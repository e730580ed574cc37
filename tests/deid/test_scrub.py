"""One value: the name goes, the rest stays, the VR's room and a binary value's length are kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.deid.binary import clean_binary
from anonledger.deid.hunt import hunter_of
from anonledger.deid.scrub import LONGEST, TEXT_VRS, clean_text
from tests.deid.builders import PSEUDONYM, cleaned, read, recipe, value_of
from tests.factories import BIG, EXPLICIT, IMPLICIT, instance, item, nested

TEXTS = {
    "SH": "AccessionNumber", "LO": "StudyDescription", "ST": "InstitutionAddress", "LT": "ImageComments",
    "UT": "TextValue", "UC": "LongCodeValue", "UR": "RetrieveURL", "PN": "OperatorsName",
}  # fmt: skip
NUMBERS = {
    "AS": "PatientAge", "DA": "SeriesDate", "DS": "SliceThickness", "DT": "AcquisitionDateTime",
    "IS": "SeriesNumber", "TM": "SeriesTime", "UI": "FrameOfReferenceUID",
}  # fmt: skip
SHORT_PSEUDONYM = "subj_0001"


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
@pytest.mark.parametrize("depth", [0, 3])
@pytest.mark.parametrize("vr", [*TEXTS, *NUMBERS])
def test_the_name_goes_from_every_string_vr_at_every_depth(vr: str, depth: int, syntax: str) -> None:
    keyword = {**TEXTS, **NUMBERS}[vr]
    innermost = item(**{keyword: b"7 Doe^Jane 8"})
    data = instance(syntax=syntax, ContentSequence=[nested(depth, innermost)])
    found = read(cleaned(data)).ContentSequence[0]
    for _ in range(depth):
        found = found.ContentSequence[0]
    new = found.get_item(keyword).value.rstrip(b" \0")
    if vr in NUMBERS:
        assert new == b"7  8"
    else:
        assert new in (f"7 {PSEUDONYM} 8".encode(), b"7 7k2m9q4x1z8c 8")


@pytest.mark.parametrize("vr, longest", LONGEST.items())
@settings(deadline=None)
@given(before=st.integers(0, 70), behind=st.integers(0, 70), marked=st.booleans())
def test_a_value_never_outgrows_its_vr(vr: str, longest: int, before: int, behind: int, marked: bool) -> None:
    value = "t" * min(before, longest) + " Doe^Jane " + "9" * min(behind, longest) + " é" * marked
    raw = value.encode("latin-1")
    new = clean_text(raw, vr, "ISO_IR 100", hunter_of(recipe()), PSEUDONYM)
    assert new is not None and b"Doe" not in new and b"Jane" not in new
    assert len(new) <= max(longest, len(raw) + len(raw) % 2)
    assert len(new) % 2 == 0


@pytest.mark.parametrize("vr, value, new", [
    ("LO", b"t1 Doe^Jane sag", b"t1 subj_0001 sag"),
    ("CS", b"ORIGINAL\\PRIMARY\\DOE", b"ORIGINAL\\PRIMARY\\SUBJ_0001"),
    ("SH", b"Jane Doe t1 mpr", b"subj_0001 t1 mpr"),
    ("SH", b"Jane Doe t1 mpra", b"0001 t1 mpra"),
    ("SH", b"Doe 1234567 t1 s", b"XXX 1234567 t1 s"),
    ("LO", b"Doe\\Jane\\t1", b"subj_0001\\subj_0001\\t1"),
    ("UI", b"1.2.Doe.3", b"1.2..3"),
    ("DA", b"Doe", b""),
    ("LO", b"odd t1", None),
    ("LO", b"", None),
])  # fmt: skip
def test_what_stands_for_the_name(vr: str, value: bytes, new: bytes | None) -> None:
    assert clean_text(value, vr, "", hunter_of(recipe()), SHORT_PSEUDONYM) == new


def test_a_name_in_a_short_value_with_escapes_does_not_outgrow_it() -> None:
    value = b"\x1b$B$d$^$@\x1b(B t1 mprage sag"
    new = clean_text(value, "SH", "\\ISO 2022 IR 87", hunter_of(recipe("やまだ^たろう")), PSEUDONYM)
    assert new is not None and len(new) <= 16
    assert new.strip() == b"t1 mprage sag"


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
@pytest.mark.parametrize("vr", ["OB", "OW", "OD", "OF", "OL", "OV", "UN"])
def test_the_name_goes_from_private_binary_values_whose_length_stays(vr: str, syntax: str) -> None:
    value = b"\x00\x01\x02\x03 scan of Doe^Jane \xff\xfe\xfd".ljust(32, b"\x80")
    new = read(cleaned(instance(syntax=syntax, private=[(1, vr, value)]))).get_item(0x00091001).value
    assert new == value.replace(b"Doe^Jane", b"XXXXXXXX")


BINARIES = {
    "text": b"\x00\x01 made for Doe^Jane \x00\xff",
    "at the start": b"Doe, Jane\x00\x00\x00\x00\x00\x00\x00",
    "at the end": b"\x00\x00\x00\x00\x00\x00\x00\x00Doe, Jane",
    "UTF-16 LE": b"\x01\x02\x03\x04" + "scan of Doe^Jane".encode("utf-16-le") + b"\x09\x08",
    "UTF-16 LE at an odd offset": b"\x01\x02\x03" + "scan of Doe^Jane".encode("utf-16-le") + b"\x09\x08",
    "UTF-16 BE": b"\x01\x02\x03\x04" + "scan of Doe^Jane".encode("utf-16-be") + b"\x37\x08",
    "UTF-16 BE at an odd offset": b"\x01\x02\x03" + "scan of Doe^Jane".encode("utf-16-be") + b"\x37\x08",
    "UTF-16 BE to the end": "scan of Doe^Jane".encode("utf-16-be"),
    "XML": b'<?xml version="1.0"?><patient sex="F"><name>Doe^Jane</name></patient>',
    "ASCCONV": b'### ASCCONV BEGIN ###\ntPatientName = "Doe^Jane"\nsProtocol = "t1"\n### ASCCONV END ###',
    "HL7": b"MSH|^~\\&|RIS|\rPID|1||4711||Doe^Jane||19700102|F\r",
}


@pytest.mark.parametrize("value", BINARIES.values(), ids=BINARIES)
def test_only_the_letters_of_the_name_change_in_a_binary_value(value: bytes) -> None:
    new = clean_binary(value, hunter_of(recipe()), PSEUDONYM)
    assert new is not None and len(new) == len(value)
    named = {i for i, byte in enumerate(value) if bytes([byte]) in (b"D", b"o", b"e", b"J", b"a", b"n", b"^")}
    assert {i for i, (old, other) in enumerate(zip(value, new, strict=True)) if old != other} <= named | {
        value.find(b","), value.find(b",") + 1
    }  # fmt: skip
    letters = new.replace(b"\0", b"").lower()
    assert b"doe" not in letters and b"jane" not in letters


def test_binary_values_without_the_name_are_not_touched() -> None:
    values = [b"", b"\0" * 64, bytes(range(256)), b"al le al le" * 500, b"Head of Brian's", b"\xff" * 9]
    for value in values:
        assert clean_binary(value, hunter_of(recipe("O^Al", "Le^Vo")), PSEUDONYM) is None


def test_a_megabyte_full_of_the_name_is_cleaned_in_bounded_time() -> None:
    value = b"Doe^Jane and others; " * 50_000
    new = clean_binary(value, hunter_of(recipe()), PSEUDONYM)
    assert new is not None and len(new) == len(value)
    assert b"Doe" not in new


@settings(deadline=None)
@given(
    st.binary(max_size=200), st.sampled_from(["utf-16-le", "utf-16-be", "latin-1"]), st.binary(max_size=200)
)
def test_a_binary_value_keeps_its_length_and_what_is_far_from_the_name(
    before: bytes, codec: str, behind: bytes
) -> None:
    name = "Wagenhuber^Annelise".encode(codec)
    value = before + name + behind
    new = clean_binary(value, hunter_of(recipe("Wagenhuber^Annelise")), PSEUDONYM)
    assert new is not None and len(new) == len(value)
    assert name not in new
    assert new[: max(0, len(before) - 8)] == before[: max(0, len(before) - 8)]
    assert new[len(before) + len(name) + 8 :] == behind[8:]


def test_pixels_are_never_changed() -> None:
    pixels = b"Doe^Jane".ljust(48, b"\x07")
    assert value_of(cleaned(instance(pixels=pixels)), "PixelData") == pixels


def test_all_string_vrs_have_a_test() -> None:
    assert {*TEXTS, *NUMBERS, "AE", "CS"} == TEXT_VRS
    new = cleaned(instance(RetrieveAETitle=b"DOE_JANE", ImageType=b"ORIGINAL\\PRIMARY\\DOE JANE"))
    assert value_of(new, "RetrieveAETitle").strip() == b"7k2m9q4x1z8c"
    assert value_of(new, "ImageType").strip() == b"ORIGINAL\\PRIMARY\\7K2M9Q4X1Z8C"
