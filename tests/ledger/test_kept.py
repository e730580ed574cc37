"""Which tables were kept, and which files stood in the dataset, as of a run."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anonledger.ledger.audit import Audit
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.publishing import Publishing
from anonledger.outcomes import Export, RunStatus
from anonledger.records import Kept, Placement, Published
from tests.ledger.makers import NOON, begun, instance, job, published

OUT = "/made/up/out"


def kept(digest: str, name: Export = Export.MAPPING) -> Kept:
    return Kept(0, name, ",", digest * 64, 9, 0)


def test_a_table_is_as_its_latest_row_until_the_next_one(path: Path) -> None:
    with Clerk(path) as clerk:
        runs = [begun(clerk) for _ in range(4)]
        clerk.keep_exports(runs[1], [kept("a"), kept("b", Export.DOUBTS)])
        clerk.keep_exports(runs[3], [kept("c")])
        found = [clerk.ledger.kept_as_of(Export.MAPPING, run) for run in runs]
        assert [one and one.digest[0] for one in found] == [None, "a", "a", "c"]
        assert clerk.ledger.first_kept(Export.MAPPING) == runs[1]
        assert clerk.ledger.first_kept(Export.MATCHES) is None
        assert {name: one.digest[0] for name, one in clerk.ledger.last_kept().items()} == {
            Export.MAPPING: "c",
            Export.DOUBTS: "b",
        }


def test_a_moment_falls_to_the_last_run_that_had_ended(path: Path) -> None:
    with Clerk(path) as clerk:
        for days in (0, 10):
            run = begun(clerk)
            ended = NOON + timedelta(days)
            clerk.finish(run, finished=ended, status=RunStatus.DONE, exit_code=0, counts={})
        begun(clerk)
        asked = [NOON - timedelta(seconds=1), NOON, NOON + timedelta(9), datetime.max.replace(tzinfo=UTC)]
        assert [clerk.ledger.last_run_by(moment) for moment in asked] == [None, 1, 1, 2]


def test_what_a_withdrawal_took_away_leaves_no_digest_behind(path: Path) -> None:
    with Clerk(path) as clerk:
        run = begun(clerk)
        clerk.keep_exports(run, [kept("a"), kept("b", Export.DOUBTS)])
        again = begun(clerk)
        (one, _) = clerk.ledger.kept()
        assert not clerk.ledger.redacted_after(run)
        clerk.redact_exports(again, [Kept(one.id, one.name, ",", "", 0, run)])
        assert clerk.ledger.redacted_after(run) and not clerk.ledger.redacted_after(again)
        assert clerk.ledger.kept()[0] == Kept(one.id, one.name, ",", "", 0, run, again)
    with Audit(path) as audit:
        assert [*audit.unfit_seals(), *audit.unfit_rows()] == []
        assert [digest for _, digest in audit.kept()] == ["b" * 64]
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"a" * 64 not in path.read_bytes()


def test_the_files_of_an_earlier_run_are_told_whatever_came_later(path: Path) -> None:
    def files(run: int) -> list[tuple[str, str, int]]:
        with Publishing(path) as publishing, publishing.as_of(OUT, run) as found:
            assert list(found) == list(found)  # every pass is the same
            return [(one.path, one.object_digest, one.run) for one in found]

    def there(run: int, name: str, digest: str, recipe: str = "s1") -> tuple[str, str, int]:
        return (name, f"object-job-{digest}-{recipe}", run)

    with Clerk(path) as clerk:
        one = begun(clerk)
        clerk.examined(one, [instance("a.dcm", "d1"), instance("b.dcm", "d2")])
        published(clerk, one, job("d1"), job("d2"))
        places = [Placement(name, d, f"object-job-{d}-s1", 90) for name, d in (("x", "d1"), ("y", "d2"))]
        clerk.placed(one, OUT, places, [])
        clerk.placed(one, "/elsewhere", places, [])
        assert files(one) == [there(1, "x", "d1"), there(1, "y", "d2")]
        two = begun(clerk)
        published(clerk, two, job("d1", "s2"))
        odd = "z\udce9"
        changed = [Placement("x", "d1", "object-job-d1-s2", 91), Placement(odd, "d9", "o", 1)]
        clerk.placed(two, OUT, changed, ["y"])
        three = begun(clerk)
        published(clerk, three, job("d1", "s2"))  # done again, with the same bytes
        clerk.placed(three, OUT, [changed[0]], [])  # and put back where it had been deleted
    assert files(one) == [there(1, "x", "d1"), there(1, "y", "d2")]
    assert files(two) == [there(2, "x", "d1", "s2"), (odd, "o", 2)]
    assert files(three) == [there(3, "x", "d1", "s2"), (odd, "o", 2)]
    with Publishing(path) as publishing, publishing.as_of(OUT, one) as found:
        assert next(iter(found)) == Published("x", "object-job-d1-s1", 90, "r" * 64, 1, "d1")
        assert (found.place("d1"), found.place("d7")) == ("/made/up/scans/a.dcm", "")
