"""A run that finds everything as it was passes over the stages; anything else is found, and put right."""

import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from anonledger.engine.decisions import run_in_steps
from anonledger.engine.outcome import Outcome
from anonledger.engine.project import locked, project_at
from anonledger.engine.reported import NOTE, is_reported
from anonledger.engine.reporting import report_after
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import BurnedIn
from tests import factories
from tests.engine.conftest import Runner
from tests.program import contents

PEOPLE = [factories.Patient(f"Doe^{name}", f"P-10447{n}") for n, name in enumerate(("Ada", "Bea"))]
ROWS = [["name", "birth_date", "group"], ["Ada Doe", "1970-01-02", "a"], ["Cy Doe", "1980-01-02", "b"]]
Runs = Callable[..., tuple[bool, Outcome]]


@pytest.fixture
def runs(tmp_path: Path, go: Runner, caplog: pytest.LogCaptureFixture) -> Runs:
    """Run a project of two patients, a table and other files; tell whether the stages were passed over."""
    factories.study(tmp_path / "dicom", *PEOPLE)
    (tmp_path / "dicom" / "burned").write_bytes(factories.instance(number=9, BurnedInAnnotation="YES"))
    (tmp_path / "dicom" / "scan.bval").write_bytes(b"0 1000")
    (tmp_path / "dicom" / "more.zip").write_bytes(factories.zipped({"b.dcm": factories.instance(number=8)}))
    caplog.set_level(logging.INFO)

    def runner(*sources: str, **settings: object) -> tuple[bool, Outcome]:
        caplog.clear()
        outcome = go(*sources, **settings)
        return not any("jobs" in message for message in caplog.messages), outcome

    go(table=factories.table(tmp_path / "people.csv", ROWS))
    return runner


def shared(project: Path) -> dict[str, str]:
    """Return all that a run writes but the ledger and the page."""
    kept = contents(project / ".anonledger" / "exports")
    return {**contents(project / "anonymized"), **contents(project / "private"), **kept}


def decided(project: Path) -> None:
    """Write a row, as any command does."""
    place = project_at(project)
    with locked(place), Clerk(place.ledger) as clerk, run_in_steps(clerk, place, "made up") as run:
        clerk.keep_terms(run, ["Hagelslag"])


def test_it_comes_to_the_same_as_a_run_that_does_everything(tmp_path: Path, runs: Runs) -> None:
    before = shared(tmp_path)
    passed, rested = runs()
    assert passed
    (tmp_path / ".anonledger" / "rest.json").unlink()
    passed, done = runs()
    assert not passed
    assert rested.report == done.report and rested.report.accounted == rested.report.found
    same = {"run": 0, "since": None, "plan": done.plan, "settled": done.settled}
    assert replace(rested, **same) == replace(done, **same)  # type: ignore[arg-type]
    assert (rested.plan.unchanged, rested.plan.jobs) == (done.plan.unchanged, ())
    told = [(one.doubts, one.notes, one.unused_rows, one.alike) for one in (rested.settled, done.settled)]
    assert told[0] == told[1]
    assert runs()[0] and shared(tmp_path) == before


def test_whatever_changed_on_the_disk_is_found_and_put_right(tmp_path: Path, runs: Runs) -> None:
    before, state = shared(tmp_path), tmp_path / ".anonledger"
    image = next((tmp_path / "anonymized").glob("subj_*/*/*/*.dcm"))
    kept = next(path for path in (state / "exports").glob("??/*") if path.stat().st_size)
    tables = [tmp_path / "anonymized" / name for name in ("demographics.csv", "SHA256SUMS", "missing.csv")]
    tables += [tmp_path / "private" / name for name in ("mapping.csv", "matches.csv", "doubts.csv")]
    for number, file in enumerate((image, kept, *tables, image, kept)):
        file.unlink()
        if number % 2:
            file.write_bytes(b"altered")
        assert not runs()[0], file.name
        assert shared(tmp_path) == before, file.name
    killed = image.with_name(f".anonledger-{'0' * 16}.tmp")
    killed.touch()
    strange = tmp_path / "anonymized" / "of the user"
    strange.mkdir()
    (strange / killed.name).touch()
    assert not runs()[0] and not killed.exists() and not (strange / killed.name).exists()
    assert runs()[0] and shared(tmp_path) == before


def test_whatever_changed_of_what_it_goes_by_is_found(tmp_path: Path, runs: Runs) -> None:
    source = next((tmp_path / "dicom").rglob("*.dcm"))
    changes: list[Callable[[], object]] = [
        lambda: os.utime(source, ns=(1, 1)),
        lambda: (tmp_path / "dicom" / "new").write_bytes(factories.instance(number=7)),
        lambda: (tmp_path / "dicom" / "new").unlink(),
        lambda: (tmp_path / "dicom" / "more.zip").unlink(),
        lambda: decided(tmp_path),
        lambda: (tmp_path / ".anonledger" / "rest.json").write_text("{}"),
    ]
    for number, change in enumerate(changes):
        assert runs()[0], number
        change()
        assert not runs()[0], number
    for options in ({"burned_in": BurnedIn.KEEP}, {"drop_columns": ("group",)}, {"dist_margin": 0.3}):
        assert [runs(**options)[0] for _ in range(2)] == [False, True]
    other = factories.table(tmp_path / "people.csv", ROWS[:2])
    assert [runs(**options, table=other)[0] for _ in range(2)] == [False, True]
    assert not runs(**options, forced=True)[0]
    assert not runs("dicom/scan.bval", **options)[0]


def test_the_page_stays_unless_something_changed_or_it_was_altered(tmp_path: Path, runs: Runs) -> None:
    project = project_at(tmp_path)
    page = tmp_path / "private" / "report.html"
    assert report_after(project) == ""
    assert is_reported(project, runs()[1].since) and is_reported(project, runs()[1].since)
    page.write_text("altered")
    assert not is_reported(project, runs()[1].since)
    report_after(project)
    assert is_reported(project, runs()[1].since)
    (tmp_path / "dicom" / "new").write_bytes(factories.instance(number=7))
    assert not is_reported(project, runs()[1].since)
    assert not is_reported(project, runs()[1].since), "the page is that of an earlier run"


def test_what_is_told_of_the_run_before_is_told_once(runs: Runs) -> None:
    runs()
    _, changed = runs(id_from="patient-id")
    assert any("pseudonyms are made from" in note for note in changed.settled.notes)
    for _ in range(2):
        _, again = runs(id_from="patient-id")
        assert again.settled.notes == ()


@pytest.mark.parametrize("note", [b"", b"garbage", b"[]", b"null", b'["a", "b", "c"]', b"[1, 2, 3]", b"{}"])
def test_a_note_that_is_not_what_was_written_means_another_page(
    tmp_path: Path, runs: Runs, note: bytes
) -> None:
    _, outcome = runs()
    place = project_at(tmp_path)
    assert report_after(place) == ""
    assert is_reported(place, outcome.since)
    (place.state / NOTE).write_bytes(note)
    assert not is_reported(place, outcome.since)


def test_the_page_of_a_history_that_was_lost_is_not_kept(tmp_path: Path, runs: Runs) -> None:
    place = project_at(tmp_path)
    kept = place.ledger.read_bytes()
    runs()
    assert report_after(place) == ""
    place.ledger.write_bytes(kept)  # as it was before that run
    _, outcome = runs()
    assert not is_reported(place, outcome.run)
