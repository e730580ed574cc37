"""Which files are archives, and which keys their members get."""

import io
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.outcomes import QuarantineReason
from anonledger.sources.archives import DAMAGE, ArchiveKind, Keys, Limits, Member, archive_kind, members
from tests.sources.builders import tar_of, zip_of

ZIP, TAR = ArchiveKind.ZIP, ArchiveKind.TAR
ONE = [("a", b"x")]


def keys(kind: ArchiveKind, data: bytes, limits: Limits | None = None) -> list[str]:
    listing = members(kind, io.BytesIO(data), len(data), limits or Limits())
    return [one.key if isinstance(one, Member) else str(one) for one in listing]


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.zip", b"", ZIP),
        ("A.ZIP", b"plain text", ZIP),
        ("a.tar", b"", TAR),
        ("a.tar.gz", b"", TAR),
        ("a.tgz", b"", TAR),
        ("a.tar.bz2", b"", TAR),
        ("a.tar.XZ", b"", TAR),
        ("a.gz", b"\x1f\x8b\x08", None),
        ("zip", b"", None),
        ("nameless", zip_of(ONE), ZIP),
        ("nameless", zip_of([]), ZIP),
        ("nameless", tar_of(ONE)[:512], TAR),
        ("scan.dcm", zip_of(ONE), ZIP),
        ("scan.dcm", b"PK\x03\x04".ljust(128, b"\0") + b"DICM", None),
        ("scan.dcm", b"\0" * 128 + b"DICM" + b"\0" * 125 + b"ustar", None),
        ("nameless", b"", None),
    ],
)
def test_archive_kind(name: str, head: bytes, kind: ArchiveKind | None) -> None:
    assert archive_kind(name, head) is kind


@given(st.lists(st.sampled_from(["a", "a;2", "a;2;2", "a;3", "b", ""])))
def test_no_two_members_share_a_key(names: list[str]) -> None:
    handed_out = Keys()
    given_keys = [handed_out.key(name) for name in names]
    assert len(set(given_keys)) == len(names)
    assert all(key.startswith(name) for key, name in zip(given_keys, names, strict=True))


@pytest.mark.parametrize("mode", ["zip", "w", "w:gz", "w:bz2", "w:xz"])
def test_members_come_in_the_order_of_the_archive_under_unique_keys(mode: str) -> None:
    names = [
        "z",
        "a/b",
        "z",
        "/etc/passwd",
        "..\\..\\evil.dcm",
        "../up",
        "z;2",
        "Å",
        "z",
        "a" * 200,
    ]
    content = [(name, b"x") for name in names]
    data, kind = (zip_of(content), ZIP) if mode == "zip" else (tar_of(content, mode), TAR)
    expected = ["z", "a/b", "z;2", "/etc/passwd", "..\\..\\evil.dcm", "../up", "z;2;2", "Å", "z;3", "a" * 200]
    assert keys(kind, data) == expected


def test_a_tar_whose_first_name_looks_compressed() -> None:
    assert keys(TAR, tar_of([("BZh91/1.dcm", b"x")])) == ["BZh91/1.dcm"]


def test_more_members_than_the_limit() -> None:
    content = [(str(n), b"x") for n in range(5)]
    limits = Limits(max_members=3)
    expected = ["0", "1", "2", QuarantineReason.ARCHIVE_TOO_LARGE]
    assert keys(ZIP, zip_of(content), limits) == keys(TAR, tar_of(content), limits) == expected
    assert keys(ZIP, zip_of(content[:3]), limits) == ["0", "1", "2"]


def test_a_damaged_header_in_a_tar_is_not_taken_for_its_end() -> None:
    data = bytearray(tar_of([("a", b"1"), ("b", b"2"), ("c", b"3")]))
    data[1024 + 5] ^= 1
    assert keys(TAR, bytes(data)) == ["a", QuarantineReason.ARCHIVE_UNREADABLE]


@given(st.binary(max_size=2000))
def test_any_bytes_are_listed_without_an_exception(data: bytes) -> None:
    for kind in ArchiveKind:
        assert keys(kind, data) in ([], [QuarantineReason.ARCHIVE_UNREADABLE])


@given(st.data())
def test_a_damaged_archive_is_listed_without_an_exception(data: st.DataObject) -> None:
    kind, whole = data.draw(
        st.sampled_from([(ZIP, zip_of(ONE * 3)), (TAR, tar_of(ONE * 3)), (TAR, tar_of(ONE * 3, "w:gz"))])
    )
    damaged = bytearray(whole)
    for position in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=8)):
        damaged[position] = data.draw(st.integers(0, 255))
    assert len(keys(kind, bytes(damaged))) <= 4


def test_a_tar_header_that_claims_a_huge_name_is_not_believed() -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 60 * 2**20
    assert keys(TAR, info.tobuf() + bytes(1024)) == [QuarantineReason.ARCHIVE_TOO_LARGE]


def outcome(opened: Callable[[], IO[bytes]]) -> bytes | None:
    """Return all bytes of a member, or None when it is damaged."""
    try:
        with opened() as stream:
            return stream.read()
    except DAMAGE:
        return None


@settings(deadline=None)
@given(
    content=st.lists(st.tuples(st.sampled_from("abc"), st.binary(max_size=300)), min_size=1, max_size=3),
    compression=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]),
    damage=st.lists(st.tuples(st.floats(0, 0.999), st.integers(1, 255)), max_size=2),
)
def test_members_read_as_zipfile_reads_them_however_damaged(
    content: list[tuple[str, bytes]], compression: int, damage: list[tuple[float, int]]
) -> None:
    data = bytearray(zip_of([(name, what * 9) for name, what in content], compression))
    for place, change in damage:
        data[int(place * len(data))] ^= change
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE:
        return
    found = members(ZIP, io.BytesIO(data), len(data), Limits())
    infos = [
        info for info in archive.infolist() if info.file_size or not info.orig_filename.endswith(("/", "\\"))
    ]
    for one, info in zip(found, infos, strict=True):
        assert isinstance(one, Member)
        assert outcome(one.open) == outcome(partial(archive.open, info))
