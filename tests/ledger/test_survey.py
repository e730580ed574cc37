"""What a survey found is written down once, and kept up to date.

Owns: the stat cache and the quarantine as the next run meets them.
"""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from anonledger.ledger.clerk import Clerk
from anonledger.ledger.rows import evidence_digest
from anonledger.outcomes import Disposition, QuarantineReason
from anonledger.records import Evidence, Examined
from tests.ledger.makers import ADA, BOB, at, begun, instance, job, named, only_row, other, published, trouble

ROOT = "/made/up/scans"


def test_examining_twice_adds_nothing(clerk: Clerk) -> None:
    batch = [
        instance("a.dcm", "d1"),
        instance("b.dcm", "d2", BOB),
        other("c.bin", "d3"),
        trouble("d.dcm", "d4"),
    ]
    for _ in range(2):
        run = begun(clerk)
        clerk.examined(run, batch)
    known = list(clerk.ledger.known_sources(ROOT))
    assert [one.path for one in known] == ["a.dcm", "b.dcm", "c.bin", "d.dcm"]
    assert clerk.ledger.unassigned() == (ADA, BOB)
    assert [(one.reason, one.run) for one in clerk.ledger.quarantined()] == [(QuarantineReason.TRUNCATED, 1)]


def test_what_was_seen_again_is_in_the_plan_and_what_was_not_is_not(clerk: Clerk) -> None:
    clerk.examined(begun(clerk), [other("a.bin", "d1"), other("b.bin", "d2")])
    (first, _) = clerk.ledger.known_sources(ROOT)
    run = begun(clerk)
    clerk.seen(run, [first.id])
    assert only_row(clerk, run).digest == "d1"


def test_a_changed_source_tells_what_it_was(clerk: Clerk) -> None:
    clerk.examined(begun(clerk), [instance("a.dcm", "d1")])
    run = begun(clerk)
    clerk.examined(run, [instance("a.dcm", "d2")])
    assert only_row(clerk, run).previous_digest == "d1"
    run = begun(clerk)
    clerk.examined(run, [instance("a.dcm", "d2")])
    assert only_row(clerk, run).previous_digest == "d1"


def test_a_source_that_could_not_be_read_for_once_has_not_changed(clerk: Clerk) -> None:
    clerk.examined(begun(clerk), [instance("a.dcm", "d1")])
    clerk.examined(begun(clerk), [trouble("a.dcm", "", QuarantineReason.UNREADABLE)])
    assert len(clerk.ledger.quarantined()) == 1
    run = begun(clerk)
    clerk.examined(run, [instance("a.dcm", "d1")])
    assert only_row(clerk, run).previous_digest == ""
    assert clerk.ledger.quarantined() == ()


def test_an_unreadable_source_whose_trouble_changes_is_held_for_the_latest(clerk: Clerk) -> None:
    clerk.examined(begun(clerk), [trouble("a.zip", "", QuarantineReason.UNREADABLE)])
    clerk.examined(begun(clerk), [trouble("a.zip", "", QuarantineReason.ARCHIVE_TOO_LARGE)])
    assert [one.reason for one in clerk.ledger.quarantined()] == [QuarantineReason.ARCHIVE_TOO_LARGE]


def test_bytes_whose_trouble_gets_another_name_are_held_once(clerk: Clerk) -> None:
    clerk.examined(begun(clerk), [trouble("a.dcm", "d1", QuarantineReason.TRUNCATED)])
    clerk.examined(begun(clerk), [trouble("a.dcm", "d1", QuarantineReason.MALFORMED)])
    assert [one.reason for one in clerk.ledger.quarantined()] == [QuarantineReason.MALFORMED]


def test_trouble_that_was_deleted_is_no_longer_held(clerk: Clerk) -> None:
    clerk.examined(begun(clerk), [other("a.bin", "d1"), trouble("b.dcm", "d2"), trouble("c.dcm", "")])
    (keep, *_) = clerk.ledger.known_sources(ROOT)
    clerk.seen(begun(clerk), [keep.id])
    assert clerk.ledger.quarantined() == ()


def test_bytes_that_are_trouble_under_one_name_stay_held_when_fine_under_another(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [trouble("a.dcm", "d1", QuarantineReason.NOT_DICOM)])
    clerk.examined(run, [other("a", "d1")])
    assert [one.path for one in clerk.ledger.quarantined()] == [f"{ROOT}/a.dcm"]
    published(clerk, run, job("d1"))
    assert len(clerk.ledger.quarantined()) == 1
    assert [one.source_digest for one in clerk.ledger.current_outputs()] == ["d1"]


def test_trouble_is_over_when_the_same_bytes_are_fine(clerk: Clerk) -> None:
    clerk.examined(begun(clerk), [trouble("a.dcm", "d1")])
    clerk.examined(begun(clerk), [instance("a.dcm", "d1")])
    assert clerk.ledger.quarantined() == ()


def test_members_that_left_an_archive_are_forgotten_and_the_others_keep_their_past(clerk: Clerk) -> None:
    archive = Examined(at("a.zip"), 9, 9, "z1", Disposition.ARCHIVE)
    clerk.examined(
        begun(clerk), [archive, instance("a.zip", "d1", ADA, "one"), instance("a.zip", "d2", ADA, "two")]
    )
    run = begun(clerk)
    clerk.examined(run, [replace(archive, digest="z2"), instance("a.zip", "d3", ADA, "two")])
    clerk.forget_members(run, ROOT, "a.zip")
    assert [one.member for one in clerk.ledger.known_sources(ROOT)] == ["", "two"]
    row = only_row(clerk, run)
    assert (row.location.members, row.previous_digest) == (("two",), "d2")


def test_a_spelling_is_kept_once_and_a_new_one_besides(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(
        run, [instance("a", "d1"), instance("b", "d2"), instance("c", "d3", named(ADA, "Tester^Ada"))]
    )
    assert [one.name for one in clerk.ledger.unassigned()] == ["TESTER^ADA", "Tester^Ada"]


SPELT = st.text(st.characters(exclude_categories=()), max_size=8)


@settings(deadline=None, max_examples=40)
@given(path=SPELT, members=st.lists(SPELT, max_size=3), name=SPELT, others=st.lists(SPELT, max_size=2))
def test_whatever_a_name_holds_it_comes_back_unchanged(
    path: str, members: list[str], name: str, others: list[str]
) -> None:
    evidence = Evidence(name=name, other_names=tuple(others), scope="2.25.3")
    with TemporaryDirectory() as folder, Clerk(Path(folder) / "ledger.sqlite3") as clerk:
        run = begun(clerk)
        clerk.examined(run, [instance(path, "d1", evidence, *members)])
        assert only_row(clerk, run).location == at(path, *members)
        assert clerk.ledger.unassigned() == (evidence,)


@given(st.lists(SPELT, min_size=6, max_size=6, unique=True))
def test_evidence_that_differs_anywhere_is_other_evidence(words: list[str]) -> None:
    whole = Evidence("1", "2", "3", "4", "5", ("6",), ("8",), "7")
    changed = [
        replace(whole, issuer=words[0] + "x"),
        replace(whole, patient_id=words[1] + "x"),
        replace(whole, name=words[2] + "x"),
        replace(whole, birth_date=words[3] + "x"),
        replace(whole, other_names=(words[4] + "x", "6")),
        replace(whole, other_ids=("6", words[4] + "x")),
        replace(whole, scope=words[5] + "x"),
    ]
    digests = {evidence_digest(one) for one in (whole, *changed)}
    assert len(digests) == 8
