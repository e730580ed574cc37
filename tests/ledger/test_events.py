"""The chain of events tells when someone altered it.

Owns: what an auditor relies on.
"""

import sqlite3
from pathlib import Path

import pytest

from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import RunStatus
from tests.ledger.makers import ADA, NOON, begun


def history(path: Path) -> None:
    with Clerk(path) as clerk:
        run = begun(clerk)
        (one,) = clerk.add_subjects(run, [("subj_A", "a" * 64)])
        clerk.assign(run, [(ADA, one.id)])
        clerk.event(run, "note", "looked at by hand", one.id)
        clerk.finish(run, finished=NOON, status=RunStatus.DONE, exit_code=0, counts={"new": 1})


def test_an_untouched_chain_fits(path: Path) -> None:
    history(path)
    with Clerk(path) as clerk:
        assert clerk.ledger.broken_event() is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE event SET detail = 'nothing' WHERE id = 3",
        "UPDATE event SET subject_id = NULL WHERE id = 3",
        "UPDATE event SET time = '2020-01-01 00:00:00.000000' WHERE id = 3",
        "UPDATE event SET previous = '' WHERE id = 3",
    ],
)
def test_an_altered_event_is_found(path: Path, tampering: str) -> None:
    history(path)
    with sqlite3.connect(path) as raw:
        raw.execute(tampering)
    raw.close()
    with Clerk(path) as clerk:
        assert clerk.ledger.broken_event() == 3


def test_an_event_taken_out_is_found(path: Path) -> None:
    history(path)
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM event WHERE id = 2")
    raw.close()
    with Clerk(path) as clerk:
        assert clerk.ledger.broken_event() == 3


def test_events_name_no_one(path: Path) -> None:
    history(path)
    raw = sqlite3.connect(path)
    told = " ".join(str(row) for row in raw.execute("SELECT * FROM event"))
    raw.close()
    assert "subj_A" in told
    assert not any(word in told for word in ("TESTER", "ADA", "P1", "/made/up"))
