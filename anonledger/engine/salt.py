"""Find the project's salt, or make one.

Owns: a ledger is only ever worked on with the salt that it was begun with.
"""

import os
import secrets
from pathlib import Path

from anonledger.digests import keyed_digest
from anonledger.engine.project import Project
from anonledger.errors import SaltError

ENVIRONMENT = "ANONLEDGER_SALT"
FACT = "salt"


def find_salt(project: Project, salt_file: Path | None) -> bytes | None:
    """Return the salt from a file, the environment or the project's key, in this order; else None.

    Line ends behind the salt are no part of it. Raises SaltError for a file that cannot be read or is empty.
    """
    if salt_file is not None:
        return _read(salt_file, "the salt file")
    if os.environ.get(ENVIRONMENT, "").strip():
        return os.environ[ENVIRONMENT].encode("utf-8", "surrogateescape")
    if project.key.exists():
        return _read(project.key, "the project's key")
    return None


def csg_salt(project: Project, salt: bytes) -> str:
    """Return what csg appends to names: the salt that the user gave, nothing where the program made it."""
    made = project.key.exists() and _read(project.key, "the project's key") == salt
    return "" if made else salt.decode("utf-8", "surrogateescape").strip()


def new_salt() -> str:
    """Return 256 random bits as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def keep_salt(project: Project, salt: str) -> None:
    """Write a new salt to the project's key, readable by its owner only."""
    descriptor = os.open(project.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(salt + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def fingerprint(salt: bytes) -> str:
    """Return what the ledger keeps to recognise the salt: it does not tell the salt."""
    return keyed_digest(salt, "salt/1").hex()


def check_salt(salt: bytes | None, kept: str | None) -> None:
    """Raise SaltError when the ledger was begun with another salt."""
    if kept is None:
        return
    if salt is None:
        raise SaltError(
            "This project's salt is missing: it lay in .anonledger/key, or was given by --salt-file or in "
            f"the environment variable {ENVIRONMENT}. Give it again; without it no pseudonym can be made."
        )
    if fingerprint(salt) != kept:
        raise SaltError(
            "This is not the salt that the project's ledger was begun with, so every pseudonym would differ. "
            f"Give the right one (--salt-file, {ENVIRONMENT}, or the file .anonledger/key), or begin a new "
            "project with --project."
        )


def _read(path: Path, what: str) -> bytes:
    try:
        salt = path.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise SaltError(f"{what.capitalize()} {path} cannot be read ({error.strerror}).") from error
    if not salt.strip():
        raise SaltError(f"{what.capitalize()} {path} is empty. Put a long random text into it.")
    return salt
