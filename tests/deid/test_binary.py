"""Names in binary values: found where they are, at the same length, and in no other letters by chance."""

import pytest

from anonledger.deid.hunt import hunter_of
from anonledger.deid.scrub import clean_binary
from anonledger.deid.verify import verify_instance
from tests.deid.builders import cleaned, recipe
from tests.factories import DEFLATED, EXPLICIT, instance


@pytest.mark.parametrize("name, value", [
    ("Marlow^Brian", b"\1\0\0\0Brian\0\0\0"),
    ("Chen^Mingzhu", b"\1\0\0\0Chen\0\0\0\0"),
    ("Wu^Li", b"\1\0\0\0" + "Wu^Li patient".encode("utf-16-le")),
    ("Wu^Li", b'"PatientName"> { "Wu^Li" }\0\0'),
    ("Contrast^Max", b"path/Contrast^Max/x.img\0"),
    ("Contrast^Max", b"\0" + "nm=Max Contrast".encode("utf-16-be")),
    ("Müller^Jörg", b"\x01\xc8" + "Müller Jörg".encode()),
    ("Müller^Jörg", "Mu\u0308ller".encode()),
])  # fmt: skip
def test_a_name_goes_and_the_length_stays(name: str, value: bytes) -> None:
    new = clean_binary(value, hunter_of(recipe(name)), "subj_0001")
    assert new is not None
    assert len(new) == len(value)
    data = cleaned(instance(name, private=[(1, "OB", value + b"\0" * (len(value) % 2))]), recipe(name))
    assert verify_instance(data, recipe(name)) is None


@pytest.mark.parametrize("syntax", [EXPLICIT, DEFLATED])
def test_a_deflated_file_is_held_back_where_another_would_be(syntax: str) -> None:
    private = [(1, "OB", b"\1\2\3\4\1Chen\2\1\2\3\4\5"), (2, "OB", bytes(range(250)) * 24)]
    planted = recipe("Chen^Mingzhu")
    data = cleaned(instance("Chen^Mingzhu", private=private, syntax=syntax), recipe("Doe^Jane"))
    assert verify_instance(data, planted) is not None
