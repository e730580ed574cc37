"""What cannot be checked is held back, left out or kept as the settings say, from one run to the next."""

from pathlib import Path

import pytest

from anonledger.engine.outcome import Outcome
from anonledger.engine.progress import Silent
from anonledger.engine.project import project_at
from anonledger.engine.request import Request
from anonledger.engine.run import dry_run
from anonledger.outcomes import BurnedIn, DropReason, Encapsulated, ExitCode, QuarantineReason
from anonledger.settings import Settings
from tests.engine.conftest import Runner
from tests.factories import instance
from tests.program import images, rows

STORAGE = "1.2.840.10008.5.1.4.1.1."
BURNED_IN, ENCAPSULATED = QuarantineReason.BURNED_IN, QuarantineReason.ENCAPSULATED


@pytest.fixture
def mixed(tmp_path: Path, go: Runner) -> Path:
    """Lay out a plain image, an ultrasound image, a PDF and a DICOMDIR, and return the folder."""
    folder = tmp_path / "dicom"
    (folder / "mr").write_bytes(instance(number=1))
    (folder / "us").write_bytes(instance(number=2, SOPClassUID=STORAGE + "6.1", Modality="US"))
    document = {"SOPClassUID": STORAGE + "104.1", "Modality": "DOC"}
    (folder / "pdf").write_bytes(
        instance(number=3, pixels=b"", EncapsulatedDocument=b"%PDF-1.7 ", **document)  # type: ignore[arg-type]
    )
    (folder / "DICOMDIR").write_bytes(instance(number=4, SOPClassUID="1.2.840.10008.1.3.10"))
    return tmp_path


def held(project: Path) -> list[tuple[str, str, str]]:
    """Return what the private list says: file, reason, place."""
    listed = rows(project / "private" / "quarantine.csv")
    return [(Path(row["path"]).name, row["reason"], row["where"]) for row in listed]


def said(outcome: Outcome) -> dict[str, int]:
    """Return what a report counts as left out and as held back."""
    counts = [*outcome.report.dropped.items(), *outcome.report.quarantined.items()]
    assert outcome.report.accounted == outcome.report.found
    return {kind.name: count for kind, count in counts if count}


def test_by_default_they_are_held_back_each_with_its_reason_and_once(mixed: Path, go: Runner) -> None:
    for repetition in range(3):
        outcome = go()
        assert outcome.exit_code is ExitCode.QUARANTINED
        assert said(outcome) == {"BURNED_IN": 1, "ENCAPSULATED": 1, "DICOMDIR": 1}
        assert outcome.report.quarantined_new.total() == (0 if repetition else 3)
        assert held(mixed) == [
            ("DICOMDIR", "directory of another set of files", "file"),
            ("pdf", "encapsulated document", "(0042,0011)"),
            ("us", "may show text in its pixels", "(0008,0016) ultrasound"),
        ]
        assert len(images(mixed / "anonymized")) == 1
        assert outcome.released is not None
        assert outcome.released.nothing == bool(repetition)


def test_dropped_they_are_counted_and_not_listed(mixed: Path, go: Runner) -> None:
    outcome = go(burned_in=BurnedIn.DROP, encapsulated=Encapsulated.DROP)
    assert outcome.exit_code is ExitCode.DONE
    assert outcome.report.dropped == {
        DropReason.BURNED_IN: 1,
        DropReason.ENCAPSULATED: 1,
        DropReason.DICOMDIR: 1,
    }
    assert said(outcome)
    assert held(mixed) == []
    assert len(images(mixed / "anonymized")) == 1


def test_kept_images_are_cleaned_like_any_other(mixed: Path, go: Runner) -> None:
    outcome = go(burned_in=BurnedIn.KEEP)
    assert said(outcome) == {"ENCAPSULATED": 1, "DICOMDIR": 1}
    assert len(images(mixed / "anonymized")) == 2


def test_the_policy_may_change_back_and_forth_and_nothing_else_is_redone(mixed: Path, go: Runner) -> None:
    kept = go(burned_in=BurnedIn.KEEP)
    both = images(mixed / "anonymized")
    for policy, there in [
        (BurnedIn.QUARANTINE, 1),
        (BurnedIn.DROP, 1),
        (BurnedIn.KEEP, 2),
        (BurnedIn.DROP, 1),
        (BurnedIn.QUARANTINE, 1),
        (BurnedIn.KEEP, 2),
    ]:
        outcome = go(burned_in=policy)
        assert outcome.plan.jobs == ()
        assert said(outcome).get("BURNED_IN", 0) == (policy is not BurnedIn.KEEP)
        assert ("us" in [name for name, *_ in held(mixed)]) == (policy is BurnedIn.QUARANTINE)
        found = images(mixed / "anonymized")
        assert len(found) == there
        assert found.items() <= both.items()
        again = go(burned_in=policy)
        assert again.released is not None
        assert again.released.nothing
    assert kept.report.instances.published == 2


def test_what_is_refused_is_not_planned_and_a_dry_run_says_so(mixed: Path) -> None:
    request = Request(project_at(mixed), (mixed / "dicom",), None, Settings(), salt_file=mixed / "salt")
    outcome = dry_run(request, Silent())
    assert len(outcome.plan.jobs) == 1
    assert said(outcome) == {"BURNED_IN": 1, "ENCAPSULATED": 1, "DICOMDIR": 1}


def test_what_is_learnt_about_a_patient_does_not_list_a_refused_image_anew(mixed: Path, go: Runner) -> None:
    go()
    before = rows(mixed / "private" / "quarantine.csv")
    (mixed / "dicom" / "later").write_bytes(instance("Doe-Muster^Jane", number=9))
    go()
    assert rows(mixed / "private" / "quarantine.csv") == before


def test_every_place_of_a_held_content_is_listed(mixed: Path, go: Runner) -> None:
    (mixed / "dicom" / "copy of us").write_bytes((mixed / "dicom" / "us").read_bytes())
    go()
    assert {"us", "copy of us"} <= {name for name, *_ in held(mixed)}


def test_a_forced_run_does_not_release_what_is_refused(mixed: Path, go: Runner) -> None:
    go()
    go(forced=True)
    assert len(images(mixed / "anonymized")) == 1
    assert len(held(mixed)) == 3
