"""Which program library opens the ledger's file: Python's own, or SQLCipher with a key.

Owns: the key is read where the file is opened, and stands in no option, log or message.
"""

import importlib
import os
import re
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

from anonledger.errors import RESTORE, LedgerError

ENVIRONMENT = "ANONLEDGER_LEDGER_KEY_FILE"
KEY = re.compile(r"[0-9a-fA-F]{64}")
PLAIN = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat.html section 1.3


def library() -> ModuleType:
    """Return the library that the ledger is opened with. Raises LedgerError when it is not installed."""
    if not os.environ.get(ENVIRONMENT):
        return sqlite3
    try:
        return importlib.import_module("sqlcipher3.dbapi2")
    except ImportError as error:
        raise LedgerError(
            "A key for the ledger was given, but what encrypts it is not installed. Install it with "
            "`pip install 'anonledger[encryption]'`."
        ) from error


def unlock(driver: Any) -> None:
    """Give a new connection its key, if there is one; nothing may have been asked on it before."""
    secret = key()
    if secret is not None:
        driver.execute("PRAGMA cipher_log_level = NONE")  # it would tell of a wrong key on standard error
        driver.execute(f"PRAGMA key = \"x'{secret}'\"")


def key() -> str | None:
    """Return the key (64 hexadecimal digits), None without one. Raises LedgerError for a bad file."""
    key_file = os.environ.get(ENVIRONMENT)
    return _read(Path(key_file)) if key_file else None


def check_kind(path: Path) -> None:
    """Raise LedgerError for an encrypted ledger without a key, and for a plain one with a key."""
    try:
        with path.open("rb") as stream:
            begins = stream.read(len(PLAIN))
    except FileNotFoundError:
        begins = b""
    if begins and begins != PLAIN and not os.environ.get(ENVIRONMENT):
        raise LedgerError(
            "The ledger is not a database, or it is encrypted. If it is encrypted, name the file with its "
            f"key (--ledger-key-file, or {ENVIRONMENT} in the environment); if it is damaged, {RESTORE} and "
            "run again."
        )
    if begins == PLAIN and os.environ.get(ENVIRONMENT):
        raise LedgerError(
            "The ledger is not encrypted, but a key for it was given. Encrypt it with "
            "`anonledger ledger encrypt`, or leave the key out."
        )


def is_locked_away(error: object) -> bool:
    """Tell whether an error of the database is what a wrong key gives."""
    return bool(os.environ.get(ENVIRONMENT)) and "not a database" in str(error)


def _read(path: Path) -> str:
    try:
        found = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise LedgerError(
            f"The file with the ledger's key cannot be read ({why}). Check its path."
        ) from error
    if not KEY.fullmatch(found):
        raise LedgerError(
            "The file with the ledger's key must hold 64 hexadecimal digits and nothing else. Make one with "
            "`openssl rand -hex 32`, and keep a copy of it: without it the ledger is lost."
        )
    return found
