"""What the ledger is as a file: its schema, its size, what it holds; and how it becomes an encrypted one.

Owns: looking at the file upgrades nothing; a file is only replaced by a whole one.
"""

from contextlib import closing
from pathlib import Path

from sqlalchemy import NullPool

from anonledger.disk import remove, replace
from anonledger.errors import LedgerError, UsageError
from anonledger.ledger.encryption import PLAIN, check_kind, key, library
from anonledger.ledger.parts import SEALS, count_rows
from anonledger.ledger.schema import SCHEMA_HEAD, engine_at, revision, told


def description(path: Path) -> list[tuple[str, str]]:
    """Return what the file is, as (what, text): schema, size, encryption, rows of each table, head."""
    check_kind(path)
    engine = engine_at(path, poolclass=NullPool)
    with told(path):
        found = revision(engine)
        with engine.connect() as connection:
            asked = (
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
            )
            tables = sorted(str(name) for (name,) in connection.exec_driver_sql(asked))
            counts = [(f"rows: {table}", count_rows(connection, table)) for table in tables]
            last = "SELECT digest FROM seal ORDER BY id DESC LIMIT 1"
            head = connection.exec_driver_sql(last).scalar() if SEALS in tables else ""
            sqlite = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
    with path.open("rb") as stream:
        plain = stream.read(len(PLAIN)) == PLAIN
    return [
        ("file", str(path)),
        ("bytes", str(path.stat().st_size)),
        ("encrypted", "no" if plain else "yes"),
        ("schema", found or ""),
        ("schema of this program", SCHEMA_HEAD),
        ("SQLite", str(sqlite)),
        *((what, str(count)) for what, count in counts),
        ("head of the chain", str(head or "")),
    ]


def schema_of(path: Path) -> str:
    """Return the schema that the file has, without upgrading it."""
    check_kind(path)
    with told(path):
        return revision(engine_at(path, poolclass=NullPool)) or ""


def encrypt(path: Path) -> None:
    """Put an encrypted copy in the place of a plain ledger. Raises UsageError for one that is encrypted.

    Only for the lock's holder.
    """
    secret = key()
    if secret is None:
        raise UsageError(
            "Name the file with the key to encrypt with: `anonledger --ledger-key-file FILE ...`."
        )
    with path.open("rb") as stream:
        if stream.read(len(PLAIN)) != PLAIN:
            raise UsageError("The ledger is encrypted already.")
    target = path.with_name(f"{path.name}.encrypted")
    target.unlink(missing_ok=True)
    target.touch(0o600)
    driver = library()
    try:
        with closing(driver.connect(str(path), timeout=60, isolation_level=None)) as plain:
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            plain.execute(f"ATTACH ? AS locked KEY \"x'{secret}'\"", (str(target),))
            plain.execute("SELECT sqlcipher_export('locked')")
            plain.execute("DETACH locked")
            plain.execute("PRAGMA journal_mode = DELETE")  # nothing of it stays behind in a log
        replace(target, path)
    except driver.Error as error:
        remove(target)
        raise LedgerError(f"The ledger could not be encrypted ({error}), and stays as it was.") from error
