"""Spellings: words may be swapped, missing or shortened, but a longer word is another word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.subjects.spellings import faults, spelling, word_distance

WORDS = st.sampled_from("jean jeanne dupont dupond martin marie garcia lopez j d li".split())
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@given(NAMES, NAMES)
def test_distance_and_faults_do_not_depend_on_the_side(one: str, other: str) -> None:
    a, b = spelling(one), spelling(other)
    assert word_distance(a, b) == word_distance(b, a)
    assert faults(a, b) == faults(b, a)
    assert (word_distance(a, a), faults(a, a)) in {(0, ()), (1, ())}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("GARCIA LOPEZ^MARIA", "Maria Lopez Garcia", 0),
        ("GARCIA^MARIA", "Maria Lopez Garcia", 1 / 16),
        ("DUPONT^J", "Jean Dupont", 1 / 10),
        ("DUPOND^JEAN", "Jean Dupont", 1 / 10),
        ("MARTIN^JEAN", "Jeanne Martin", 1),
        ("MARTIN^JEAN", "Martin Paul", 1),
        ("D^J", "Dupont Jean", 1),
        ("DE^LI", "De Li Wang", 1),
    ],
)
def test_word_distance(one: str, other: str, expected: float) -> None:
    assert word_distance(spelling(one), spelling(other)) == pytest.approx(expected)
