"""How a dataset grows: what is done again and why, and which names in the tree stay."""

import shutil
from collections import Counter
from pathlib import Path

from anonledger.engine.decisions import run_in_steps
from anonledger.engine.project import locked, project_at
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import DropReason, Reason
from tests import factories
from tests.engine.conftest import Runner
from tests.program import images, pseudonyms


def reasons(outcome: object) -> Counter[Reason]:
    """Return how many jobs were done for which reason."""
    return Counter(job.reason for job in outcome.plan.jobs)  # type: ignore[attr-defined]


def test_a_file_whose_content_changed_takes_the_place_of_the_old_one(tmp_path: Path, go: Runner) -> None:
    path = tmp_path / "dicom" / "a.dcm"
    path.write_bytes(factories.instance(StationName="MR1"))
    go()
    (name,) = before = images(tmp_path / "anonymized")
    path.write_bytes(factories.instance(StationName="MR22"))
    assert reasons(go()) == {Reason.SOURCE_CHANGED: 1}
    after = images(tmp_path / "anonymized")
    assert after.keys() == {name}
    assert after != before


def test_two_files_of_one_instance_uid_are_both_published(tmp_path: Path, go: Runner) -> None:
    (tmp_path / "dicom" / "first.dcm").write_bytes(factories.instance(StationName="MR1"))
    go()
    (plain,) = before = images(tmp_path / "anonymized")
    (tmp_path / "dicom" / "another.dcm").write_bytes(factories.instance(StationName="MR2"))
    go()
    after = images(tmp_path / "anonymized")
    assert before.items() <= after.items()
    assert len(after) == 2
    (marked,) = after.keys() - before.keys()
    assert marked.startswith(plain.removesuffix(".dcm") + "-")
    go()
    assert images(tmp_path / "anonymized") == after


def test_a_source_that_moved_costs_nothing_and_one_that_is_gone_keeps_its_output(
    tmp_path: Path, go: Runner
) -> None:
    factories.study(tmp_path / "dicom", factories.Patient("Doe^Jane", "P-104477", images=3))
    (tmp_path / "dicom" / "one that stays").write_bytes(factories.instance(number=9))
    go()
    before = images(tmp_path / "anonymized")
    shutil.move(tmp_path / "dicom" / "case1", tmp_path / "dicom" / "elsewhere")
    moved = go()
    assert (len(moved.plan.jobs), moved.report.instances.unchanged) == (0, 4)
    shutil.rmtree(tmp_path / "dicom" / "elsewhere")
    gone = go()
    assert (gone.report.found, gone.report.gone) == (1, 3)
    assert images(tmp_path / "anonymized") == before


def test_a_corrected_name_in_the_file_moves_it_to_the_right_patient(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", factories.Patient("Lindqvist^Ruth", "R-777000", "19500101", images=1))
    path = tmp_path / "dicom" / "a.dcm"
    same = factories.uid("the image that was under the wrong name")
    path.write_bytes(factories.instance("Doe^Jane", "P-104477", SOPInstanceUID=same))
    go()
    path.write_bytes(factories.instance("Lindqvist^Ruth", "R-777000", "19500101", SOPInstanceUID=same))
    go()
    names = pseudonyms(tmp_path)
    assert {p.split("/")[0] for p in images(tmp_path / "anonymized")} == {names["Lindqvist^Ruth"]}


def test_a_file_that_was_corrected_is_neither_gone_nor_left_behind(tmp_path: Path, go: Runner) -> None:
    path = tmp_path / "dicom" / "a.dcm"
    for name in ("ROSI^ANNA", "ROSSINI^ANNA", "ROSSINI^ANNA"):
        path.write_bytes(factories.instance(name, "P-104477"))
        report = go().report
        assert (report.found, report.gone, report.behind) == (1, 0, 0)


def test_a_file_type_that_is_dropped_no_longer_is_looked_at_again(tmp_path: Path, go: Runner) -> None:
    (tmp_path / "dicom" / "notes.abc").write_bytes(b"numbers only")
    dropped = go(drop_file_types=("abc",))
    assert dropped.report.dropped == {DropReason.FILE_TYPE: 1}
    assert go().report.others.published == 1
    again = go(drop_file_types=("abc",))
    assert again.report.dropped == {DropReason.FILE_TYPE: 1}


def test_forcing_does_all_of_it_again_with_the_same_result(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", factories.Patient("Doe^Jane", "P-104477"))
    go()
    before = images(tmp_path / "anonymized")
    assert reasons(go(forced=True)) == {Reason.FORCED: 2}
    assert images(tmp_path / "anonymized") == before


def test_the_report_speaks_for_every_source(tmp_path: Path, go: Runner) -> None:
    source = tmp_path / "dicom"
    factories.study(source, factories.Patient("Doe^Jane", "P-104477"))
    factories.study(source / "copy.zip", factories.Patient("Doe^Jane", "P-104477"))
    (source / "cut.dcm").write_bytes(factories.instance()[:600])
    (source / "same cut.dcm").write_bytes(factories.instance()[:600])
    (source / "mask.nii").write_bytes(b"\x5c\x01\0\0 numbers")
    (source / "Doe^Jane.nii").write_bytes(b"\x5c\x01\0\0 more numbers")
    (source / "a.pdf").write_bytes(b"%PDF")
    (source / "empty").write_bytes(b"")
    for _ in range(2):
        report = go().report
        assert report.accounted == report.found == 11
    assert report.quarantined.total() == 3


def test_who_was_left_without_evidence_by_a_killed_run_becomes_the_patient(
    tmp_path: Path, go: Runner
) -> None:
    (tmp_path / "dicom" / "a.dcm").write_bytes(factories.instance())
    go()
    before = images(tmp_path / "anonymized")
    with Ledger(project_at(tmp_path).ledger) as ledger:
        (jane,) = ledger.subjects()
    for gone in ("anonymized", "private", ".anonledger"):
        shutil.rmtree(tmp_path / gone)
    project = project_at(tmp_path)
    with locked(project), Clerk(project.ledger) as clerk, run_in_steps(clerk, project, "run") as number:
        clerk.add_subjects(number, [(jane.pseudonym, jane.key_hash)])
    go()
    assert images(tmp_path / "anonymized") == before
    assert Ledger(project.ledger).subjects() == (jane,)
