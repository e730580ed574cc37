"""Sequences that are taken in one go are what they are when they are walked step by step."""

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.deid.elements import BrokenDataError
from anonledger.deid.form import open_form
from tests.deid.builders import ITEM, UNDEFINED, file_of, raw, sequence

SQ = 0x00400275
PLAIN = (
    raw(0x00081030, "LO", b"head"),
    raw(0x00280010, "US", b"\1\0"),
    raw(0x00291010, "OB", b"\0" * 4),
    b"\0" * 3,
)
LENGTHS = st.sampled_from((-1, -1, -1, 0, 4, 9, 1 << 20, UNDEFINED))


@st.composite
def contents(draw: st.DrawFn, depth: int = 6) -> bytes:
    """Return elements, sequences among them, some with a wrong length."""
    found = b""
    for _ in range(draw(st.integers(0, 3))):
        if not depth or draw(st.booleans()):
            found += draw(st.sampled_from(PLAIN))
            continue
        items = draw(st.lists(contents(depth=depth - 1), max_size=3))
        if draw(st.integers(0, 9)):
            found += sequence(SQ, *items, undefined=draw(st.integers(0, 3)) == 0)
        else:
            inside = b"".join(raw(ITEM, "", one, length=draw(LENGTHS)) for one in items)
            found += raw(SQ, "SQ", inside, length=draw(LENGTHS))
    return found


def walked(data: bytes) -> object:
    """Return every field of the elements of a file and where they end, or why it cannot be walked."""
    try:
        elements, end = open_form(data).walk()
    except BrokenDataError as broken:
        return broken.where, broken.why, broken.cut
    names = ("tag", "vr", "start", "at", "end", "parent", "coding", "kind", "measured")
    return [tuple(getattr(element, name) for name in names) for element in elements], end


@settings(deadline=None, max_examples=300)
@given(contents(), st.integers(0, 30))
def test_taken_in_one_go_and_walked_step_by_step_are_the_same(inside: bytes, cut: int) -> None:
    behind = raw(0x00400280, "ST", b"x" * 5000)  # the end of a file is walked with more care
    for data in (file_of(inside + behind), file_of(inside + behind)[: -5000 - cut]):
        at_once = walked(data)
        with patch("anonledger.deid.walk.take_sequence", lambda *_: 0):
            assert walked(data) == at_once
