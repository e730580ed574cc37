"""The shareable tree is compared some folders at a time, and comes out as if it were at once."""

import shutil
from pathlib import Path

import pytest

from anonledger.engine import shelves
from anonledger.engine.outcome import Outcome, Released
from anonledger.errors import AnonledgerError, UsageError
from anonledger.outcomes import Layout
from tests import factories
from tests.engine.conftest import Runner
from tests.program import images

PEOPLE = [
    factories.Patient(f"Doe^{name}", f"P-10447{n}", images=2) for n, name in enumerate(("Ada", "Bea", "Cy"))
]


def released(outcome: Outcome) -> Released:
    """Return how the shareable folder changed."""
    assert outcome.released is not None
    return outcome.released


@pytest.fixture(params=[1, 5000])
def project(
    request: pytest.FixtureRequest, tmp_path: Path, go: Runner, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Three patients and files of nobody; a folder at a time, or all together."""
    monkeypatch.setattr(shelves, "TOGETHER", request.param)
    factories.study(tmp_path / "dicom", *PEOPLE)
    (tmp_path / "dicom" / "scan.bval").write_bytes(b"0 1000")
    return tmp_path


@pytest.mark.parametrize("layout", list(Layout))
def test_what_is_lost_altered_or_left_over_is_put_right(project: Path, go: Runner, layout: Layout) -> None:
    go(layout=layout)
    tree = project / "anonymized"
    before, sums = images(tree), (tree / "SHA256SUMS").read_bytes()
    assert released(go(layout=layout)).nothing
    names = sorted(before)
    (tree / names[0]).unlink()
    altered = tree / names[-1]
    altered.unlink()
    altered.write_bytes(b"altered")
    killed = altered.parent / f".anonledger-{'0' * 16}.tmp"
    killed.touch()
    (tree / f".anonledger-{'1' * 16}.tmp").touch()
    (tree / "notes.txt").write_text("of the user")
    change = released(go(layout=layout))
    assert (change.repaired, change.added, change.removed) == (2, 0, 0)
    assert images(tree) == before
    assert not list(tree.rglob("*.tmp")) and (tree / "notes.txt").exists()
    assert (tree / "SHA256SUMS").read_bytes() == sums


def test_nothing_changes_anywhere_when_a_path_is_taken(project: Path, go: Runner) -> None:
    go()
    tree = project / "anonymized"
    before = images(tree)
    go(layout=Layout.MIRROR)
    mirrored = images(tree)
    last = max(before)
    (tree / last).parent.mkdir(parents=True)
    (tree / last).write_bytes(b"of the user")
    with pytest.raises(UsageError, match="1 paths are taken"):
        go()
    now = images(tree)
    assert (tree / last).read_bytes() == b"of the user" and now.pop(last)
    assert now == mirrored
    (tree / last).unlink()
    go()
    assert images(tree) == before


def test_damaged_objects_are_counted_over_all_folders(project: Path, go: Runner) -> None:
    go()
    for object_file in (project / ".anonledger" / "objects").glob("??/*"):
        object_file.chmod(0o600)
        object_file.unlink()
        object_file.write_bytes(b"")
    with pytest.raises(AnonledgerError, match=r"7 object\(s\)"):
        go()


def test_a_tree_that_is_gone_is_put_back(project: Path, go: Runner) -> None:
    go()
    tree = project / "anonymized"
    shutil.rmtree(tree)
    assert released(go()).repaired == 7
