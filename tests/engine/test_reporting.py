"""The report of a run: made from the ledger and the sources as they lie, and never in the way of a run."""

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from anonledger.engine import reporting
from anonledger.engine.project import Project, locked, project_at
from anonledger.engine.reporting import (
    CHANGED,
    NOT_INSTALLED,
    NOT_SHOWN,
    NOT_THERE,
    export_report,
    report_after,
)
from anonledger.errors import UsageError
from anonledger.outcomes import BurnedIn
from tests.engine.conftest import Runner
from tests.factories import Patient, instance, study, table, zipped

IMAGE = b'<img src="data:image/jpeg;base64,'
ULTRASOUND = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.6.1", "Modality": "US"}
JANE, MAX = Patient("Roe^Jane", "P-1"), Patient("Muster^Max", "P-2", images=1)


@pytest.fixture
def project(tmp_path: Path, go: Runner) -> Project:
    """Run over two patients, one linked for certain, and three ultrasound images, one of them in a zip."""
    study(tmp_path / "dicom", JANE, MAX)
    for number in (1, 2):
        (tmp_path / "dicom" / f"us{number}").write_bytes(ultrasound(number))
    (tmp_path / "dicom" / "more.zip").write_bytes(zipped({"a/us3": ultrasound(3)}))
    rows = [["name", "birthdate", "id"], ["Jane Roe", "1970-01-02", "P-1"], ["Maxi Mustre", "1981-05-06", ""]]
    go(table=table(tmp_path / "people.csv", rows))
    return project_at(tmp_path)


def ultrasound(number: int, **elements: object) -> bytes:
    return instance("Roe^Jane", "P-1", series=9, number=number, **{**ULTRASOUND, **elements})  # type: ignore[arg-type]


def page(project: Project) -> bytes:
    """Return the page as a run would write it now."""
    assert report_after(project) == ""
    return (project.private / "report.html").read_bytes()


def test_it_tells_what_the_run_did_and_is_private(project: Project) -> None:
    made = page(project)
    for told in (b"Roe^Jane", b"Muster^Max", b"may show text in its pixels", b"us1", b"a/us3"):
        assert told in made, told
    assert made.count(IMAGE) == 3
    assert stat.S_IMODE((project.private / "report.html").stat().st_mode) == 0o600
    assert stat.S_IMODE(project.private.stat().st_mode) == 0o700
    assert not [path for path in project.output.rglob("*") if path.suffix in (".html", ".jpg")]


def test_the_same_ledger_gives_the_same_page(project: Project, go: Runner) -> None:
    first = page(project)
    assert page(project) == first
    assert export_report(project.root, None).read_bytes() == first
    go()
    assert page(project) != first  # there is one more run to tell of


def test_it_tells_how_the_dataset_grew(project: Project, go: Runner, tmp_path: Path) -> None:
    study(tmp_path / "dicom" / "later", Patient("Poe^Ann", "P-3", images=5))
    go()
    made = page(project)
    assert b"run 1: 3 files; run 2: 8 files" in made
    assert b"run 1: 2 subjects; run 2: 3 subjects" in made


def test_it_tells_how_the_dataset_shrank(project: Project, go: Runner) -> None:
    go(burned_in=BurnedIn.KEEP)
    go(burned_in=BurnedIn.QUARANTINE)
    made = page(project)
    assert b"run 1: 3 files; run 2: 6 files; run 3: 3 files" in made


def test_an_image_that_is_gone_changed_or_broken_is_told_in_a_sentence(project: Project) -> None:
    sources = project.root / "dicom"
    (sources / "us1").unlink()
    (sources / "us2").write_bytes(ultrasound(2, SeriesDescription="another"))
    (sources / "more.zip").rename(project.root / "moved.zip")
    made = page(project).decode()
    assert made.count(NOT_THERE) == 2
    assert made.count(CHANGED) == 1
    assert IMAGE.decode() not in made


def test_an_image_that_cannot_be_decoded_is_told_in_a_sentence(tmp_path: Path, go: Runner) -> None:
    (tmp_path / "dicom" / "odd").write_bytes(ultrasound(1, Rows=40_000))
    go()
    assert NOT_SHOWN in page(project_at(tmp_path)).decode()


def test_some_of_many_images_are_shown_one_of_each_folder_first(
    tmp_path: Path, go: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 5):
        (tmp_path / "dicom" / f"us{number}").write_bytes(ultrasound(number))
    (tmp_path / "dicom" / "z").mkdir()
    (tmp_path / "dicom" / "z" / "us5").write_bytes(ultrasound(5))
    go()
    monkeypatch.setattr(reporting, "MOST_PICTURES", 2)
    made = page(project_at(tmp_path))
    assert made.count(IMAGE) == 2 and b"2 of 5, one of each folder first" in made
    pictures = made[made.index(b'class="pictures"') :]
    assert b"dicom/us1" in pictures and b"z/us5" in pictures


def test_no_more_is_read_than_the_limit(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "MOST_READ", (project.root / "dicom" / "us1").stat().st_size + 1)
    made = page(project).decode()
    assert made.count(IMAGE.decode()) == 1 and made.count(reporting.TOO_MUCH) == 2


def test_without_the_packages_there_is_a_page_without_pictures(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    made = page(project)
    assert IMAGE not in made and NOT_INSTALLED.partition("'")[0].encode() in made


def test_trouble_with_the_page_is_told_and_is_no_error(project: Project) -> None:
    (project.private / "report.html").mkdir()
    told = report_after(project)
    assert "the run itself is complete" in told and "anonledger export report" in told
    with locked(project):
        assert "Another run holds this project" in report_after(project)


def test_a_bug_in_the_page_is_told_without_what_it_was_about(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_page: object) -> bytes:
        raise ZeroDivisionError("Roe^Jane")

    monkeypatch.setattr(reporting, "render", broken)
    told = report_after(project)
    assert "ZeroDivisionError" in told and "Roe" not in told


@pytest.fixture
def inside(project: Project) -> Iterator[Path]:
    """Yield a link that leads into the shared folder."""
    link = project.root / "link"
    try:
        link.symlink_to(project.output, target_is_directory=True)
    except OSError:
        pytest.skip("no symbolic links here")
    yield link


def test_it_is_never_written_into_a_folder_to_be_shared(project: Project, inside: Path) -> None:
    for place in (
        project.output / "new" / "r.html",
        inside / "report.html",
        project.private / "../anonymized/r",
    ):
        with pytest.raises(UsageError, match="folder to be shared"):
            export_report(project.root, place)
    assert export_report(project.root, project.root / "elsewhere.html").read_bytes() == page(project)


def test_there_is_none_of_a_folder_without_a_project(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no anonledger project"):
        export_report(tmp_path, None)
    assert not any(tmp_path.iterdir())
