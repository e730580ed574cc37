"""Find what was changed in the ledger other than by the program: every row against its latest seal.

Owns: a row is named if it was changed, added or removed by hand, in whatever table.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from anonledger.ledger import events
from anonledger.ledger.columns import Spelled
from anonledger.ledger.comparing import unfit_rows
from anonledger.ledger.covering import COVERED
from anonledger.ledger.links import unfit_seals
from anonledger.ledger.parts import SEALS, count_rows, parts
from anonledger.ledger.reading import Reading
from anonledger.ledger.upgrades import MISFITS, NO_MISFITS, UPGRADED
from anonledger.outcomes import Misfit
from anonledger.records import Chain, Placement, Unfit


class Audit(Reading):
    """The ledger of a project, open for a look at whether it is what the program wrote."""

    def chain(self, noted: str = "") -> Chain:
        """Return the head of the chain; ``noted`` is an earlier head to look for (or its first digits)."""
        with self._raw() as connection:
            row = connection.exec_driver_sql("SELECT count(*), max(id) FROM seal").one()
            count, last = int(row[0]), row[1]
            head = connection.exec_driver_sql("SELECT digest FROM seal WHERE id = ?", (last,)).scalar() or ""
            asked = "SELECT max(id) FROM seal WHERE substr(digest, 1, ?) = ?"
            found = connection.exec_driver_sql(asked, (len(noted), noted)).scalar() if noted else None
            since = "SELECT count(*) FROM seal WHERE id > ?"
            after = None if found is None else connection.exec_driver_sql(since, (found,)).scalar()
        return Chain(str(head), count, after)

    def rows(self) -> int:
        """Return how many rows there are, seals not counted."""
        with self._raw() as connection:
            return sum(
                count_rows(connection, table) for table in sorted({p.table for p in parts(connection)})
            )

    def unfit_seals(self) -> Iterator[Unfit]:
        """Yield the seals and events that do not follow the ones before, and events that tell of misfits."""
        with self._raw() as connection:
            for number, problem in self._unfit_seals.items():
                yield Unfit(SEALS, str(number), problem)
            broken = events.first_broken(connection)
            if broken is not None:
                yield Unfit("event", str(broken), Misfit.BROKEN)
            asked = "SELECT id, kind, detail FROM event WHERE kind IN (?, ?) ORDER BY id"
            for number, kind, detail in connection.exec_driver_sql(asked, (UPGRADED, COVERED)).all():
                if kind == COVERED:
                    yield Unfit("event", str(number), Misfit.COVERED, str(detail))
                elif MISFITS in str(detail) and NO_MISFITS not in str(detail):
                    yield Unfit("event", str(number), Misfit.UPGRADED, str(detail))

    def unfit_rows(self) -> Iterator[Unfit]:
        """Yield the rows that are not as sealed, in order of table and key, each once for each problem."""
        with self._raw() as connection:
            yield from unfit_rows(connection, self._unfit_seals)

    @cached_property
    def _unfit_seals(self) -> dict[int, Misfit]:
        with self._raw() as connection:
            return unfit_seals(connection)

    def unfit_file(self, quick: bool) -> Iterator[Unfit]:
        """Yield rows that refer to nothing, and what SQLite finds wrong; ``quick``: not in indexes."""
        with self._raw() as connection:
            for table, line, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                yield Unfit(table, _key_at(connection, table, line), Misfit.DANGLING, str(parent))
            check = "quick_check" if quick else "integrity_check"
            for (said,) in connection.exec_driver_sql(f"PRAGMA {check}").all():
                if said != "ok":
                    yield Unfit("", "", Misfit.DAMAGED, str(said))

    def outputs(self) -> Iterator[tuple[int, str]]:
        """Yield the id and the object digest of each output on record, of any age, ordered by object."""
        with self._raw() as connection:
            asked = "SELECT min(id), object_digest FROM output GROUP BY object_digest ORDER BY object_digest"
            for number, digest in connection.exec_driver_sql(asked):
                yield int(number), str(digest)

    def kept(self) -> Iterator[tuple[int, str]]:
        """Yield the id and the digest of each kept export of which something is left, ordered by digest."""
        with self._raw() as connection:
            asked = "SELECT id, digest FROM export WHERE digest != '' ORDER BY digest, id"
            for number, digest in connection.exec_driver_sql(asked):
                yield int(number), str(digest)

    def tree(self) -> str:
        """Return the folder that the last run shared, "" before the first one."""
        with self._raw() as connection:
            asked = "SELECT output_root FROM run ORDER BY id DESC LIMIT 1"
            return _name(connection.exec_driver_sql(asked).scalar() or "")

    def placements(self, tree: str) -> Iterator[Placement]:
        """Yield the files that stand in a tree, ordered by path."""
        asked = (
            "SELECT path, source_digest, object_digest, size FROM placement "
            "WHERE tree = ? AND removed_run_id IS NULL ORDER BY path"
        )
        with self._raw() as connection:
            for path, one, made, size in connection.exec_driver_sql(asked, (Spelled.stored(tree),)):
                yield Placement(_name(path), str(one), str(made), int(size))

    @contextmanager
    def _raw(self) -> Iterator[Connection]:
        """Read what stands in the file, also what is no UTF-8 and was never written by the program."""
        with self._reading() as connection:
            driver: Any = connection.connection.driver_connection
            usual = driver.text_factory
            driver.text_factory = _text
            try:
                yield connection
            finally:
                driver.text_factory = usual


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _name(cell: str | bytes) -> str:
    return cell.decode("utf-8", "surrogatepass") if isinstance(cell, bytes) else cell


def _key_at(connection: Connection, table: str, line: int) -> str:
    part = next((part for part in parts(connection) if part.table == table), None)
    row = connection.exec_driver_sql(part.rows("WHERE rowid = ?"), (line,)).first() if part else None
    return str(row[0] if row else line)
