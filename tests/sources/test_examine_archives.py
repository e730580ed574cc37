"""What becomes of archives and their members: whole, damaged, nested, exploding."""

import os
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from anonledger.outcomes import Disposition, DropReason, QuarantineReason
from anonledger.sources.archives import MIB, REST, Limits
from tests.sources.builders import DICOM, brief, look, nested, sha256, tar_of, zip_of

UNREADABLE = str(QuarantineReason.ARCHIVE_UNREADABLE)
TOO_LARGE = str(QuarantineReason.ARCHIVE_TOO_LARGE)


@pytest.mark.parametrize("name", ["s.zip", "nameless"])
def test_a_zip_and_its_members(source: Path, scratch: Path, name: str) -> None:
    data = zip_of([("b/2.dcm", DICOM), ("b/", b""), ("a\\1.txt", b"secret"), ("/1", b"CUT!"), ("0.dcm", b"")])
    (source / name).write_bytes(data)
    seen = look(source, scratch)
    assert brief(seen) == [
        (name, "archive"),
        (f"{name}/b/2.dcm", "instance"),
        (f"{name}/a\\1.txt", "by file type"),
        (f"{name}//1", "ends in the middle of an element"),
        (f"{name}/0.dcm", "other"),
    ]
    assert [one.digest for one in seen] == [sha256(data), sha256(DICOM), "", sha256(b"CUT!"), sha256(b"")]
    assert [one.size for one in seen] == [len(data), len(DICOM), 6, 4, 0]
    assert {one.mtime_ns for one in seen} == {(source / name).stat().st_mtime_ns}
    assert seen[1].header is not None
    assert seen[1].header.evidence.patient_id == "2.dcm"


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_and_its_members(source: Path, scratch: Path, mode: str) -> None:
    data = tar_of([("b/2.dcm", DICOM), ("notes.TXT", b"secret"), ("b/2.dcm", b"CUT!")], mode)
    (source / "s.tar").write_bytes(data)
    seen = look(source, scratch)
    assert brief(seen) == [
        ("s.tar", "archive"),
        ("s.tar/b/2.dcm", "instance"),
        ("s.tar/notes.TXT", "by file type"),
        ("s.tar/b/2.dcm;2", "ends in the middle of an element"),
    ]
    assert [one.digest for one in seen] == [sha256(data), sha256(DICOM), "", sha256(b"CUT!")]


def test_a_second_member_of_one_name_keeps_its_file_type(source: Path, scratch: Path) -> None:
    (source / "s.zip").write_bytes(zip_of([("a.pdf", b"1"), ("a.pdf", b"2")]))
    assert brief(look(source, scratch))[1:] == [
        ("s.zip/a.pdf", "by file type"),
        ("s.zip/a.pdf;2", "by file type"),
    ]


def test_links_and_devices_in_a_tar(source: Path, scratch: Path) -> None:
    with tarfile.open(source / "s.tar", "w") as archive:
        for name, type_ in {
            "link": tarfile.SYMTYPE,
            "hard": tarfile.LNKTYPE,
            "pipe": tarfile.FIFOTYPE,
            "disk": tarfile.BLKTYPE,
            "folder": tarfile.DIRTYPE,
        }.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = type_, "/etc/passwd"
            archive.addfile(info)
        archive.addfile(tarfile.TarInfo("last"))
    assert brief(look(source, scratch))[1:] == [
        ("s.tar/link", "not a regular file"),
        ("s.tar/hard", "not a regular file"),
        ("s.tar/pipe", "not a regular file"),
        ("s.tar/disk", "not a regular file"),
        ("s.tar/last", "other"),
    ]


def test_a_link_in_a_zip(source: Path, scratch: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(source / "s.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert brief(look(source, scratch))[1:] == [("s.zip/link", "not a regular file")]


def test_an_encrypted_member_is_held_back_and_the_others_are_not(source: Path, scratch: Path) -> None:
    data = bytearray(zip_of([("a", DICOM), ("b", DICOM)]))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (source / "s.zip").write_bytes(data)
    assert brief(look(source, scratch)) == [
        ("s.zip", "archive"),
        ("s.zip/a", "archive member is encrypted"),
        ("s.zip/b", "instance"),
    ]


def test_a_corrupt_member_is_held_back_and_the_others_are_not(source: Path, scratch: Path) -> None:
    data = bytearray(zip_of([("a", b"DICM wrong sum"), ("b", DICOM), ("c", DICOM)], zipfile.ZIP_STORED))
    data[data.index(b"wrong")] ^= 1
    # Compression method 250 does not exist.
    third = data.rindex(b"PK\x01\x02") + 10
    data[third : third + 2] = struct.pack("<H", 250)
    (source / "s.zip").write_bytes(data)
    assert brief(look(source, scratch)) == [
        ("s.zip", "archive"),
        ("s.zip/a", UNREADABLE),
        ("s.zip/b", "instance"),
        ("s.zip/c", UNREADABLE),
    ]


@pytest.mark.parametrize("name", ["s.zip", "s.tar", "s.tar.gz", "s.tgz", "s.tar.bz2", "s.tar.xz"])
@pytest.mark.parametrize("data", [b"", b"Dear colleague, ...\n" * 100])
def test_a_name_that_claims_an_archive_falsely(source: Path, scratch: Path, name: str, data: bytes) -> None:
    (source / name).write_bytes(data)
    (seen,) = look(source, scratch)
    assert (str(seen.trouble), seen.digest) == (UNREADABLE, sha256(data))


def test_a_zip_cut_in_half(source: Path, scratch: Path) -> None:
    data = zip_of([(f"{n}.dcm", os.urandom(100)) for n in range(10)])
    (source / "s.zip").write_bytes(data[: len(data) // 2])
    assert brief(look(source, scratch)) == [("s.zip", UNREADABLE)]


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_cut_in_half_gives_what_is_whole_and_tells_of_the_rest(
    source: Path, scratch: Path, mode: str
) -> None:
    data = tar_of([(f"{n}", os.urandom(100_000)) for n in range(4)], mode)
    (source / "s.tar").write_bytes(data[: len(data) * 5 // 8])
    assert brief(look(source, scratch)) == [
        ("s.tar", "archive"),
        ("s.tar/0", "other"),
        ("s.tar/1", "other"),
        ("s.tar/2", UNREADABLE),
        (f"s.tar/{REST}", UNREADABLE),
    ]


@pytest.mark.parametrize(("name", "data"), [("s.zip", zip_of([("f/", b"")])), ("s.tar", tar_of([]))])
def test_an_archive_without_members_is_dropped(source: Path, scratch: Path, name: str, data: bytes) -> None:
    (source / name).write_bytes(data)
    (seen,) = look(source, scratch)
    assert (seen.disposition, seen.drop) == (Disposition.DROPPED, DropReason.EMPTY_ARCHIVE)
    assert seen.digest == sha256(data)


def test_a_folder_of_a_zip_that_carries_bytes_is_a_member(source: Path, scratch: Path) -> None:
    (source / "s.zip").write_bytes(zip_of([("f/", DICOM)]))
    assert brief(look(source, scratch))[1:] == [("s.zip/f/", "instance")]


def test_no_location_comes_twice_even_if_a_member_is_named_like_the_rest(source: Path, scratch: Path) -> None:
    (source / "s.tar").write_bytes(tar_of([(REST, DICOM), ("b", os.urandom(50_000))])[:30_000])
    seen = look(source, scratch)
    assert brief(seen)[-1] == (f"s.tar/{REST}", UNREADABLE)
    assert len({one.location for one in seen}) == len(seen) == 4


def test_archives_in_archives(source: Path, scratch: Path) -> None:
    inner = tar_of([("x.dcm", DICOM), ("y.pdf", b"")], "w:gz")
    (source / "s.zip").write_bytes(zip_of([("in.tar.gz", inner), ("in.tar.gz", inner), ("bad.zip", b"no")]))
    seen = look(source, scratch)
    assert brief(seen) == [
        ("s.zip", "archive"),
        ("s.zip/in.tar.gz", "archive"),
        ("s.zip/in.tar.gz/x.dcm", "instance"),
        ("s.zip/in.tar.gz/y.pdf", "by file type"),
        ("s.zip/in.tar.gz;2", "archive"),
        ("s.zip/in.tar.gz;2/x.dcm", "instance"),
        ("s.zip/in.tar.gz;2/y.pdf", "by file type"),
        ("s.zip/bad.zip", UNREADABLE),
    ]
    assert (seen[1].digest, seen[1].size) == (sha256(inner), len(inner))
    assert seen[5].location.members == ("in.tar.gz;2", "x.dcm")


def test_archives_nested_too_deep(source: Path, scratch: Path) -> None:
    (source / "s").write_bytes(nested(5))
    assert [what for _, what in brief(look(source, scratch))] == ["archive"] * 5 + ["instance"] * 6
    (source / "s").write_bytes(nested(6))
    whats = [what for _, what in brief(look(source, scratch))]
    assert whats == ["archive"] * 5 + ["archives nested too deep"] + ["instance"] * 5


def test_a_member_that_unpacks_to_too_much_is_held_back(source: Path, scratch: Path) -> None:
    (source / "s.zip").write_bytes(zip_of([("bomb", bytes(5 * MIB)), ("b.dcm", DICOM + os.urandom(2000))]))
    limits = Limits(max_ratio=600, ratio_from=MIB)
    expected = [("s.zip", "archive"), ("s.zip/bomb", TOO_LARGE), ("s.zip/b.dcm", "instance")]
    assert brief(look(source, scratch, limits)) == expected
    assert brief(look(source, scratch))[1] == ("s.zip/bomb", "other")


def test_sizes_that_a_zip_claims_are_not_believed(source: Path, scratch: Path) -> None:
    data = bytearray(zip_of([("bomb", bytes(5 * MIB))]))
    for header, offset in (b"PK\x03\x04", 22), (b"PK\x01\x02", 24):
        at = data.index(header) + offset
        data[at : at + 4] = struct.pack("<L", 10)
    (source / "s.zip").write_bytes(data)
    assert brief(look(source, scratch))[1:] == [("s.zip/bomb", UNREADABLE)]


@pytest.mark.parametrize("name", ["s.zip", "s.tar"])
def test_an_archive_that_unpacks_to_too_much_is_not_followed_to_its_end(
    source: Path, scratch: Path, name: str
) -> None:
    content = [(f"{n}", os.urandom(MIB)) for n in range(4)]
    (source / name).write_bytes(zip_of(content) if name == "s.zip" else tar_of(content))
    assert brief(look(source, scratch, Limits(max_total_bytes=2 * MIB + MIB // 2)))[1:] == [
        (f"{name}/0", "other"),
        (f"{name}/1", "other"),
        (f"{name}/2", TOO_LARGE),
        (f"{name}/{REST}", TOO_LARGE),
    ]


def test_the_limit_counts_what_archives_in_archives_unpack_to(source: Path, scratch: Path) -> None:
    inner = zip_of([(f"{n}", bytes(MIB)) for n in range(10)])
    (source / "s.zip").write_bytes(zip_of([(f"{n}.zip", inner) for n in range(10)]))
    seen = brief(look(source, scratch, Limits(ratio_from=15 * MIB, max_ratio=1)))
    assert sum(what == "other" for _, what in seen) == 14
    assert seen[-1] == (f"s.zip/{REST}", TOO_LARGE)


def test_a_compressed_tar_that_explodes_between_its_members(source: Path, scratch: Path) -> None:
    data = tar_of([("a.pdf", bytes(30 * MIB)), ("b.dcm", DICOM)], "w:gz")
    (source / "s.tgz").write_bytes(data)
    expected = [("s.tgz", "archive"), ("s.tgz/a.pdf", "by file type"), (f"s.tgz/{REST}", TOO_LARGE)]
    assert brief(look(source, scratch, Limits(ratio_from=MIB, max_ratio=100))) == expected


def test_a_name_with_a_nul_is_kept_as_stored(source: Path, scratch: Path) -> None:
    data = zip_of([("a_b.dcm", DICOM)])
    (source / "s.zip").write_bytes(data.replace(b"a_b.dcm", b"a\0b.dcm"))
    (_, seen) = look(source, scratch)
    assert (seen.location.members, seen.disposition) == (("a\0b.dcm",), Disposition.INSTANCE)
