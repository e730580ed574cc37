"""What a worker does to verify published files: hash and search them again. It holds no ledger.

Owns: files are only read; a finding never holds an identifier, not even the path's own.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path

from anonledger.deid.verify import FILE_NAME, verify_carried, verify_instance, verify_text
from anonledger.outcomes import Flaw, QuarantineReason
from anonledger.records import Recipe, Roster, Waiver, escaped

WITHHELD = "(withheld)"  # stands for a part of a path in which an identifier was found


@dataclass(frozen=True, slots=True)
class Check:
    """A file below the tree's root. ``digest``: SHA-256 of its bytes as placed, "" if nobody placed it.

    ``recipe``: of the subject that an instance is of, None for a file that is no instance; ``waived``: what a
    person released it in spite of.
    """

    path: str = field(repr=False)
    digest: str = ""
    recipe: Recipe | None = None
    waived: frozenset[Waiver] = frozenset()


@dataclass(frozen=True, slots=True)
class Checks:
    """Files to verify together, with what is needed to do so; ``everybody``: what no path may hold."""

    files: tuple[Check, ...]
    root: Path = field(repr=False)
    everybody: Recipe
    roster: Roster


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a file of the tree, and where in it."""

    path: str
    problem: Flaw | QuarantineReason
    where: str = ""


def check(task: Checks) -> list[Finding]:
    """Return what is wrong with the files, in order."""
    return [finding for one in task.files for finding in _findings(one, task)]


def _findings(one: Check, task: Checks) -> Iterator[Finding]:
    path = shown(one.path, task.everybody)
    if path != escaped(one.path) and (QuarantineReason.IDENTIFIER_IN_NAME, FILE_NAME) not in one.waived:
        yield Finding(path, QuarantineReason.IDENTIFIER_IN_NAME, "path")
    target = task.root / one.path
    if target.is_symlink() or (target.exists() and not target.is_file()):
        yield Finding(path, QuarantineReason.NOT_A_FILE)
    elif not target.exists():
        yield Finding(path, Flaw.MISSING)
    else:
        yield from (Finding(path, problem, where) for problem, where in _problems(target, one, task))


def _problems(target: Path, one: Check, task: Checks) -> Iterator[tuple[Flaw | QuarantineReason, str]]:
    if not one.digest:
        yield Flaw.UNPLACED, ""
    try:
        with _bytes(target) as data:
            if one.digest and hashlib.sha256(data).hexdigest() != one.digest:
                yield Flaw.ALTERED, ""
            if one.recipe is not None:
                residue = verify_instance(data, one.recipe, task.roster, one.waived)
            else:
                residue = verify_carried(data, task.everybody, waived=one.waived)
    except OSError:
        yield QuarantineReason.UNREADABLE, ""
        return
    if residue is not None:
        yield residue.trouble, residue.where


@contextmanager
def _bytes(path: Path) -> Iterator[bytes | mmap]:
    if not path.stat().st_size:
        yield b""
        return
    with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
        yield data


def shown(path: str, everybody: Recipe) -> str:
    """Return a path as it may be shown: without the parts that hold an identifier."""
    if verify_text(path, everybody):
        return escaped(path)
    parts = [escaped(part) if verify_text(part, everybody) else WITHHELD for part in path.split("/")]
    return "/".join(parts) if WITHHELD in parts else WITHHELD
