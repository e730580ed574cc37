"""A disk that is full, a quota, and folders that cannot be written, at each place where the program writes.

Owns: trouble with a disk is told in a sentence, and the next run with space goes on where it ended.
"""

import subprocess
from collections.abc import Iterator

import pytest

from tests.stage import Stage
from tests.survive.kills import FIRST, Lab, leftovers
from tests.survive.study import STATE, Snapshot, halves
from tests.survive.test_damage import refused, same


def _may_mount() -> bool:
    probe = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def calm(lab: Lab) -> Snapshot:
    """Return what a first run comes to when nothing is in its way."""
    lab.begin("nothing")
    assert lab.ends(FIRST).status == 3
    return lab.state()


@pytest.fixture(scope="module")
def apart() -> Iterator[Stage]:
    """Give a process that forks and has mounts of its own."""
    if not _may_mount():
        pytest.skip("mounting a small disk is not allowed here")
    with Stage(apart=True) as forking:
        yield forking


@pytest.fixture
def small(lab: Lab, apart: Stage) -> Iterator[Lab]:
    """Give the place where projects begin, seen by the process with mounts of its own."""
    usual, lab.stage = lab.stage, apart
    yield lab
    lab.stage = usual


# Where the disk is full: a folder of the project, the bytes that it holds, and what is said of it.
PLACES = {
    "everything, at once": ("project", 4096, "cannot be made|is full|cannot be opened"),
    "everything, at the ledger": ("project", 140_000, "is full"),
    "objects": (f"project/{STATE}/objects", 40_960, "The disk is full"),
    "tree": ("project/anonymized", 40_960, "The disk is full"),
    "private tables": ("project/private", 4096, "The disk is full"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_full_disk_is_told_and_the_next_run_goes_on(small: Lab, calm: Snapshot, place: str) -> None:
    folder, size, told = PLACES[place]
    small.begin("nothing")
    room = small.base / folder
    small.stage.shell(f"mkdir -p '{room}' && mount -t tmpfs -o size={size} none '{room}'")
    try:
        done = small.ends(FIRST)
        refused(done, done.status)
        assert done.status in (1, 2)
        assert any(one in done.said for one in told.split("|")), done
        small.stage.shell(f"mount -o remount,size=64m '{room}'")
        assert small.ends(FIRST).status == 3
        assert small.ends(("audit",)).status == 0
        small.stage.shell(f"cp -a '{room}' '{small.base}/kept'")
    finally:
        small.stage.shell(f"umount '{room}'")
    small.stage.shell(f"rm -rf '{room}' && mv '{small.base}/kept' '{room}'")
    same(small, calm)
    assert leftovers(small.project) == []


@pytest.mark.parametrize("largest", [0, 2048, 70_000])
def test_a_quota_on_files_is_told_and_the_next_run_goes_on(lab: Lab, calm: Snapshot, largest: int) -> None:
    lab.begin("nothing")
    pid = lab.starts(FIRST, 1, largest=largest)
    done = lab.stage.wait(pid, lab.base)
    assert done.status in (1, 2), done
    assert "Traceback" not in done.said
    assert halves(lab.project, calm) == []
    assert lab.ends(FIRST).status == 3
    same(lab, calm)


READ_ONLY = {"project": "project", "objects": f"project/{STATE}/objects", "tree": "project/anonymized"}


@pytest.mark.parametrize("place", READ_ONLY)
def test_what_cannot_be_written_is_told(small: Lab, calm: Snapshot, place: str) -> None:
    small.begin("nothing")
    room = small.base / READ_ONLY[place]
    small.stage.shell(f"mkdir -p '{room}' && mount -t tmpfs -o ro none '{room}'")
    try:
        done = small.ends(FIRST)
        refused(done, done.status, "Read-only file system")
        assert done.status in (1, 2)
    finally:
        small.stage.shell(f"umount '{room}'")
    assert small.ends(FIRST).status == 3
    same(small, calm)


def test_a_folder_that_is_a_file_is_told(lab: Lab, calm: Snapshot) -> None:
    for name in ("anonymized", "private", STATE):
        lab.begin("nothing")
        (lab.project / name).write_text("in the way")
        done = lab.ends(FIRST)
        refused(done, done.status, name)
        assert done.status in (1, 2)
        (lab.project / name).unlink()
        assert lab.ends(FIRST).status == 3
        same(lab, calm)
