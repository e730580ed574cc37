"""What pseudonyms are made of, by --id-from."""

from pathlib import Path

import pytest

from anonledger.errors import CollisionError, UsageError
from tests.engine.conftest import Runner
from tests.factories import Patient, study, table
from tests.program import pseudonyms, rows

JANE, OMAR = Patient("Zweifelhofer^Jane", "P-104477"), Patient("Qasimov^Omar", "P-220815", "19810506")
NAMESAKE = Patient("Jane ZWEIFELHOFER", "P-999111", "19550607")


def fresh(project: Path) -> None:
    """Put away what a run left, to begin again."""
    number = len(list(project.glob("old*")))
    for folder in (".anonledger", "private", "anonymized"):
        (project / folder).rename(project / f"old {number} {folder}")


def test_a_name_alone_gives_the_same_pseudonym_whatever_else_is_known(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "a", JANE)
    study(tmp_path / "b", NAMESAKE)
    go("a", id_from="name")
    first = set(pseudonyms(tmp_path).values())
    fresh(tmp_path)
    go("b", id_from="name")
    assert set(pseudonyms(tmp_path).values()) == first
    fresh(tmp_path)
    go("b")
    assert set(pseudonyms(tmp_path).values()) != first


def test_homonyms_stop_the_run_and_are_named_in_private_only(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", JANE, NAMESAKE, OMAR)
    with pytest.raises(CollisionError, match=r"2 patients.*private/doubts.csv.*--id-from") as stopped:
        go(id_from="name")
    assert "zweifelhofer" not in str(stopped.value).lower()
    assert {row["patient_name"] for row in rows(tmp_path / "private" / "doubts.csv")} == {
        JANE.name,
        NAMESAKE.name,
    }
    assert not (tmp_path / "anonymized").exists()
    go()
    assert len(set(pseudonyms(tmp_path).values())) == 3


def test_a_homonym_of_a_known_patient_stops_the_run_too(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "a", JANE)
    study(tmp_path / "b", NAMESAKE)
    go("a")
    with pytest.raises(CollisionError):
        go("a", "b", id_from="name")
    told = {row["patient_name"]: row["pseudonym"] for row in rows(tmp_path / "private" / "doubts.csv")}
    assert told == {JANE.name: pseudonyms(tmp_path)[JANE.name], NAMESAKE.name: ""}


def test_a_patient_id_gives_the_pseudonym_and_who_has_none_is_told(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "a", JANE)
    study(tmp_path / "b", Patient("Other^Spelling", "p-104477", "19990101"))
    study(tmp_path / "c", Patient("Qasimov^Omar", "0", "19810506"))
    go("a", id_from="patient-id")
    first = set(pseudonyms(tmp_path).values())
    fresh(tmp_path)
    outcome = go("b", "c", id_from="patient-id")
    assert first < set(pseudonyms(tmp_path).values())
    assert [note.rpartition(": ")[2] for note in outcome.settled.notes] == ["1"]


def test_two_patients_of_one_id_stop_the_run(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "a", Patient("Zweifelhofer^Jane", "lab", "19700102"))
    study(tmp_path / "b", Patient("Qasimov^Omar", "lab", "19810506"))
    with pytest.raises(CollisionError, match="--id-from patient-id would give 2 patients"):
        go("a", "b", id_from="patient-id")


def test_a_column_of_the_linked_row_gives_the_pseudonym(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "a", JANE, OMAR)
    head = ["name", "birth date", "study no"]
    who = table(tmp_path / "t.csv", [head, ["Jane Zweifelhofer", "1970-01-02", "S17"]])
    outcome = go("a", table=who, id_from="study no")
    first = pseudonyms(tmp_path)
    assert len(outcome.settled.notes) == 1
    fresh(tmp_path)
    who = table(tmp_path / "t.csv", [head, ["J. Zweifelhofer", "1970-01-02", "s17 "]])
    go("a", table=who, id_from="study no")
    assert pseudonyms(tmp_path)[JANE.name] == first[JANE.name]
    fresh(tmp_path)
    go("a", id_from="name+birthdate")
    assert pseudonyms(tmp_path)[OMAR.name] == first[OMAR.name]
    assert pseudonyms(tmp_path)[JANE.name] != first[JANE.name]


def test_a_table_alone_gives_pseudonyms_from_its_column(tmp_path: Path, go: Runner) -> None:
    head = ["name", "study no"]
    lines = [["Jane Zweifelhofer", "S17"], ["Omar Qasimov", "S18"]]
    go(table=table(tmp_path / "t.csv", [head, *lines]), id_from="study no")
    first = {row["name"] for row in rows(tmp_path / "anonymized" / "demographics.csv")}
    fresh(tmp_path)
    lines = [["Jane Zweifelhofer-Lee", "S17"], ["O. Qasimov", "S18"]]
    go(table=table(tmp_path / "t.csv", [head, *lines]), id_from="study no")
    assert {row["name"] for row in rows(tmp_path / "anonymized" / "demographics.csv")} == first


def test_a_column_that_is_not_there_is_refused_before_anything_is_written(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", JANE)
    with pytest.raises(UsageError, match="there is no table"):
        go(id_from="study no")
    with pytest.raises(UsageError, match="columns are: name and 1 more"):
        go(table=table(tmp_path / "t.csv", [["name", "weight"], ["x", "1"]]), id_from="study no")
    assert not (tmp_path / ".anonledger").exists()


def test_a_change_holds_for_new_patients_only_and_is_told_once(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "a", JANE)
    study(tmp_path / "b", OMAR)
    go("a")
    first = pseudonyms(tmp_path)
    (note,) = go("a", "b", id_from="patient-id").settled.notes
    assert "1 given before, from name+birthdate, stay" in note
    assert pseudonyms(tmp_path)[JANE.name] == first[JANE.name]
    assert go("a", "b", id_from="patient-id").settled.notes == ()
