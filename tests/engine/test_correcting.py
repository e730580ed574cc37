"""People correct who is who: what they decide redoes the files that it concerns, holds, and can be undone."""

from pathlib import Path

import pytest

from anonledger.engine.correcting import merge, spellings, split, undo
from anonledger.errors import UsageError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Correction, Reason
from anonledger.settings import Settings
from anonledger.subjects.identities import KNOWN_APART
from tests.engine.conftest import Runner
from tests.factories import Patient, study, table
from tests.program import images, pseudonyms, rows

ANNA = Patient("Rossini^Anna", "A-104477", "19700102", images=1)
ANNI = Patient("Verdi^Anni", "B-220815", "19700102", images=2)
ELSE = Patient("Quistgaard^Else", "C-330815", "19810304", images=1)


@pytest.fixture
def project(tmp_path: Path, go: Runner) -> Path:
    """Run a study of three patients, two of whom are one who married."""
    study(tmp_path / "dicom", ANNA, ANNI, ELSE)
    go()
    return tmp_path


def of(project: Path, who: Patient) -> str:
    return pseudonyms(project)[who.name]


def folders(project: Path) -> dict[str, int]:
    """Return how many images each pseudonym has."""
    found: dict[str, int] = {}
    for path in images(project / "anonymized"):
        pseudonym = path.split("/")[0]
        found[pseudonym] = found.get(pseudonym, 0) + 1
    return found


def test_two_become_one_and_only_their_files_are_done_again(project: Path, go: Runner) -> None:
    kept, gone = of(project, ANNA), of(project, ANNI)
    done = merge(project, kept, gone)
    assert (done.pseudonym, done.instances) == (kept, 2)
    outcome = go()
    assert {job.reason for job in outcome.plan.jobs} == {Reason.SUBJECT_CHANGED}
    assert len(outcome.plan.jobs) == 3
    assert outcome.plan.unchanged == 1
    assert folders(project) == {kept: 3, of(project, ELSE): 1}
    assert of(project, ANNI) == kept
    assert outcome.report.subjects_known == 2
    again = go()
    assert again.released is not None
    assert again.released.nothing


def test_later_files_of_a_merged_patient_join_it(project: Path, go: Runner) -> None:
    kept = of(project, ANNA)
    merge(project, kept, of(project, ANNI))
    go()
    study(project / "later", Patient("Verdi^A", ANNI.patient_id, ANNI.birth_date, images=3))
    outcome = go("later")
    assert outcome.report.subjects_new == 0
    assert pseudonyms(project)["Verdi^A"] == kept


def test_a_merge_can_be_taken_back_byte_for_byte(project: Path, go: Runner) -> None:
    kept, gone, before = of(project, ANNA), of(project, ANNI), images(project / "anonymized")
    merge(project, kept, gone)
    go()
    undo(project, Correction.MERGE, kept, gone)
    go()
    assert images(project / "anonymized") == before
    with pytest.raises(UsageError, match="no merge"):
        undo(project, Correction.MERGE, kept, gone)


def test_one_becomes_two_and_stays_two(tmp_path: Path, go: Runner) -> None:
    twin = Patient("Rossini^Anne", ANNA.patient_id, ANNA.birth_date, images=1)
    study(tmp_path / "dicom", ANNA)
    study(tmp_path / "dicom" / "b", twin, StudyInstanceUID="2.25.77")
    go()
    one = of(tmp_path, ANNA)
    assert of(tmp_path, twin) == one
    (number,) = [n for n, who, _ in spellings(tmp_path, one) if who.name == twin.name]
    done = split(tmp_path, one, [number], Settings(), salt_file=tmp_path / "salt")
    assert (done.instances, done.pseudonym != one) == (1, True)
    go()
    assert folders(tmp_path) == {one: 1, done.pseudonym: 1}
    for _ in range(2):
        study(tmp_path / "dicom" / "c", twin, StudyInstanceUID="2.25.78")
        assert go().report.subjects_new == 0
        assert of(tmp_path, twin) == done.pseudonym
    assert KNOWN_APART not in {row["doubt"] for row in rows(tmp_path / "private" / "doubts.csv")}
    undo(tmp_path, Correction.SPLIT, one, done.pseudonym)
    go()
    assert set(folders(tmp_path)) == {one}


def test_spellings_can_be_given_to_a_known_patient(project: Path, go: Runner) -> None:
    merge(project, of(project, ANNA), of(project, ANNI))
    kept = of(project, ANNA)
    (number,) = [n for n, who, _ in spellings(project, kept) if who.name == ANNI.name]
    split(project, kept, [number], Settings(), target=of(project, ELSE))
    go()
    assert folders(project) == {kept: 1, of(project, ELSE): 3}


def test_what_cannot_be_decided_is_refused(project: Path) -> None:
    kept, gone = of(project, ANNA), of(project, ANNI)
    ((number, _, _),) = spellings(project, kept)
    with pytest.raises(UsageError, match="one patient already"):
        merge(project, kept, kept)
    with pytest.raises(UsageError, match="No patient"):
        merge(project, kept, "subj_NOBODY")
    with pytest.raises(UsageError, match="nobody would be left"):
        split(project, kept, [number], Settings(), salt_file=project / "salt")
    with pytest.raises(UsageError, match="no spelling 999"):
        split(project, kept, [999], Settings(), salt_file=project / "salt")
    merge(project, kept, gone)
    with pytest.raises(UsageError, match="nobody's any more"):
        merge(project, of(project, ELSE), gone)


def test_a_correction_is_a_run_in_an_unbroken_chain(project: Path) -> None:
    merge(project, of(project, ANNA), of(project, ANNI))
    with Ledger(project / ".anonledger" / "ledger.sqlite3") as ledger:
        last, first = ledger.runs()
        assert (last.command, last.settings) == ("merge", first.settings)
        assert ledger.broken_event() is None


def test_who_was_merged_while_sources_are_away_is_told(project: Path, go: Runner) -> None:
    merge(project, of(project, ANNA), of(project, ANNI))
    study(project / "later", Patient("Harrowgate^Nadia", "D-1", "19900405"))
    assert go("later").report.behind == 3


def test_a_chain_of_merges_is_taken_back_from_its_end(project: Path, go: Runner) -> None:
    before = images(project / "anonymized")
    anna, anni, other = (of(project, who) for who in (ANNA, ANNI, ELSE))
    merge(project, anna, anni)
    merge(project, other, anna)
    with pytest.raises(UsageError, match=f"`anonledger merge {other} {anna} --undo`"):
        undo(project, Correction.MERGE, anna, anni)
    assert undo(project, Correction.MERGE, other, anna).instances == 3
    assert undo(project, Correction.MERGE, anna, anni).instances == 2
    go()
    assert images(project / "anonymized") == before


def test_the_spelling_of_a_row_alone_is_no_other_patient(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", ANNA)
    lines = [["name", "birth date", "weight"], ["Rossini, Annaa", "1970-01-02", "60"]]
    go(table=table(tmp_path / "t.csv", lines))
    one = of(tmp_path, ANNA)
    (number,) = [n for n, _, origin in spellings(tmp_path, one) if origin == "row of the table"]
    with pytest.raises(UsageError, match=f"review reject {one}"):
        split(tmp_path, one, [number], Settings(), salt_file=tmp_path / "salt")
