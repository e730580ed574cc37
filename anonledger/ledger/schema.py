"""Open the ledger's file: create it, upgrade it after a backup, or refuse it.

Owns: the shape of the file is that of the newest migration before anyone reads or writes.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, inspect
from sqlalchemy.exc import DBAPIError

import anonledger
from anonledger.disk import replace
from anonledger.errors import RESTORE, AnonledgerError, LedgerError, LockedError, NewerLedgerError
from anonledger.ledger.encryption import PLAIN, check_kind, is_locked_away, library, unlock
from anonledger.ledger.upgrades import misfits, upgraded

# The newest migration, repeated here so that an up-to-date ledger opens without importing Alembic.
SCHEMA_HEAD = "0002"
PATIENCE = 10  # seconds that another program may hold the file
UNFINISHED = ".part"  # ends the name of a copy that is being written


def open_ledger(path: Path) -> Engine:
    """Return an engine on the ledger, created or upgraded if need be. The caller disposes of it.

    Raises NewerLedgerError for the file of a newer version, LedgerError for one that is damaged or no ledger.
    """
    try:
        _keep_private(path)
    except OSError as error:
        raise LedgerError(
            f"The ledger {place(path)} cannot be opened ({error.strerror}). Check who may write there."
        ) from error
    check_kind(path)
    _refuse_torn(path)
    engine = engine_at(path)
    try:
        with told(path):
            found = revision(engine)
            if found != SCHEMA_HEAD:
                _upgrade(path, found)
            # Only now: the file of another program, or of a newer version, stays as it is.
            with closing(engine.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA journal_mode = WAL")
    except BaseException:
        engine.dispose()
        raise
    return engine


def engine_at(path: Path, *, foreign_keys: bool = True, **more: Any) -> Engine:
    """Return an engine whose transactions begin where SQLAlchemy says, not where the driver guesses.

    A connection with the execution option ``writes`` takes the write lock at the beginning.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        hide_parameters=True,
        connect_args={"timeout": PATIENCE},
        module=library(),
        **more,
    )

    @event.listens_for(engine, "connect")
    def prepare(driver: Any, _record: object) -> None:
        unlock(driver)
        driver.isolation_level = None
        driver.execute("PRAGMA synchronous = FULL")
        driver.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        driver.execute("PRAGMA cache_size = -16384")  # KiB, for each connection; the system keeps more
        # Sorting must not spill names and paths into a temporary folder outside the project.
        driver.execute("PRAGMA temp_store = MEMORY")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def revision(engine: Engine) -> str | None:
    """Return the migration that the file stands at, None for an empty one; LedgerError for a foreign one."""
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if "alembic_version" in tables:
            version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            return None if version is None else str(version)
    if tables:
        raise LedgerError("The ledger's file is a database of another program. Move it away and run again.")
    return None


def copy_ledger(path: Path, target: Path) -> None:
    """Write a copy of the ledger (0600) to a file that must not exist; nothing if there is no ledger.

    The copy has its name when it is whole. Raises FileExistsError, LedgerError.
    """
    if not path.exists():
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    part = target.with_name(f"{target.name}{UNFINISHED}")
    for old in (part, *target.parent.glob(f"ledger-*.sqlite3{UNFINISHED}*")):
        old.unlink(missing_ok=True)  # of a run that was killed, and SQLite's journal of it
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        engine = engine_at(path, poolclass=NullPool)
        with told(path), closing(engine.raw_connection()) as raw:
            raw.cursor().execute("VACUUM INTO ?", (str(part),))
        with part.open("r+b") as stream:
            os.fsync(stream.fileno())  # VACUUM INTO does not
        replace(part, target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def told(path: Path | None) -> Iterator[None]:
    """Turn what the database raises into one sentence of the program, without any value in it."""
    try:
        yield
    except DBAPIError as error:
        if is_locked_away(error.orig):
            raise LedgerError(
                f"The key does not open the ledger {place(path)}, or the file is damaged. Name the file with "
                "the right key (--ledger-key-file), or put the newest copy from the folder 'backups' in its "
                "place."
            ) from error
        raise _trouble(path, error.orig) from error
    except library().Error as error:  # of the driver itself, where SQLAlchemy does not stand between
        raise _trouble(path, error) from error


def _trouble(path: Path | None, error: BaseException | None) -> AnonledgerError:
    """Return the sentence for what the database said; https://www.sqlite.org/rescode.html."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LockedError(
            f"Another program holds the ledger {place(path)} and has not let go of it in {PATIENCE} seconds. "
            "Close what has it open (a database browser, a shell of SQLite), and run again."
        )
    if code == sqlite3.SQLITE_FULL:
        return LedgerError(
            f"The disk is full at the ledger {place(path)}. Free some space and run the same command again."
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return LedgerError(
            f"The ledger {place(path)} cannot be written or read ({error}). Get permission for the file "
            "and its folder, and run again."
        )
    return LedgerError(
        f"The ledger {place(path)} cannot be used ({error}). Check the disk and its free space; if the "
        f"file is damaged, {RESTORE} and run again."
    )


def place(path: Path | None) -> str:
    """Return how a message names the ledger: the last two parts of its path, or nothing at all."""
    return f"{path.parent.name}/{path.name}" if path else ""


def migrations() -> Path:
    """Return the folder of the migrations: the checkout's, else the one inside the installed package."""
    package = Path(anonledger.__file__).resolve().parent
    checkout = package.parent / "migrations"
    # Another package's "migrations" may lie beside an installed one; a checkout has a pyproject.toml.
    return checkout if (package.parent / "pyproject.toml").exists() else package / "migrations"


def _keep_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    # Some file systems (FAT, some shares) know no modes; the folder's owner answers for those.
    with suppress(OSError):
        path.chmod(0o600)


def _refuse_torn(path: Path) -> None:
    """Raise LedgerError for a file that ends within a page: SQLite would fill it up and lose what was there.

    With a log beside it, the page comes from there; https://www.sqlite.org/fileformat.html section 1.3.
    """
    log = path.with_name(f"{path.name}-wal")
    with path.open("rb") as stream:
        begins = stream.read(18)
    if begins[:16] != PLAIN or len(begins) < 18 or (log.exists() and log.stat().st_size):
        return
    page = int.from_bytes(begins[16:], "big")
    if path.stat().st_size % (65536 if page == 1 else page or 1):
        raise LedgerError(
            f"The ledger {place(path)} was cut: it ends within a page. To go on, {RESTORE} and run again."
        )


def _upgrade(path: Path, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise NewerLedgerError(
            f"The ledger {place(path)} was written by a newer version of anonledger "
            f"(schema {found}, this one knows {SCHEMA_HEAD}); install that version or a later one."
        )
    if found is not None:
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        copy_ledger(path, path.parent / "backups" / f"ledger-{found}-{now}.sqlite3")
    engine = engine_at(path, foreign_keys=False, poolclass=NullPool).execution_options(writes=True)
    with engine.begin() as connection:
        fitted = misfits(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise LedgerError(
                f"The ledger {place(path)} has rows that refer to nothing, so it was not upgraded. "
                "Put the newest copy from the folder 'backups' in its place and run again."
            )
        upgraded(connection, found, SCHEMA_HEAD, fitted)
