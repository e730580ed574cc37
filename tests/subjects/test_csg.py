"""Pseudonyms as csg_dicoms_anonymizer makes them, so that its datasets go on growing."""

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.errors import UsageError
from anonledger.subjects.pseudonyms import csg

WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9), min_size=1, max_size=4)
MD5_OF_A10 = hashlib.md5(b"a10-").hexdigest()
ACCENTS = st.sampled_from("\u0301\u0300\u0308\u0327\u030c")


@pytest.mark.parametrize(
    ("name", "salt", "expected"),
    [
        ("rajae chatila", "", "subj_a4ae796c"),
        ("chatila rajae", "", "subj_a4ae796c"),
        ("Chatila^Rajaé", "", "subj_a4ae796c"),
        ("doe john paul", "Hospital7", "subj_df898c21"),
        ("PAUL, John Doe", "Hospital7", "subj_df898c21"),
    ],
)
def test_its_ids_come_out_as_there(name: str, salt: str, expected: str) -> None:
    assert csg(name, salt, "subj_", 8) == expected


@given(WORDS, st.randoms(), ACCENTS, st.text("abcXYZ0123456789", max_size=8))
def test_order_case_accents_and_punctuation_say_nothing(
    words: list[str], random: object, accent: str, salt: str
) -> None:
    shuffled = sorted(words, key=lambda _: random.random())  # type: ignore[attr-defined]
    spelled = unicodedata.normalize("NFC", "^".join(word[0].upper() + accent + word[1:] for word in shuffled))
    assert csg(" ".join(words), salt, "p", 8) == csg(spelled, salt, "p", 8)


def test_digits_sort_with_zero_last_and_a_hyphen_counts() -> None:
    assert csg("-01a", "", "", 32) == MD5_OF_A10
    assert csg("01", "", "", 8) == csg("10", "", "", 8)
    assert csg("a-b", "", "", 8) != csg("ab", "", "", 8)


@pytest.mark.parametrize("length", [3, 33])
def test_another_length_is_refused(length: int) -> None:
    with pytest.raises(UsageError, match="4 to 32"):
        csg("jane doe", "", "subj_", length)
