"""What stands around the data set: recognised in every form there is, and never copied."""

import random
import struct
import zlib

import pytest

from anonledger.deid.clean import Uncleanable
from anonledger.deid.form import deflated, open_form
from anonledger.outcomes import QuarantineReason
from tests.deid.builders import META, attempt, cleaned, file_of, raw, read, value_of, walked
from tests.factories import BIG, DEFLATED, ENCAPSULATED, EXPLICIT, IMPLICIT, SYNTAXES, instance

STATED = {(0x00100010,), (0x00100020,), (0x00120062,), (0x00120063,)}


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_transfer_syntax_is_kept_and_so_is_all_that_no_rule_names(syntax: str) -> None:
    source = instance(syntax=syntax, private=[(1, "OB", b"\x00\x01\x02\x03")])
    new = cleaned(source)
    assert str(read(new).file_meta.TransferSyntaxUID) == syntax
    before, after = walked(read(source)), walked(read(new))
    assert {path for path in before | after if before.get(path) != after.get(path)} == STATED


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
@pytest.mark.parametrize("meta", [False, True])
def test_a_file_without_preamble_or_without_meta_is_read_and_gets_both(syntax: str, meta: bool) -> None:
    new = cleaned(instance(syntax=syntax, meta=meta, preamble=False))
    assert new[:132] == META
    assert str(read(new).file_meta.TransferSyntaxUID) == syntax
    assert walked(read(new)) == walked(read(cleaned(instance(syntax=syntax))))


def test_nothing_of_the_preamble_and_the_file_meta_is_copied() -> None:
    source = instance()
    extra = raw(0x00020016, "AE", b"DOE_JANE") + raw(0x00020102, "OB", b"Doe^Jane")
    start = 132 + 12
    meta_end = start + struct.unpack_from("<L", source, 140)[0]
    source = b"Doe^Jane".ljust(128) + source[128:meta_end] + extra + source[meta_end:]
    assert cleaned(source) == cleaned(instance())


def test_the_file_meta_states_what_the_data_set_is() -> None:
    new = read(cleaned(instance()))
    assert new.file_meta.MediaStorageSOPInstanceUID == new.SOPInstanceUID
    assert new.file_meta.MediaStorageSOPClassUID == new.SOPClassUID
    assert new.file_meta.FileMetaInformationGroupLength > 0


def test_bytes_behind_the_last_element_are_left_out() -> None:
    assert cleaned(instance() + b"Doe^Jane was here") == cleaned(instance())
    assert cleaned(instance(syntax=ENCAPSULATED) + b"\0\0Jane") == cleaned(instance(syntax=ENCAPSULATED))
    assert cleaned(instance(syntax=DEFLATED) + b"Doe^Jane") == cleaned(instance(syntax=DEFLATED))
    assert cleaned(instance(DataSetTrailingPadding=b"Doe^Jane")) == cleaned(instance())


def test_a_deflated_data_set_comes_out_deflated_and_even() -> None:
    new = cleaned(instance(syntax=DEFLATED, TextValue="x" * 200_001))
    assert len(new) % 2 == 0
    assert len(read(new).TextValue) == 200_001


@pytest.mark.parametrize("size", [0, 1, 65_534, 65_535, 65_536, 131_070, 200_000])
@pytest.mark.parametrize("cut", [0, 1, 100, 65_535, 100_000])
def test_what_is_deflated_inflates_to_the_same_however_it_comes_in_pieces(size: int, cut: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    stream = b"".join(deflated([content[:cut], memoryview(content)[cut:]]))
    assert zlib.decompressobj(-zlib.MAX_WBITS).decompress(stream) == content
    assert stream == b"".join(deflated([content]))
    assert len(stream) % 2 == 0


def bomb(size: int, noise: int = 0) -> bytes:
    """Return a file whose data set inflates to a value of so many zeros behind so much noise."""
    value = random.Random(1).randbytes(noise) + bytes(size)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = raw(0x00080060, "CS", b"MR") + raw(0x00091001, "OB", value)
    return file_of(packer.compress(body) + packer.flush(), DEFLATED)


def test_a_data_set_that_inflates_without_measure_is_a_reason() -> None:
    result = attempt(bomb(1 << 27))
    assert isinstance(result, Uncleanable)
    assert result.trouble is QuarantineReason.MALFORMED
    assert result.where == "data set: it inflates to more than can be handled"


@pytest.mark.parametrize("size, noise", [(1 << 25, 0), ((1 << 26) + (1 << 20), 1 << 19)])
def test_a_data_set_that_inflates_within_measure_is_read(size: int, noise: int) -> None:
    form = open_form(bomb(size, noise))
    assert form.end == 10 + 12 + size + noise
    assert len(form.walk()[0]) == 2


def test_a_transfer_syntax_that_says_explicit_over_implicit_bytes_is_read_as_the_bytes_are() -> None:
    body = instance(syntax=IMPLICIT, meta=False)
    assert b"Doe" not in cleaned(file_of(body, EXPLICIT))


@pytest.mark.parametrize(
    "data, reason",
    [
        (b"", QuarantineReason.NOT_DICOM),
        (b"not DICOM at all" * 20, QuarantineReason.NOT_DICOM),
        (b"\0" * 132, QuarantineReason.NOT_DICOM),
        (META, QuarantineReason.TRUNCATED),
        (META + b"\2\0\x10\0", QuarantineReason.TRUNCATED),
        (META + b"\2\0\x10\0UI\x90\x01.2", QuarantineReason.TRUNCATED),
        (META + b"\2\0\x10\0??\x90\x01.2.3.4.5", QuarantineReason.MALFORMED),
        (META + raw(0x00020010, "SQ", raw(0xFFFEE000, "", b"")), QuarantineReason.TRUNCATED),
        (file_of(b""), QuarantineReason.TRUNCATED),
        (b"<html>" + instance(), QuarantineReason.MALFORMED),
        (file_of(instance(syntax=EXPLICIT, meta=False), BIG), QuarantineReason.MALFORMED),
        (file_of(instance(syntax=BIG, meta=False), EXPLICIT), QuarantineReason.MALFORMED),
        (file_of(b"not deflated", DEFLATED), QuarantineReason.MALFORMED),
        (instance(syntax=DEFLATED)[:-40], QuarantineReason.TRUNCATED),
    ],
    ids=[
        "empty", "text", "zeros", "prefix only", "cut meta tag", "cut meta value", "meta VR", "meta sequence",
        "no data set", "page in front", "big said", "little said", "not deflated", "cut deflate",
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_a_reason(data: bytes, reason: QuarantineReason) -> None:
    result = attempt(data)
    assert isinstance(result, Uncleanable)
    assert result.trouble is reason


def test_a_uid_of_unbounded_length_is_a_reason() -> None:
    body = raw(0x00080016, "UI", b"1." * 40_000, implicit=True) + raw(0x00080060, "CS", b"MR", implicit=True)
    result = attempt(file_of(body, IMPLICIT))
    assert isinstance(result, Uncleanable)
    assert result.trouble is QuarantineReason.MALFORMED


def test_the_meta_ends_where_its_elements_end_whatever_its_length_says() -> None:
    source = bytearray(instance())
    source[140:144] = b"\xff\0\0\0"
    assert cleaned(bytes(source)) == cleaned(instance())
    assert open_form(bytes(source)).syntax == EXPLICIT


def test_a_pseudonym_stands_where_the_patient_stood_even_if_nobody_stood_there() -> None:
    new = cleaned(instance(PatientName=None, PatientID=None))
    assert new == cleaned(instance())
    assert value_of(new, "PatientIdentityRemoved").strip() == b"YES"
