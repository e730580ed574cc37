"""Who becomes one subject, who two, and what their pseudonyms hang on."""

from pathlib import Path

from tests import factories
from tests.engine.conftest import Runner
from tests.factories import Patient
from tests.program import images, pseudonyms, rows


def folders(project: Path) -> set[str]:
    """Return the pseudonyms that have images."""
    return {path.split("/")[0] for path in images(project / "anonymized")}


def test_spellings_of_one_id_are_one_subject(tmp_path: Path, go: Runner) -> None:
    for number, name in enumerate(["Zweifelhofer^Jane", "ZWEIFELHOFER^JAN", "Anonymous", ""]):
        data = factories.instance(name, "P-104477", "19700102", number=number)
        (tmp_path / "dicom" / f"{number}.dcm").write_bytes(data)
    go()
    assert len(folders(tmp_path)) == 1


def test_one_id_used_for_several_people_is_several_subjects(tmp_path: Path, go: Runner) -> None:
    people = [("Zweifelhofer^Jane", "19700102"), ("Qasimov^Omar", "19810506"), ("Lindqvist^Ruth", "19550607")]
    for number, (name, birth) in enumerate(people):
        data = factories.instance(name, "lab", birth, number=number)
        (tmp_path / "dicom" / f"{number}.dcm").write_bytes(data)
    outcome = go()
    assert len(folders(tmp_path)) == 3
    assert sum(outcome.settled.doubts.values()) > 0


def test_files_that_name_nobody_are_told_apart_by_study(tmp_path: Path, go: Runner) -> None:
    for number in range(3):
        study = factories.uid("anonymous study", number)
        for image in range(2):
            data = factories.instance("ANONYMOUS", "", "", number=image, StudyInstanceUID=study)
            (tmp_path / "dicom" / f"{number}-{image}.dcm").write_bytes(data)
    go()
    assert len(folders(tmp_path)) == 3


def test_the_order_in_which_patients_come_does_not_matter(tmp_path: Path, go: Runner) -> None:
    jane, omar = Patient("Zweifelhofer^Jane", "P-104477"), Patient("Qasimov^Omar", "P-220815", "19810506")
    factories.study(tmp_path / "a", jane)
    factories.study(tmp_path / "b", omar)
    go("a")
    go("b")
    one_by_one = pseudonyms(tmp_path)
    for folder in (".anonledger", "private", "anonymized"):
        (tmp_path / folder).rename(tmp_path / f"old {folder}")
    go("b", "a")
    assert pseudonyms(tmp_path) == one_by_one


def test_a_pseudonym_stays_when_the_birth_date_is_learnt_later(tmp_path: Path, go: Runner) -> None:
    (tmp_path / "dicom" / "1.dcm").write_bytes(factories.instance("Qasimov^Omar", "P-220815", "", number=1))
    go()
    first = folders(tmp_path)
    (tmp_path / "dicom" / "2.dcm").write_bytes(
        factories.instance("Qasimov^Omar", "P-220815", "19810506", number=2)
    )
    go()
    assert folders(tmp_path) == first


def test_namesakes_with_one_birth_date_and_no_common_id_are_one_person(tmp_path: Path, go: Runner) -> None:
    factories.study(
        tmp_path / "dicom", Patient("Qasimov^Omar", "SITE-A-1"), Patient("Omar QASIMOV", "SITE-B-9")
    )
    go()
    assert len(folders(tmp_path)) == 1


def test_every_spelling_is_in_the_mapping_with_the_pseudonym_of_the_linked_row(
    tmp_path: Path, go: Runner
) -> None:
    factories.study(tmp_path / "dicom", Patient("Zweifelhoffer^Jane", "P-104477"))
    table = factories.table(tmp_path / "t.csv", [["name", "birth date"], ["Jane Zweifelhofer", "1970-01-02"]])
    go(table=table)
    (line,) = rows(tmp_path / "private" / "matches.csv")
    assert (line["status"], line["row"]) == ("accepted", "1")
    shared = (tmp_path / "anonymized" / "demographics.csv").read_text()
    assert folders(tmp_path) == {shared.splitlines()[1].split(",")[0]}
