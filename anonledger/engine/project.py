"""Where a project's private and shareable files lie, and who may work on it now.

Owns: private and shareable paths never nest, nor with a source; one run at a time.
"""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from anonledger.disk import disk_error
from anonledger.errors import RESTORE, LedgerError, LockedError, UsageError
from anonledger.store import Store

STATE, PRIVATE, SHAREABLE = ".anonledger", "private", "anonymized"
SUMS, DEMOGRAPHICS, MISSING = "SHA256SUMS", "demographics.csv", "missing.csv"  # beside the files to share
REPORT = "report.html"
WRITTEN = frozenset(  # what runs write into the private folder, and write anew
    ("mapping.csv", "matches.csv", "missing.csv", "doubts.csv", "quarantine.csv", REPORT)
)


@dataclass(frozen=True, slots=True)
class Project:
    """The folders of a project (DESIGN: what lies on the user's disk); all absolute."""

    root: Path
    output: Path

    @property
    def state(self) -> Path:
        """Private: ledger, key, lock, backups, objects."""
        return self.root / STATE

    @property
    def private(self) -> Path:
        """Private: the tables that name patients."""
        return self.root / PRIVATE

    @property
    def ledger(self) -> Path:
        """The SQLite file."""
        return self.state / "ledger.sqlite3"

    @property
    def key(self) -> Path:
        """The salt, when the program made it."""
        return self.state / "key"

    @property
    def objects(self) -> Path:
        """The content-addressed store."""
        return self.state / "objects"

    @property
    def kept(self) -> Path:
        """The store of what the exports were after each run."""
        return self.state / "exports"

    @property
    def scratch(self) -> Path:
        """Where members of archives are unpacked for a moment."""
        return self.state / "scratch"

    @property
    def rest(self) -> Path:
        """What a run comes to that finds all as it was when nothing was left to do."""
        return self.state / "rest.json"

    def exists(self) -> bool:
        """Whether a run was ever begun here."""
        return self.ledger.exists()


def project_at(root: Path, output: Path | None = None) -> Project:
    """Return the project in a folder; a relative output lies in the current folder."""
    home = root.absolute()
    return Project(home, (output if output is not None else home / SHAREABLE).absolute())


def kept_store(project: Project) -> Store:
    """Return the store of kept exports. Raises StoreError."""
    return Store(project.kept, 0o400)  # they name patients


def check_paths(project: Project, sources: Sequence[Path], table: Path | None = None) -> None:
    """Raise UsageError when a private, a shareable and a source path lie in one another."""
    private = [project.state.resolve(), project.private.resolve()]
    output = project.output.resolve()
    for folder in private:
        if _nested(folder, output):
            raise UsageError(
                f"The output folder {project.output} and the private folder {folder} lie in one another. "
                "Choose another output folder with --output: it must be safe to share."
            )
    for source in sources:
        for folder, name in ((output, "output"), *((p, "private") for p in private)):
            if _nested(source.resolve(), folder):
                raise UsageError(
                    f"A source and the {name} folder {folder} lie in one another. Name the folders that hold "
                    "the DICOM files, or work from another folder (--project, --output)."
                )
    if project.output.exists() and not project.output.is_dir():
        raise UsageError(f"The output {project.output} is a file. Choose a folder with --output.")
    if table is not None and table.resolve().is_relative_to(output):
        raise UsageError(
            f"The demographics table lies in the output folder {project.output}, which is to be shared. "
            "Move it out of there first."
        )


def _nested(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def refuse_lost(project: Project) -> None:
    """Raise LedgerError when the ledger is gone, or an empty file, and objects say that there was one."""
    size = project.ledger.stat().st_size if project.ledger.exists() else 0
    if size == 0 and any(project.objects.glob("??/*")):
        raise lost(project)


def lost(project: Project) -> LedgerError:
    """Return what is to be done when a ledger that there was is not there."""
    return LedgerError(
        f"The ledger {project.ledger} is missing or empty, but objects of earlier runs are there. Without it "
        f"patients could get other pseudonyms. If you have a copy, {RESTORE} and run again. If not, move "
        f"{project.state}, {project.private} and the output folder away and begin anew; keep the salt."
    )


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can enter (0700)."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(OSError):  # a file system without permissions
            folder.chmod(0o700)
    except OSError as error:
        raise UsageError(
            f"The folder {folder} cannot be made ({error.strerror}). Choose another one with --project."
        ) from error


@contextmanager
def locked(project: Project) -> Iterator[None]:
    """Hold the project; raises LockedError, which says who holds it, when somebody else does."""
    make_private(project.state)
    make_private(project.scratch)
    holder = project.state / "lock.json"
    lock = FileLock(project.state / "lock", mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LockedError(
            f"Another run holds this project ({_told(holder)}). Wait until it has ended and try again."
        ) from error
    except OSError as error:
        raise disk_error(error, project.state) from error
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        who = {"process": os.getpid(), "machine": platform.node(), "since": since}
        with suppress(OSError):  # a full disk: the lock holds all the same
            holder.write_text(json.dumps(who))
        refuse_lost(project)
        for path in project.scratch.iterdir():  # of a run that was killed
            path.unlink(missing_ok=True)
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _told(holder: Path) -> str:
    try:
        who = json.loads(holder.read_text())
        return f"process {who['process']} on {who['machine']}, since {who['since']}"
    except (OSError, ValueError, KeyError):
        return "it does not say which"
