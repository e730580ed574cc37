"""What stands behind the pixel data: elements stay and are cleaned, junk is cut, what is cut is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.deid.clean import Uncleanable
from anonledger.outcomes import QuarantineReason
from tests.deid.builders import PSEUDONYM, attempt, cleaned, file_of, raw, read, sequence
from tests.factories import BIG, EXPLICIT, IMPLICIT, instance

CODINGS = [(EXPLICIT, False, False), (IMPLICIT, True, False), (BIG, False, True)]
FRAGMENTS = raw(0x7FE00010, "OB", raw(0xFFFEE000, "", b"1234"), length=0xFFFFFFFF) + raw(0xFFFEE0DD, "")
MOVIES = [(0x7FE10010, "LO", b"GEMS_Ultrasound_MovieGroup_001"), (0x7FE11001, "OB", b"the movie!")]
OTHERS = [(0x90010010, "LO", b"ACME 1.1"), (0x90011001, "UN", b"\0\1\2\3")]
UNORDERED = [(0x00204000, "LT", b"late"), (0x00091001, "OB", b"\4\5"), (0x00180050, "DS", b"1.5 ")]
PADDED = [*MOVIES, (0xFFFCFFFC, "OB", b"\0" * 30)]
SPECTRUM = [
    (0x00080060, "CS", b"MR"),
    (0x7FE10010, "LO", b"SIEMENS CSA NON-IMAGE "),
    (0x7FE11010, "OB", b"data"),
]
Told = list[tuple[int, str, bytes]]


def joined(told: Told, *, implicit: bool = False, big: bool = False) -> bytes:
    """Return the elements as bytes."""
    return b"".join(raw(tag, vr, value, implicit=implicit, big=big) for tag, vr, value in told)


def head(*, implicit: bool = False, big: bool = False) -> bytes:
    """Return a data set that ends with its pixel data."""
    return joined([(0x00080060, "CS", b"MR"), (0x7FE00010, "OW", b"12345678")], implicit=implicit, big=big)


@pytest.mark.parametrize("syntax, implicit, big", CODINGS)
@pytest.mark.parametrize("told", [MOVIES, OTHERS, UNORDERED, PADDED, SPECTRUM[1:], [*OTHERS, *UNORDERED]])
def test_elements_behind_the_pixel_data_stay(syntax: str, implicit: bool, big: bool, told: Told) -> None:
    tail = joined(told, implicit=implicit, big=big)
    bare = cleaned(file_of(head(implicit=implicit, big=big), syntax))
    expected = bare + joined([e for e in told if e[0] != 0xFFFCFFFC], implicit=implicit, big=big)
    assert cleaned(file_of(head(implicit=implicit, big=big) + tail, syntax)) == expected
    assert cleaned(file_of(head(implicit=implicit, big=big) + tail + bytes(700), syntax)) == expected


@pytest.mark.parametrize("syntax, implicit, big", CODINGS)
def test_a_file_with_private_data_in_place_of_pixels_keeps_it(syntax: str, implicit: bool, big: bool) -> None:
    new = cleaned(file_of(joined(SPECTRUM, implicit=implicit, big=big), syntax))
    assert new.endswith(joined(SPECTRUM[1:], implicit=implicit, big=big))


def test_a_name_behind_the_pixel_data_goes_at_every_depth() -> None:
    named = raw(0x00081030, "LO", b"of Doe^Jane ")
    tail = sequence(0x90011002, named) + sequence(0x90011003, named, undefined=True)
    new = cleaned(file_of(head() + FRAGMENTS.replace(b"\xe0\x7f", b"\x02\x90", 1) + tail))
    assert b"Doe" not in new
    assert read(new)[0x90011003].value[0].StudyDescription == f"of {PSEUDONYM}"


@pytest.mark.parametrize("syntax, implicit, big", CODINGS)
def test_elements_in_order_stay_though_junk_follows_them(syntax: str, implicit: bool, big: bool) -> None:
    tail = joined(MOVIES, implicit=implicit, big=big)
    whole = head(implicit=implicit, big=big) + tail
    assert cleaned(file_of(whole + b"Doe^Jane was here", syntax)) == cleaned(file_of(whole, syntax))


@pytest.mark.parametrize("syntax, implicit, big", CODINGS)
@pytest.mark.parametrize("told", [MOVIES, SPECTRUM], ids=["behind pixels", "without pixels"])
def test_a_file_cut_in_an_element_behind_the_pixel_data_is_not_released(
    syntax: str, implicit: bool, big: bool, told: Told
) -> None:
    body = head(implicit=implicit, big=big) if told is MOVIES else b""
    result = attempt(file_of(body + joined(told, implicit=implicit, big=big)[:-2], syntax))
    assert isinstance(result, Uncleanable)
    assert result.trouble is QuarantineReason.TRUNCATED


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG])
def test_a_second_file_or_data_set_behind_the_pixel_data_is_cut(syntax: str) -> None:
    other = {
        "name": "Roe^Richard",
        "patient_id": "P-2",
        "PatientComments": "Richard, again",
        "syntax": syntax,
    }
    alone = cleaned(instance(syntax=syntax))
    for meta, preamble in ((True, True), (True, False), (False, False)):
        second = instance(**other, meta=meta, preamble=preamble)  # type: ignore[arg-type]
        assert cleaned(instance(syntax=syntax) + second) == alone


@given(junk=st.binary(max_size=60), coding=st.sampled_from(CODINGS))
def test_any_bytes_behind_the_pixel_data_give_a_value(junk: bytes, coding: tuple[str, bool, bool]) -> None:
    syntax, implicit, big = coding
    body = head(implicit=implicit, big=big)
    result = attempt(file_of(body + junk, syntax))
    assert isinstance(result, Uncleanable) or result.startswith(cleaned(file_of(body, syntax)))


@given(
    text=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
    coding=st.sampled_from(CODINGS),
)
def test_text_behind_the_pixel_data_is_cut(text: str, coding: tuple[str, bool, bool]) -> None:
    syntax, implicit, big = coding
    body = head(implicit=implicit, big=big)
    assert cleaned(file_of(body + text.encode(), syntax)) == cleaned(file_of(body, syntax))
