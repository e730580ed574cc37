"""The bytes of a location, read again."""

import hashlib
import mmap
import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonledger.errors import StoreError
from anonledger.outcomes import Disposition, QuarantineReason
from anonledger.records import Location
from anonledger.sources.archives import MIB, Limits
from anonledger.sources.contents import IN_MEMORY
from anonledger.sources.reader import Reader
from tests.sources.builders import look, tar_of, zip_of


def read(location: Location, scratch: Path, limits: Limits | None = None) -> bytes | QuarantineReason:
    with Reader(scratch, limits) as reader:
        buffer = reader.read(location)
        return buffer if isinstance(buffer, QuarantineReason) else bytes(buffer)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plain file, and a zip, a tar.gz and a tar inside each other in every order."""
    folder = tmp_path_factory.mktemp("study")
    leaves = [(f"{n}.dcm", f"DICM{n}".encode() * 50) for n in range(5)]
    leaves.append(leaves[0])
    tgz = tar_of([*leaves, ("in", zip_of(leaves))], "w:gz")
    (folder / "plain.dcm").write_bytes(b"DICM plain")
    (folder / "s.zip").write_bytes(zip_of([*leaves, ("in.tgz", tgz), ("in.tgz", tgz), ("last.dcm", b"DICM")]))
    (folder / "s.tar").write_bytes(tar_of([("in.zip", zip_of(leaves)), *leaves, ("in.tgz", tgz)]))
    return folder


@pytest.mark.parametrize("order", ["as stored", "reversed", "shuffled"])
def test_every_examined_source_reads_back_in_any_order(study: Path, tmp_path: Path, order: str) -> None:
    seen = look(study, tmp_path)
    assert len([one for one in seen if one.disposition is Disposition.INSTANCE]) == 56
    if order == "reversed":
        seen.reverse()
    elif order == "shuffled":
        random.Random(1).shuffle(seen)
    with Reader(tmp_path) as reader:
        for one in seen:
            buffer = reader.read(one.location)
            assert not isinstance(buffer, QuarantineReason)
            assert hashlib.sha256(buffer).hexdigest() == one.digest


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_was_read_before_makes_no_difference(study: Path, tmp_path: Path, data: st.DataObject) -> None:
    seen = look(study, tmp_path)
    picked = data.draw(st.lists(st.sampled_from(seen), min_size=1, max_size=6))
    with Reader(tmp_path) as reader:
        for one in picked:
            reader.read(one.location.inside("missing"))
            buffer = reader.read(one.location)
            assert not isinstance(buffer, QuarantineReason)
            assert hashlib.sha256(buffer).hexdigest() == one.digest


@pytest.mark.skipif(os.name == "nt", reason="Windows does not rename an open file")
def test_members_in_order_cost_one_opening(tmp_path: Path) -> None:
    archive = tmp_path / "s.tgz"
    archive.write_bytes(tar_of([(f"{n}", bytes([n]) * (2 * MIB)) for n in range(10)], "w:gz"))
    location = Location(str(tmp_path), "s.tgz")
    with Reader(tmp_path) as reader:
        reader.read(location.inside("0"))
        # The open archive is still there; a second opening would fail.
        archive.rename(tmp_path / "moved")
        sizes = [len(reader.read(location.inside(f"{n}"))) for n in range(1, 10)]
    assert sizes == [2 * MIB] * 9


def test_small_is_in_memory_and_large_is_mapped(tmp_path: Path) -> None:
    small, large = os.urandom(1000), os.urandom(IN_MEMORY + 1)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "large").write_bytes(large)
    (tmp_path / "s.zip").write_bytes(zip_of([("small", small), ("large", large)]))
    root, scratch = str(tmp_path), tmp_path / "scratch"
    scratch.mkdir()
    with Reader(scratch) as reader:
        assert reader.read(Location(root, "empty")) == b""
        assert reader.read(Location(root, "s.zip", ("small",))) == small
        mapped = reader.read(Location(root, "s.zip", ("large",)))
        assert isinstance(mapped, mmap.mmap)
        assert mapped[:] == large
        plain = reader.read(Location(root, "large"))
        assert isinstance(plain, mmap.mmap)
        assert mapped.closed
        assert plain[:] == large
        with pytest.raises(TypeError):
            plain[0] = 0
    assert plain.closed
    assert list(scratch.iterdir()) == []


def test_a_view_that_is_still_held_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(IN_MEMORY + 1))
    with Reader(tmp_path) as reader:
        buffer = reader.read(Location(str(tmp_path), "large"))
        assert isinstance(buffer, mmap.mmap)
        view = memoryview(buffer)
        reader.read(Location(str(tmp_path), "large"))
        assert view[0] == 0


def test_why_there_are_no_bytes(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_bytes(b"text")
    (tmp_path / "bad.zip").write_bytes(b"text")
    (tmp_path / "s.zip").write_bytes(zip_of([("bomb", bytes(5 * MIB)), ("in.zip", b"bad")]))
    where = str(tmp_path)
    limits = Limits(max_ratio=10, ratio_from=MIB)
    assert {
        "/".join([path, *members]): read(Location(where, path, members), tmp_path, limits)
        for path, members in [
            ("missing", ()),
            ("missing", ("a",)),
            ("folder", ()),
            ("text", ("a",)),
            ("bad.zip", ("a",)),
            ("s.zip", ("bomb",)),
            ("s.zip", ("missing",)),
            ("s.zip", ("in.zip", "a")),
        ]
    } == {
        "missing": QuarantineReason.UNREADABLE,
        "missing/a": QuarantineReason.UNREADABLE,
        "folder": QuarantineReason.NOT_A_FILE,
        "text/a": QuarantineReason.ARCHIVE_UNREADABLE,
        "bad.zip/a": QuarantineReason.ARCHIVE_UNREADABLE,
        "s.zip/bomb": QuarantineReason.ARCHIVE_TOO_LARGE,
        "s.zip/missing": QuarantineReason.UNREADABLE,
        "s.zip/in.zip/a": QuarantineReason.ARCHIVE_UNREADABLE,
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes among files")
def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read(Location(str(tmp_path), "pipe"), tmp_path) is QuarantineReason.NOT_A_FILE


def test_a_scratch_folder_that_is_gone_stops_the_command(tmp_path: Path) -> None:
    (tmp_path / "s.zip").write_bytes(zip_of([("large", bytes(IN_MEMORY + 1))]))
    with pytest.raises(StoreError, match="scratch folder cannot be written"):
        read(Location(str(tmp_path), "s.zip", ("large",)), tmp_path / "gone")
