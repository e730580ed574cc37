"""Ways in which something private could slip into what is shared, each of them once tried by somebody."""

from pathlib import Path

import pytest

from anonledger.engine.progress import Silent
from anonledger.engine.project import project_at
from anonledger.engine.request import Request
from anonledger.engine.run import dry_run, run
from anonledger.errors import UsageError
from anonledger.outcomes import QuarantineReason
from anonledger.settings import Settings
from tests import factories
from tests.engine.conftest import Runner
from tests.factories import Patient
from tests.program import contents, holds, images, pseudonyms, rows

ANNA = Patient("Rossellini^Anna", "A-10010", "19700102", images=1)


def shared_table(project: Path) -> list[str]:
    """Return the lines of the shareable demographics."""
    return (project / "anonymized" / "demographics.csv").read_text().splitlines()


def test_a_link_to_the_project_leads_nowhere(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", ANNA)
    go()
    before = contents(tmp_path / "anonymized")
    (tmp_path / "dicom" / "project").symlink_to(tmp_path / ".anonledger", target_is_directory=True)
    (tmp_path / "dicom" / "mapping").symlink_to(tmp_path / "private" / "mapping.csv")
    (tmp_path / "dicom" / "shared").symlink_to(tmp_path / "anonymized", target_is_directory=True)
    outcome = go()
    assert outcome.report.quarantined == {QuarantineReason.OWN_FILE: 3}
    assert contents(tmp_path / "anonymized") == before


def test_a_dry_run_does_not_follow_a_link_to_the_project_either(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", ANNA)
    go()
    (tmp_path / "dicom" / "project").symlink_to(tmp_path / ".anonledger", target_is_directory=True)
    request = Request(
        project_at(tmp_path), (tmp_path / "dicom",), None, Settings(), salt_file=tmp_path / "salt"
    )
    outcome = dry_run(request, Silent())
    assert outcome.report.quarantined == {QuarantineReason.OWN_FILE: 1}
    assert outcome.plan.jobs == ()


def test_the_salt_file_is_never_a_source(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", ANNA)
    (tmp_path / "salt").rename(tmp_path / "dicom" / "salt")
    (tmp_path / "salt").symlink_to(tmp_path / "dicom" / "salt")
    go()
    assert holds(tmp_path / "anonymized", "made-up salt") == []


def test_names_of_rows_without_a_patient_are_known_identifiers_too(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", ANNA)
    table = factories.table(
        tmp_path / "dicom" / "patients.tab", [["name", "dob"], ["Kalinowska Ewa", "1950-01-01"]]
    )
    (tmp_path / "dicom" / "notes.xyz").write_text("a scan of Kalinowska")
    copy = tmp_path / "dicom" / "copy.tab"
    copy.write_bytes(table.read_bytes())
    go(table=table)
    assert holds(tmp_path / "anonymized", "kalinowska") == []
    assert {Path(row["path"]).name for row in rows(tmp_path / "private" / "quarantine.csv")} == {
        "patients.tab",
        "notes.xyz",
        "copy.tab",
    }


def test_other_columns_with_names_and_ids_are_left_out(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", Patient("Wu^Li", "M7788", "19700102"))
    header = ["name", "first name", "surname", "dob", "mrn", "hospital number", "nickname", "remark"]
    row = ["Li Wu", "Li", "Wu", "02.01.1970", "M7788", "H55661", "Lili", "Wu"]
    go(table=factories.table(tmp_path / "t.csv", [header, row]))
    (pseudonym,) = {path.split("/")[0] for path in images(tmp_path / "anonymized")}
    assert shared_table(tmp_path) == [
        "name,dob,mrn,remark",
        f"{pseudonym},02.01.1970,{pseudonym},{pseudonym}",
    ]


def test_what_a_row_taught_is_not_forgotten_with_the_table(tmp_path: Path, go: Runner) -> None:
    data = factories.instance("Rossellini^Anna", "A-10010", StudyDescription="Head for Annna Rosssellini")
    (tmp_path / "dicom" / "a.dcm").write_bytes(data)
    header = ["name", "dob"]
    first = factories.table(tmp_path / "1.csv", [header, ["Annna Rosssellini", "1970-01-02"]])
    second = factories.table(tmp_path / "2.csv", [header, ["Bo Berg", "1980-01-02"]])
    go(table=first)
    before = images(tmp_path / "anonymized")
    go(table=second)
    assert images(tmp_path / "anonymized") == before
    assert holds(tmp_path / "anonymized", "rosssellini") == []


@pytest.mark.parametrize(
    "prefix", ["../x", "/etc/", "a/b", "a^b", "a=b", "a b", "a\n", "=cmd", ".", "x" * 60]
)
def test_a_prefix_that_would_do_harm_is_refused(prefix: str) -> None:
    with pytest.raises(UsageError):
        Settings(id_prefix=prefix)


def test_a_corrected_row_keeps_its_pseudonym_without_any_dicom(tmp_path: Path) -> None:
    (tmp_path / "salt").write_text("a made-up salt")
    found = set()
    for sex, visits in (("", 1), ("F", 1), ("F", 2)):
        lines = [["Anna Rossellini", "1970-01-02", sex]] * visits
        table = factories.table(tmp_path / "t.csv", [["name", "dob", "sex"], *lines])
        _alone(tmp_path, table)
        found |= {line.split(",")[0] for line in shared_table(tmp_path)[1:]}
    assert len(found) == 1


def _alone(project: Path, table: Path) -> None:
    run(Request(project_at(project), (), table, Settings(), salt_file=project / "salt"), Silent())


def test_two_rows_of_one_name_and_other_sex_are_a_tie(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", Patient("Rossellini^Andrea", "A-10010", "", "M"))
    rows_ = [
        ["name", "sex", "dx"],
        ["Andrea Rossellini", "M", "well"],
        ["Rossellini Andrea", "F", "pregnant"],
    ]
    go(table=factories.table(tmp_path / "t.csv", rows_))
    assert "pregnant" not in "".join(shared_table(tmp_path))


def test_placeholders_never_stop_a_run(tmp_path: Path, go: Runner) -> None:
    people = [
        ("ANONYMOUS", "", "M"),
        ("Anonymous", "", "F"),
        ("Anonymized", "0", "M"),
        ("Anonymous", "", "M"),
    ]
    for number, (name, patient_id, sex) in enumerate(people):
        study = factories.uid("one study")
        data = factories.instance(name, patient_id, "", sex, number=number, StudyInstanceUID=study)
        (tmp_path / "dicom" / f"{number}.dcm").write_bytes(data)
    factories.study(tmp_path / "dicom", ANNA)
    go()
    assert len(images(tmp_path / "anonymized")) == 5
    assert ANNA.name in pseudonyms(tmp_path)


def test_a_file_type_that_is_dropped_from_now_on_is_withdrawn(tmp_path: Path, go: Runner) -> None:
    (tmp_path / "dicom" / "brain.nii").write_bytes(b"\x5c\x01\0\0 numbers")
    go()
    assert [p for p in contents(tmp_path / "anonymized") if p.endswith(".nii")]
    go(drop_file_types=("nii",))
    assert [p for p in contents(tmp_path / "anonymized") if "other" in p] == []
