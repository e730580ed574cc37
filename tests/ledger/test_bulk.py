"""Rows that are written by the thousand are what they would be one by one."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from anonledger.ledger.bulk import Bulk, columns_of
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.models import source
from anonledger.ledger.rows import Cells
from anonledger.ledger.schema import engine_at
from anonledger.outcomes import Disposition, DropReason, QuarantineReason
from anonledger.records import Examined, Placement
from tests.ledger.makers import begun, instance

PLAIN: Cells = {
    "root": "/made/up",
    "path": "a",
    "member": "",
    "exact": None,
    "size": 1 << 40,
    "mtime_ns": 5,
    "digest": "d1",
    "previous_digest": "",
    "disposition": Disposition.INSTANCE,
    "drop_reason": None,
    "trouble": None,
    "trouble_where": "",
    "last_seen_run_id": 1,
    "run_id": 1,
}
ODD: Cells = PLAIN | {
    "path": "b",
    "member": "c%21d",
    "exact": ["/made/up", "b\udcff", "c!d"],
    "disposition": Disposition.DROPPED,
    "drop_reason": DropReason.FILE_TYPE,
    "trouble": QuarantineReason.TRUNCATED,
    "trouble_where": "at \ud800",
}


def worded(path: str, digest: str) -> Examined:
    """Return an examined instance with words of its own."""
    one = instance(path, digest)
    assert one.header is not None
    return replace(one, header=replace(one.header, words=(digest[::-1], "scan")))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with one run."""
    with Clerk(tmp_path / "ledger.sqlite3") as clerk:
        begun(clerk)
    return tmp_path / "ledger.sqlite3"


def test_cells_are_stored_as_sqlalchemy_stores_them(path: Path) -> None:
    stored = []
    for bulk in (True, False):
        engine = engine_at(path)
        with engine.connect() as connection, connection.begin() as transaction:
            if bulk:
                Bulk(insert(source), columns_of(source)).execute(connection, [PLAIN, ODD])
            else:
                connection.execute(insert(source), [PLAIN, ODD])
            raw = connection.exec_driver_sql("SELECT * FROM source ORDER BY path").all()
            back = connection.execute(select(source).order_by(source.c.path)).mappings().all()
            assert [{name: row[name] for name in PLAIN} for row in back] == [PLAIN, ODD]
            stored.append(raw)
            transaction.rollback()
        engine.dispose()
    assert stored[0] == stored[1]


def test_no_rows_are_no_trouble(path: Path) -> None:
    with Clerk(path) as clerk:
        clerk.examined(1)
        clerk.examined(1, [], [])
        clerk.verdicts(1, [], "r")
        clerk.placed(1, "/tree", (), ())
        assert not clerk.ledger.sources_seen(1)


def test_rows_are_numbered_the_same_in_one_call_and_in_many(tmp_path: Path) -> None:
    tasks = [[worded(f"{task}/{n}", f"d{task}{n}") for n in range(3)] for task in range(3)]
    found = []
    for name, calls in (("one", [tasks]), ("many", [[task] for task in tasks])):
        with Clerk(tmp_path / name) as clerk:
            run = begun(clerk)
            for looked in calls:
                clerk.examined(run, *looked)
            assert len(clerk.ledger.vocabularies()) == 9
            found.append([(row.digest, row.vocabulary) for row in clerk.ledger.plan_rows(run)])
    assert found[0] == found[1]


def test_a_file_that_is_placed_anew_or_taken_away_stands_once_or_no_more(path: Path) -> None:
    first = [Placement(name, "s1", "o1", 1) for name in ("a", "b", "odd\udcff", "odd\udcfe", "c")]
    again = [Placement(name, "s2", "o2", 2) for name in ("b", "odd\udcff")]
    with Clerk(path) as clerk:
        clerk.placed(1, "/tree", first, ())
        clerk.placed(1, "/other", first[:1], ())
        clerk.placed(1, "/tree", again, ["c", "odd\udcfe"])
        assert {(one.path, one.object_digest) for one in clerk.ledger.placements("/tree")} == {
            ("a", "o1"),
            ("b", "o2"),
            ("odd\udcff", "o2"),
        }
        assert len(clerk.ledger.placements("/other")) == 1
