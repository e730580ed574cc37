"""Whatever is changed, added or removed by hand is named: in any table, any column, any row."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

import pytest

from anonledger.errors import LedgerError
from anonledger.ledger.audit import Audit
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Flaw, Misfit
from tests.ledger.lives import by_hand, lived
from tests.ledger.makers import begun, other

HANDS = {"INTEGER": "{} + 1000", "BIGINT": "{} + 1000", "FLOAT": "{} + 0.5", "BLOB": "x'00'"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ledger in which every table has rows; nobody changes it."""
    return lived(tmp_path_factory.mktemp("kept") / "ledger.sqlite3")


def unfit(path: Path) -> set[tuple[str, str, Misfit | Flaw]]:
    """Return what does not fit: table, key of the row, and what is wrong."""
    with Audit(path) as audit:
        found = [*audit.unfit_seals(), *audit.unfit_rows()]
    return {(one.table, one.row, one.problem) for one in found}


def shape(path: Path) -> Iterator[tuple[str, str, str, bool]]:
    """Yield table, column, its type, and whether it is of the table's key."""
    with closing(sqlite3.connect(path)) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            for column in raw.execute(f"PRAGMA table_info({table})").fetchall():
                yield table, column[1], column[2], bool(column[5])


def keys(path: Path, table: str) -> list[str]:
    """Return the keys of a table as an audit names them."""
    with closing(sqlite3.connect(path)) as raw:
        columns = raw.execute(f"PRAGMA table_info({table})").fetchall()
        names = [name for _, name in sorted((column[5], column[1]) for column in columns if column[5])]
        one = names[0] if len(names) == 1 else f"json_array({', '.join(names)})"
        return [str(key) for (key,) in raw.execute(f"SELECT {one} FROM {table} ORDER BY rowid")]


def tampered(kept: Path, tmp_path: Path, *statements: str) -> set[tuple[str, str, Misfit | Flaw]]:
    """Return what an audit finds in a copy that somebody put a hand to."""
    path = tmp_path / "ledger.sqlite3"
    shutil.copy(kept, path)
    by_hand(path, *statements)
    return unfit(path)


def test_every_table_has_rows_and_all_fit(kept: Path) -> None:
    assert all(keys(kept, table) for table, *_ in shape(kept))
    assert unfit(kept) == set()
    with Audit(kept) as audit:
        assert list(audit.unfit_file(quick=False)) == []
        assert len(audit.chain().head) == 64


def test_a_row_changed_in_any_column_is_named(kept: Path, tmp_path: Path) -> None:
    columns = [one for one in shape(kept) if one[0] not in ("alembic_version", "seal")]
    assert len(columns) > 100
    for nth in range(max(list(Counter(table for table, *_ in columns).values()))):
        now = [
            some[nth] for _, group in groupby(columns, lambda one: one[0]) if len(some := list(group)) > nth
        ]
        found = tampered(kept, tmp_path, *(changing(table, column, kind) for table, column, kind, _ in now))
        for table, column, _, is_key in now:
            row = keys(kept, table)[0]
            told = {(one, what) for name, one, what in found if name == table and what is not Misfit.BROKEN}
            if is_key:
                assert (row, Misfit.REMOVED) in told, (table, column)
            else:
                assert told == {(row, Misfit.CHANGED)}, (table, column)


def changing(table: str, column: str, kind: str) -> str:
    """Return what changes one cell of the first row."""
    new = HANDS.get(kind, "'by hand ' || {0}").format(f'"{column}"')
    return f'UPDATE "{table}" SET "{column}" = coalesce({new}, 77) WHERE rowid = 1'


def test_a_row_removed_from_any_table_is_named(kept: Path, tmp_path: Path) -> None:
    tables = {
        table: keys(kept, table) for table, *_ in shape(kept) if table not in ("alembic_version", "seal")
    }
    for nth in range(max(map(len, tables.values()))):
        now = {table: rows[nth] for table, rows in tables.items() if len(rows) > nth}
        line = "(SELECT rowid FROM {0} ORDER BY rowid LIMIT 1 OFFSET {1})"
        taken = [f"DELETE FROM {table} WHERE rowid = {line.format(table, nth)}" for table in now]
        found = tampered(kept, tmp_path, *taken)
        assert {(table, row) for table, row, problem in found if problem is Misfit.REMOVED} == set(
            now.items()
        )


def test_a_row_added_to_any_table_is_named(kept: Path, tmp_path: Path) -> None:
    tables = sorted({table for table, *_ in shape(kept)} - {"alembic_version", "seal"})
    found = tampered(kept, tmp_path, *(adding(kept, table) for table in tables))
    for table in tables:
        (new,) = set(keys(tmp_path / "ledger.sqlite3", table)) - set(keys(kept, table))
        assert (table, new, Misfit.ADDED) in found, table
    assert {table for table, *_ in found} == set(tables)


def adding(kept: Path, table: str) -> str:
    """Return what adds the copy of a row under another key."""
    unique = {"pseudonym", "evidence_digest", "member", "value", "job_digest"}
    unique |= {"digest"} if table in ("mark", "vocabulary") else set()
    unique |= {"subject_id"} if table == "withdrawal" else set()
    cells = [
        f'"{column}"'
        if not (is_key or column in unique)
        else f'"{column}" + 5000'
        if kind == "INTEGER"
        else f"'new ' || \"{column}\""
        for name, column, kind, is_key in shape(kept)
        if name == table
    ]
    return f"INSERT INTO {table} SELECT {', '.join(cells)} FROM {table} LIMIT 1"


def test_a_seal_that_was_added_is_named_and_says_nothing_of_the_rows(kept: Path, tmp_path: Path) -> None:
    assert tampered(kept, tmp_path, adding(kept, "seal")) == {("seal", "5001", Misfit.BROKEN)}


@pytest.mark.parametrize(
    "column", ["run_id", "table_name", "columns", "row_keys", "row_digests", "content", "digest"]
)
def test_a_seal_that_was_altered_is_named(kept: Path, tmp_path: Path, column: str) -> None:
    found = tampered(kept, tmp_path, f"UPDATE seal SET {column} = x'00' WHERE id = 30")
    assert ("seal", "30", Misfit.CHANGED) in found


def test_a_seal_that_was_taken_out_is_named_and_the_last_by_what_it_sealed(
    kept: Path, tmp_path: Path
) -> None:
    assert ("seal", "30", Misfit.REMOVED) in tampered(kept, tmp_path, "DELETE FROM seal WHERE id = 30")
    last = "DELETE FROM seal WHERE id = (SELECT max(id) FROM seal)"
    assert tampered(kept, tmp_path, last) == {("run", "2", Misfit.CHANGED)}


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("DROP INDEX ix_source_digest", "ix_source_digest"),
        ("CREATE TABLE notes (text)", "notes"),
        ("CREATE TRIGGER sly AFTER INSERT ON event BEGIN DELETE FROM event; END", "sly"),
    ],
)
def test_what_was_done_to_the_shape_of_the_file_is_named(
    kept: Path, tmp_path: Path, statement: str, name: str
) -> None:
    assert ("sqlite_schema", name) in {(t, row) for t, row, _ in tampered(kept, tmp_path, statement)}


def test_text_that_is_none_is_found_and_does_not_stop_the_audit(kept: Path, tmp_path: Path) -> None:
    found = tampered(kept, tmp_path, "UPDATE subject SET key_hash = CAST(x'ff41' AS TEXT) WHERE id = 1")
    assert found == {("subject", "1", Misfit.CHANGED)}


def test_a_schema_number_changed_by_hand_is_refused_or_named(kept: Path, tmp_path: Path) -> None:
    found = tampered(kept, tmp_path, "INSERT INTO alembic_version VALUES ('zz')")
    assert found == {("alembic_version", "zz", Misfit.ADDED)}
    with pytest.raises(LedgerError):
        tampered(kept, tmp_path, "UPDATE alembic_version SET version_num = '0001'")


def test_rows_that_refer_to_nothing_are_named(kept: Path, tmp_path: Path) -> None:
    tampered(kept, tmp_path, "DELETE FROM demographic_table")
    with Audit(tmp_path / "ledger.sqlite3") as audit:
        found = {(one.table, one.row, one.problem) for one in audit.unfit_file(quick=True)}
    assert ("demographic", '["t1",2]', Misfit.DANGLING) in found


def test_a_head_noted_earlier_is_in_the_chain_until_somebody_rewrites_it(path: Path) -> None:
    with Clerk(path) as clerk:
        begun(clerk)
    with Audit(path) as audit:
        noted = audit.chain().head
        assert audit.chain(noted).noted == 0
    with Clerk(path) as clerk:
        begun(clerk)
    with Audit(path) as audit:
        later = audit.chain(noted[:12])
        assert later.head != noted and later.noted == 2
        assert audit.chain("0" * 64).noted is None


def test_a_transaction_that_fails_leaves_no_seal(path: Path) -> None:
    with Clerk(path) as clerk:
        run = begun(clerk)
        clerk.keep_fact(run, "salt", "s1")
        with pytest.raises(LedgerError):
            clerk.keep_fact(run, "salt", "s2")
        clerk.event(run, "note", "after it")
    assert unfit(path) == set()


def test_a_run_with_nothing_new_adds_next_to_nothing(path: Path) -> None:
    with Clerk(path) as clerk:
        run = begun(clerk)
        clerk.examined(run, [other(f"{n}.nii", f"d{n}") for n in range(5000)])
        before = _sealed_bytes(path)
        clerk.seen(begun(clerk), list(range(1, 5001)))
    assert _sealed_bytes(path) - before < 1000
    assert unfit(path) == set()
    by_hand(path, "UPDATE source SET last_seen_run_id = 1 WHERE id = 4321")
    assert unfit(path) == {("source", "4321", Misfit.CHANGED)}


def _sealed_bytes(path: Path) -> int:
    with closing(sqlite3.connect(path)) as raw:
        return int(raw.execute("SELECT sum(length(row_keys) + length(row_digests)) FROM seal").fetchone()[0])
