"""What a person decides on something held back is honoured by every later run."""

from pathlib import Path

import pytest

from anonledger.engine.decisions import decide, entries, entry_facts
from anonledger.errors import ResidueError, UsageError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import BurnedIn, Decision, DropReason, ExitCode, OnResidue, QuarantineReason, Reason
from tests.engine.conftest import Runner
from tests.factories import Patient, instance, study
from tests.program import contents, holds, images, rows

ULTRASOUND = "1.2.840.10008.5.1.4.1.1.6.1"
JANE = Patient("Rossellini^Jane", "A-104477", images=1)


@pytest.fixture
def project(tmp_path: Path, go: Runner) -> Path:
    """Lay out a plain image, an ultrasound image, a note with the name and a cut file; run once."""
    folder = tmp_path / "dicom"
    study(folder, JANE)
    data = instance(JANE.name, JANE.patient_id, number=8, SOPClassUID=ULTRASOUND)
    (folder / "us").write_bytes(data)
    (folder / "notes.xyz").write_text("a scan of Rossellini")
    (folder / "cut").write_bytes(data[:700])
    go()
    return tmp_path


def entry(project: Path, name: str) -> int:
    """Return the id of what is held back at a file, the latest."""
    return max(row.id for row in entries(project, everything=True) if row.path.endswith(f"/{name}"))


def held(project: Path) -> set[str]:
    """Return the files that the private list names."""
    return {Path(row["path"]).name for row in rows(project / "private" / "quarantine.csv")}


def test_a_released_image_is_published_by_the_next_run_and_stays(project: Path, go: Runner) -> None:
    decide(project, [entry(project, "us")], Decision.RELEASE, "looked at it")
    assert held(project) == {"us", "notes.xyz", "cut"}
    outcome = go()
    assert [job.reason for job in outcome.plan.jobs] == [Reason.DECISION]
    assert held(project) == {"notes.xyz", "cut"}
    assert len(images(project / "anonymized")) == 2
    again = go()
    assert again.released is not None
    assert again.released.nothing


def test_a_release_waives_that_reason_only(tmp_path: Path, go: Runner) -> None:
    note = tmp_path / "dicom" / "rossellini.xyz"
    study(tmp_path / "dicom", JANE)
    note.write_text("a scan of Rossellini")
    for reason in (QuarantineReason.IDENTIFIER_IN_NAME, QuarantineReason.IDENTIFIER_IN_FILE):
        go()
        (row,) = entries(tmp_path, everything=False)
        assert row.reason is reason
        decide(tmp_path, [row.id], Decision.RELEASE, "that is somebody else")
    assert go().exit_code is ExitCode.DONE
    assert note.name in {Path(path).name for path in contents(tmp_path / "anonymized")}


def test_what_was_dropped_is_left_out_for_good(project: Path, go: Runner) -> None:
    ids = [entry(project, name) for name in ("us", "notes.xyz", "cut")]
    decide(project, ids, Decision.DROP, "nobody needs them")
    assert entries(project, everything=False) == []
    for settings in ({}, {"forced": True}, {"burned_in": BurnedIn.KEEP}, {"remove_tags": ("StudyDate",)}):
        outcome = go(**settings)
        assert outcome.exit_code is ExitCode.DONE
        assert outcome.report.dropped == {DropReason.DECISION: 3}
        assert outcome.report.accounted == outcome.report.found
        assert held(project) == set()
        assert len(images(project / "anonymized")) == 1
    assert sorted(row.id for row in entries(project, everything=True)) == sorted(ids)


def test_a_decision_can_be_taken_back(project: Path, go: Runner) -> None:
    released, dropped = entry(project, "us"), entry(project, "notes.xyz")
    decide(project, [released], Decision.RELEASE, "looked at it")
    decide(project, [dropped], Decision.DROP, "not needed")
    go()
    decide(project, [released, dropped], Decision.UNDO)
    go()
    assert held(project) == {"us", "notes.xyz", "cut"}
    assert len(images(project / "anonymized")) == 1
    with pytest.raises(UsageError, match="nothing to undo"):
        decide(project, [dropped], Decision.UNDO)


def test_a_release_may_become_a_drop(project: Path, go: Runner) -> None:
    one = entry(project, "us")
    decide(project, [one], Decision.RELEASE, "looked at it")
    go()
    decide(project, [one], Decision.DROP, "looked again")
    outcome = go()
    assert len(images(project / "anonymized")) == 1
    assert outcome.report.dropped == {DropReason.DECISION: 1}
    again = go()
    assert again.released is not None
    assert again.released.nothing


def test_what_cannot_be_cleaned_is_not_released_and_nothing_is_recorded(project: Path) -> None:
    ids = [entry(project, "us"), entry(project, "cut")]
    with pytest.raises(UsageError, match=r"cannot be released.*Mend or replace the file"):
        decide(project, ids, Decision.RELEASE, "please")
    with pytest.raises(UsageError, match="no entry 999"):
        decide(project, [999], Decision.DROP, "please")
    with Ledger(project / ".anonledger" / "ledger.sqlite3") as ledger:
        assert ledger.decisions() == ()


def test_what_was_released_unsearched_is_still_held_back_for_a_name_that_can_be_seen(
    tmp_path: Path, go: Runner
) -> None:
    study(tmp_path / "dicom", JANE)
    (tmp_path / "dicom" / "x.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(50) + b" of Rossellini ")
    (tmp_path / "dicom" / "y.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(60))
    go()
    decide(tmp_path, [entry(tmp_path, "x.7z"), entry(tmp_path, "y.7z")], Decision.RELEASE, "harmless")
    assert go().report.others.published == 1
    assert holds(tmp_path / "anonymized", "rossellini") == []


def test_a_release_waives_one_place_of_a_file_and_no_other(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", JANE)
    name = b" of Rossellini, and "
    (tmp_path / "dicom" / "x.dat").write_bytes(bytes(100) + name + bytes(100) + name)
    for number in range(2):
        assert go().report.others.published == 0
        held = entry(tmp_path, "x.dat")
        decide(tmp_path, [held], Decision.RELEASE, f"looked at place {number}")
    assert go().report.others.published == 1


def test_everything_known_of_an_entry_is_shown(project: Path, go: Runner) -> None:
    one = entry(project, "us")
    decide(project, [one], Decision.RELEASE, "looked at it")
    go()
    facts = dict(entry_facts(project, one))
    assert facts["path"].endswith("/us")
    assert facts["where"] == "(0008,0016) ultrasound"
    assert facts["held back since"].startswith("run 1, ")
    assert facts["held back until"].startswith("run 3, ")
    assert (facts["decision"], facts["why"]) == ("release", "looked at it")


def test_a_decision_is_a_run_of_its_own_in_an_unbroken_chain(project: Path) -> None:
    decide(project, [entry(project, "us")], Decision.RELEASE, "looked at Rossellini")
    with Ledger(project / ".anonledger" / "ledger.sqlite3") as ledger:
        last, first = ledger.runs()
        assert (last.command, last.exit_code, last.settings) == ("quarantine release", 0, first.settings)
        assert ledger.broken_event() is None
    assert holds(project / "anonymized", "rossellini") == []


def test_a_run_may_stop_at_the_first_residue_until_somebody_decides(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", JANE)
    (tmp_path / "dicom" / "notes.xyz").write_text("a scan of Rossellini")
    for _ in range(2):
        with pytest.raises(ResidueError, match=r"entry 1 of the quarantine") as stopped:
            go(on_residue=OnResidue.STOP)
        assert stopped.value.exit_code is ExitCode.QUARANTINED
        assert not (tmp_path / "anonymized").exists()
        with Ledger(tmp_path / ".anonledger" / "ledger.sqlite3") as ledger:
            assert [row.reason for row in ledger.quarantined()] == [QuarantineReason.IDENTIFIER_IN_FILE]
            assert ledger.runs(1)[0].exit_code == ExitCode.QUARANTINED
    decide(tmp_path, [1], Decision.DROP, "not needed")
    assert go(on_residue=OnResidue.STOP).exit_code is ExitCode.DONE
    assert len(images(tmp_path / "anonymized")) == 1
