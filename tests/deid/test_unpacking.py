"""What is packed inside a value is searched; what cannot be read is held back."""

import bz2
import gzip
import io
import lzma
import random
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.deid.unpacking import CannotUnpackError, packed_at, unpacked
from anonledger.deid.verify import verify_bytes, verify_instance
from anonledger.outcomes import QuarantineReason
from tests.deid.builders import cleaned, recipe
from tests.factories import instance

WHO = recipe("Wagenhuber^Annelise")
NOTE = b"protocol of the visit, " * 9 + b"signed by Wagenhuber"


def zipped(data: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("a.txt", data)
    return made.getvalue()


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
}


def private(value: bytes, vr: str = "OB") -> bytes:
    """Return a file, cleaned for somebody else, with a private value."""
    return cleaned(instance(private=[(1, vr, value)]), recipe("Doe^Jane"))


@pytest.mark.parametrize("pack", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("vr", ["OB", "UN", "OW"])
@pytest.mark.parametrize("before", [b"", b"Acme container 1.0\0\0"])
def test_a_packed_name_is_found_at_the_beginning_of_a_value_and_within(
    pack: Callable[[bytes], bytes], vr: str, before: bytes
) -> None:
    packed = before + pack(NOTE)
    found = verify_instance(private(packed + b"\0" * (len(packed) % 2), vr), WHO)
    assert found is not None and found.trouble is QuarantineReason.RESIDUE
    assert found.where == "(0009,1001), packed"
    clean = before + pack(NOTE[:200] + b"signed by nobody at all")
    assert verify_instance(private(clean + b"\0" * (len(clean) % 2), vr), WHO) is None


@pytest.mark.parametrize("value", [
    b"7z\xbc\xaf\x27\x1c\0\4" + bytes(40), b"Rar!\x1a\x07\0" + bytes(41), b"\x28\xb5\x2f\xfd" + bytes(40),
    b"\x04\x22\x4d\x18" + bytes(40), b"some header \x28\xb5\x2f\xfd" + bytes(40),
    gzip.compress(NOTE[:20])[:-8],
    gzip.compress(gzip.compress(NOTE)), zipped(NOTE, zipfile.ZIP_LZMA), bz2.compress(NOTE[:20])[:-4],
    b"\x1f\x8b\x08\0" + bytes(40), zlib.compress(random.Random(3).randbytes(900))[:-9],
], ids=range(11))  # fmt: skip
def test_what_cannot_be_unpacked_is_held_back(value: bytes) -> None:
    found = verify_instance(private(value + b"\0" * (len(value) % 2)), WHO)
    assert found is not None and found.trouble is QuarantineReason.UNSEARCHABLE
    assert found.where == "(0009,1001)"


def test_random_bytes_are_not_taken_for_something_packed() -> None:
    dice = random.Random(13)
    values = [start + dice.randbytes(5_000) for start in (b"", b"x\1\0\0", b"x\x9c", b"x\xda", b"BZ") * 4]
    for value in values:
        assert verify_instance(private(value + b"\0" * (len(value) % 2)), WHO) is None


def test_pieces_overlap_and_memory_is_bounded() -> None:
    content = b"a" * ((1 << 20) - 4) + b"Wagenhuber" + b"b" * (3 << 20)
    pieces = list(unpacked(gzip.compress(content)))
    assert any(verify_bytes(piece, WHO) for piece in pieces)
    assert max(map(len, pieces)) < 4 << 20
    bomb = gzip.compress(bytes(64 << 20))
    with pytest.raises(CannotUnpackError):
        for piece in unpacked(bomb, limit=8 << 20):
            assert len(piece) < 4 << 20


def test_several_streams_in_a_row_are_one() -> None:
    assert b"".join(unpacked(gzip.compress(b"one ") + gzip.compress(b"two"))) == b"one two"


@given(st.binary(max_size=300), st.sampled_from(sorted(WAYS)))
def test_broken_streams_end_in_pieces_or_in_one_exception(damage: bytes, way: str) -> None:
    packed = WAYS[way](NOTE * 5)
    for data in (packed[:20] + damage, damage + packed, packed[: len(packed) // 2] + damage):
        for start in packed_at(data):
            with suppress(CannotUnpackError):
                assert all(isinstance(piece, bytes) for piece in unpacked(data, start))
