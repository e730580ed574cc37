"""Tell whether anything was written since a run found that nothing was left to do.

Owns: the seals answer it, which cover every row that goes through the clerk; what a run over unchanged
sources writes of itself is no disturbance.
"""

import json
from collections.abc import Iterator
from typing import Any

from anonledger.ledger.columns import Spelled
from anonledger.ledger.parts import Key, unpacked_keys
from anonledger.ledger.reading import AT_ONCE, Reading
from anonledger.ledger.released import STANDING, spelled
from anonledger.records import Touched

RESTS = "nothing left to do"  # the kind of the event that says so; its detail is a digest of what was kept
# What begins and ends every run, and when a source was seen last.
QUIET = """
(table_name IN ('run', 'event') OR table_name = 'source' AND columns = '["last_seen_run_id"]')
"""
# What rows tell of, and the tables of which no row changes what is published or where, but by another one.
TOLD = {
    table: f"SELECT {cells} FROM {table} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
    for table, cells in {
        "source": "digest, previous_digest",
        "output": "source_digest",
        "quarantine": "source_digest",
        "placement": "path",
        "subject": "id",
    }.items()
}
UNTOLD = frozenset(
    "assignment decision demographic demographic_table event export fact identity instance likeness link "
    "ruling run term vocabulary".split()
)
MUCH = 50_000  # rows of a table


class Resting(Reading):
    """The latest rest of a project, and what disturbed it."""

    def latest_event(self, kind: str) -> tuple[int, str] | None:
        """Return the run and the detail of the latest event of a kind, None when there is none."""
        asked = "SELECT run_id, detail FROM event WHERE kind = ? ORDER BY id DESC LIMIT 1"
        with self._reading() as connection:
            row = connection.exec_driver_sql(asked, (kind,)).first()
        return None if row is None else (row[0], row[1])

    def standing(self, tree: str) -> Iterator[tuple[str, str, int]]:
        """Yield path, object digest and size (bytes) of the files that stand in a tree, ordered by path."""
        with self._reading() as connection:
            driver: Any = connection.connection.driver_connection  # rows of SQLAlchemy take twice the time
            rows = driver.execute(
                f"SELECT path, object_digest, size {STANDING} ORDER BY path", {"tree": Spelled.stored(tree)}
            )
            while some := rows.fetchmany(AT_ONCE):
                for path, made, size in some:
                    yield path if isinstance(path, str) else spelled(path), made, size

    def last_seal(self) -> tuple[int, str]:
        """Return the id and the digest of the last seal; the digest tells of all before it."""
        with self._reading() as connection:
            row = connection.exec_driver_sql("SELECT id, digest FROM seal ORDER BY id DESC LIMIT 1").one()
        return row[0], row[1]

    def is_undisturbed(self, seal: int, digest: str, runs: tuple[int, int]) -> bool:
        """Tell whether nothing was written behind a seal but what these two runs say of themselves."""
        others = f"SELECT 1 FROM seal WHERE id > ? AND NOT (run_id IN (?, ?) AND {QUIET}) LIMIT 1"  # noqa: S608
        with self._reading() as connection:
            found = connection.exec_driver_sql("SELECT digest FROM seal WHERE id = ?", (seal,)).scalar()
            return found == digest and connection.exec_driver_sql(others, (seal, *runs)).first() is None

    def touched_since(self, seal: int, digest: str) -> Touched | None:
        """Return what of the outputs was written behind a seal, None if that cannot be told, or is much.

        ``contents``: those of sources, outputs and quarantine; ``tops``: of any tree.
        """
        with self._reading() as connection:
            if connection.exec_driver_sql("SELECT digest FROM seal WHERE id = ?", (seal,)).scalar() != digest:
                return None
            keys: dict[str, set[Key]] = {}
            asked = f"SELECT table_name, row_keys FROM seal WHERE id > ? AND NOT {QUIET}"  # noqa: S608
            for table, packed in connection.exec_driver_sql(asked, (seal,)):
                keys.setdefault(table, set()).update(unpacked_keys(packed))
                if (table not in TOLD and table not in UNTOLD) or len(keys[table]) > MUCH:
                    return None
            found: dict[str, set[Any]] = {}
            for table in TOLD.keys() & keys.keys():
                bound = json.dumps(sorted(keys[table]))
                rows = connection.exec_driver_sql(TOLD[table], (bound,)).all()
                if len(rows) < len(keys[table]):  # what a row that is gone spoke of, nobody knows
                    return None
                found[table] = {cell for row in rows for cell in row}
        contents = {one for table in ("source", "output", "quarantine") for one in found.get(table, ())}
        tops = {spelled(path).partition("/")[0] for path in found.get("placement", ())}
        return Touched(frozenset(contents - {""}), frozenset(found.get("subject", ())), frozenset(tops))

    def is_quiet(self, run: int) -> bool:
        """Tell whether a run wrote of nothing but itself."""
        asked = f"SELECT 1 FROM seal WHERE run_id = ? AND NOT {QUIET} LIMIT 1"  # noqa: S608
        with self._reading() as connection:
            return connection.exec_driver_sql(asked, (run,)).first() is None
