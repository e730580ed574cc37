"""Names in binary values: found where they are, at the same length, and in no other letters by chance."""

from mmap import mmap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.deid.binary import LARGEST, NUMERIC_VRS, WORDS, clean_binary
from anonledger.deid.hunt import hunter_of
from anonledger.deid.verify import verify_instance
from anonledger.records import Recipe, Stranger
from tests.deid.builders import PSEUDONYM, cleaned, file_of, raw, recipe
from tests.factories import DEFLATED, EXPLICIT, IMPLICIT, instance


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


NOISE = bytes(range(250)) * 20
ENCODED = [
    ("cp850", "Müller Jörg"), ("cp1250", "Dvořák Žofie"), ("cp1251", "Люксембург Пётр"),
    ("koi8_r", "Люксембург"),
    ("iso8859_7", "Διονύσιος"), ("euc_kr", "김희중"), ("shift_jis", "山田太郎"), ("gb18030", "王小东"),
    ("big5", "陳大文"),
    ("utf-8", "Dvořák"), ("utf-16-le", "Dvořák"), ("utf-16-be", "王小东"), ("utf-32-le", "Müller Jörg"),
    ("utf-32-be", "Dvořák"), ("mac_roman", "Müller"), ("latin-1", "Müller Jörg"),
]  # fmt: skip
KNOWN = recipe(
    "Müller^Jörg",
    "Dvořák^Žofie",
    "Люксембург^Пётр",
    "Διονύσιος^Άννα",
    "김^희중",
    "山田^太郎",
    "王^小东",
    "陳^大文",
)


def binary(value: bytes, *names: str, vr: str = "OB") -> bytes:
    """Clean a binary value of the names."""
    who = recipe(*names) if names else KNOWN
    return clean_binary(value, hunter_of(who), PSEUDONYM, vr) or value


@pytest.mark.parametrize("codec, name", ENCODED)
@pytest.mark.parametrize("offset", [0, 1, 2, 3])
@pytest.mark.parametrize("noise", [b"\0\1\2\3" * 9, NOISE], ids=["short", "long"])
def test_a_name_goes_in_every_encoding_at_every_offset(
    codec: str, name: str, offset: int, noise: bytes
) -> None:
    before, behind, said = noise + b"\0" * offset, b"\0" * 4 + noise, name.encode(codec)
    new = binary(before + said + behind)
    assert len(new) == len(before + said + behind)
    assert (new[: len(before)], new[-len(behind) :]) == (before, behind)
    kept = new[len(before) : -len(behind)].decode(codec if codec.startswith("utf") else "ascii")
    assert not {*kept.lower()} & {*name.lower()} - {"x", " "}


@pytest.mark.parametrize("vr, size", WORDS.items())
def test_a_name_goes_from_words_of_either_byte_order(vr: str, size: int) -> None:
    text = b"\1\2\3\4\5\6\7\0" + b"of Keller^Jana.".ljust(24, b"\0")
    turned = b"".join(text[i : i + size][::-1] for i in range(0, len(text), size))
    for value in (text, turned):
        new = binary(value, "Keller^Jana", vr=vr)
        assert len(new) == len(value) and new[:8] == value[:8]
        assert new.count(b"X") == len("Keller^Jana")


@pytest.mark.parametrize("spelled", ["Dvo\u0159a\u0301k", "DVOŘÁK", "Dvôrak", "dvorák"])
@pytest.mark.parametrize("codec", ["utf-8", "latin-1", "utf-16-le", "cp1250", "cp850"])
@pytest.mark.parametrize("noise", [b"\0\1\2\3", NOISE], ids=["short", "long"])
def test_accents_that_the_known_name_does_not_have(spelled: str, codec: str, noise: bytes) -> None:
    said = spelled.encode(codec, "ignore")
    if b"dvo" not in said.replace(b"\0", b"").lower() or len(said.decode(codec)) < len("dvorak"):
        pytest.skip("the codec does not have it")
    if codec == "utf-16-le" and "\u0159" in spelled.lower():
        pytest.skip("looked for as it is spelled only")
    if codec in ("cp1250", "cp850") and noise is NOISE:
        pytest.skip("looked for in short values only")
    value = noise + b"\0\0" + said + b"\0\0" + noise
    assert b"dvo" not in binary(value, "Dvorak^Zofie").replace(b"\0", b"").lower()


@pytest.mark.parametrize("vr", sorted(NUMERIC_VRS))
@pytest.mark.parametrize("implicit", [True, False])
def test_text_goes_from_where_numbers_belong(vr: str, implicit: bool) -> None:
    named, numbers = b"Keller^Jana\0\0\0\0\0", b"\1\0\2\0\3\0\4\0"
    tags = (0x00080060, "CS", b"MR"), (0x00280106, vr, numbers), (0x00280107, vr, named)
    source = b"".join(raw(*told, implicit=implicit) for told in tags)
    new = cleaned(file_of(source, IMPLICIT if implicit else EXPLICIT), recipe("Keller^Jana"))
    assert b"X" * 11 + b"\0" * 5 in new and numbers in new


def test_numbers_that_happen_to_read_like_a_short_name_stay() -> None:
    numbers = b"\x07\x80\x01\x02Ann\x03\x02\x01\x90\x00"
    assert binary(numbers, "Ann^Lee", vr="US") == numbers
    assert binary(b"Ann\0", "Ann^Lee", vr="US") == b"XXX\0"


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_random_bytes_stay_whoever_it_is(seed: int) -> None:
    from random import Random

    value = Random(seed).randbytes(8192)
    assert binary(value) == value
    assert binary(value, "Ann^Lee", "Wu^Li") == value


@pytest.mark.parametrize("name", ["Ito^Aoi", "Eze^Ada", "Keller^Jana", "Müller^Jörg", "Αθανασίου^Άννα"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", [b"\1\2\3", b"\1\2\xff", b"\3", b"\xff", b"\0\1", b"\2"])
def test_wide_letters_are_not_taken_for_those_that_are_a_byte_off(
    name: str, codec: str, before: bytes
) -> None:
    said, behind = " ".join(reversed(name.split("^"))).encode(codec), b"\3\0\5\0"[codec.endswith("be") :]
    new = binary(before + said + behind, name)
    assert new == before + ("X" * (len(said) // 2)).encode(codec) + behind


def test_strangers_and_terms_go_too() -> None:
    others = (Stranger("subj_other", ("Wagenhuber^Annelise",), ("KX-4711-22",)),)
    who = Recipe(PSEUDONYM, "", ("Doe^Jane",), (), ("Projekt Sonnenblume",), others)
    value = b"\1\2 Annelise Wagenhuber, KX-4711-22, projekt_sonnenblume\0".ljust(80, b"\0")
    new = clean_binary(value, hunter_of(who), PSEUDONYM)
    assert new is not None and len(new) == len(value)
    assert b"subj_other" in new and PSEUDONYM.encode() in new
    assert not any(word in new.lower() for word in (b"annelise", b"4711", b"sonnenblume"))


SOON = st.sampled_from(["latin-1", "utf-8", "utf-16-le", "utf-32-be", "cp850"])


@settings(deadline=None, max_examples=100)
@given(SOON, st.integers(0, 40), st.sampled_from(["Wagenhuber^Annelise", "ANNELISE WAGENHUBER", "wagenhub"]))
def test_any_form_is_spotted_wherever_it_stands(codec: str, offset: int, spelled: str) -> None:
    value = (bytes(offset) + f"({spelled})".encode(codec)).ljust(200, b"\0")
    new = binary(value, "Wagenhuber^Annelise")
    assert b"wag" not in new.replace(b"\0", b"").lower() and len(new) == len(value)


def test_a_value_that_would_fill_the_memory_is_refused_before_it_does() -> None:
    with mmap(-1, LARGEST + 2) as value, pytest.raises(MemoryError):
        clean_binary(value, hunter_of(recipe()), PSEUDONYM)
