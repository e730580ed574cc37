"""The ways to read a text, and the way back to its characters."""

from hypothesis import given
from hypothesis import strategies as st

from anonledger.deid.views import squeezed, views

PIECES = st.sampled_from(
    ["%C3%BC", "%fc", "&uuml;", "&nope;", "&#0;", "\\u00fc", "\\ud800", "\\xc3\\xbc", "=C3", "Ã¼",
     "à\x80\x80", "K e l l e r", "O'Hara", "ß", "e\u0301", "\udcfc", "\xad", "ﬃ", " a b c ", "’", "€™"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=5)).map("".join))
def test_every_character_of_a_view_leads_back_into_the_text_in_order(text: str) -> None:
    for view in views(text):
        assert len(view.text) == len(view.starts) == len(view.ends)
        position = 0
        for start, end in zip(view.starts, view.ends, strict=True):
            assert position <= start < end <= len(text)
            position = start
        view.text.encode()  # no half characters


def test_the_readings_of_a_text() -> None:
    read = {view.text: view for view in views("O&#39;Hara %C3%9Cb")}
    assert list(read) == ["o&#39;hara %c3%9cb", "o'hara ub", "ohara ub"]
    assert read["ohara ub"].span(0, 5) == (0, 10)
    assert read["ohara ub"].span(6, 7) == (11, 17)


def test_spaced_letters_are_closed_and_lead_back() -> None:
    *_, view = views("t1 K.e.l.l.e.r sag")
    assert view.text == "t1 keller sag"
    assert view.span(3, 9) == (3, 14)


def test_what_parts_names_is_squeezed_out() -> None:
    assert squeezed("o'hara,_van-den\r\nberg? (x)") == "oharavandenberg?x"
