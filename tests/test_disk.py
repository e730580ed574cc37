"""What the disk says is told in a sentence that says what to do."""

import errno
import os
from pathlib import Path

import pytest

from anonledger.disk import remove, replace, telling
from anonledger.errors import StoreError


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, r"The disk is full at .*study\. Free some space"),
        (errno.EROFS, r".*study cannot be written or read .* choose another folder"),
        (errno.EACCES, r".*study cannot be written or read .* choose another folder"),
        (errno.EIO, r"The disk failed at .*study .* Check it"),
    ],
)
def test_trouble_is_told_without_the_file(code: int, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence) as caught, telling(Path("study")):
        raise OSError(code, os.strerror(code), "study/Roe^Jane.dcm")
    assert "Roe" not in str(caught.value)


def test_read_only_files_are_no_obstacle(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for path in (old, new):
        path.write_bytes(path.name.encode())
        path.chmod(0o444)
    replace(new, old)
    assert old.read_bytes() == b"new"
    remove(old)
    assert list(tmp_path.iterdir()) == []
