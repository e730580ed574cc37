"""Run the program as a user would, in a process of its own, and look at what it left on the disk.

Owns: nothing of the project's own code runs in the test's process by way of this module.
"""

import csv
import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.stage import Stage

SALT = "a made-up salt that no project uses"


def environment(salt: str | None = SALT) -> dict[str, str]:
    """Return the environment for the program, with a salt or without."""
    kept = {name: value for name, value in os.environ.items() if name != "ANONLEDGER_SALT"}
    return kept if salt is None else {**kept, "ANONLEDGER_SALT": salt}


def start(*arguments: object, cwd: Path, salt: str | None = SALT) -> subprocess.Popen[str]:
    """Start the program and do not wait."""
    return subprocess.Popen(
        [sys.executable, "-m", "anonledger", *map(str, arguments)],
        cwd=cwd,
        env=environment(salt),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def anonledger(
    *arguments: object, cwd: Path, salt: str | None = SALT, status: int | None = 0
) -> subprocess.CompletedProcess[str]:
    """Run the program; ``status`` is the exit status that is expected, None for any."""
    done = (_forked if hasattr(os, "fork") else _started)(*map(str, arguments), cwd=cwd, salt=salt)
    assert status is None or done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done


def _started(*arguments: str, cwd: Path, salt: str | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "anonledger", *arguments],
        cwd=cwd,
        env=environment(salt),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _forked(*arguments: str, cwd: Path, salt: str | None) -> subprocess.CompletedProcess[str]:
    """Run the program in a process that was loaded before: its start is most of what a short run costs."""
    told = _stage().told(*arguments, cwd=cwd, variables=environment(salt))
    return subprocess.CompletedProcess(arguments, *told)


@cache
def _stage() -> "Stage":
    from tests.stage import Stage

    return Stage()


def contents(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def images(folder: Path) -> dict[str, str]:
    """Return the contents of a folder, the DICOM files only."""
    return {path: digest for path, digest in contents(folder).items() if path.endswith(".dcm")}


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def pseudonyms(project: Path) -> dict[str, str]:
    """Return the pseudonym of each spelling of a name in the mapping."""
    return {row["patient_name"]: row["pseudonym"] for row in rows(project / "private" / "mapping.csv")}


def holds(folder: Path, *words: str) -> list[str]:
    """Return where a word stands in a path or in the bytes below a folder, in any case, also in UTF-16."""
    needles: Mapping[str, list[bytes]] = {
        word: [word.lower().encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")] for word in words
    }
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        data = path.read_bytes().lower() if path.is_file() else b""
        found += [
            f"{word} in {name}"
            for word, forms in needles.items()
            if word.lower() in name.lower() or any(form in data for form in forms)
        ]
    return found
