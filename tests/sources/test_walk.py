"""What the walk finds, and in which order."""

import os
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.errors import UsageError
from anonledger.outcomes import QuarantineReason
from anonledger.records import Found
from anonledger.sources.walk import walk

needs_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
needs_links = pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
needs_byte_names = pytest.mark.skipif(
    os.name == "nt" or sys.platform == "darwin", reason="names are always Unicode there"
)


def paths(*arguments: Path) -> list[str]:
    return [found.location.path for found in walk(arguments)]


def troubles(*arguments: Path) -> dict[str, QuarantineReason | None]:
    return {found.location.path: found.trouble for found in walk(arguments)}


def write(path: Path, data: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_file_is_found_with_its_root_size_and_time(tmp_path: Path) -> None:
    path = write(tmp_path / "ct" / "1.dcm", b"12345")
    os.utime(path, ns=(0, 1_700_000_000_123_456_000))
    (found,) = walk([tmp_path])
    assert (found.location.root, found.location.path) == (str(tmp_path.resolve()), "ct/1.dcm")
    assert (found.size, found.trouble) == (5, None)
    assert found.mtime_ns == path.stat().st_mtime_ns


def test_order_is_by_name_not_by_creation(tmp_path: Path) -> None:
    for name in ["b", "a.dcm", "a/z", "B", "a/c/1", "é", "10", "9", "a/Z"]:
        write(tmp_path / name)
    assert paths(tmp_path) == ["10", "9", "B", "a/Z", "a/c/1", "a/z", "a.dcm", "b", "é"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.text("ab.é ~", min_size=1, max_size=3), min_size=1, max_size=4), max_size=12))
def test_order_is_that_of_the_sorted_parts(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[str]]
) -> None:
    root = tmp_path_factory.mktemp("walk")
    written = set()
    for parts in files:
        path = root.joinpath(*(f"_{part}_" for part in parts))
        if not any(parent.is_file() for parent in path.parents) and not path.exists():
            written.add(write(path).relative_to(root).as_posix())
    assert paths(root) == sorted(written, key=lambda path: [part.encode() for part in path.split("/")])


def test_a_single_file_has_its_folder_as_root(tmp_path: Path) -> None:
    path = write(tmp_path / "deep" / "one.dcm")
    (found,) = walk([path])
    assert (found.location.root, found.location.path) == (str(path.parent.resolve()), "one.dcm")


def test_arguments_that_overlap_are_visited_once_in_one_order(tmp_path: Path) -> None:
    for name in ["a/1", "a/b/2", "c/3"]:
        write(tmp_path / name)
    arguments = [
        tmp_path / "c",
        tmp_path / "a" / "b",
        tmp_path / "a",
        tmp_path / "a" / "b" / "2",
        tmp_path / "c/3",
    ]
    expected = [found.location for found in walk(arguments)]
    assert [location.path for location in expected] == ["1", "b/2", "3"]
    assert [found.location for found in walk(arguments[::-1] + arguments)] == expected


def test_a_folder_whose_name_begins_like_another_is_not_below_it(tmp_path: Path) -> None:
    write(tmp_path / "scan" / "1")
    write(tmp_path / "scan2" / "2")
    assert paths(tmp_path / "scan", tmp_path / "scan2") == ["1", "2"]


def test_an_argument_that_does_not_exist_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Source number 2 does not exist") as caught:
        walk([tmp_path, tmp_path / "Muster^Erika"])
    assert "Muster" not in str(caught.value)


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert paths(tmp_path) == []


def test_folders_nested_three_hundred_deep(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(300):
        folder = folder / "d"
    write(folder / "x")
    assert paths(tmp_path) == ["d/" * 300 + "x"]


@needs_links
def test_links_to_files_and_folders_are_followed(tmp_path: Path) -> None:
    write(tmp_path / "outside" / "scan" / "1")
    write(tmp_path / "outside" / "SHA256-0a1b", b"zipped")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "outside" / "scan")
    (tmp_path / "in" / "study.zip").symlink_to(tmp_path / "outside" / "SHA256-0a1b")
    assert [(f.location.path, f.size) for f in walk([tmp_path / "in"])] == [("folder/1", 1), ("study.zip", 6)]
    (single,) = walk([tmp_path / "in" / "study.zip"])
    assert (single.location.path, single.size) == ("study.zip", 6)


@needs_links
def test_folder_links_in_a_circle_end_and_nothing_is_found_twice(tmp_path: Path) -> None:
    write(tmp_path / "a" / "1")
    write(tmp_path / "b" / "2")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "to_b").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "to_a").symlink_to(tmp_path / "a")
    assert paths(tmp_path) == ["a/1", "a/to_b/2"]


@needs_links
def test_links_that_lead_nowhere_are_held_back(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    write(tmp_path / "z")
    link = QuarantineReason.BROKEN_LINK
    assert troubles(tmp_path) == {"gone": link, "self": link, "z": None}


@needs_posix
def test_pipes_and_sockets_are_held_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "to_pipe").symlink_to("pipe")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as end:
        end.bind("socket")
        trouble = QuarantineReason.NOT_A_FILE
        assert troubles(tmp_path) == {"pipe": trouble, "socket": trouble, "to_pipe": trouble}
    assert troubles(tmp_path / "pipe") == {"pipe": trouble}


@needs_posix
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_held_back(tmp_path: Path) -> None:
    write(tmp_path / "closed" / "1")
    write(tmp_path / "open")
    (tmp_path / "closed").chmod(0)
    try:
        assert troubles(tmp_path) == {"closed": QuarantineReason.UNREADABLE, "open": None}
        assert troubles(tmp_path / "closed") == {".": QuarantineReason.UNREADABLE}
    finally:
        (tmp_path / "closed").chmod(0o700)


@needs_byte_names
def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/M\xfcller/\xff"
    write(Path(os.fsdecode(raw)))
    (found,) = walk([tmp_path])
    assert os.fsencode(found.location.path) == b"M\xfcller/\xff"
    write(tmp_path / "\U0001f600")
    assert [os.fsencode(path) for path in paths(tmp_path)] == [b"M\xfcller/\xff", b"\xf0\x9f\x98\x80"]


def test_a_found_file_does_not_tell_its_name(tmp_path: Path) -> None:
    write(tmp_path / "Muster^Erika.dcm")
    (found,) = walk([tmp_path])
    assert isinstance(found, Found)
    assert "Muster" not in repr(found)
