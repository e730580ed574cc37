"""What the ledger answers.

Owns: the plan, the tree and the status see every source once, in one order.
"""

import random

from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Disposition, DropReason, QuarantineReason
from anonledger.records import Examined
from tests.ledger.makers import ADA, BOB, at, begun, instance, job, other, published, trouble

ROOT = "/made/up/scans"


def test_the_plan_has_each_content_once_at_its_first_place_whatever_the_order(clerk: Clerk) -> None:
    batch = [instance("b.dcm", "d1"), instance("a.dcm", "d1"), other("c", "d2"), other("c", "d2")]
    batch += [trouble("e.dcm", "d4"), Examined(at("f.pdf"), 1, 1, "", Disposition.DROPPED)]
    random.Random(7).shuffle(batch)
    run = begun(clerk)
    clerk.examined(run, batch)
    assert [(row.location.path, row.digest) for row in clerk.ledger.plan_rows(run)] == [
        ("a.dcm", "d1"),
        ("c", "d2"),
    ]


def test_all_subjects_that_instances_were_found_of_are_told(clerk: Clerk) -> None:
    run = begun(clerk)
    assert not clerk.ledger.has_instances()
    clerk.examined(run, [instance("a", "d1", ADA), instance("b", "d2", BOB)])
    ada, bob, _ = clerk.add_subjects(run, [("subj_A", "1"), ("subj_B", "2"), ("subj_C", "3")])
    clerk.assign(run, [(ADA, ada.id), (BOB, bob.id)])
    assert clerk.ledger.subjects_of_instances() == {ada.id, bob.id}
    assert clerk.ledger.has_instances()


def test_a_run_counts_what_it_saw_by_kind(clerk: Clerk) -> None:
    run = begun(clerk)
    dropped = Examined(at("f.pdf"), 1, 1, "", Disposition.DROPPED, drop=DropReason.FILE_TYPE)
    clerk.examined(
        run, [instance("a", "d1"), instance("b", "d1"), other("c", "d2"), trouble("d", "d4"), dropped]
    )
    told = {(one.disposition, one.drop, one.trouble): one.count for one in clerk.ledger.sources_seen(run)}
    assert told == {
        (Disposition.INSTANCE, None, None): 2,
        (Disposition.OTHER, None, None): 1,
        (Disposition.TROUBLE, None, QuarantineReason.TRUNCATED): 1,
        (Disposition.DROPPED, DropReason.FILE_TYPE, None): 1,
    }


def test_recorded_objects_are_found_by_job(clerk: Clerk) -> None:
    run = begun(clerk)
    published(clerk, run, job("d1"), job("d2"))
    asked = [f"job-none-{n}" for n in range(5000)] + ["job-d2-s1"]
    assert clerk.ledger.job_objects(asked) == {"job-d2-s1": "object-job-d2-s1"}
    assert clerk.ledger.job_objects([]) == {}


def test_an_output_says_whether_its_source_is_still_there(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [other("a", "d1"), other("b", "d2"), other("c", "d3"), other("d", "d4")])
    published(clerk, run, *(job(f"d{n}") for n in range(1, 5)))
    ids = [one.id for one in clerk.ledger.known_sources(ROOT)]
    run = begun(clerk)
    clerk.seen(run, ids[:1])
    clerk.examined(run, [other("c", "d9"), trouble("d", "", QuarantineReason.UNREADABLE)])
    told = {
        one.source_digest: (one.location.path if one.location else None, one.gone)
        for one in clerk.ledger.current_outputs()
    }
    assert told == {"d1": ("a", False), "d2": ("b", True), "d3": (None, True), "d4": ("d", False)}


def test_another_root_does_not_make_sources_go(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [other("a", "d1")])
    published(clerk, run, job("d1"))
    clerk.examined(begun(clerk), [Examined(at("z", root="/made/up/usb"), 1, 1, "d2", Disposition.OTHER)])
    (output,) = clerk.ledger.current_outputs()
    assert not output.gone


def test_an_output_lies_at_the_place_that_is_left(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [other("a", "d1"), other("b", "d1")])
    published(clerk, run, job("d1"))
    (_, second) = clerk.ledger.known_sources(ROOT)
    clerk.seen(begun(clerk), [second.id])
    (output,) = clerk.ledger.current_outputs()
    assert output.location == at("b")
    assert not output.gone


def test_held_sources_are_listed_as_found_in_order(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [trouble("z\udcff.dcm", "d1"), trouble("b.dcm", "d2"), trouble("a.dcm", "")])
    listed = clerk.ledger.quarantined()
    assert [one.path for one in listed] == [f"{ROOT}/a.dcm", f"{ROOT}/b.dcm", f"{ROOT}/z\\xff.dcm"]
    assert [one.digest for one in listed] == ["", "d2", "d1"]
    assert {one.where for one in listed} == {"at byte 7"}


def test_the_status_counts_what_is_there(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [instance("a", "d1"), instance("b", "d1"), other("c", "d2"), trouble("d", "d3")])
    published(clerk, run, job("d1"), job("d2"))
    counts = clerk.ledger.status()
    assert (counts.instances, counts.outputs, counts.quarantined) == (1, 2, 1)
    assert counts.sources == {Disposition.INSTANCE: 2, Disposition.OTHER: 1, Disposition.TROUBLE: 1}
    assert counts.last_run is not None
    assert counts.last_run.id == run


def test_twenty_thousand_sources_go_through(clerk: Clerk) -> None:
    for _ in range(2):
        run = begun(clerk)
        for start in range(0, 20_000, 500):
            clerk.examined(run, [instance(f"{n:05}.dcm", f"d{n}") for n in range(start, start + 500)])
    clerk.seen(run, [one.id for one in clerk.ledger.known_sources(ROOT)])
    rows = list(clerk.ledger.plan_rows(run))
    assert len(rows) == 20_000
    assert rows == sorted(rows, key=lambda row: row.location.path)
    for start in range(0, 20_000, 500):
        published(clerk, run, *(job(row.digest) for row in rows[start : start + 500]))
    assert sum(1 for _ in clerk.ledger.current_outputs()) == 20_000
    assert len(clerk.ledger.job_objects(f"job-d{n}-s1" for n in range(20_000))) == 20_000
