"""Names of other patients in a patient's files, and further terms that must go: found, replaced, redone."""

from collections import Counter
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread

from anonledger.engine.progress import Silent
from anonledger.engine.project import project_at
from anonledger.engine.request import Request
from anonledger.engine.run import run
from anonledger.outcomes import Reason
from anonledger.settings import Settings
from tests import factories
from tests.engine.conftest import Runner
from tests.program import holds, images, pseudonyms, rows

ADA = factories.Patient("Brandvold^Ada", "K-481516", images=2)
BO = factories.Patient("Ekelund^Bo Ragnar", "Q-232342", images=1)


def released(project: Path, pseudonym: str) -> list[Dataset]:
    """Return the data sets that were published of a subject."""
    tree = project / "anonymized"
    return [dcmread(tree / path) for path in images(tree) if path.startswith(pseudonym)]


def test_another_patients_full_name_becomes_that_patients_pseudonym(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom" / "a", ADA, ImageComments="compare Bo Ekelund, same ward as Bo")
    factories.study(tmp_path / "dicom" / "b", BO, PatientComments="sister of BRANDVOLD_ADA (K-481516)")
    go()
    names = pseudonyms(tmp_path)
    ada, bo = names["Brandvold^Ada"], names["Ekelund^Bo Ragnar"]
    assert {str(one.ImageComments) for one in released(tmp_path, ada)} == {f"compare {bo}, same ward as Bo"}
    (one,) = released(tmp_path, bo)
    assert str(one.PatientComments) == f"sister of {ada} ({ada})"
    assert holds(tmp_path / "anonymized", "Ekelund", "Brandvold", "481516") == []


def test_a_new_patient_redoes_the_files_that_speak_of_him_and_no_others(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom" / "a", ADA, PatientComments="see Ekelund^Bo")
    factories.study(tmp_path / "dicom" / "c", factories.Patient("Castor^Iris", "Z-900017", images=3))
    go()
    assert holds(tmp_path / "anonymized", "Ekelund")
    factories.study(tmp_path / "dicom" / "b", BO)
    outcome = go()
    assert Counter(job.reason for job in outcome.plan.jobs) == {Reason.NEW: 1, Reason.SUBJECT_CHANGED: 2}
    assert holds(tmp_path / "anonymized", "Ekelund") == []
    assert go().plan.jobs == ()


def test_a_word_of_anothers_name_stays_where_the_full_name_is_not(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom" / "a", ADA, StationName="RAGNAR", SeriesDescription="Bo protocol")
    factories.study(tmp_path / "dicom" / "b", BO)
    go()
    for one in released(tmp_path, pseudonyms(tmp_path)["Brandvold^Ada"]):
        assert (one.StationName, one.SeriesDescription) == ("RAGNAR", "Bo protocol")


def test_a_physician_who_is_a_patient_too_is_replaced_there(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom" / "a", ADA, ReferringPhysicianName="Ekelund^Bo")
    factories.study(tmp_path / "dicom" / "b", BO, ReferringPhysicianName="Vesterholt^Karin")
    go()
    names = pseudonyms(tmp_path)
    ada, bo = names["Brandvold^Ada"], names["Ekelund^Bo Ragnar"]
    assert {str(one.ReferringPhysicianName) for one in released(tmp_path, ada)} == {bo}
    assert {str(one.ReferringPhysicianName) for one in released(tmp_path, bo)} == {"Vesterholt^Karin"}


def test_terms_go_from_every_file_now_and_later(tmp_path: Path, go: Runner) -> None:
    go_with = Request(
        project=project_at(tmp_path),
        sources=(tmp_path / "dicom",),
        table=None,
        settings=Settings(),
        salt_file=tmp_path / "salt",
        identifiers=tmp_path / "terms.txt",
    )
    (tmp_path / "terms.txt").write_text("Haus am Rehwald\n078-05-1120\n")
    factories.study(tmp_path / "dicom" / "a", ADA, PatientComments="from HAUS AM REHWALD, no. 078-05-1120.")
    run(go_with, Silent())
    ada = pseudonyms(tmp_path)["Brandvold^Ada"]
    assert {str(one.PatientComments) for one in released(tmp_path, ada)} == {f"from {ada}, no. {ada}."}
    factories.study(tmp_path / "dicom" / "b", BO, PatientComments="to haus_am_rehwald")
    go()
    assert holds(tmp_path / "anonymized", "rehwald", "078-05") == []


def test_an_identifier_column_is_hunted_and_left_out(tmp_path: Path, go: Runner) -> None:
    factories.study(
        tmp_path / "dicom" / "a", ADA, AdditionalPatientHistory="insured as 756.9217.0769.85 here"
    )
    table = factories.table(
        tmp_path / "t.csv",
        [["name", "birth_date", "AHV", "age"], ["Ada Brandvold", "1970-01-02", "756.9217.0769.85", "54"]],
    )
    go(table=table, identifier_columns=("ahv",))
    ada = pseudonyms(tmp_path)["Brandvold^Ada"]
    found = {str(one.AdditionalPatientHistory) for one in released(tmp_path, ada)}
    assert found == {f"insured as {ada} here"}
    assert rows(tmp_path / "anonymized" / "demographics.csv") == [
        {"name": ada, "birth_date": "1970-01-02", "age": "54"}
    ]


def test_staff_goes_on_request(tmp_path: Path, go: Runner) -> None:
    said = {"ReferringPhysicianName": "Vesterholt^Karin", "InstitutionName": "Clinic at the Lake"}
    factories.study(tmp_path / "dicom" / "a", ADA, OperatorsName="Ulrich^Tom", **said)
    go()
    assert holds(tmp_path / "anonymized", "Vesterholt", "Ulrich", "Clinic")
    outcome = go(remove_staff=True)
    assert {job.reason for job in outcome.plan.jobs} == {Reason.RULES_CHANGED}
    assert holds(tmp_path / "anonymized", "Vesterholt", "Ulrich", "Clinic") == []
    assert all(
        one.ReferringPhysicianName == "" for one in released(tmp_path, pseudonyms(tmp_path)["Brandvold^Ada"])
    )


@pytest.mark.parametrize(
    "said",
    ["no 889-123-4 here", "no 008891234", "file8891234", "see Lindqvist&#44; E&#114;ik", "lindqvisterik2019"],
)
def test_a_patient_who_comes_later_is_found_in_whatever_form(tmp_path: Path, go: Runner, said: str) -> None:
    factories.study(tmp_path / "dicom" / "a", ADA, PatientComments=said)
    go()
    assert holds(tmp_path / "anonymized", said.split()[-1][:8])
    factories.study(tmp_path / "dicom" / "b", factories.Patient("Lindqvist^Erik", "889-123-4", images=1))
    go()
    for one in released(tmp_path, pseudonyms(tmp_path)["Brandvold^Ada"]):
        assert "subj_" in str(one.PatientComments)
        assert "8891234" not in str(one.PatientComments)


def test_files_that_a_run_was_not_shown_are_told_of_when_a_newcomer_stands_in_them(
    tmp_path: Path, go: Runner
) -> None:
    factories.study(tmp_path / "dicom" / "a", ADA, PatientComments="see Ekelund^Bo")
    factories.study(tmp_path / "dicom" / "c", factories.Patient("Castor^Iris", "Z-900017", images=3))
    go("dicom/a", "dicom/c")
    factories.study(tmp_path / "dicom" / "b", BO)
    assert go("dicom/b").report.behind == 2
    assert go("dicom/b", "dicom/a").report.behind == 0
    assert holds(tmp_path / "anonymized", "Ekelund") == []


def test_another_patient_in_a_cell_of_the_table_becomes_that_patients_pseudonym(
    tmp_path: Path, go: Runner
) -> None:
    factories.study(tmp_path / "dicom" / "a", ADA)
    factories.study(tmp_path / "dicom" / "b", BO)
    table = factories.table(
        tmp_path / "t.csv",
        [
            ["name", "birth_date", "note"],
            ["Ada Brandvold", "1970-01-02", "sister of Bo Ekelund, twins"],
            ["Bo Ragnar Ekelund", "1970-01-02", "none"],
        ],
    )
    go(table=table)
    bo = pseudonyms(tmp_path)["Ekelund^Bo Ragnar"]
    notes = {row["note"] for row in rows(tmp_path / "anonymized" / "demographics.csv")}
    assert notes == {f"sister of {bo}, twins", "none"}
    assert holds(tmp_path / "anonymized", "Ekelund") == []
