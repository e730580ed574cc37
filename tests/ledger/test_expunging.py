"""What is erased leaves no trace in the seals, and the chain still holds for all the rest."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import delete, update

from anonledger.ledger.audit import Audit
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.models import assignment, demographic, identity, instance, source
from anonledger.ledger.parts import cells_digest, unpacked_keys
from anonledger.outcomes import Misfit
from tests.ledger.lives import by_hand, lived
from tests.ledger.test_audit import unfit


def digest_of(path: Path, table: str, condition: str) -> bytes:
    """Return the digest of a row that is there, as seals have it."""
    with closing(sqlite3.connect(path)) as raw:
        return cells_digest(raw.execute(f"SELECT * FROM {table} WHERE {condition}").fetchone())


def sealed(path: Path, table: str) -> tuple[bytes, set[int | str]]:
    """Return the digests, and the keys, that seals keep of a table."""
    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT row_keys, row_digests FROM seal WHERE table_name = ?", (table,)).fetchall()
    return b"".join(digests for _, digests in rows), {key for keys, _ in rows for key in unpacked_keys(keys)}


def erase(path: Path) -> None:
    with Clerk(path) as clerk, clerk._writing(erasing=True) as connection:
        connection.execute(delete(assignment).where(assignment.c.identity_id == 1))
        connection.execute(delete(instance).where(instance.c.identity_id == 1))
        connection.execute(delete(identity).where(identity.c.id == 1))
        connection.execute(delete(source).where(source.c.id == 1))
        connection.execute(update(source).where(source.c.id == 2).values(mtime_ns=-1))
        changed = update(demographic).where(demographic.c.row_number == 1)
        connection.execute(changed.values(cells=["", ""]))


def test_no_seal_keeps_what_was_erased_and_all_the_rest_fits(path: Path) -> None:
    lived(path)
    person, row = digest_of(path, "identity", "id = 1"), digest_of(path, "demographic", "row_number = 1")
    assert person in sealed(path, "identity")[0]
    assert row in sealed(path, "demographic")[0]
    with Audit(path) as audit:
        noted = audit.chain().head
    erase(path)
    digests, keys = sealed(path, "identity")
    assert person not in digests and 1 not in keys and 2 in keys
    assert 1 not in sealed(path, "source")[1] and 2 in sealed(path, "source")[1]
    assert row not in sealed(path, "demographic")[0]
    assert {problem for table, _, problem in unfit(path) if table in ("seal", "identity", "source")} == set()
    with Audit(path) as audit:
        assert audit.chain(noted).noted


def test_what_was_erased_cannot_be_put_back_and_what_is_left_cannot_be_changed(path: Path) -> None:
    lived(path)
    erase(path)
    erase(path)
    assert unfit(path) == set()
    by_hand(
        path,
        "UPDATE source SET mtime_ns = 6 WHERE id = 2",
        "UPDATE source SET last_seen_run_id = 1 WHERE id = 3",
    )
    by_hand(path, "INSERT INTO assignment VALUES (1, 2, 1, 'DICOM', 1)")
    assert unfit(path) == {
        ("source", "2", Misfit.CHANGED),
        ("source", "3", Misfit.CHANGED),
        ("assignment", "1", Misfit.ADDED),
    }


def test_a_seal_that_somebody_else_emptied_is_named(path: Path) -> None:
    lived(path)
    erase(path)
    with closing(sqlite3.connect(path)) as raw:
        (number,) = raw.execute("SELECT min(id) FROM seal WHERE table_name = 'subject'").fetchone()
        ((empty,),) = raw.execute(
            "SELECT row_keys FROM seal WHERE row_digests = x'' AND table_name = 'identity' LIMIT 1"
        ).fetchall() or [(None,)]
    cells = "x''" if empty is None else f"x'{empty.hex()}'"
    by_hand(path, f"UPDATE seal SET row_keys = {cells}, row_digests = x'' WHERE id = {number}")
    assert ("seal", str(number), Misfit.CHANGED) in unfit(path)
