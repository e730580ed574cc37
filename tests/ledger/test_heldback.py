"""What is held back is listed once for each place, and the latest decision on it counts."""

from dataclasses import replace

import pytest

from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Decision, QuarantineReason
from tests.ledger.makers import begun, instance, job, only_row, other, trouble, withheld

RESIDUE, UNREADABLE = QuarantineReason.RESIDUE, QuarantineReason.UNREADABLE


def listed(clerk: Clerk, *, everything: bool = False) -> list[tuple[str, QuarantineReason]]:
    """Return the file names and reasons of what is held back."""
    rows = clerk.ledger.quarantined(everything=everything)
    return [(row.path.rpartition("/")[2], row.reason) for row in rows]


def test_every_place_of_the_same_bytes_is_listed(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [other("a", "d1"), other("b", "d1"), trouble("c.dcm", "d1")])
    withheld(clerk, run, job("d1"))
    assert listed(clerk) == [("a", RESIDUE), ("b", RESIDUE), ("c.dcm", QuarantineReason.TRUNCATED)]


@pytest.mark.parametrize("digest", ["d1", ""])
def test_the_latest_decision_counts_for_that_content_or_place(clerk: Clerk, digest: str) -> None:
    run = begun(clerk)
    clerk.examined(run, [trouble("a", digest, UNREADABLE), trouble("b", "d2", UNREADABLE)])
    (one, _) = (row.id for row in clerk.ledger.quarantined())
    clerk.decide(run, [one], Decision.RELEASE, "first")
    clerk.decide(run, [one], Decision.DROP, "second")
    assert listed(clerk) == [("b", UNREADABLE)]
    assert listed(clerk, everything=True) == [("a", UNREADABLE), ("b", UNREADABLE)]
    (decided,) = clerk.ledger.decisions()
    assert (decided.quarantine, decided.digest, decided.why) == (one, digest, "second")
    assert {kind.decided: kind.count for kind in clerk.ledger.sources_seen(run)} == {True: 1, False: 1}
    clerk.decide(run, [one], Decision.UNDO, "")
    assert clerk.ledger.decisions() == ()
    assert len(listed(clerk)) == 2


def test_a_decision_holds_where_the_same_trouble_is_met_again(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [trouble("a", "d1")])
    clerk.decide(run, [1], Decision.DROP, "why not")
    clerk.examined(begun(clerk), [trouble("elsewhere", "d1")])
    assert listed(clerk) == []


def test_what_the_settings_leave_out_is_taken_off_the_list_and_put_back(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.examined(run, [trouble("a", "d1", QuarantineReason.DICOMDIR), trouble("b", "d2")])
    clerk.leave_out(run, [QuarantineReason.DICOMDIR])
    assert listed(clerk) == [("b", QuarantineReason.TRUNCATED)]
    assert clerk.ledger.status().quarantined == 1
    clerk.leave_out(run, [])
    assert len(listed(clerk)) == 2
    assert clerk.ledger.broken_event() is None


def test_an_entry_is_found_by_its_id_when_it_is_over_too(clerk: Clerk) -> None:
    clerk.examined(begun(clerk), [trouble("a", "d1")])
    clerk.examined(begun(clerk), [instance("a", "d1")])
    row = clerk.ledger.quarantine_row(1)
    assert row is not None
    assert (row.run, row.resolved) == (1, 2)
    assert clerk.ledger.quarantine_row(2) is None


def test_words_and_risks_are_kept_and_a_newer_look_counts(clerk: Clerk) -> None:
    run = begun(clerk)
    found = instance("a.dcm", "d1")
    assert found.header is not None
    for words, risk in [(("ada", "brain"), None), (("ada",), QuarantineReason.BURNED_IN), ((), None)]:
        seen = replace(found, header=replace(found.header, words=words, risk=risk, risk_where="x"))
        clerk.examined(run, [seen, replace(seen, location=instance("b.dcm", "d1").location)])
        row = only_row(clerk, run)
        assert row.vocabulary is not None
        assert clerk.ledger.vocabularies()[row.vocabulary] == frozenset(words)
        assert row.risk is risk
    assert len(clerk.ledger.vocabularies()) == 3


def test_terms_are_kept_once_and_for_good(clerk: Clerk) -> None:
    run = begun(clerk)
    clerk.keep_terms(run, ["Projekt Muster", "Ärztehaus"])
    clerk.keep_terms(run, ["Ärztehaus", "Ärztehaus"])
    clerk.keep_terms(run, [])
    assert clerk.ledger.terms() == ("Projekt Muster", "Ärztehaus")
