"""Input made to exhaust the program: it is cleaned, or there is a reason, in bounded time and memory."""

import pytest

from anonledger.deid.clean import Uncleanable
from anonledger.deid.hunt import hunter_of
from anonledger.deid.scrub import clean_string
from anonledger.outcomes import QuarantineReason
from tests.deid.builders import (
    ITEM,
    ITEM_END,
    PSEUDONYM,
    SEQUENCE_END,
    UNDEFINED,
    attempt,
    cleaned,
    file_of,
    raw,
    read,
    recipe,
)  # fmt: skip
from tests.factories import instance

HEAD = raw(0x00080060, "CS", b"MR")
NAMED = raw(0x00081030, "LO", b"by Doe^Jane ")


def nested(depth: int) -> bytes:
    """Return sequences of undefined length inside one another, the name in the innermost."""
    opening = raw(0x0040A730, "SQ", length=UNDEFINED) + raw(ITEM, "", length=UNDEFINED)
    return file_of(HEAD + opening * depth + NAMED + (raw(ITEM_END, "") + raw(SEQUENCE_END, "")) * depth)


@pytest.mark.parametrize("depth", [500, 1500])
def test_the_name_goes_at_great_depth(depth: int) -> None:
    new = cleaned(nested(depth))
    assert b"Doe" not in new and b"by " + PSEUDONYM.encode() in new


def test_what_is_nested_without_end_is_held_back() -> None:
    found = attempt(nested(50_000))
    assert isinstance(found, Uncleanable)
    assert found.trouble is QuarantineReason.MALFORMED and "deeper" in found.where


def test_more_elements_than_memory_has_room_for_are_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anonledger.deid.walk.MOST", 100)
    assert isinstance(attempt(file_of(HEAD + NAMED * 98)), bytes)
    found = attempt(file_of(HEAD + NAMED * 200))
    assert isinstance(found, Uncleanable)
    assert found.trouble is QuarantineReason.MALFORMED and "more elements" in found.where


def test_lengths_around_many_changes_are_mended_at_every_level() -> None:
    inner = raw(0x0040A730, "SQ", b"".join(raw(ITEM, "", NAMED) for _ in range(3000)))
    for _ in range(50):
        inner = raw(0x0040A730, "SQ", raw(ITEM, "", inner))
    items = read(cleaned(file_of(HEAD + inner))).ContentSequence
    for _ in range(50):
        items = items[0].ContentSequence
    assert {item.StudyDescription for item in items} == {f"by {PSEUDONYM}"} and len(items) == 3000


LONG = {"one word": "Wagen" * 2000, "one letter": "A" * 30_000, "one accent": "é" * 15_000}
WORDS = " ".join("Wort" + "".join("abcdefghij"[int(c)] for c in str(i)) for i in range(1000, 6000))


@pytest.mark.parametrize("name", [*LONG.values(), WORDS], ids=[*LONG, "thousands of words"])
def test_a_name_as_long_as_a_book_goes(name: str) -> None:
    source = instance(
        f"{name}^Bob", TextValue=f"of {name.upper()[:20000]}", private=[(1, "OB", name.encode())]
    )
    new = cleaned(source, recipe(f"{name}^Bob"))
    assert name.split()[0].encode() not in new and read(new).PatientName == PSEUDONYM


@pytest.mark.parametrize(
    "text", ["a " * 20_000, "^" * 20_000, "K.e" * 9000, "%C3" * 9000, "Doe^Jane, " * 5000]
)
def test_a_long_text_is_looked_through(text: str) -> None:
    assert "Jane" not in clean_string(text, hunter_of(recipe("Doe^Jane", "Keller^Jo", "Müller^Ö")), "P")


@pytest.mark.parametrize(
    "value", [b"Doe^Jane, " * 9000, b"doe" * 9000, b"\xc3\xa9a" * 9000, b"\xff\xd8\xff" * 9000]
)
def test_a_long_binary_value_is_looked_through(value: bytes) -> None:
    new = cleaned(file_of(HEAD + raw(0x00091001, "OB", value)), recipe("Doe^Jane", "Müller^Jörg"))
    assert b"Jane" not in new and len(new) > len(value)
