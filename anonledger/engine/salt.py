"""Find the project's salt, or make one.

Owns: a ledger is only ever worked on with the salt that it was begun with.
"""

import os
import secrets
from pathlib import Path

from anonledger.digests import keyed_digest
from anonledger.disk import sync_folder, telling
from anonledger.engine.project import Project, lost
from anonledger.errors import SaltError
from anonledger.ledger.clerk import Clerk
from anonledger.tree import write_file

ENVIRONMENT = "ANONLEDGER_SALT"
FACT = "salt"
NO_SALT = "The project has no salt yet. Name a file with one (--salt-file), or begin with `anonledger run`."


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
    """Write a new salt to the project's key, whole or not at all, readable by its owner only."""
    write_file(project.state, project.key.name, f"{salt}\n".encode(), private=True)
    with telling(project.state):
        sync_folder(project.state)  # before anything that the salt is needed for


def fingerprint(salt: bytes) -> str:
    """Return what the ledger keeps to recognise the salt: it does not tell the salt."""
    return keyed_digest(salt, "salt/1").hex()


def made_salt(project: Project) -> bytes:
    """Return a new salt that was written to the project's key."""
    salt = new_salt()
    keep_salt(project, salt)
    return salt.encode()


def _kept(project: Project, ledger: Path) -> str | None:
    """Return what a ledger was begun with; None for a new one. Raises LedgerError."""
    if not ledger.exists():
        return None
    with Clerk(ledger) as clerk:
        kept = clerk.ledger.fact(FACT)
    if kept is None and any(project.objects.glob("??/*")):
        raise lost(project)
    return kept


def check_salt(salt: bytes | None, project: Project, ledger: Path) -> None:
    """Raise SaltError when a ledger of the project (its own, or a copy) was begun with another salt.

    Raises LedgerError for a ledger that is new though there are objects: what it held is lost.
    """
    refuse_other(salt, _kept(project, ledger))


def refuse_other(salt: bytes | None, kept: str | None) -> None:
    """Raise SaltError when this is not the salt of which a ledger keeps a fingerprint."""
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
        raise SaltError(
            f"{what.capitalize()} {path} is empty. Put your copy of the salt into it or, in a new project, a "
            "long random text."
        )
    return salt
