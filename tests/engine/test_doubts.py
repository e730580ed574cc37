"""What is doubtful about who is who is listed with its evidence, and decides nothing."""

from pathlib import Path

import pytest

from anonledger.engine.export import Order, export
from tests import factories
from tests.engine.conftest import Runner
from tests.program import images, pseudonyms, rows

NOBODY = "neither a name nor a patient ID that identifies anybody"
STUDY, FOLDER = "a study with the files of several patients", "a folder with the files of several patients"


def put(path: Path, name: str, patient_id: str, **elements: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(factories.instance(name, patient_id, **elements))  # type: ignore[arg-type]


def told(project: Path, doubt: str) -> list[tuple[str, str]]:
    """Return where a doubt is, and about whom."""
    found = rows(project / "private" / "doubts.csv")
    return [(row["where"], row["patient_name"]) for row in found if row["doubt"] == doubt]


@pytest.mark.parametrize("name", ["", "ANONYMOUS", "XXXX", "Test^Patient", "unknown", "PHANTOM"])
@pytest.mark.parametrize("number", ["", "0", "1", "UNKNOWN"])
def test_placeholders_are_told_apart_by_study_and_listed(
    tmp_path: Path, go: Runner, name: str, number: str
) -> None:
    for study in "ab":
        uid = factories.uid("study", study)
        put(tmp_path / "dicom" / study / "1.dcm", name, number, birth_date="", StudyInstanceUID=uid)
    outcome = go()
    assert len({path.split("/")[0] for path in images(tmp_path / "anonymized")}) == 2
    assert outcome.settled.doubts == {NOBODY: 2}
    assert {where for where, _ in told(tmp_path, NOBODY)} == {factories.uid("study", study) for study in "ab"}


def test_without_a_study_the_folder_tells_them_apart(tmp_path: Path, go: Runner) -> None:
    for number, folder in enumerate(["one", "one", "two", "two"]):
        path = tmp_path / "dicom" / folder / f"{number}.dcm"
        put(path, "ANONYMOUS", "", birth_date="", StudyInstanceUID=None, number=number)
    (tmp_path / "dicom" / "z.zip").write_bytes(
        factories.zipped({"in/3.dcm": factories.instance("", "", "", StudyInstanceUID=None, number=9)})
    )
    outcome = go()
    assert outcome.settled.doubts == {NOBODY: 3}
    assert outcome.settled.new_subjects == 3
    assert outcome.report.instances.published == 5
    assert [Path(where).name for where, _ in told(tmp_path, NOBODY)] == ["one", "two", "in"]


def test_a_study_of_two_patients_is_listed_with_both(tmp_path: Path, go: Runner) -> None:
    uid = factories.uid("one study")
    put(tmp_path / "dicom" / "a" / "1.dcm", "Zweifelhofer^Jane", "P-104477", StudyInstanceUID=uid)
    put(tmp_path / "dicom" / "b" / "2.dcm", "Qasimov^Omar", "P-220815", StudyInstanceUID=uid)
    assert go().settled.doubts == {STUDY: 1}
    assert sorted(told(tmp_path, STUDY)) == [(uid, "Qasimov^Omar"), (uid, "Zweifelhofer^Jane")]
    assert len(set(pseudonyms(tmp_path).values())) == 2


def test_a_folder_whose_files_disagree_is_listed_on_disk_and_in_an_archive(
    tmp_path: Path, go: Runner
) -> None:
    jane = factories.instance("Zweifelhofer^Jane", "P-104477", number=1)
    again = factories.instance("ZWEIFELHOFER^J", "P-104477", number=2)
    omar = factories.instance("Qasimov^Omar", "P-220815", number=3)
    (tmp_path / "dicom" / "z.zip").write_bytes(factories.zipped({"in/1": jane, "in/3": omar, "2": again}))
    assert go().settled.doubts == {FOLDER: 1}
    assert {Path(where).name for where, _ in told(tmp_path, FOLDER)} == {"in"}
    (tmp_path / "dicom" / "1").write_bytes(jane)
    (tmp_path / "dicom" / "2").write_bytes(again)
    assert go().settled.doubts == {FOLDER: 1}
    (tmp_path / "dicom" / "3").write_bytes(omar)
    assert go().settled.doubts == {FOLDER: 2}


def test_the_list_is_the_same_from_the_ledger_alone(tmp_path: Path, go: Runner) -> None:
    for number, (name, birth) in enumerate([("Zweifelhofer^Jane", "19700102"), ("Qasimov^Omar", "19810506")]):
        put(tmp_path / "dicom" / f"{number}.dcm", name, "lab", birth_date=birth, number=number)
    assert len(go().settled.doubts) == 3
    written = (tmp_path / "private" / "doubts.csv").read_bytes()
    pieces: list[bytes] = []
    export(tmp_path, Order("doubts"), pieces.append)
    assert pieces == [written]
    assert written.count(b"\n") == 7
