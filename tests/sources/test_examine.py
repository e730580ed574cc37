"""What becomes of files and archives when they are looked at."""

import os
from pathlib import Path

import pytest

from anonledger.digests import QuickDigest
from anonledger.outcomes import Disposition, QuarantineReason
from anonledger.records import Evidence, Examined, Header, Inspected
from anonledger.sources.contents import IN_MEMORY, Buffer
from anonledger.sources.examine import examine
from anonledger.sources.walk import walk
from tests.sources.builders import DICOM, DROPPED, brief, inspect, look, nested, sha256, tar_of, zip_of


def test_plain_files(source: Path, scratch: Path) -> None:
    for name, data in {
        "a.dcm": DICOM,
        "b": b"DIR!",
        "c": b"CUT!",
        "d.nii": b"other",
        "e.PDF": b"%PDF",
        "pdf": b"a name without a dot has no type",
        "z": b"",
    }.items():
        (source / name).write_bytes(data)
    seen = look(source, scratch)
    assert brief(seen) == [
        ("a.dcm", "instance"),
        ("b", "DICOMDIR"),
        ("c", "ends in the middle of an element"),
        ("d.nii", "other"),
        ("e.PDF", "by file type"),
        ("pdf", "other"),
        ("z", "other"),
    ]
    time = (source / "a.dcm").stat().st_mtime_ns
    header = Header("1.2", "2.3", "3.4", "4.5", Evidence(patient_id="a.dcm"))
    quick = QuickDigest(DICOM).digest()
    assert seen[0] == Examined(
        seen[0].location, len(DICOM), time, sha256(DICOM), Disposition.INSTANCE, header=header, quick=quick
    )
    assert (seen[2].where, seen[2].digest) == ("(0010,0010)", sha256(b"CUT!"))
    assert (seen[4].digest, seen[4].size) == ("", 4)
    assert seen[6].digest == sha256(b"")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_trouble_of_the_walk_is_handed_on_even_for_a_dropped_type(source: Path, scratch: Path) -> None:
    (source / "gone.pdf").symlink_to("nothing")
    assert brief(look(source, scratch)) == [("gone.pdf", "link leads nowhere")]


def test_a_file_that_vanished_since_the_walk(source: Path, scratch: Path) -> None:
    (source / "a").write_bytes(DICOM)
    (found,) = walk([source])
    (source / "a").unlink()
    seen = list(examine(found, scratch, DROPPED, inspect))
    assert brief(seen) == [("a", "cannot be read")]


def test_large_files_and_members_are_mapped_and_leave_nothing(source: Path, scratch: Path) -> None:
    data = DICOM + bytes(IN_MEMORY)
    (source / "a.dcm").write_bytes(data)
    (source / "b.zip").write_bytes(zip_of([("c.dcm", data), ("d.zip", zip_of([("e.dcm", data)]))]))
    kinds = []

    def watch(buffer: Buffer, name: str) -> Inspected:
        kinds.append((name, type(buffer).__name__, len(buffer)))
        return inspect(buffer, name)

    seen = [one for found in walk([source]) for one in examine(found, scratch, DROPPED, watch)]
    assert kinds == [(name, "mmap", len(data)) for name in ("a.dcm", "c.dcm", "e.dcm")]
    assert {one.digest for one in seen if one.header} == {sha256(data)}
    assert list(scratch.iterdir()) == []


def test_a_file_that_changes_while_it_is_read(source: Path, scratch: Path) -> None:
    path = source / "a.dcm"
    path.write_bytes(DICOM)

    def meddle(buffer: Buffer, name: str) -> Inspected:
        path.write_bytes(DICOM + b"more")
        return inspect(buffer, name)

    (found,) = walk([source])
    (seen,) = examine(found, scratch, DROPPED, meddle)
    assert (seen.trouble, seen.header, seen.digest) == (QuarantineReason.CHANGED_WHILE_READ, None, "")


def test_an_archive_that_changes_while_it_is_read(source: Path, scratch: Path) -> None:
    path = source / "s.zip"
    path.write_bytes(zip_of([("a", DICOM), ("b", DICOM), ("c", DICOM)]))

    def meddle(buffer: Buffer, name: str) -> Inspected:
        if name == "b":
            path.unlink()
        return inspect(buffer, name)

    (found,) = walk([source])
    seen = list(examine(found, scratch, DROPPED, meddle))
    changed = str(QuarantineReason.CHANGED_WHILE_READ)
    assert brief(seen) == [("s.zip", "archive"), ("s.zip/a", "instance"), ("s.zip/b", changed)]


def test_members_are_looked_at_one_by_one(source: Path, scratch: Path) -> None:
    (source / "s.zip").write_bytes(zip_of([(f"{n}", DICOM) for n in range(1000)]))
    looked: list[str] = []

    def count(buffer: Buffer, name: str) -> Inspected:
        looked.append(name)
        return inspect(buffer, name)

    (found,) = walk([source])
    entries = examine(found, scratch, DROPPED, count)
    assert [next(entries).disposition for _ in range(3)] == ["archive", "instance", "instance"]
    assert looked == ["0", "1"]


def test_names_of_members_become_no_paths(source: Path, scratch: Path, tmp_path: Path) -> None:
    names = ["../../up.dcm", "..\\up.dcm", "/tmp/abs.dcm", "C:\\abs.dcm", "a\0b.dcm"]
    for name, build in ("s.tar", tar_of), ("s.zip", zip_of):
        (source / name).write_bytes(build([(n, DICOM + bytes(IN_MEMORY)) for n in names if "\0" not in n]))
    before = sorted(tmp_path.rglob("*"))
    seen = look(source, scratch)
    assert sum(one.disposition is Disposition.INSTANCE for one in seen) == 8
    assert sorted(tmp_path.rglob("*")) == before
    assert {one.location.path for one in seen} == {"s.tar", "s.zip"}


def test_sources_are_left_as_they_were(source: Path, scratch: Path) -> None:
    (source / "s.zip").write_bytes(nested(3))
    (source / "a.dcm").write_bytes(DICOM)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in source.iterdir()}
    look(source, scratch)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in source.iterdir()} == before


def test_an_examined_file_does_not_tell_its_name(source: Path, scratch: Path) -> None:
    (source / "s.zip").write_bytes(zip_of([("Muster^Erika.dcm", DICOM)]))
    assert "Muster" not in repr(look(source, scratch))
