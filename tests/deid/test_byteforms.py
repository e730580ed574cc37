"""However a name was written down, its bytes are known again."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anonledger.deid.byteforms import plain_text
from anonledger.deid.needles import technical_words
from anonledger.deid.verify import verify_bytes
from tests.deid.builders import recipe

WHO = recipe(
    "Wagenhuber^Annelise", "Müller-Lüdenscheidt^Jörg", "Dvořák^Zdeňka", "Großmann^Zoë", "Øster^Åse",
    "Łukasiewicz^Ewa", "Işık^Ayşe", "van den Berg^Loes", "O'Hara^Maeve", "山田^太郎", "王^小东", "김^희중",
    "Люксембург^Пётр",
)  # fmt: skip
LONG = "Wagenhuber"


def held(data: bytes | str) -> bool:
    raw = data if isinstance(data, bytes) else data.encode()
    return verify_bytes(b"\0\x01 " + raw + b" \0", WHO) is not None


def swapped(raw: bytes) -> bytes:
    return bytes(raw[i ^ 1] for i in range(len(raw)))


@pytest.mark.parametrize("text", [
    "wágenhübér", "Wagenhu\u0308ber", "DVORAK", "GROSSMANN", "GROẞMANN", "oster", "OESTER",
    "Luedenscheidt", "LUDENSCHEIDT", "lukasiewicz", "isik", "IŞIK", "ışık", "VANDENBERG", "vandenbe",
    "O’HARA", "ohara",
    "M?ller", "M??ller", "M\ufffdller", "L?denscheidt", "WAGENHUB", "W a g e n h u b e r",
    "W.a.g.e.n.h.u.b.e.r", "w_a_g_e_n_h_u_b_e_r", "Ｗａｇｅｎｈｕｂｅｒ",
    "Wagen\u00adhuber", "Wagen\u200bhuber",
])  # fmt: skip
def test_a_name_in_another_spelling_is_known(text: str) -> None:
    assert held(text)


@pytest.mark.parametrize("raw", [
    "MÜLLER".encode("cp850"), "müller".encode("mac-roman"), "DVOŘÁK".encode("cp1250"),
    "Dvořák".encode("iso8859-2"), "AYŞE".encode("iso8859-9"), "GROßMANN".encode("latin-1"),
    "Müller".encode().decode("latin-1").encode(), "Müller".encode().decode("cp1252").encode(),
    "山田".encode("iso2022_jp"), "山田".encode("shift_jis"), "太郎".encode("euc_jp"),
    "小东".encode("gb18030"), "王小东".encode("gbk"), "희중".encode("euc_kr"), "ПЁТР".encode("koi8-r"),
    "люксембург".encode("cp866"), "Люксембург".encode("cp1251"),
])  # fmt: skip
def test_a_name_in_an_encoding_that_nobody_declared_is_known(raw: bytes) -> None:
    assert held(raw)


@pytest.mark.parametrize("name", [LONG, "Zoë", "Dvořák", "Пётр", "小东"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("shift", range(4))
def test_wide_letters_are_known_at_any_offset(name: str, codec: str, shift: int) -> None:
    data = b"\1\0\0\0" + b"\0" * shift + name.encode(codec) + b"\0\0\0\0\1"
    assert verify_bytes(data, WHO) is not None


def test_letters_apart_and_bytes_swapped_are_known() -> None:
    assert held(b"\0\0".join(bytes([letter]) for letter in LONG.encode()))
    for padding in (b"", b"x"):
        assert held(swapped(padding + LONG.encode() + b" " * len(padding)))


@pytest.mark.parametrize("text", [
    "wagen huber", "bergamot", "lies", "zoetrope", "mulle", "levee", "WAGENHUBX", "левый", "Jorgensen",
    "a n n e",
])  # fmt: skip
def test_what_only_looks_like_it_is_not_taken_for_a_name(text: str) -> None:
    assert not held(text)


def test_the_first_byte_of_a_letter_in_utf8_is_no_letter_of_latin1() -> None:
    assert verify_bytes("see AAÇ here".encode(), recipe("Aaa^Bo")) is None
    assert verify_bytes("see AAÃ here".encode("latin-1"), recipe("Aaa^Bo")) is not None


def test_seven_bit_letters_count_behind_their_escape_sequence_only() -> None:
    bare = "山田".encode("iso2022_jp")[3:-3]
    assert bare.isascii() and not held(bare)


@given(st.text(st.characters(categories=["L"]), min_size=5, max_size=12), st.sampled_from(
    ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1", "gb18030"]
))  # fmt: skip
def test_any_long_name_is_found_in_any_encoding_that_has_it(name: str, codec: str) -> None:
    try:
        assume(plain_text(name) not in technical_words())
        raw = name.encode(codec)
    except UnicodeEncodeError:
        return
    assert verify_bytes(b"\0\0" + raw + b"\0\0", recipe(name)) is not None or not name.isalpha()
