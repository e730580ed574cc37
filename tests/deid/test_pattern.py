"""A file of a series that is recognised comes out as if it were the first one that is ever looked at."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.deid import harvest
from anonledger.deid.clean import Cleaned, clean
from anonledger.deid.form import open_form
from anonledger.deid.pattern import Patterns
from anonledger.records import Recipe
from tests.benchmarks import corpora
from tests.deid.builders import RULES, cleaned, file_of, raw, recipe, sequence
from tests.factories import EXPLICIT, IMPLICIT
from tests.program import anonledger

WHO = recipe("Vesterholt^Karin", ids=("7000123",))
INSTANCE, PIXELS = 0x00080018, 0x7FE00010
NUMBERS = count()
Values = list[bytes]

# What scanners write, in the order of the tags, with the values that files of one series may have there.
TEXTS = (
    b"",
    b"1 ",
    b"12",
    b"of Vesterholt ",
    b"KARIN VESTERHOLT",
    b"0007000123",
    b"a-",
    b"%56esterholt",
    b"caf\xe9",
)
PLACES: tuple[tuple[int, str, tuple[bytes, ...]], ...] = (
    (0x00080005, "CS", (b"ISO_IR 100", b"ISO_IR 192")),
    (0x00080016, "UI", (b"1.2.840.10008.5.1.4.1.1.4\0", b"1.2.840.10008.5.1.4.1.1.7\0")),
    (INSTANCE, "UI", (b"2.25.1", b"2.25.12\0", b"2.25.7000123\0")),
    (0x00081030, "LO", TEXTS),
    (0x00100010, "PN", (b"Vesterholt^Karin", b"Vesterholt^K", b"Moe^Iver")),
    (0x00100020, "LO", (b"7000123 ", b"8")),
    (0x00104000, "LT", TEXTS),
    (0x00120063, "LO", (b"other tool", b"Vesterholt")),
    (0x0020000D, "UI", (b"2.25.3", b"2.25.33\0")),
    (0x00200013, "IS", (b"1 ", b"10", b"100 ")),
    (0x00204000, "LT", TEXTS),
    (0x00280008, "IS", (b"1 ", b"2 ")),
    (0x00280010, "US", (b"\2\0", b"\3\0")),
    (0x00280011, "US", (b"\2\0",)),
    (0x00280100, "US", (b"\x08\0", b"\x10\0")),
    (0x00290010, "LO", (b"ACME 1.1",)),
    (0x00291010, "OB", (b"\0\1\2\3", b"Vesterholt, K.\0\0", b"\xfe\xff\0\xe0\0\0\0\0", b"")),
    (
        0x00291011,
        "UN",
        (b"\xfe\xff\0\xe0\0\0\0\0", b"\xfe\xff\0\xe0\x08\0\0\0\x10\0\x10\0LO\0\0", b"Vesterholt"),
    ),
)
INSIDE = (
    b"",
    raw(0x00081030, "LO", b"Vesterholt"),
    raw(0x00100010, "PN", b"Moe^Iver"),
    raw(0x00420011, "OB", b"%PDF"),
)


def nested(implicit: bool, item: bytes, undefined: bool) -> bytes:
    """Return a sequence with an item."""
    return sequence(0x00400275, b"" if implicit else item, undefined=undefined, implicit=implicit)


@st.composite
def series(draw: st.DrawFn) -> list[bytes]:
    """Return files with the same elements, most values equal, some cut or with bytes behind or flipped."""
    implicit = draw(st.booleans())
    places = draw(st.lists(st.sampled_from(PLACES), unique=True, min_size=2).map(sorted))
    common = [draw(st.sampled_from(values)) for _, _, values in places]
    vary = draw(st.sets(st.sampled_from(range(len(places))), max_size=3))
    in_items = draw(st.lists(st.sampled_from(INSIDE), min_size=1, max_size=2))
    undefined, with_pixels = draw(st.booleans()), draw(st.booleans())
    files = []
    for _ in range(draw(st.integers(3, 6))):
        body = b""
        for number, (tag, vr, values) in enumerate(places):
            value = draw(st.sampled_from(values)) if number in vary else common[number]
            body += raw(tag, vr, value, implicit=implicit)
        body += nested(implicit, draw(st.sampled_from(in_items)), undefined)
        if with_pixels:
            body += raw(
                PIXELS, "OW", draw(st.sampled_from((b"\0\1" * 6, b"Vesterholt..", b""))), implicit=implicit
            )
        data = file_of(body, IMPLICIT if implicit else EXPLICIT)
        files.append(draw(st.sampled_from([data] * 6 + [data[:-3], data + b"\0" * 8, data + b"Vesterholt"])))
    return files


def fresh(who: Recipe) -> Recipe:
    """Return a recipe that wants the same and that no file was cleaned by yet."""
    return replace(who, digest=f"{next(NUMBERS)}")


def outcome(data: bytes, who: Recipe) -> object:
    """Return all that comes of cleaning."""
    result = clean(data, RULES, who)
    if not isinstance(result, Cleaned):
        return result
    return b"".join(result.pieces), result.study, result.series, result.instance


def as_first(data: bytes) -> object:
    """Return what is told of a file that is the first to be looked at."""
    harvest._patterns.cache_clear()
    return harvest.inspect(data, "IM1")


@settings(deadline=None, max_examples=400)
@given(series())
def test_each_file_of_a_series_is_told_and_cleaned_as_if_it_were_alone(files: list[bytes]) -> None:
    who = fresh(WHO)
    apart = [(as_first(data), outcome(data, fresh(WHO))) for data in files]
    harvest._patterns.cache_clear()
    again = [*files, *files]
    assert [(harvest.inspect(data, "IM1"), outcome(data, who)) for data in again] == [*apart, *apart]


def told_alike(files: list[bytes], who: Recipe) -> bool:
    """Whether each of some files in turn is told and cleaned as if it were alone."""
    apart = [(as_first(data), outcome(data, fresh(who))) for data in files]
    harvest._patterns.cache_clear()
    once = fresh(who)
    return [(harvest.inspect(data, "IM1"), outcome(data, once)) for data in files] == apart


def test_a_sequence_in_place_of_the_uid_of_the_instance_is_no_uid() -> None:
    item = raw(0x00400001, "LO", b"of the ward")
    files = [
        file_of(sequence(INSTANCE, item * number) + raw(0x00080060, "CS", b"MR")) for number in (1, 2, 3)
    ]
    assert told_alike(files, WHO)


def test_a_sequence_in_place_of_the_character_set_names_none() -> None:
    charset = sequence(0x00080005, raw(0x00400001, "LO", b"\\ISO_IR 144\\"))
    comment = raw(0x00104000, "LT", "Иванов".encode("iso8859_5"))
    files = [file_of(charset + raw(INSTANCE, "UI", b"2.25.%d" % number) + comment) for number in (1, 2, 3)]
    assert told_alike(files, WHO)


def test_another_character_set_is_other_text_in_the_same_bytes() -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in "Vesterholt").encode("gb18030")
    charsets = (b"ISO_IR 100", b"ISO_IR 100", b"GB18030 ", b"GB18030 ", b"ISO_IR 100")
    comment = raw(0x00104000, "LT", wide)
    assert told_alike([file_of(raw(0x00080005, "CS", charset) + comment) for charset in charsets], WHO)


def test_a_name_among_numbers_is_found_beside_few_values_and_beside_many() -> None:
    many = b"".join(raw(0x00191010 + at, "LO", b"a value of %03d letters" % at) for at in range(20))
    values = (b"\1\0", b"\2\0", b"M\x81ller")  # in code page 850
    files = [file_of(many + raw(0x00280106, "US", value)) for value in values]
    assert told_alike(files, recipe("Muller^Jurgen"))
    assert b"M\x81ller" not in cleaned(files[2], recipe("Muller^Jurgen"))


def image(number: int, *, pixels: bytes = b"\0\1\2\3", more: bytes = b"", implicit: bool = False) -> bytes:
    """Return one image of a series."""
    numbers = {"implicit": implicit}
    elements = (
        raw(INSTANCE, "UI", b"2.25.%d" % number, **numbers),
        raw(0x00100010, "PN", b"Vesterholt^Karin", **numbers),
        raw(0x00200013, "IS", b"%d" % number, **numbers),
        more,
        raw(PIXELS, "OW", pixels, **numbers),
    )
    return file_of(b"".join(elements), IMPLICIT if implicit else EXPLICIT)


def recognised(files: list[bytes]) -> Iterator[bool]:
    """Tell of each file whether it follows what those before it have in common."""
    patterns = Patterns[None]({INSTANCE}, {0x00100010})
    for data in files:
        form = open_form(data)
        fit = patterns.fitted(form)
        yield fit is not None
        if fit is None:
            elements, end = form.walk()
            patterns.learn(form, elements, end, lambda stretches: None)


@pytest.mark.parametrize("implicit", [False, True])
def test_the_third_image_of_a_series_is_recognised_whatever_its_number(implicit: bool) -> None:
    files = [image(number, implicit=implicit) for number in (8, 9, 10, 999, 1000)]
    assert [*recognised(files)] == [False, False, True, True, True]
    assert all(open_form(data).coding.implicit is implicit for data in files)


def test_another_value_is_learnt_once() -> None:
    varied = [image(n, more=raw(0x00204000, "LT", b"note %d" % (n // 4))) for n in range(12)]
    assert [*recognised(varied)] == [False, False, True, True, False, *[True] * 7]


def test_the_files_of_another_patient_are_not_taken_for_those_of_the_first() -> None:
    other = image(3).replace(b"Vesterholt^Karin", b"Moe^Iver Olavsen")
    assert [*recognised([image(1), image(2), other, image(4)])] == [False, False, False, False]


@pytest.mark.parametrize("length", [3, 5, 0xFFFF])
def test_a_value_longer_or_shorter_than_the_file_says_is_not_recognised(length: int) -> None:
    broken = bytearray(image(3))
    at = bytes(broken).find(raw(0x00200013, "IS", b"3"))
    broken[at + 6 : at + 8] = struct.pack("<H", length)
    patterns = [image(1), image(2), bytes(broken)]
    with pytest.raises(Exception, match=r"VR is unknown|longer than what is left|no element"):
        [*recognised(patterns)]


def test_a_run_says_how_many_files_took_the_slow_path(tmp_path: Path) -> None:
    corpora.build(tmp_path / "in", "MR", 48)  # of four patients, a series each
    done = anonledger("run", "in", "-v", "-j", "1", cwd=tmp_path)
    assert "8 files took the slow path" in done.stderr
