"""Ask the ledger in SQL, by name or in one's own words, on a connection that cannot write.

Owns: nothing but reading is let through, whatever the question is made of.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, count
from pathlib import Path

from anonledger.errors import UsageError
from anonledger.ledger.encryption import library, unlock
from anonledger.ledger.history import readable
from anonledger.ledger.parts import quoted
from anonledger.records import Answer, Question

READING = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
SHAPE = {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "foreign_key_list"}
ABOUT = re.compile(r"\s+AS\s+-- (.*)\n")


def questions(path: Path) -> tuple[Question, ...]:
    """Return the questions that have a name, in alphabetical order."""
    asked = "SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY name"
    with _reading(path) as connection:
        return tuple(
            Question(name, found[1] if (found := ABOUT.search(sql)) else "", _columns(connection, name))
            for name, sql in connection.execute(asked).fetchall()
        )


def by_name(path: Path, name: str) -> Answer:
    """Return the answer to a question by its name. Raises UsageError."""
    if name not in {one.name for one in questions(path)}:
        raise UsageError("There is no question of this name. `anonledger query` lists them.")
    return by_sql(path, f"SELECT * FROM {quoted(name)}")  # noqa: S608


def by_sql(path: Path, sql: str) -> Answer:
    """Return the answer to one SELECT. Raises UsageError, with what SQLite says of it."""
    with _reading(path) as connection:
        try:
            found = connection.execute(sql)
            rows = tuple(tuple(map(readable, row)) for row in found)
        except (library().Error, library().Warning) as error:
            raise UsageError(
                f"The question was refused or not understood ({error}). Ask one SELECT; the ledger is only "
                "read. `anonledger query` lists what can be asked by name."
            ) from error
    if found.description is None:
        raise UsageError("This asks nothing. Ask one SELECT; `anonledger query` lists what has a name.")
    return Answer(_told_apart(column[0] for column in found.description), rows)


def _told_apart(columns: Iterable[str]) -> tuple[str, ...]:
    """Return names of columns, with a number behind one that was there before: JSON has each name once."""
    names: dict[str, None] = {}
    for column in columns:
        numbered = (f"{column}:{number}" for number in count(2))
        names[next(one for one in chain([column], numbered) if one not in names)] = None
    return tuple(names)


def _columns(connection: sqlite3.Connection, view: str) -> tuple[str, ...]:
    return tuple(row[1] for row in connection.execute(f"PRAGMA table_info({quoted(view)})"))


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    opened = library().connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=60)
    with closing(opened) as connection:
        unlock(connection)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.set_authorizer(_allowed)
        yield connection


def _allowed(action: int, what: str | None, value: str | None, *_where: str | None) -> int:
    reading = action in READING or (action == sqlite3.SQLITE_PRAGMA and what in SHAPE)
    return sqlite3.SQLITE_OK if reading else sqlite3.SQLITE_DENY
