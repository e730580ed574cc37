"""A sweep over many bytes finds what a plain search finds, however many spellings there are."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.deid.scout import FEW, Sweep, Sweeps

FEW_WORDS = [b"keller", b"wagenhuber", b"abc", b"1234567", b"o'hara"]
MANY_WORDS = [b"k%c%cler" % (97 + i % 26, 97 + i // 26) for i in range(2 * FEW)]
UNLIKE = [b"%c%c%c" % (97 + i, 122 - i, 97 + i) for i in range(26)] + [b"%03d" % (7 * i) for i in range(140)]


def wide(word: bytes) -> bytes:
    return b"\0".join(word[at : at + 1] for at in range(len(word)))


def searched(forms: list[bytes], raw: bytes) -> set[tuple[bytes, int, int]]:
    lowered = raw.lower()
    found = (
        (form, m.start()) for form in forms for m in re.finditer(b"(?=" + re.escape(form) + b")", lowered)
    )
    return {(form, start, start + len(form)) for form, start in found}


@pytest.mark.parametrize("words", [FEW_WORDS, MANY_WORDS, UNLIKE], ids=["few", "many", "many unlike"])
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_every_spelling_is_found_in_any_case(words: list[bytes], data: st.DataObject) -> None:
    forms = sorted({*words, *map(wide, words)})
    piece = st.sampled_from(forms) | st.binary(max_size=12)
    pieces = data.draw(st.lists(st.tuples(piece, st.sampled_from([bytes.lower, bytes.upper, bytes.title]))))
    raw = b"".join(way(piece) for piece, way in pieces)
    found = searched(forms, raw)
    assert set(Sweep(forms).matches(raw)) == set(Sweep(forms).matches(memoryview(raw))) == found
    for others in ([], [b"lindqvist"], MANY_WORDS, UNLIKE):
        assert Sweeps([Sweep(others), Sweep(forms)]).may_match(raw) or not found


def test_one_pass_tells_that_several_sweeps_find_nothing() -> None:
    both = Sweeps([Sweep(FEW_WORDS), Sweep([]), Sweep([b"lindqvist"])])
    assert not both.may_match(bytes(range(0, 256, 5)))
    assert both.may_match(b"..LINDQVIST..")


def test_nothing_is_found_for_nobody() -> None:
    assert list(Sweep([]).matches(b"anything")) == []


def test_the_shortest_spelling_in_utf16_is_found() -> None:
    assert list(Sweep([b"a\0b"]).matches(b"..A\0B..")) == [(b"a\0b", 2, 5)]
