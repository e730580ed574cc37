"""Untouched bytes are the source's own; a value that does not fit where it belongs is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.deid.clean import Cleaned, Uncleanable, clean
from anonledger.deid.elements import Coding
from anonledger.deid.form import open_form
from anonledger.deid.splice import Edit, splice, written
from anonledger.outcomes import QuarantineReason
from tests.deid.builders import RULES, attempt, cleaned, file_of, raw, recipe
from tests.factories import instance

VRS = ("LO", "SH", "UT", "OB", "US", "SQ", "UN", "PN")


@settings(deadline=None)
@given(st.sampled_from(VRS), st.booleans(), st.booleans(), st.binary(max_size=40), st.integers(1, 0xFFFFFFFF))
def test_an_element_is_written_as_the_standard_has_it(
    vr: str, implicit: bool, big: bool, value: bytes, tag: int
) -> None:
    assert written(tag, vr, value, Coding(implicit, big)) == raw(tag, vr, value, implicit=implicit, big=big)


def test_a_value_too_long_for_its_vr_is_a_reason() -> None:
    full = b"Doe " * 16_380
    result = attempt(file_of(raw(0x00204000, "LT", full)))
    assert isinstance(result, bytes)  # the stand-in gives way
    with pytest.raises(ValueError, match="too long"):
        written(0x00204000, "LT", full + full, Coding(implicit=False, big=False))
    other = attempt(file_of(raw(0x00200010, "SH", b"1") + raw(0x00120063, "LO", b"m" * 65_520)))
    assert isinstance(other, Uncleanable)
    assert other.trouble is QuarantineReason.MALFORMED


def test_the_wrong_length_of_a_group_never_outgrows_its_four_bytes() -> None:
    most = raw(0x00100000, "UL", b"\xff\xff\xff\xff")
    assert most in cleaned(file_of(most + raw(0x00100010, "PN", b"Doe^Jane")))


def test_what_is_not_edited_is_a_view_of_the_source() -> None:
    data = instance(pixels=bytes(100_000))
    result = clean(data, RULES, recipe())
    assert isinstance(result, Cleaned)
    views = [piece for piece in result.pieces if isinstance(piece, memoryview)]
    assert sum(map(len, views)) > 100_000
    assert all(view.obj is data for view in views)


def test_without_edits_the_data_set_comes_out_as_it_went_in() -> None:
    data = instance(private=[(1, "OB", b"1234")])
    form = open_form(data)
    elements, end = form.walk()
    assert b"".join(splice(data, form.start, end, elements, [])) == data[form.start :]


def test_edits_of_one_place_come_out_in_the_order_of_their_tags() -> None:
    data = raw(0x00080060, "CS", b"MR") + raw(0x00200010, "SH", b"1 ")
    form = open_form(file_of(data))
    elements, end = form.walk()
    at = elements[1].start
    edits = [Edit(at, at, b"<one>", -1, 0x00100010), Edit(at, at, b"<two>", -1, 0x00100020)]
    removed = Edit(at, elements[1].end, b"", -1, 0x00200010)
    assert b"".join(splice(form.data, form.start, end, elements, [removed, *edits])).endswith(b"<one><two>")


def test_elements_out_of_order_stay_where_they_are() -> None:
    body = raw(0x00200010, "SH", b"1 ") + raw(0x00080060, "CS", b"MR") + raw(0x00081030, "LO", b"t1")
    new = cleaned(file_of(body))
    assert new.endswith(body)
