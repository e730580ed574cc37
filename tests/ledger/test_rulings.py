"""Decisions on rows are kept in order, in an unbroken chain; studies and folders tell who is there.

Owns: what was decided comes back as it was, and what is gone is in no folder.
"""

from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Ruling
from anonledger.records import Evidence, Ruled
from tests.ledger.makers import ADA, BOB, begun, instance

ROW = Evidence(name="Tester, Ada \udce9", birth_date="19700101", patient_id="P1")


def test_decisions_are_kept_in_order_and_in_the_chain(clerk: Clerk) -> None:
    run = begun(clerk)
    (one,) = clerk.add_subjects(run, [("subj_A", "k" * 64)])
    decided = [Ruled(one.id, Ruling.ACCEPT, ROW), Ruled(one.id, Ruling.NONE), Ruled(one.id, Ruling.UNDO)]
    clerk.rule(run, decided[:2])
    clerk.rule(run, decided[2:])
    assert clerk.ledger.rulings() == tuple(decided)
    assert clerk.ledger.broken_event() is None


def test_who_is_in_a_study_and_in_a_folder(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(
        run,
        [
            instance("a/1", "d1"),
            instance("a/2", "d2", BOB),
            instance("a/b/3", "d3", BOB),
            instance("top", "d4"),
            instance("z.zip", "d5", BOB, "in/5"),
            instance("z.zip", "d6", ADA, "6"),
        ],
    )
    assert list(clerk.ledger.studies()) == [("2.25.1", 1), ("2.25.1", 2)]
    root = "/made/up/scans"
    assert sorted(clerk.ledger.folders()) == [
        (root, 1),
        (f"{root}/a", 1),
        (f"{root}/a", 2),
        (f"{root}/a/b", 2),
        (f"{root}/z.zip!", 1),
        (f"{root}/z.zip!/in", 2),
    ]


def test_what_is_gone_is_in_no_folder(clerk: Clerk) -> None:
    clerk.examined(begun(clerk), [instance("a/1", "d1"), instance("b/2", "d2", BOB)])
    clerk.examined(begun(clerk), [instance("a/1", "d1")])
    assert list(clerk.ledger.folders()) == [("/made/up/scans/a", 1)]
    assert list(clerk.ledger.studies()) == [("2.25.1", 1)]
