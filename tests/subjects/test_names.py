"""Names: one canonical form for every way to write a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.subjects.names import canonical, groups, is_placeholder, is_telling, letters, usable, words

NOBODY = ["ANONYMOUS", "Anon^", "UNKNOWN^UNKNOWN", "No Name", "N/A", "PHANTOM", "test", "TEST^PATIENT"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("HANÇER^PINAR", ("hancer", "pinar")),
        ("Hançer, Pınar", ("hancer", "pinar")),
        ("HANÃ‡ER^PINAR", ("hancer", "pinar")),
        ("O’Connor^Sean", ("oconnor", "sean")),
        ("O'CONNOR SEAN", ("oconnor", "sean")),
        ("Straße-Møller^Jürgen^^Dr.", ("strasse", "moller", "jurgen", "dr")),
        ("=山田^太郎=やまだ^たろう", ("山田", "太郎")),
        ("ﾔﾏﾀﾞ^ﾀﾛｳ", words("やまだ^たろう")),
        ("ヤマダ　タロウ", words("やまだ^たろう")),
        ("राम^सीता", ("राम", "सीता")),
        ("Dupont_Jean2", ("dupont", "jean2")),
        ("^^^", ()),
    ],
)
def test_words_of_a_name(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


def test_mojibake_is_repaired_only_when_all_of_it_is() -> None:
    assert canonical("MÃ¼ller Ã") == canonical("ma¼ller a")
    assert canonical("MÃ¼ller") == "muller"


@given(st.text())
def test_canonical_is_idempotent(name: str) -> None:
    assert canonical(canonical(name)) == canonical(name)
    assert letters(name) == canonical(name).replace(" ", "")


@given(
    st.lists(st.sampled_from(["Dupont", "Élodie", "Zoë", "Garcia", "Łukasz", "李"]), min_size=1), st.data()
)
def test_canonical_ignores_order_case_and_separators(parts: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(parts))
    separator = data.draw(st.sampled_from([" ", "^", ", ", "-", ".", "_", "^^"]))
    assert canonical(separator.join(shuffled).upper()) == canonical(" ".join(parts))


def test_groups_and_usable_names() -> None:
    assert groups("Yamada^Tarou=山田^太郎=") == ("Yamada^Tarou", "山田^太郎")
    assert usable("Yamada^Tarou=山田^太郎=ANONYMOUS") == ("tarou yamada", "太郎 山田")


@pytest.mark.parametrize("value", ["", "?", "***", "^^", "0", "1", "00000", "XXXX", "xx", "9999", *NOBODY])
def test_what_identifies_nobody(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    ["Anonson^Ella", "TEST^JEAN", "PATIENT_1", "ANON0001", "22", "P0", "Na^Li", "李", "10", "Phantomas"],
)
def test_what_identifies_somebody(value: str) -> None:
    assert not is_placeholder(value)


def test_particles_titles_and_initials_tell_nothing() -> None:
    assert not any(map(is_telling, ["de", "van", "dr", "j", "unknown"]))
    assert is_telling("li")
