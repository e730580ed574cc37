"""The output tree: shows what is wanted, heals itself, and never takes a file that is not its own."""

import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonledger.errors import StoreError, UsageError
from anonledger.records import Placement
from anonledger.tree import (
    TreeChange,
    carry_out,
    checksums,
    materialize,
    survey,
    write_file,
)

YEAR_2020 = 1_577_836_800_000_000_000


class Objects:
    """A folder of read-only objects, and the tree that is made from it."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.root = root

    def path(self, digest: str) -> Path:
        return self.folder / digest

    def placement(self, path: str, content: bytes) -> Placement:
        digest = hashlib.sha256(content).hexdigest()
        if not self.path(digest).exists():
            self.path(digest).write_bytes(content)
            os.utime(self.path(digest), ns=(YEAR_2020 + 1, YEAR_2020 + 123_456_789))
            self.path(digest).chmod(0o444)
        return Placement(path, "source of " + path, digest, len(content))

    def make(self, wanted: list[Placement], placed: list[Placement] | None = None) -> TreeChange:
        return materialize(self.root, self.path, wanted, wanted if placed is None else placed)

    def shown(self) -> dict[str, bytes]:
        return {
            p.relative_to(self.root).as_posix(): p.read_bytes() for p in self.root.rglob("*") if p.is_file()
        }

    def folders(self) -> set[str]:
        return {p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_dir()}


@pytest.fixture(params=["one file system", "two file systems"])
def objects(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Objects]:
    (tmp_path / "objects").mkdir()
    if request.param == "one file system":
        yield Objects(tmp_path / "objects", tmp_path / "tree")
        return
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second file system")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Objects(tmp_path / "objects", Path(folder) / "tree")


@pytest.fixture
def pair(objects: Objects) -> list[Placement]:
    return [
        objects.placement("subj_1/1.2/3/4.dcm", b"four"),
        objects.placement("subj_1/1.2/3/5.dcm", b"five"),
    ]


def alter(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_a_tree_is_made_and_made_again_without_a_change(objects: Objects, pair: list[Placement]) -> None:
    change = objects.make(pair, placed=[])
    assert objects.shown() == {"subj_1/1.2/3/4.dcm": b"four", "subj_1/1.2/3/5.dcm": b"five"}
    assert (change.added, change.removed, change.damaged) == (tuple(pair), (), ())
    before = {p: p.stat().st_ino for p in objects.root.rglob("*")}
    assert objects.make(pair) == TreeChange(kept=2)
    assert {p: p.stat().st_ino for p in objects.root.rglob("*")} == before


def test_a_survey_changes_nothing(objects: Objects, pair: list[Placement]) -> None:
    change = survey(objects.root, objects.path, pair, [])
    assert not objects.root.exists()
    carry_out(objects.root, objects.path, change)
    assert len(objects.shown()) == 2


def test_files_placed_before_a_crash_are_taken_on_record(objects: Objects, pair: list[Placement]) -> None:
    objects.make(pair[:1], placed=[])
    change = objects.make(pair, placed=[])
    assert (change.added, change.kept, change.place) == (tuple(pair), 1, (pair[1],))


@pytest.mark.parametrize("harm", ["deleted", "cut", "overwritten", "touched"])
def test_what_was_lost_or_altered_is_restored(objects: Objects, pair: list[Placement], harm: str) -> None:
    objects.make(pair, placed=[])
    victim = objects.root / pair[0].path
    if harm == "deleted":
        victim.unlink()
    else:
        alter(victim, {"cut": b"fo", "overwritten": b"FOUR", "touched": b"four"}[harm])
    change = objects.make(pair)
    assert objects.shown() == {"subj_1/1.2/3/4.dcm": b"four", "subj_1/1.2/3/5.dcm": b"five"}
    expected = (2, 0) if harm == "touched" else (1, 1)
    assert (change.kept, change.repaired) == expected and not change.added


def test_a_deleted_tree_comes_back(objects: Objects, pair: list[Placement]) -> None:
    objects.make(pair, placed=[])
    before = objects.shown()
    shutil.rmtree(objects.root)
    assert objects.make(pair).repaired == 2
    assert objects.shown() == before


def test_a_superseded_file_is_replaced_though_size_and_time_agree(
    objects: Objects, pair: list[Placement]
) -> None:
    objects.make(pair, placed=[])
    newer = [objects.placement(pair[0].path, b"FOUR"), pair[1]]
    change = objects.make(newer, placed=pair)
    assert (change.added, change.removed) == ((newer[0],), ())
    assert objects.shown()[pair[0].path] == b"FOUR"


def test_only_what_was_placed_is_removed_and_only_folders_that_became_empty(
    objects: Objects, pair: list[Placement]
) -> None:
    other = objects.placement("subj_2/6/7/8.dcm", b"eight")
    objects.make([*pair, other], placed=[])
    (objects.root / "subj_2" / "my notes").write_bytes(b"mine")
    (objects.root / "my folder").mkdir()
    change = objects.make([], placed=[*pair, other])
    assert set(change.removed) == {pair[0].path, pair[1].path, other.path}
    assert objects.shown() == {"subj_2/my notes": b"mine"}
    assert objects.folders() == {"subj_2", "my folder"}


def test_the_root_stays(objects: Objects, pair: list[Placement]) -> None:
    objects.make(pair, placed=[])
    objects.make([], placed=pair)
    assert objects.root.is_dir() and not objects.folders()


@pytest.mark.parametrize("there", ["a file", "a folder", "a file above", "a link above"])
def test_a_file_that_nobody_placed_is_never_replaced(objects: Objects, there: str, tmp_path: Path) -> None:
    wanted = [objects.placement("subj_1/a/b/c.dcm", b"c"), objects.placement("subj_1/d/e/f.dcm", b"f")]
    place = objects.root / wanted[0].path
    if there == "a folder":
        place.mkdir(parents=True)
    elif there == "a link above":
        (tmp_path / "elsewhere").mkdir()
        place.parent.parent.mkdir(parents=True)
        place.parent.symlink_to(tmp_path / "elsewhere")
    else:
        blocked = place.parent if there == "a file above" else place
        blocked.parent.mkdir(parents=True)
        blocked.write_bytes(b"m")
    before = objects.shown()
    with pytest.raises(UsageError, match=r"for example subj_1/a/b/c\.dcm\. Move them away"):
        objects.make(wanted, placed=[])
    assert objects.shown() == before


def test_a_lost_or_cut_object_is_told_and_the_rest_is_placed(objects: Objects, pair: list[Placement]) -> None:
    third = objects.placement("subj_2/1/2/3.dcm", b"three")
    objects.path(pair[0].object_digest).unlink()
    alter(objects.path(third.object_digest), b"th")
    change = objects.make([*pair, third], placed=[])
    assert (change.damaged, change.added) == ((pair[0], third), (pair[1],))
    assert objects.shown() == {pair[1].path: b"five"}


def test_two_placements_of_one_path_are_refused(objects: Objects) -> None:
    with pytest.raises(ValueError, match="one path"):
        objects.make([objects.placement("a", b"1"), objects.placement("a", b"2")])


def test_what_a_killed_run_left_is_cleared(objects: Objects, pair: list[Placement]) -> None:
    objects.make(pair, placed=[])
    (objects.root / "subj_1" / ".anonledger-0123456789abcdef.tmp").write_bytes(b"half")
    objects.make(pair)
    assert len(objects.shown()) == 2


def test_a_root_that_is_a_file_is_said_in_a_sentence(objects: Objects, pair: list[Placement]) -> None:
    objects.root.write_bytes(b"")
    with pytest.raises(StoreError, match="run the same command again"):
        objects.make(pair, placed=[])


@given(before=st.sets(st.integers(0, 12)), after=st.sets(st.integers(0, 12)))
def test_any_tree_becomes_any_other(
    tmp_path_factory: pytest.TempPathFactory, before: set[int], after: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("trees")
    objects = Objects(folder, folder / "tree")
    old = [objects.placement(f"s{n % 3}/{n % 2}/{n}.dcm", b"%d" % n) for n in sorted(before)]
    new = [objects.placement(f"s{n % 3}/{n % 2}/{n}.dcm", b"%d" % (n // 2)) for n in sorted(after)]
    objects.make(old, placed=[])
    objects.make(new, placed=old)
    assert objects.shown() == {p.path: objects.path(p.object_digest).read_bytes() for p in new}
    assert objects.make(new) == TreeChange(kept=len(new))


def test_checksums_satisfy_sha256sum(objects: Objects, pair: list[Placement]) -> None:
    objects.make(pair, placed=[])
    odd = "other\\with\nbreak" if os.name == "posix" else "plain"
    files = {"demographics.csv": b"name\n", odd: b"odd"}
    for path, content in files.items():
        write_file(objects.root, path, content)
    text = b"".join(checksums(pair, files))
    write_file(objects.root, "SHA256SUMS", text)
    assert text == b"".join(checksums(pair, dict(reversed(files.items()))))
    if command := shutil.which("sha256sum"):
        done = subprocess.run(
            [command, "-c", "--strict", "SHA256SUMS"], cwd=objects.root, capture_output=True
        )
        assert done.returncode == 0 and done.stdout.count(b": OK\n") == 4


def test_a_file_is_written_once(tmp_path: Path) -> None:
    root = tmp_path / "private"
    assert write_file(root, "mapping.csv", b"a", private=True)
    before = (root / "mapping.csv").stat()
    assert not write_file(root, "mapping.csv", b"a", private=True)
    assert os.path.samestat((root / "mapping.csv").stat(), before)
    assert write_file(root, "mapping.csv", b"b", private=True)
    assert (root / "mapping.csv").read_bytes() == b"b"
    assert [p.name for p in root.iterdir()] == ["mapping.csv"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_private_files_are_for_the_owner_alone_whatever_was_there(tmp_path: Path) -> None:
    def mode(path: str) -> int:
        return stat.S_IMODE((tmp_path / path).stat().st_mode)

    (tmp_path / "private").mkdir(0o755)
    (tmp_path / "private" / "old.csv").write_bytes(b"")
    for name, private in (("old.csv", True), ("new.csv", True), ("public.csv", False)):
        write_file(tmp_path / ("private" if private else "shared"), name, b"", private)
    assert (mode("private"), mode("private/old.csv"), mode("private/new.csv")) == (0o700, 0o600, 0o600)
    assert mode("shared/public.csv") == 0o644


def test_a_file_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "private").write_bytes(b"")
    with pytest.raises(StoreError, match="run the same command again"):
        write_file(tmp_path / "private", "mapping.csv", b"")
