"""The last word: a name that cleaning did not see is found in the bytes, and chance is not taken for one."""

import bz2
import gzip
import lzma
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from io import BytesIO

import pytest

from anonledger.deid.clean import Uncleanable, clean
from anonledger.deid.profile import read_rules
from anonledger.deid.verify import SLICE, verify_bytes, verify_carried, verify_instance, verify_text
from anonledger.outcomes import QuarantineReason
from anonledger.records import Roster, Stranger
from tests.deid.builders import cleaned, raw, read, recipe
from tests.factories import BIG, DEFLATED, SYNTAXES, instance, item, nested

NAME = "Wagenhuber^Annelise"
WHO = recipe(NAME, ids=("P-104477",))
ROOM = b"room for an identifier here ...."


def planted(what: bytes, data: bytes) -> bytes:
    """Return a clean file in which something was written over a placeholder afterwards."""
    new = cleaned(data, WHO)
    assert verify_instance(new, WHO) is None
    assert ROOM in new
    return new.replace(ROOM, b"x " + what.ljust(len(ROOM) - 2, b" "))


PLACES = {
    "text": instance(ImageComments=ROOM),
    "number": instance(SliceThickness=ROOM),
    "private binary": instance(private=[(1, "OB", ROOM)]),
    "floats": instance(private=[(1, "FD", [1.5] * 4)]).replace(struct.pack("<4d", *[1.5] * 4), ROOM),
    "nested": instance(ContentSequence=[nested(6, item(TextValue=ROOM))]),
    "big endian": instance(syntax=BIG, private=[(1, "OW", ROOM)]),
    "pixel data": instance(pixels=bytes(4000) + ROOM + bytes(4000)),
    "fragments": instance(syntax=SYNTAXES[-1], pixels=bytes(4000) + ROOM),
}
SPELLINGS = {
    "surname": b"Wagenhuber",
    "lower case": b"wagenhuber",
    "given name first": b"Annelise Wagenhuber",
    "glued": b"AnneliseWagenhuber",
    "inside a word": b"xwagenhuberx",
    "ID": b"no P-104477 it is",
    "ID in lower case": b"no p-104477 it is",
    "UTF-16": "Annelise".encode("utf-16-le"),
    "UTF-16 the other way": "Annelise".encode("utf-16-be"),
    "UTF-16 at an odd offset": b"\0" + "ANNELISE".encode("utf-16-le"),
}


@pytest.mark.parametrize("what", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_an_identifier_is_found_wherever_it_stands(place: bytes, what: bytes) -> None:
    found = verify_instance(planted(what, place), WHO)
    assert found is not None
    assert found.trouble is QuarantineReason.RESIDUE
    assert "agenhuber" not in repr(found)


@pytest.mark.parametrize("what", SPELLINGS.values(), ids=SPELLINGS)
def test_an_identifier_is_found_in_deflated_data_and_behind_the_end(what: bytes) -> None:
    deflated = instance(syntax=DEFLATED, ImageComments=ROOM)
    assert verify_instance(planted(what, deflated), WHO) is not None
    assert verify_instance(cleaned(instance(), WHO) + b"  " + what, WHO) is not None


def test_where_it_stands_is_told_by_the_tag() -> None:
    found = verify_instance(planted(b"Wagenhuber", PLACES["nested"]), WHO)
    assert found is not None and found.where == " > ".join(["(0040,A730)"] * 7 + ["(0040,A160)"])


def test_an_identifier_in_front_of_the_data_set_is_found() -> None:
    new = cleaned(instance(), WHO)
    for start, what in ((0, b"Wagenhuber"), (60, b"x")):
        dirty = new[:start] + what + new[start + len(what) :]
        assert verify_instance(dirty, WHO) is not None
    meta = new.replace(b"ANONLEDGER_1", b"Wagenhuber_1")
    assert verify_instance(meta, WHO) is not None


@pytest.mark.parametrize("name, encoding", [
    ("Müller^Jörg", "latin-1"), ("Müller^Jörg", "utf-8"), ("Müller^Jörg", "cp850"),
    ("Müller^Jörg", "utf-16-le"), ("Люксембург^Пётр", "cp1251"), ("Люксембург^Пётр", "koi8-r"),
    ("Люксембург^Пётр", "iso8859-5"),
    ("山田^太郎", "utf-8"), ("山田^太郎", "shift_jis"), ("山田^太郎", "euc_jp"), ("王^小东", "gb18030"),
    ("김^희중", "euc_kr"), ("Διονύσιος^Άννα", "iso8859-7"), ("שרון^דבורה", "iso8859-8"),
    ("कुमार^राज", "utf-8"),
])  # fmt: skip
def test_a_name_is_found_in_whatever_it_is_written(name: str, encoding: str) -> None:
    for part in name.split("^"):
        if len(part) > 1:
            assert verify_bytes(b"x " + part.encode(encoding) + b" y", recipe(name)) is not None


@pytest.mark.parametrize("text", ["O'HARA", "o’hara", "OHara", "O Hara"])
def test_an_apostrophe_hides_no_name(text: str) -> None:
    assert not verify_text(f"for {text}.", recipe("O'Hara^Maeve"))


def test_a_name_without_its_accents_is_found() -> None:
    for text in ("Muller", "MÜLLER", "mu\u0308ller", "Jorg"):
        assert not verify_text(f"seen by {text} today", recipe("Müller^Jörg"))


@pytest.mark.parametrize("name, text", [
    ("Head^Brian", "head routine, Head_neck"),
    ("Contrast^Max", "contrast agent, max intensity"),
    ("O^Al", "al dente, axial, o2"),
    ("Le^Thi", "le thigh left"),
    ("Doe^Jan", "does undoes January"),
    ("Unknown^", "unknown"),
    ("Stern^Otto", "sternum, STERNUM t1"),
    ("Ledger^Place", "anonledger: replaced"),
    ("2004^", "20040101 2004"),
    ("Scan^Ann", "scan annular Annex channel rescan"),
])  # fmt: skip
def test_technical_words_and_parts_of_other_words_are_no_residue(name: str, text: str) -> None:
    assert verify_text(text, recipe(name))
    assert verify_instance(cleaned(instance(name, ImageComments=text), recipe(name)), recipe(name)) is None


@pytest.mark.parametrize("text", ["Le Thi", "le-thi", "Thi^Le", "LETHI"])
def test_short_words_are_found_side_by_side(text: str) -> None:
    assert not verify_text(f"for {text} only", recipe("Le^Thi"))


def test_a_technical_word_beside_the_name_does_not_hide_it() -> None:
    assert not verify_text("sternum of Stern", recipe("Stern^Otto"))
    assert verify_text(
        "sternums", recipe("Stern^Otto")
    )  # a technical word begins with it: inside others it stays


def test_a_number_inside_a_uid_a_longer_number_or_a_date_is_no_id() -> None:
    who = recipe(NAME, ids=("104477", "20200304", "17"))
    for text in ("1.2.104477.3", "9104477", "1044770", "20200304", "17"):
        assert verify_text(text, who)
    assert not verify_text("no 104477 here", who)


@pytest.mark.parametrize("syntax", [*SYNTAXES])
def test_chance_in_random_pixels_is_not_taken_for_a_name(syntax: str) -> None:
    noise = random.Random(20).randbytes(4 << 20)
    who = recipe("Doe^Ann", "Le^Thi", "Roe^Jane", "Müller^Jörg", "山田^太郎")
    new = cleaned(instance("Doe^Ann", syntax=syntax, pixels=noise), who)
    assert verify_instance(new, who) is None


def test_what_does_not_read_back_or_was_not_written_so_is_held_back() -> None:
    new = cleaned(instance(), WHO)
    assert verify_instance(b"", WHO).trouble is QuarantineReason.UNREADABLE_OUTPUT  # type: ignore[union-attr]
    assert verify_instance(new[132:], WHO).trouble is QuarantineReason.UNREADABLE_OUTPUT  # type: ignore[union-attr]
    other = recipe(NAME, pseudonym="subj_other")
    assert verify_instance(new, other).trouble is QuarantineReason.UNREADABLE_OUTPUT  # type: ignore[union-attr]


def test_a_value_that_cannot_be_converted_is_no_exception() -> None:
    data = instance(ImageComments="x Wagenhuber")
    body = raw(0x00200013, "IS", b"one!") + raw(0x00280010, "US", b"abc") + raw(0x00300010, "FD", b"abc")
    new = cleaned(data.replace(raw(0x00200013, "IS", b"1 "), body), recipe("Nobody^Else"))
    found = verify_instance(new, WHO)
    assert found is not None and found.where == str(read(new)["ImageComments"].tag)


def test_a_file_beside_the_images_is_searched_unpacked() -> None:
    note = f"report on {NAME}".encode()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", note)
    held = QuarantineReason.IDENTIFIER_IN_FILE
    blind = QuarantineReason.UNSEARCHABLE
    for data, reason in (
        (note, held), (gzip.compress(note), held), (packed.getvalue(), blind), (b"BZh91AY", blind),
        (gzip.compress(gzip.compress(b"x")), blind), (gzip.compress(b"cut short")[:-9], blind),
        (bz2.compress(note), held), (lzma.compress(note), held), (zlib.compress(note), held),
    ):  # fmt: skip
        found = verify_carried(data, WHO)
        assert found is not None and found.trouble is reason
    assert verify_carried(b"protocol: head routine", WHO) is None
    assert verify_carried(gzip.compress(b"protocol: head routine"), WHO) is None
    assert verify_carried(b"", WHO) is None


def test_a_name_of_ten_thousand_letters_or_words_takes_bounded_time() -> None:
    for name in ("Ab" * 5_000, " ".join(f"ab{i}" for i in range(2_000))):
        assert not verify_text(f"x {name} y", recipe(name))
        assert verify_text("x y", recipe(name))


def test_verify_works_without_the_code_that_cleans() -> None:
    code = (
        "import sys\n"
        "from anonledger.deid.verify import verify_bytes\n"
        "from anonledger.records import Recipe\n"
        "assert verify_bytes(b'for Doe', Recipe('s', '', ('Doe^Jane',)))\n"
        "cleaners = 'scrub actions splice elements hunt clean'.split()\n"
        "assert not {f'anonledger.deid.{name}' for name in cleaners} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_long_id_is_found_beside_letters_and_bytes_that_look_like_some() -> None:
    who = recipe("Quillfeather^Zebedia", ids=("QX7719463",))
    for data in (b"\xff" * 40 + b"QX7719463" + b"\xff" * 40, b"KQX7719463R", "éQX7719463".encode("latin-1")):
        assert verify_carried(data, who) is not None
    assert not verify_text("xQX7719463y.bvec", who)


@pytest.mark.parametrize("vr", [b"LO", b"PN", b"US"])
def test_pixel_data_with_the_vr_of_text_is_no_image(vr: bytes) -> None:
    value = b"Wagenhuber, mid-section   "
    data = instance(pixels=b"") + b"\xe0\x7f\x10\0" + vr + len(value).to_bytes(2, "little") + value
    found = clean(data, read_rules("pseudonymize"), recipe("Wagenhuber^Ada"))
    assert isinstance(found, Uncleanable)
    assert verify_bytes(data, recipe("Wagenhuber^Ada")) is not None


@pytest.mark.parametrize("before", [-20, -10, -5, -1, 0])
def test_a_name_across_two_slices_of_an_image_is_found(before: int) -> None:
    who, at = recipe(NAME), SLICE + before
    dark = bytes(2 * SLICE)
    new = cleaned(instance("Doe^Ann", pixels=dark[:at] + b" Wagenhuber " + dark, Rows=1024, Columns=500), who)
    start = new.rindex(b"\xe0\x7f\x10\0") + 12
    assert new.index(b" Wagenhuber ") == start + at
    found = verify_instance(new, who)
    assert found is not None
    assert found.where == "pixel data"


def test_of_two_names_in_an_image_one_that_was_released_hides_no_other() -> None:
    who = recipe(NAME)
    others = Roster("two", (Stranger("subj_other", ("Brandstetter^Konstantin",)),))
    image = bytes(64) + b" Wagenhuber " + bytes(64) + b" Konstantin Brandstetter "
    new = cleaned(instance("Doe^Ann", pixels=image.ljust(400, b"\0"), Rows=10, Columns=20), who)
    own, other = (QuarantineReason.RESIDUE, "pixel data"), "pixel data: another patient's name"
    first, second = verify_instance(new, who, others), verify_instance(new, who, others, {own})
    assert first is not None
    assert (first.trouble, first.where) == own
    assert second is not None
    assert second.where == other
