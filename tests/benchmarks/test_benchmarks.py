"""Check the parts of the benchmark that its figures rest on; nothing is timed.

Owns: the files are the same each time and name their patient, and a leak is found wherever it stands.
"""

import sys
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.benchmarks import corpora
from tests.benchmarks.contenders import ONE, TWO, contenders, ours
from tests.benchmarks.leaking import NAMED, PEOPLE, leaking
from tests.benchmarks.measuring import Cost, measured
from tests.benchmarks.telling import Sample, goals


@pytest.mark.parametrize("kind", ["MR", "JPEG"])
def test_a_set_is_made_the_same_again(kind: str) -> None:
    first, again = (dict(corpora.made(kind, 5)) for _ in range(2))
    assert first == again
    assert len(set(first.values())) == 5


def test_files_of_a_set_differ_in_their_numbers_and_in_who_they_are_of() -> None:
    found = [dcmread(BytesIO(data)) for _, data in corpora.made("MR", 8)]
    assert len({one.SOPInstanceUID for one in found}) == 8
    assert all(one.SOPInstanceUID == one.file_meta.MediaStorageSOPInstanceUID for one in found)
    assert {str(one.PatientName) for one in found} == {f"{family}^{given}" for family, given, _ in PEOPLE}


@pytest.mark.parametrize(("archive", "folder"), corpora.ZIPS.items())
def test_an_archive_holds_the_files_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: str, folder: str
) -> None:
    monkeypatch.setattr(corpora, "BUILDERS", {folder: corpora.BUILDERS["MR"]})  # a smaller image
    corpora.build(tmp_path / "folder", folder, 4)
    corpora.build(tmp_path / "archive", archive, 4)
    with zipfile.ZipFile(tmp_path / "archive" / "scans.zip") as scans:
        packed = {name: scans.read(name) for name in scans.namelist()}
    loose = {
        path.relative_to(tmp_path / "folder").as_posix(): path.read_bytes()
        for path in (tmp_path / "folder").rglob("*.dcm")
    }
    assert packed == loose


def test_pixels_like_those_of_scanners_pack_to_less_than_half_and_noise_does_not() -> None:
    sizes = [
        len(zlib.compress(pixels, 1)) / len(pixels) for pixels in (corpora.body(64), corpora.noise(4096, 12))
    ]
    assert sizes[0] < 0.5 < sizes[1]


@pytest.mark.parametrize(
    "planted",
    [PEOPLE[0][0].encode(), PEOPLE[1][0].split("-")[1].lower().encode(), PEOPLE[2][2].encode("utf-16-be")],
)
def test_a_planted_leak_is_counted(tmp_path: Path, planted: bytes) -> None:
    clean = bytes(128) + b"DICM" + bytes(1000)
    for number in range(3):
        (tmp_path / f"{number}.dcm").write_bytes(clean)
    (tmp_path / "audit.json").write_bytes(planted)  # what is no image is none of those that are counted
    assert leaking(tmp_path, NAMED) == (3, 0)
    (tmp_path / "1.dcm").write_bytes(clean + planted)
    assert leaking(tmp_path, NAMED) == (3, 1)


def test_a_file_more_is_told_apart_from_the_start() -> None:
    sample = Sample(10, 110, [Cost(2.0, 1.2, 30, 0)] * 3, [Cost(4.0, 2.2, 40, 0)] * 3, (110, 0))
    assert sample.a_file() == pytest.approx(10)
    assert sample.a_file("wall") == pytest.approx(20)
    assert sample.start() == pytest.approx(1.1)
    assert sample.leaked() == "0 of 110"


def test_what_failed_or_lost_files_says_so() -> None:
    lost = Sample(1, 3, [Cost(1, 1, 9, 0)], [Cost(1, 1, 9, 0)], (2, 1))
    assert lost.leaked() == "1 of 2, 1 missing"
    lost.of_many.append(Cost(1, 1, 9, 1))
    assert lost.leaked() == "failed"


def test_goals_are_met_or_missed_by_the_figures() -> None:
    one = Sample(0, 1000, [Cost(0, 0, 30, 0)], [Cost(2.0, 1.9, 160, 0)])
    two = Sample(0, 1000, [Cost(0, 0, 30, 0)], [Cost(1.1, 2.0, 140, 0)])
    words = [line.split(":")[0].strip() for line in goals({"CT": {ONE: one, TWO: two}})]
    assert words == ["met", "met", "MISSED"]  # CPU, two processes, memory


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found, absent = contenders([sys.executable])
    assert [one.name for one in found[:2]] == [ONE, TWO]
    assert "gdcmanon (C++): no program gdcmanon on the PATH" in absent
    assert any(line.startswith("idiscore: not installed") for line in absent)


def test_a_process_that_outlives_its_parent_is_waited_for_and_counted(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere such processes are not known")
    (tmp_path / "work.py").write_text(
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    while time.process_time() < 0.2: pass\n"
        "    open('done', 'w').close()\n"
    )
    cost = measured([sys.executable, "work.py"], tmp_path)
    assert (tmp_path / "done").exists()
    assert cost.cpu > 0.2


def test_the_program_under_test_is_given_sources_and_a_project_of_its_own(tmp_path: Path) -> None:
    corpora.build(tmp_path / "in", "MR", 4)
    (tmp_path / "out").mkdir()
    assert measured(ours(1).command(tmp_path / "in", tmp_path / "out"), tmp_path).status == 0
    assert leaking(tmp_path / "out" / ours(1).output, NAMED) == (4, 0)
