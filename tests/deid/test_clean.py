"""The whole of it: a de-identified file, or a reason; never an exception, never a name."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from anonledger.deid.clean import Cleaned, Uncleanable, clean
from anonledger.deid.harvest import inspect
from anonledger.deid.lexicon import name_words, technical_words
from anonledger.deid.verify import verify_instance
from anonledger.folding import fold
from anonledger.outcomes import QuarantineReason
from anonledger.records import Recipe
from tests.deid.builders import (
    BUNDLED,
    PSEUDONYM,
    RULES,
    attempt,
    cleaned,
    file_of,
    raw,
    read,
    recipe,
    text_of,
    walked,
)  # fmt: skip
from tests.factories import SYNTAXES, instance, item, nested, uid

RULED = {int(rule.tag, 16) for rule in RULES.rules}
STATED = {(0x00100010,), (0x00100020,), (0x00120062,), (0x00120063,)}
SMALL = [path for path in BUNDLED if path.stat().st_size < 12_000]
WORDS = st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=3, max_size=9)


def who_is(data: bytes) -> Recipe:
    """Return the recipe for whom the file itself names."""
    found = inspect(data, "x").header
    names = (found.evidence.name, *found.evidence.other_names) if found else ()
    return Recipe(
        PSEUDONYM, "", tuple(sorted({*names} - {""})), (found.evidence.patient_id,) if found else ()
    )


@pytest.mark.parametrize("path", BUNDLED, ids=lambda p: p.name)
def test_every_bundled_file_of_pydicom_is_cleaned_and_nothing_else_in_it_changes_or_there_is_a_reason(
    path: Path,
) -> None:
    source = path.read_bytes()
    who = who_is(source)
    new = attempt(source, who)
    if isinstance(new, Uncleanable):
        assert new.trouble in QuarantineReason
        assert new.where
        return
    assert verify_instance(new, who) is None
    before, after = walked(read(source)), walked(read(new))
    meta, new_meta = read(source).file_meta, read(new).file_meta
    assert new_meta.TransferSyntaxUID == meta.get("TransferSyntaxUID", new_meta.TransferSyntaxUID)
    assert set(after) - set(before) <= STATED
    identifiers = {w for text in (*who.names, *who.ids) for w in name_words(text)}
    for place in before:
        if before[place] != after.get(place) and place not in STATED and not RULED & set(place):
            assert not place[-1] & 0xFFFF or is_named(before[place][1], identifiers), hex(place[-1])


def is_named(value: bytes, identifiers: set[str]) -> bool:
    """Whether a value holds one of the words, or is in a character set that hides it from a plain look."""
    return b"\x1b" in value or any(word in fold(value.decode("latin-1")) for word in identifiers)


@pytest.mark.parametrize("syntax", SYNTAXES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_is_cleaned_or_there_is_a_reason(syntax: str, data: st.DataObject) -> None:
    source = bytearray(
        instance(
            syntax=syntax,
            charset=["", "ISO 2022 IR 87"],
            OperatorsName=b"Doe^Jane=\x1b$B;3ED\x1b(B",
            ContentSequence=[nested(2, item(TextValue="of Doe^Jane")), item()],
            private=[(1, "UN", b"for Doe^Jane, 1970"), (2, "LO", "x")],
        )
    )
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(source) - 1))
        damage = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"SQ", b"UN", b"\xff\xff\xff\xff", b"\xfe\xff\0\xe0"])
        )
        source[place : place + data.draw(st.integers(0, 8))] = damage
    result = attempt(bytes(source))
    assert isinstance(result, bytes | Uncleanable)
    if isinstance(result, bytes):
        verify_instance(result, recipe())
    inspect(bytes(source), "x")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SMALL), st.floats(0, 1), st.binary(min_size=1, max_size=6))
def test_a_damaged_bundled_file_gives_a_value(path: Path, where: float, damage: bytes) -> None:
    source = bytearray(path.read_bytes())
    place = int(where * len(source))
    source[place : place + len(damage)] = damage
    result = attempt(bytes(source))
    assert isinstance(result, bytes | Uncleanable)
    if isinstance(result, bytes):
        verify_instance(result, recipe())


@settings(max_examples=200, deadline=None)
@given(
    st.lists(WORDS, min_size=2, max_size=4),
    st.lists(WORDS, max_size=4),
    st.lists(WORDS, max_size=4),
    st.permutations(["^", " ", "_", ", ", ".", "-"]),
    st.sampled_from([str.lower, str.upper, str.title, str]),
    st.booleans(),
)
def test_any_name_goes_in_any_order_and_case_and_the_text_around_it_stays(
    words: list[str], before: list[str], behind: list[str], marks: list[str], case: object, reverse: bool
) -> None:
    names = [unicodedata.normalize("NFC", w) for w in words]
    assume(all(len(fold(w)) > 2 and fold(w).isalpha() and fold(w) not in technical_words() for w in names))
    around = [fold(w) for w in (*before, *behind)]
    assume(all(w.isalpha() for w in around))
    assume(not any(fold(n) in a or a in fold(n) for n in names for a in around))
    spelled = case(marks[0].join(reversed(names) if reverse else names))  # type: ignore[operator]
    text = " ".join(["*", *before, "*", spelled, "*", *behind, "*"])
    assume(fold(spelled) == fold(marks[0].join(reversed(names) if reverse else names)))
    who = recipe("^".join(names))
    new = cleaned(instance("^".join(names), TextValue=text, private=[(1, "OB", b"1234")]), who)
    assert verify_instance(new, who) is None
    assert text_of(new, "TextValue") == " ".join(["*", *before, "*", PSEUDONYM, "*", *behind, "*"])


def test_the_uids_of_the_result_are_told() -> None:
    result = clean(instance(), RULES, recipe())
    assert isinstance(result, Cleaned)
    study = uid("study", "P-104477")
    assert (result.study, result.series) == (study, uid("series", study, 1))
    assert result.instance == uid("instance", study, 1, 1)


def test_a_name_in_a_uid_is_left_to_verification_for_a_uid_cannot_lose_a_part() -> None:
    result = clean(instance(StudyInstanceUID="1.2.Tegernsee.3"), RULES, recipe("Tegernsee^Paul"))
    assert isinstance(result, Cleaned)
    assert result.study == "1.2.Tegernsee.3"
    assert verify_instance(b"".join(result.pieces), recipe("Tegernsee^Paul")) is not None


def test_every_mention_of_the_patient_at_every_depth_becomes_the_pseudonym() -> None:
    inner = item(PatientName="Roe^Richard", PatientID="R-1", ReferringPhysicianName="Doe^Jane")
    new = read(cleaned(instance(ReferringPhysicianName="Poe^Ann", ContentSequence=[nested(4, inner)])))
    assert new.ReferringPhysicianName == "Poe^Ann"
    for _ in range(5):
        new = new.ContentSequence[0]
    assert (new.PatientName, new.PatientID, new.ReferringPhysicianName) == (PSEUDONYM,) * 3


def test_a_patients_name_that_is_a_sequence_is_replaced_all_the_same() -> None:
    odd = raw(0x00100010, "SQ", raw(0xFFFEE000, "", raw(0x00100010, "PN", b"Doe^Jane")))
    new = cleaned(file_of(raw(0x00080060, "CS", b"MR") + odd))
    assert read(new).PatientName == PSEUDONYM
    assert verify_instance(new, recipe()) is None


def test_a_memory_map_is_as_good_as_bytes(tmp_path: Path) -> None:
    from mmap import ACCESS_READ, mmap

    (tmp_path / "IM1").write_bytes(instance(pixels=bytes(9_000)))
    with (tmp_path / "IM1").open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
        result = clean(data, RULES, recipe())
        assert isinstance(result, Cleaned)
        written = b"".join(result.pieces)
        for piece in result.pieces:
            if isinstance(piece, memoryview):
                piece.release()
        del result
    assert written == cleaned(instance(pixels=bytes(9_000)))
