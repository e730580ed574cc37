"""Pseudonyms: the same on every machine, for ever."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.errors import UsageError
from anonledger.subjects.pseudonyms import DIGITS, key_fields, key_hash, pseudonym, sequential

SALT = b"0123456789abcdef0123456789abcdef"
# What digests.encoded makes of ["pseudonym/1", "dupont jean", "19700403"], spelled out by hand.
MESSAGE = b"l41:s11:pseudonym/1s11:dupont jeans8:19700403"


def test_a_pinned_pseudonym() -> None:
    by_hand = hmac.new(SALT, MESSAGE, hashlib.sha256).hexdigest()
    assert key_hash(SALT, "dupont jean", "19700403") == by_hand
    assert pseudonym(by_hand, "subj_", 12) == "subj_FQ3W7R4WF32W"


def test_digits_are_taken_from_the_most_significant_bit() -> None:
    assert pseudonym("f" * 64, "", 4) == "ZZZZ"
    assert pseudonym("08" + "0" * 62, "s", 4) == "s1000"


@given(st.binary(min_size=32, max_size=32), st.integers(4, 51))
def test_a_pseudonym_spells_the_hash(raw: bytes, length: int) -> None:
    name = pseudonym(raw.hex(), "", length)
    number = sum(DIGITS.index(c) << 5 * (length - 1 - i) for i, c in enumerate(name))
    assert number == int.from_bytes(raw) >> (256 - 5 * length)


@pytest.mark.parametrize("length", [-1, 3, 52])
def test_other_lengths_are_refused(length: int) -> None:
    with pytest.raises(UsageError, match="4 to 51"):
        pseudonym("0" * 64, "", length)


def test_sequential_pseudonyms() -> None:
    assert sequential("subj_", 1, 4) == "subj_0001"
    assert sequential("subj_", 123456, 4) == "subj_123456"


def test_the_fields_that_stand_for_a_subject() -> None:
    names = ["DUPONT^JEAN", "Dupont^Jean^Paul", "ANONYMOUS"]
    dates = ["19700403", "19700404", "1970-04-04", ""]
    assert key_fields(names, dates) == ("dupont jean paul", "19700404")
    assert key_fields(names[::-1], dates[::-1]) == key_fields(names, dates)
    assert key_fields(["B A", "D C"], ["19800101", "19700101"]) == ("a b", "19700101")
    assert key_fields(["XXX"], []) == ("", "")


def test_any_further_field_changes_the_hash() -> None:
    assert (
        len(
            {
                key_hash(SALT, "a", ""),
                key_hash(SALT, "", "a"),
                key_hash(SALT, "a", "", "x"),
                key_hash(b"x", "a", ""),
            }
        )
        == 4
    )
