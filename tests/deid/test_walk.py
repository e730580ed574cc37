"""Lengths, nesting and byte orders: a change deep inside is written so that another parser reads it."""

import struct
from pathlib import Path

import pytest

from anonledger.deid.clean import Uncleanable
from anonledger.deid.elements import BrokenDataError, Kind
from anonledger.deid.form import NotDicomError, open_form
from anonledger.outcomes import QuarantineReason
from tests.deid.builders import (
    BUNDLED,
    ITEM,
    PSEUDONYM,
    UNDEFINED,
    attempt,
    cleaned,
    file_of,
    raw,
    read,
    sequence,
    walked,
)
from tests.factories import BIG, EXPLICIT, IMPLICIT, SYNTAXES, instance

CONTENT, DESCRIPTION, COMMENT = 0x0040A730, 0x00081030, 0x00204000
CODINGS = [(EXPLICIT, False, False), (IMPLICIT, True, False), (BIG, False, True)]


def deep(depth: int, *, undefined: bool, implicit: bool, big: bool) -> bytes:
    """Return a data set with the name ``depth`` sequences deep and something beside it at every depth."""
    content = raw(DESCRIPTION, "LO", b"of Doe^Jane! ", implicit=implicit, big=big)
    for level in range(depth):
        beside = raw(COMMENT, "LT", b"level %04d" % level, implicit=implicit, big=big)
        inner = sequence(CONTENT, content, b"", undefined=undefined, implicit=implicit, big=big)
        content = beside + inner
    return raw(0x00080060, "CS", b"MR", implicit=implicit, big=big) + content


@pytest.mark.parametrize("syntax, implicit, big", CODINGS)
@pytest.mark.parametrize("undefined", [False, True])
def test_a_name_five_sequences_deep_goes_and_its_neighbours_stay(
    syntax: str, implicit: bool, big: bool, undefined: bool
) -> None:
    body = deep(5, undefined=undefined, implicit=implicit, big=big)
    dataset = read(cleaned(file_of(body, syntax)))
    assert str(dataset.file_meta.TransferSyntaxUID) == syntax
    for level in reversed(range(5)):
        assert dataset.ImageComments == f"level {level:04d}"
        assert len(dataset.ContentSequence) == 2
        assert len(dataset.ContentSequence[1]) == 0
        dataset = dataset.ContentSequence[0]
    assert dataset.StudyDescription == f"of {PSEUDONYM}!"


@pytest.mark.parametrize("undefined", [False, True])
def test_five_hundred_sequences_deep_is_no_trouble(undefined: bool) -> None:
    new = cleaned(file_of(deep(500, undefined=undefined, implicit=False, big=False)))
    assert f"of {PSEUDONYM}!".encode() in new
    assert b"Doe" not in new
    elements, _ = open_form(new).walk()
    assert sum(e.kind is Kind.SEQUENCE for e in elements) == 500


def test_every_length_around_a_change_is_mended() -> None:
    body = deep(5, undefined=False, implicit=False, big=False)
    new = cleaned(file_of(body))
    grown = len(PSEUDONYM) - len("Doe^Jane")
    before, after = (
        [e.length for e in open_form(data).walk()[0] if e.kind is not Kind.PLAIN and e.length]
        for data in (file_of(body), new)
    )
    assert after == [length + grown for length in before]


@pytest.mark.parametrize("big", [False, True])
def test_the_length_of_the_group_is_mended(big: bool) -> None:
    order = ">L" if big else "<L"
    group = raw(0x00081030, "LO", b"Doe^Jane", big=big) + raw(0x0008103E, "LO", b"t1", big=big)
    body = raw(0x00080000, "UL", struct.pack(order, len(group)), big=big) + group
    new = cleaned(file_of(body, BIG if big else EXPLICIT))
    assert read(new)[0x00080000].value == len(group) + len(PSEUDONYM) + 1 - len("Doe^Jane")


def test_the_length_of_a_group_that_gets_a_new_element_is_mended() -> None:
    ethics = raw(0x00120081, "LO", b"none")
    body = raw(0x00080060, "CS", b"MR") + raw(0x00120000, "UL", struct.pack("<L", len(ethics))) + ethics
    new = cleaned(file_of(body))
    stated = new[new.index(ethics) - 200 :]
    assert read(new)[0x00120000].value == len(stated[stated.index(b"\x12\0\0\0") + 12 :])


def test_a_wrong_group_length_is_no_trouble() -> None:
    name = raw(0x00101001, "PN", b"Doe^Jane^Of^Many^Words")
    assert b"Doe" not in cleaned(file_of(raw(0x00100000, "UL", b"\1\0\0\0") + name))


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("undefined", [False, True])
def test_a_sequence_written_as_un_is_implicit_and_little_endian_inside(undefined: bool, big: bool) -> None:
    item = raw(DESCRIPTION, "LO", b"Doe^Jane", implicit=True) + raw(COMMENT, "LT", b"kept", implicit=True)
    packed = sequence(CONTENT, item, b"", vr="UN", undefined=undefined, big=big, big_items=False)
    new = cleaned(file_of(raw(0x00080060, "CS", b"MR", big=big) + packed, BIG if big else EXPLICIT))
    changed = PSEUDONYM.encode() + b" "
    item = raw(DESCRIPTION, "LO", changed, implicit=True) + raw(COMMENT, "LT", b"kept", implicit=True)
    expected = sequence(CONTENT, item, b"", vr="UN", undefined=undefined, big=big, big_items=False)
    assert expected in new


def test_odd_lengths_are_read_and_left_alone() -> None:
    new = cleaned(file_of(raw(0x0008103E, "LO", b"odd") + raw(DESCRIPTION, "LO", b"Jane Doe x")))
    assert raw(0x0008103E, "LO", b"odd") in new
    assert read(new).StudyDescription == f"{PSEUDONYM} x"


@pytest.mark.parametrize("path", BUNDLED, ids=lambda p: p.name)
def test_the_spans_of_the_walk_tile_the_data_set(path: Path) -> None:
    try:
        form = open_form(path.read_bytes())
        elements, end = form.walk()
    except (NotDicomError, BrokenDataError):
        return
    position = form.start
    for element in elements:
        if element.parent < 0:
            assert element.start == position
            position = element.end
        else:
            outer = elements[element.parent]
            assert outer.at <= element.start <= element.at <= element.end <= outer.end
    assert position == end <= form.end


@pytest.mark.parametrize(
    "body, reason",
    [
        (raw(DESCRIPTION, "ZZ", b"text"), QuarantineReason.MALFORMED),
        (raw(DESCRIPTION, "LO", b"text", length=900), QuarantineReason.TRUNCATED),
        (raw(0x00204000, "UT", b"text", length=UNDEFINED), QuarantineReason.MALFORMED),
        (raw(CONTENT, "SQ", raw(DESCRIPTION, "", b"1234")), QuarantineReason.MALFORMED),
        (raw(CONTENT, "SQ", raw(0xFFFEE000, "", b"", length=400)), QuarantineReason.TRUNCATED),
        (raw(CONTENT, "SQ", raw(0xFFFEE000, "", b""), length=UNDEFINED), QuarantineReason.TRUNCATED),
        (raw(0x7FE00010, "OB", raw(0xFFFEE000, "", b"1234"), length=UNDEFINED), QuarantineReason.TRUNCATED),
    ],
    ids=["VR", "value", "text of undefined length", "no item", "item", "no delimiter", "fragments"],
)
def test_broken_structure_is_a_reason(body: bytes, reason: QuarantineReason) -> None:
    result = attempt(file_of(raw(0x00080060, "CS", b"MR") + body))
    assert isinstance(result, Uncleanable)
    assert result.trouble is reason
    assert "(" in result.where


def test_where_a_file_is_broken_is_told_by_tags() -> None:
    inner = sequence(CONTENT, raw(CONTENT, "SQ", raw(DESCRIPTION, "", b"1234")), undefined=True)
    result = attempt(file_of(inner))
    assert isinstance(result, Uncleanable)
    assert result.where == "(0040,A730) > (0040,A730): an item has a wrong tag"


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_file_cut_anywhere_gives_a_value(syntax: str) -> None:
    data = instance(syntax=syntax, private=[(1, "OB", b"Doe^Jane")])
    whole = walked(read(cleaned(data)))
    for length in range(len(data)):
        result = attempt(data[:length])
        if isinstance(result, bytes):  # the cut fell between two elements
            assert set(walked(read(result))) <= set(whole)
            assert b"Doe" not in result


def un(content: bytes, tag: int = 0x00091001) -> bytes:
    """Return a private UN element."""
    return raw(tag, "UN", content)


@pytest.mark.parametrize(
    "content",
    [
        raw(ITEM, "", b"Doe^Jane"),
        raw(ITEM, "", b"\xff" * 12),
        raw(ITEM, "", raw(DESCRIPTION, "LO", b"Doe^Jane", implicit=True) + b"\1\2\3"),
        raw(ITEM, "", b"") + raw(ITEM, "", b"\xff\xd8\xff\xe0 a picture"),
        raw(ITEM, "", b"longer than the value", length=400),
        raw(ITEM, "", b"", length=UNDEFINED) + b"without an end",
        raw(ITEM, "", b"") + b"not an item",
    ],
    ids=["text", "binary", "rest in item", "fragments", "long item", "endless item", "rest"],
)
def test_a_un_value_that_only_begins_like_an_item_is_a_value(content: bytes) -> None:
    after = raw(0x00091002, "LO", b"after it")
    new = cleaned(file_of(raw(0x00080060, "CS", b"MR") + un(content) + after))
    assert after in new
    assert read(new)[0x00091001].value == content.replace(b"Doe^Jane", b"X" * 8)
    assert b"Doe" not in new


@pytest.mark.parametrize("undefined", [False, True])
def test_items_of_a_un_value_are_read_as_explicit_if_they_can_be_nothing_else(undefined: bool) -> None:
    item = raw(DESCRIPTION, "LO", b"Doe^Jane") + raw(COMMENT, "LT", b"kept")
    value = sequence(CONTENT, item, b"", undefined=undefined)[12 : -8 if undefined else None]
    item = raw(DESCRIPTION, "LO", PSEUDONYM.encode() + b" ") + raw(COMMENT, "LT", b"kept")
    expected = sequence(CONTENT, item, b"", undefined=undefined)[12 : -8 if undefined else None]
    new = cleaned(file_of(raw(0x00080060, "CS", b"MR") + un(value)))
    assert un(expected) in new


@pytest.mark.parametrize("broken", ["innermost", "all", "none"])
@pytest.mark.parametrize("explicit", [False, True])
def test_guesses_nested_five_hundred_deep_are_taken_back_one_by_one(broken: str, explicit: bool) -> None:
    private, junk = 0x00091001, b"\xff" * 5
    content = junk if broken != "none" else raw(COMMENT, "LT", b"kept", implicit=not explicit)
    for level in range(500):
        value = raw(ITEM, "", content + (junk if broken == "all" and level else b""))
        content = raw(private, "UN", value, implicit=not explicit or level % 2 == 1)
    new = cleaned(file_of(raw(0x00080060, "CS", b"MR") + un(value) + raw(0x00091002, "LO", b"Doe^Jane")))
    assert un(value) in new
    assert b"Doe" not in new
