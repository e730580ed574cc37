"""Going through a map of a file gives all of its bytes, and does not fill the memory with them."""

import mmap
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from anonledger.maps import WINDOW, forget, windows, windows_of

LARGE = 8 * WINDOW


@pytest.fixture
def mapped(tmp_path: Path) -> Iterator[mmap.mmap]:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.write(b"first")
        file.truncate(LARGE)
        file.seek(LARGE - 4)
        file.write(b"last")
    with path.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as found:
        yield found


@pytest.mark.parametrize("data", [b"", b"abc", bytes(range(256)) * (WINDOW // 200)], ids=len)
def test_the_pieces_are_the_bytes(data: bytes) -> None:
    assert b"".join(map(bytes, windows(data))) == data
    assert b"".join(map(bytes, windows_of([data, memoryview(data)[1:], b"x"]))) == data + data[1:] + b"x"


def test_what_was_let_go_of_is_still_there(mapped: mmap.mmap) -> None:
    assert sum(len(piece) for piece in windows(mapped)) == LARGE
    forget(mapped)
    assert (mapped[:5], mapped[-4:]) == (b"first", b"last")


@pytest.mark.skipif(sys.platform != "linux", reason="the memory in use is told by /proc")
def test_a_map_does_not_fill_the_memory(mapped: mmap.mmap) -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before, most = resident(), 0
    for piece in windows_of([memoryview(mapped)]):
        assert bytes(piece[:: mmap.PAGESIZE]).count(0) >= WINDOW // mmap.PAGESIZE - 2
        most = max(most, resident() - before)
    assert most < LARGE // 2
