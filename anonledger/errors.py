"""The one family of exceptions that cross a door.

Owns: a message says what happened, to what, and what to do next; the exit code sits on the class.
"""

from anonledger.outcomes import ExitCode

# How a ledger is restored: the log of the old file must not be played into the new one.
RESTORE = (
    "put the newest copy from the folder 'backups' in its place, take the files ledger.sqlite3-wal and "
    "ledger.sqlite3-shm away from beside it,"
)


class AnonledgerError(Exception):
    """Something stops the whole command. The message is a sentence for a person and holds no identifier."""

    exit_code = ExitCode.ERROR


class UsageError(AnonledgerError):
    """An option, a path or a table that cannot be used; nothing was written."""

    exit_code = ExitCode.USAGE


class SaltError(UsageError):
    """The salt is missing, too short, or not the one the ledger was begun with."""


class CollisionError(AnonledgerError):
    """Two subjects would get the same pseudonym."""


class LedgerError(AnonledgerError):
    """The ledger cannot be opened, read or upgraded."""


class NewerLedgerError(LedgerError):
    """The ledger was written by a newer version of the program."""

    exit_code = ExitCode.NEWER_LEDGER


class LockedError(AnonledgerError):
    """Another run holds the project."""

    exit_code = ExitCode.LOCKED


class ResidueError(AnonledgerError):
    """A written file still holds an identifier, and the user wants the run to end for that."""

    exit_code = ExitCode.QUARANTINED


class StoreError(AnonledgerError):
    """Objects cannot be written, for example because the disk is full."""
