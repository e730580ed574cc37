"""A pseudonym that was given elsewhere joins no two people: namesakes wait, or are told."""

from pathlib import Path

import pytest

from anonledger.engine.correcting import merge
from anonledger.engine.importing import import_ledger, import_table
from anonledger.engine.project import project_at
from anonledger.engine.review import cases
from anonledger.errors import CollisionError
from anonledger.outcomes import ExitCode, IdScheme
from anonledger.settings import Settings
from tests.engine.conftest import Runner
from tests.engine.test_importing import go_there
from tests.factories import Patient, study, table
from tests.program import pseudonyms

RUTH = Patient("Lindqvist^Ruth", "P-331902", "")
OTHER_RUTH = Patient("Lindqvist^Ruth", "Q-777001", "")


def there(project: Path, *patients: Patient, **settings: object) -> Path:
    """Return the ledger of another project of the same salt."""
    study(project / "other" / "dicom", *patients)
    go_there(project / "other", project / "salt", **settings)
    return project_at(project / "other").ledger


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RUTH, OTHER_RUTH),
        (Patient("Lindqvist^Ruth", "", "19550607"), Patient("Ruth^Lindqvist", "", "19720809")),
        (Patient("Lindqvist^Ruth", "", "", "F"), Patient("Lindqvist^Ruth", "", "", "M")),
    ],
)
def test_namesakes_of_one_pseudonym_are_not_joined(
    tmp_path: Path, go: Runner, one: Patient, other: Patient
) -> None:
    study(tmp_path / "dicom", one)
    go(ids=IdScheme.CSG)
    before = pseudonyms(tmp_path)
    ledger = there(tmp_path, other, ids=IdScheme.CSG)
    taken = import_ledger(tmp_path, ledger, Settings())
    assert (taken.new, taken.known, taken.odds) == (0, 0, tuple(before.values()))
    assert pseudonyms(tmp_path) == before


def test_a_table_that_gives_a_pseudonym_to_a_namesake_is_refused(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", RUTH)
    go()
    (own,) = pseudonyms(tmp_path).values()
    lines = [["name", "patient id", "pseudonym"], ["Lindqvist^Ruth", "Q-777001", own]]
    with pytest.raises(CollisionError, match="birth date, sex or patient ID"):
        import_table(tmp_path, table(tmp_path / "t.csv", lines), Settings())


def test_one_pseudonym_for_unlike_names_is_told(tmp_path: Path) -> None:
    lines = [
        ["name", "pseudonym"],
        ["Ruth Lindqvist", "p1"],
        ["Omar Qasimov", "p1"],
        ["Jane Zweifel", "p2"],
        ["Zweifel, J", "p2"],
    ]
    assert import_table(tmp_path, table(tmp_path / "t.csv", lines), Settings()).unlike == ("p1",)


def test_one_patient_of_two_ids_is_joined_by_name_and_birth_date(tmp_path: Path, go: Runner) -> None:
    born = Patient("Lindqvist^Ruth", "P-331902", "19550607")
    study(tmp_path / "dicom", born)
    go()
    ledger = there(tmp_path, Patient("Lindqvist^Ruth", "Q-777001", "19550607"))
    assert import_ledger(tmp_path, ledger, Settings()).known == 1


def test_a_second_namesake_does_not_get_the_imported_pseudonym(tmp_path: Path, go: Runner) -> None:
    lines = [["name", "pseudonym"], ["Ruth Lindqvist", "p1"]]
    import_table(tmp_path, table(tmp_path / "t.csv", lines), Settings())
    study(tmp_path / "dicom", RUTH)
    go()
    assert pseudonyms(tmp_path)["Lindqvist^Ruth"] == "p1"
    study(tmp_path / "later", OTHER_RUTH)
    assert go("later").exit_code is ExitCode.REVIEW
    (case,) = cases(tmp_path, everything=False)
    assert case.pseudonym != "p1" and case.ids == ("Q-777001",)
    assert [one.pseudonym for one in case.candidates] == ["p1"]


def test_a_third_namesake_waits_with_the_others(tmp_path: Path, go: Runner) -> None:
    lines = [["name", "pseudonym"], ["Ruth Lindqvist", "p1"]]
    import_table(tmp_path, table(tmp_path / "t.csv", lines), Settings())
    study(tmp_path / "dicom", RUTH, OTHER_RUTH)
    assert go().exit_code is ExitCode.REVIEW
    assert len(cases(tmp_path, everything=False)) == 2
    study(tmp_path / "later", Patient("Lindqvist^Ruth", "R-5", ""))
    go("later")
    assert len(cases(tmp_path, everything=False)) == 3


def test_whom_the_other_project_merged_is_for_review_here(tmp_path: Path, go: Runner) -> None:
    born = Patient("Lindqvist^Ruth", "P-331902", "19550607")
    married = Patient("Zweifelhofer^Ruth", "Q-777001", "19550607")
    study(tmp_path / "dicom", born, married)
    go()
    here = pseudonyms(tmp_path)
    ledger = there(tmp_path, born, married)
    merge(tmp_path / "other", here[born.name], here[married.name])
    assert import_ledger(tmp_path, ledger, Settings()).review == 1
    (case,) = cases(tmp_path, everything=False)
    assert (case.pseudonym, case.candidates[0].pseudonym) == (here[married.name], here[born.name])
    go()
    assert pseudonyms(tmp_path) == here
    merge(tmp_path, here[married.name], here[born.name])
    taken = import_ledger(tmp_path, ledger, Settings())
    assert (taken.new, taken.known, taken.merged) == (0, 0, (here[born.name],))
