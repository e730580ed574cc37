"""Looking at all short values at once misses none that a look at each of them would change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.deid.binary import BINARY_VRS, NUMERIC_VRS, clean_binary
from anonledger.deid.form import open_form
from anonledger.deid.glance import suspects
from anonledger.deid.hunt import Hunter, hunter_of
from anonledger.deid.scrub import TEXT_VRS, clean_text
from tests.deid.builders import PSEUDONYM, file_of, raw, recipe

WHO = recipe("Keller^Jana", "Müller^Jörg", ids=("12-34-56", "KX4711"))
VRS = sorted(TEXT_VRS | BINARY_VRS | NUMERIC_VRS)
NAMES = [
    "Keller",
    "Jana",
    "J. Keller",
    "K e l l e r",
    "M?ller",
    "jkeller",
    "123456",
    "KX-4711",
    "M&uuml;ller",
]
VALUES = [name.encode() for name in NAMES] + [
    b"", b"t1", b" ", b"^", b"K", b"%", b"\0", b"\x80", b"ler", b"Kel", b"Keller\0Jana",
    "Jana".encode("utf-16-le"), "Müller".encode("cp850"), "Jana".encode("utf-32-be"), b"eKllre",
    b"lleK", b"1\\2", b"\n",
]  # fmt: skip


def is_changed(vr: str, value: bytes, hunter: Hunter) -> bool:
    """Whether a value by itself would be changed."""
    if vr in TEXT_VRS:
        return clean_text(value, vr, "", hunter, PSEUDONYM) is not None
    found = clean_binary(value, hunter, PSEUDONYM, vr)
    return found is not None or (vr == "UN" and clean_text(value, vr, "", hunter, PSEUDONYM) is not None)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(VRS), st.lists(st.sampled_from(VALUES), max_size=3)), max_size=12))
def test_no_value_that_would_change_is_passed_over(told: list[tuple[str, list[bytes]]]) -> None:
    values = [(vr, b" ".join(pieces)) for vr, pieces in told]
    body = b"".join(raw(0x00091000 + i, vr, value) for i, (vr, value) in enumerate(values))
    form = open_form(file_of(raw(0x00080060, "CS", b"MR") + body))
    elements, _ = form.walk()
    hunter = hunter_of(WHO)
    found = set(suspects(form.data, elements[1:], TEXT_VRS, hunter))
    for element, (vr, value) in zip(elements[1:], values, strict=True):
        assert element.start in found or not is_changed(vr, value, hunter)


@pytest.mark.parametrize("value", [b"t1 mprage sag", b"1.2.840.10008", b"20200304"])
def test_a_value_that_says_nothing_is_passed_over(value: bytes) -> None:
    form = open_form(file_of(raw(0x00080060, "CS", b"MR") + raw(0x00081030, "LO", value)))
    assert list(suspects(form.data, form.walk()[0], TEXT_VRS, hunter_of(WHO))) == []
