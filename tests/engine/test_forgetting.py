"""Who withdraws consent is gone from everything that the program keeps, and stays away."""

import sqlite3
import sys
from pathlib import Path

import pytest

from anonledger.engine.decisions import decide, entries
from anonledger.engine.forgetting import foreseen, forget
from anonledger.engine.importing import import_table
from anonledger.engine.review import decide as rule
from anonledger.errors import SaltError, UsageError
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import Decision, DropReason, ExitCode, QuarantineReason, Ruling
from anonledger.report import lines
from anonledger.settings import Settings
from tests.engine.conftest import Runner
from tests.factories import Patient, study, table
from tests.program import contents, holds, images, pseudonyms, rows

ANNA = Patient("Rossellini^Annamaria", "A-10447791", "19700102")
BERT, ELSE = Patient("Lindqvist^Bert", "B-220815", "19810506"), Patient("Quistgaard^Else", "C-3308", "")
PEOPLE = [
    ["name", "birth date", "patient id", "comment"],
    ["Annamaria Rossellini", "1970-01-02", "A-10447791", "her own"],
    ["Bert Lindqvist", "1981-05-06", "B-220815", "came with Annamaria Rossellini, tall"],
    ["Else Quistgaard", "1990-07-08", "C-3308", ""],
]
TRACES = ("rossellini", "annamaria", "A-10447791", "10447791")


@pytest.fixture
def project(tmp_path: Path, go: Runner) -> Path:
    """Run a study in which Anna also stands in a file of Bert, in a note, and in the table."""
    study(tmp_path / "dicom", ANNA, BERT, ELSE)
    study(tmp_path / "dicom" / "Rossellini_Annamaria", ANNA, StudyInstanceUID="2.25.5")
    study(tmp_path / "dicom" / "spoken", BERT, StudyDescription="see Rossellini Annamaria too")
    (tmp_path / "dicom" / "note.xyz").write_text("about Rossellini")
    (tmp_path / "dicom" / "plain.xyz").write_text("about nobody")
    go(table=table(tmp_path / "t.csv", PEOPLE))
    return tmp_path


def anna(project: Path) -> str:
    return pseudonyms(project)[ANNA.name]


def kept(project: Path) -> list[str]:
    """Return where the program still keeps a trace of Anna."""
    return [
        where
        for place in (".anonledger", "private", "anonymized")
        for where in holds(project / place, *TRACES)
    ]


def test_nothing_is_left_of_who_is_forgotten(project: Path, go: Runner) -> None:
    who = anna(project)
    shared = images(project / "anonymized")
    assert kept(project)
    found = forget(project, who, project / "salt")
    assert (found.files, found.rows) == (4, 1)
    assert kept(project) == []
    assert images(project / "anonymized") == {p: d for p, d in shared.items() if not p.startswith(who)}
    for digest in {d for p, d in shared.items() if p.startswith(who)}:
        assert not (project / ".anonledger" / "objects" / digest[:2] / digest[2:]).exists()
    assert {row["name"] for row in rows(project / "anonymized" / "demographics.csv")} == set(
        pseudonyms(project).values()
    )
    with Ledger(project / ".anonledger" / "ledger.sqlite3") as ledger:
        assert ledger.broken_event() is None
        assert who in {subject.pseudonym for subject in ledger.subjects()}
        assert ledger.forgotten(finished=True)


def test_the_next_run_refuses_the_files_and_keeps_no_trace(project: Path, go: Runner) -> None:
    who, before = anna(project), images(project / "anonymized")
    forget(project, who, project / "salt")
    for settings in ({}, {"forced": True}, {"table": project / "t.csv"}, {"remove_tags": ("StudyDate",)}):
        outcome = go(**settings)
        assert outcome.exit_code is ExitCode.QUARANTINED
        held = [row.reason for row in entries(project, everything=False)]
        assert held.count(QuarantineReason.WITHDRAWN) == 4
        assert held.count(QuarantineReason.SPEAKS_OF_WITHDRAWN) == 1
        assert outcome.report.dropped == {DropReason.FROZEN: 2}
        assert f"Of others: 2 {DropReason.FROZEN}." in lines(outcome.report)
        assert outcome.report.gone == 0
        assert outcome.report.accounted == outcome.report.found
        assert kept(project) == []
    # What was published of Bert's file that names her is what it was.
    after = images(project / "anonymized")
    assert set(after) == {path for path in before if not path.startswith(who)}
    comments = [row["comment"] for row in rows(project / "anonymized" / "demographics.csv")]
    assert any("tall" in comment for comment in comments)


def test_new_files_and_tables_of_hers_are_refused_too(project: Path, go: Runner) -> None:
    forget(project, anna(project), project / "salt")
    study(project / "later", ANNA, StudyInstanceUID="2.25.9")
    study(
        project / "later" / "x", Patient("ROSSELLINI^ANNAMARIA", "", "19700102"), StudyInstanceUID="2.25.10"
    )
    study(
        project / "later" / "y",
        ELSE,
        StudyDescription="ask A. Rossellini, Annamaria",
        StudyInstanceUID="2.25.3",
    )
    study(
        project / "later" / "z", Patient("Rossellini^Marco", "M-77001", "19990909"), StudyInstanceUID="2.25.4"
    )
    lines = [*PEOPLE, ["Marco Rossellini", "1999-09-09", "M-77001", "brother of Annamaria Rossellini"]]
    outcome = go("later", table=table(project / "t2.csv", lines))
    assert outcome.report.quarantined == {
        QuarantineReason.WITHDRAWN: 4,
        QuarantineReason.SPEAKS_OF_WITHDRAWN: 2,
    }
    assert outcome.report.instances.published == 2
    assert "Rossellini^Marco" in pseudonyms(project)
    assert [w for w in kept(project) if "annamaria" in w or "10447791" in w] == []
    shared = {row["name"]: row["comment"] for row in rows(project / "anonymized" / "demographics.csv")}
    assert shared[pseudonyms(project)["Rossellini^Marco"]] == ""


def test_what_is_refused_can_be_dropped_and_not_released(project: Path, go: Runner) -> None:
    forget(project, anna(project), project / "salt")
    go()
    ids = [row.id for row in entries(project, everything=False)]
    with pytest.raises(UsageError, match="Consent was withdrawn"):
        decide(project, ids, Decision.RELEASE, "please")
    decide(project, ids, Decision.DROP, "they know")
    outcome = go()
    assert outcome.exit_code is ExitCode.DONE
    assert outcome.report.dropped[DropReason.DECISION] == 5


def test_sources_and_what_people_decided_keep_no_trace_either(project: Path, go: Runner) -> None:
    before = contents(project / "dicom")
    rule(project, Ruling.ACCEPT, anna(project), 1)
    (note,) = [row.id for row in entries(project, everything=False) if row.path.endswith("note.xyz")]
    decide(project, [note], Decision.DROP, "it is about Rossellini")
    go()
    forget(project, anna(project), project / "salt")
    assert kept(project) == []
    assert contents(project / "dicom") == before
    with sqlite3.connect(project / ".anonledger" / "ledger.sqlite3") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_would_be_removed_is_told_and_nothing_changed(project: Path) -> None:
    before = contents(project / ".anonledger"), contents(project / "anonymized")
    found = foreseen(project, anna(project))
    assert (found.files, found.instances, found.rows, found.frozen) == (4, 4, 1, 3)
    assert (contents(project / ".anonledger"), contents(project / "anonymized")) == before


def test_who_is_forgotten_cannot_be_forgotten_again(project: Path) -> None:
    who = anna(project)
    forget(project, who, project / "salt")
    with pytest.raises(UsageError, match="forgotten already"):
        forget(project, who, project / "salt")
    with pytest.raises(UsageError, match="No patient"):
        forget(project, "subj_NOBODY", project / "salt")


def test_backups_that_know_the_patient_go_too(project: Path) -> None:
    copy = project / ".anonledger" / "backups" / "ledger-old.sqlite3"
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes((project / ".anonledger" / "ledger.sqlite3").read_bytes())
    assert foreseen(project, anna(project)).backups == 1
    forget(project, anna(project), project / "salt")
    assert not copy.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="members are named as on POSIX")
def test_members_of_archives_are_refused_and_the_others_stay(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom" / "both.zip", ANNA, BERT)
    go()
    forget(tmp_path, anna(tmp_path), tmp_path / "salt")
    assert len(images(tmp_path / "anonymized")) == 2
    outcome = go()
    assert outcome.report.quarantined == {QuarantineReason.WITHDRAWN: 2}
    assert outcome.report.instances.unchanged == 2
    assert kept(tmp_path) == []


def test_removing_a_source_removes_no_output(project: Path, go: Runner) -> None:
    before = images(project / "anonymized")
    for path in sorted((project / "dicom").rglob("*.dcm")):
        path.unlink()
    outcome = go()
    assert outcome.report.gone == len(before)
    assert images(project / "anonymized") == before


def test_who_was_imported_is_forgotten_before_the_first_run(tmp_path: Path, go: Runner) -> None:
    lines = [["name", "patient id", "pseudonym"], ["Annamaria Rossellini", ANNA.patient_id, "p1"]]
    import_table(tmp_path, table(tmp_path / "t.csv", lines), Settings())
    with pytest.raises(UsageError, match="--salt-file"):
        forget(tmp_path, "p1")
    assert forget(tmp_path, "p1", tmp_path / "salt").files == 0
    study(tmp_path / "dicom", ANNA)
    assert go().exit_code is ExitCode.QUARANTINED
    (tmp_path / "salt").write_text("another salt, by which nobody would be recognised")
    with pytest.raises(SaltError):
        go()


def test_files_that_were_not_there_any_more_are_not_counted(project: Path) -> None:
    who = anna(project)
    gone = next((project / "anonymized" / who).rglob("*.dcm"))
    gone.unlink()
    assert forget(project, who, project / "salt").files == 3


def test_new_files_that_are_called_by_her_are_held_back(project: Path, go: Runner) -> None:
    forget(project, anna(project), project / "salt")
    later = project / "later"
    study(later, Patient("Rossellini^Annamaria^Pia", "Z-1", "19700102"), StudyInstanceUID="2.25.31")
    for name in ("A-10447791.xyz", "rossellini_annamaria.xyz", "ROSSELLINIANNAMARIA.xyz", "arossellini.xyz"):
        (later / name).write_text(f"about nobody, {len(name)}")
    (later / "said.xyz").write_text("seen: Annamaria, family name Rossellini")
    (later / "brain.nii").write_bytes(b"\0\1\2" * 50 + b"ROSSELLINI^ANNAMARIA\0" + bytes(range(256)))
    (later / "plain2.xyz").write_text("about nobody either")
    outcome = go("later")
    assert outcome.report.quarantined == {
        QuarantineReason.WITHDRAWN: 2,
        QuarantineReason.SPEAKS_OF_WITHDRAWN: 6,
    }
    assert kept(project) == []


def test_tables_that_no_run_wrote_are_told_and_stay(project: Path) -> None:
    (project / "private" / "x.csv").write_text("Rossellini")
    (project / "private" / "rossellini annamaria.csv").write_text("")
    assert foreseen(project, anna(project)).own == ("(withheld)", "x.csv")
    assert forget(project, anna(project), project / "salt").own == ("(withheld)", "x.csv")
    assert (project / "private" / "x.csv").exists()
