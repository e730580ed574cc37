"""What is written stands, as a whole or not at all.

Owns: the promises of the clerk that a run relies on.
"""

import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import StatementError

from anonledger.errors import CollisionError, LedgerError
from anonledger.ledger.audit import Audit
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import LinkMethod, LinkStatus, QuarantineReason, Reason, RunStatus
from anonledger.records import Link, Placement
from tests.ledger.makers import (
    ADA,
    BOB,
    NOON,
    RULES,
    TABLE,
    begun,
    instance,
    job,
    only_row,
    other,
    published,
    withheld,
)

KILLED = """
import os, signal, sys
from pathlib import Path
from anonledger.ledger import events
from anonledger.ledger.audit import Audit
from anonledger.ledger.clerk import Clerk
from tests.ledger.makers import begun

clerk = Clerk(Path(sys.argv[1]))
run = begun(clerk)
clerk.add_subjects(run, [("subj_A", "a" * 64)])
with clerk._writing() as connection:
    connection.exec_driver_sql(
        "INSERT INTO subject (pseudonym, key_hash, date_shift, run_id) VALUES ('subj_B', '', 0, 1)"
    )
    events.append(connection, run, "subject added", [(2, "subj_B")])
    os.kill(os.getpid(), signal.SIGKILL) if hasattr(signal, "SIGKILL") else os._exit(9)
"""


def test_a_run_is_told_with_its_end(clerk: Clerk) -> None:
    run = begun(clerk)
    (running,) = clerk.ledger.runs()
    assert (running.status, running.finished) == (RunStatus.RUNNING, None)
    clerk.finish(run, finished=NOON, status=RunStatus.DONE, exit_code=3, counts={"new": 2})
    (done,) = clerk.ledger.runs()
    assert (done.status, done.exit_code, done.counts) == (RunStatus.DONE, 3, {"new": 2})
    assert (done.started, done.finished) == (NOON, NOON)


def test_a_time_without_a_zone_is_refused(clerk: Clerk) -> None:
    with pytest.raises(StatementError, match="time zone"):
        clerk.begin(
            started=datetime(2024, 1, 1),
            command="",
            version="",
            rules=RULES,
            output_root="",
            settings={},
        )
    assert clerk.ledger.runs() == ()


def test_a_kill_in_the_middle_leaves_what_was_recorded_and_nothing_of_the_rest(path: Path) -> None:
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=root).returncode != 0
    with Clerk(path) as clerk:
        assert [one.pseudonym for one in clerk.ledger.subjects()] == ["subj_A"]
        assert clerk.ledger.broken_event() is None
        assert clerk.ledger.status().last_run is not None


def test_a_fact_is_kept_for_ever(clerk: Clerk) -> None:
    run = begun(clerk)
    assert clerk.ledger.fact("salt") is None
    clerk.keep_fact(run, "salt", "f1")
    clerk.keep_fact(run, "salt", "f1")
    with pytest.raises(LedgerError, match="another salt"):
        clerk.keep_fact(run, "salt", "f2")
    assert clerk.ledger.fact("salt") == "f1"


def test_subjects_come_back_in_the_order_given(clerk: Clerk) -> None:
    run = begun(clerk)
    added = clerk.add_subjects(run, [("subj_Z", "z"), ("subj_A", "a"), ("subj_M", "m")])
    assert [one.pseudonym for one in added] == ["subj_Z", "subj_A", "subj_M"]
    assert clerk.ledger.subjects() == added
    assert clerk.add_subjects(run, []) == ()


@pytest.mark.parametrize("wanted", [[("subj_N", "n"), ("subj_A", "b")], [("subj_N", "n"), ("subj_N", "m")]])
def test_no_pseudonym_is_given_twice(clerk: Clerk, wanted: list[tuple[str, str]]) -> None:
    run = begun(clerk)
    before = clerk.add_subjects(run, [("subj_A", "a")])
    with pytest.raises(CollisionError, match="same pseudonym"):
        clerk.add_subjects(run, wanted)
    assert clerk.ledger.subjects() == before


def test_what_is_written_together_is_read_at_once_and_stands_as_a_whole_or_not_at_all(
    clerk: Clerk, path: Path
) -> None:
    run = begun(clerk)
    with pytest.raises(LedgerError, match="another salt"), clerk.together():
        clerk.keep_fact(run, "salt", "f1")
        with clerk.together():
            (ada,) = clerk.add_subjects(run, [("subj_A", "a")])
            clerk.assign(run, [(ADA, ada.id)])
        assert [one.evidence for one in clerk.ledger.identities()] == [ADA]
        assert clerk.ledger.fact("salt") == "f1"
        clerk.keep_fact(run, "salt", "f2")
    assert clerk.ledger.subjects() == ()
    assert clerk.ledger.fact("salt") is None
    with clerk.together():
        clerk.add_subjects(run, [("subj_A", "a")])
        clerk.keep_fact(run, "salt", "f2")
    assert len(clerk.ledger.subjects()) == 1
    with Audit(path) as audit:
        assert list(audit.unfit_rows()) == []


def test_the_latest_assignment_counts_and_an_equal_one_adds_nothing(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [instance("a", "d1"), instance("b", "d2", BOB)])
    one, two = clerk.add_subjects(run, [("subj_A", "a"), ("subj_B", "b")])
    clerk.assign(run, [(ADA, one.id), (BOB, two.id)])
    clerk.assign(run, [(ADA, one.id), (BOB, one.id)])
    assert clerk.ledger.unassigned() == ()
    assert [(i.evidence, i.subject) for i in clerk.ledger.identities()] == [(ADA, one.id), (BOB, one.id)]
    assert [(row.pseudonym, row.evidence) for row in clerk.ledger.mapping_rows()] == [
        ("subj_A", ADA),
        ("subj_A", BOB),
    ]


def test_a_table_is_kept_once_and_the_one_used_last_is_the_latest(clerk: Clerk) -> None:
    newer = replace(TABLE, digest="t2", rows=(("Ada Tester", "3"),), birth_date_column=1)
    assert clerk.ledger.latest_table() is None
    clerk.keep_table(begun(clerk), TABLE)
    clerk.keep_table(begun(clerk), newer)
    assert clerk.ledger.latest_table() == newer
    clerk.keep_table(begun(clerk), TABLE)
    begun(clerk)
    assert clerk.ledger.latest_table() == TABLE
    assert clerk.ledger.table("t2") == newer
    assert clerk.ledger.table("t3") is None


def test_a_link_is_appended_only_when_it_differs(clerk: Clerk) -> None:
    run = begun(clerk)
    (one,) = clerk.add_subjects(run, [("subj_A", "a")])
    clerk.assign(run, [(ADA, one.id)])
    clerk.keep_table(run, TABLE)
    review = Link(
        one.id, LinkStatus.REVIEW, LinkMethod.NONE, 0.8125, (), (2, 1), ("two rows are equally near",)
    )
    accepted = Link(one.id, LinkStatus.ACCEPTED, LinkMethod.HUMAN, 1 / 3, (1,), (1,))
    for made in (review, review, accepted, accepted):
        clerk.link(run, "t1", [(one.id, made)])
    assert clerk.ledger.links("t1") == {one.id: accepted}
    assert clerk.ledger.links("t2") == {}
    assert clerk.ledger.status().links[LinkStatus.ACCEPTED] == 1


def test_an_output_is_current_until_a_newer_one(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [instance("a.dcm", "d1")])
    (one,) = clerk.add_subjects(run, [("subj_A", "a")])
    clerk.assign(run, [(ADA, one.id)])
    published(clerk, run, job("d1", "old", one.id))
    published(clerk, run, job("d1", "new", one.id))
    (current,) = clerk.ledger.current_outputs()
    assert (current.object_digest, current.pseudonym, current.gone) == ("object-job-d1-new", "subj_A", False)
    row = only_row(clerk, run)
    assert (row.subject, row.job_digest, row.rules_digest) == (one.id, "job-d1-new", RULES.digest)
    assert row.subject_digest == "subject-new"


def test_quarantine_withdraws_the_output_once_and_publishing_ends_it(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [instance("a.dcm", "d1")])
    published(clerk, run, job("d1", "old"))
    for _ in range(3):
        withheld(clerk, run, job("d1", "new"))
    (row,) = clerk.ledger.quarantined()
    assert (row.digest, row.reason, row.where) == ("d1", QuarantineReason.RESIDUE, "(0010,4000)")
    assert list(clerk.ledger.current_outputs()) == []
    planned = only_row(clerk, run)
    assert (planned.job_digest, planned.quarantined_job) == ("", "job-d1-new")
    published(clerk, run, job("d1", "newer"))
    assert clerk.ledger.quarantined() == ()
    assert only_row(clerk, run).quarantined_job == ""


def test_quarantine_by_another_job_takes_the_place_of_the_earlier(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [instance("a.dcm", "d1")])
    withheld(clerk, run, job("d1", "old"))
    withheld(clerk, run, job("d1", "new"))
    assert len(clerk.ledger.quarantined()) == 1
    assert only_row(clerk, run).quarantined_job == "job-d1-new"


def test_an_earlier_output_is_adopted(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [instance("a.dcm", "d1")])
    published(clerk, run, job("d1", "old"))
    published(clerk, run, job("d1", "new"))
    withheld(clerk, run, job("d1", "newest"))
    clerk.adopt(begun(clerk), [job("d1", "old", None, Reason.SUBJECT_CHANGED)], "other rules")
    (current,) = clerk.ledger.current_outputs()
    assert (current.object_digest, current.study, current.size) == ("object-job-d1-old", "2.25.8", 90)
    assert only_row(clerk, run).rules_digest == "other rules"
    assert clerk.ledger.quarantined() == ()


def test_placements_are_those_that_stand(clerk: Clerk) -> None:
    run = begun(clerk)
    a, b = Placement("a/1.dcm", "d1", "o1", 1), Placement("b/\udcff.bin", "d2", "o2", 2)
    clerk.placed(run, "/made/up/out", [b, a], [])
    clerk.placed(run, "/made/up/else", [a], [])
    assert clerk.ledger.placements("/made/up/out") == (a, b)
    changed = Placement("a/1.dcm", "d1", "o9", 9)
    clerk.placed(run, "/made/up/out", [changed], [b.path])
    assert clerk.ledger.placements("/made/up/out") == (changed,)
    assert clerk.ledger.placements("/made/up/else") == (a,)


def test_reading_goes_on_while_the_clerk_writes(clerk: Clerk, path: Path) -> None:
    run = begun(clerk)
    clerk.examined(run, [other(f"{n}.bin", f"d{n}") for n in range(2500)])
    rows = 0
    for row in clerk.ledger.plan_rows(run):
        if rows % 1000 == 0:
            published(clerk, run, job(row.digest))
        rows += 1
    assert rows == 2500
    with Ledger(path) as reader:
        assert reader.status().outputs == 3
