"""Audit a project: the ledger's rows, the objects, and the shared tree against what was recorded.

Owns: nothing is written, and nothing that was tampered with stops the audit.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from anonledger.engine.merging import missing
from anonledger.engine.moving import is_there
from anonledger.engine.progress import Progress
from anonledger.engine.project import DEMOGRAPHICS, MISSING, SUMS, Project, kept_store, locked, project_at
from anonledger.engine.status import refuse_without_project, refuse_without_tree
from anonledger.errors import UsageError
from anonledger.ledger.audit import Audit
from anonledger.outcomes import Flaw, Misfit
from anonledger.records import Chain, Placement, Unfit
from anonledger.store import Store
from anonledger.tree import checksums, holds, recognised
from anonledger.tree.surveying import Walk

HEAD = re.compile(r"[0-9a-f]{8,64}")
NAMED = 5  # of the files that anonledger did not place


@dataclass(frozen=True, slots=True)
class Audited:
    """How much was looked at, and what does not fit; ``strange``: files that anonledger did not place.

    ``examples``: the first of those; ``recorded``: where the files are on record, ``root`` if not moved.
    """

    chain: Chain
    rows: int
    objects: int
    files: int
    root: Path
    recorded: Path
    strange: int
    examples: tuple[str, ...]
    findings: tuple[Unfit, ...]


def audit(root: Path, output: Path | None, noted: str, quick: bool, progress: Progress) -> Audited:
    """Audit the project in a folder; ``noted`` is a head of the chain from earlier, or "".

    ``quick``: of objects and files look at presence and size only. Raises UsageError when there is no
    project, or no folder where one is named, LockedError.
    """
    if noted and not HEAD.fullmatch(noted):
        raise UsageError("A head is at least the first 8 of the 64 hexadecimal digits that an audit printed.")
    project = project_at(root, output)
    refuse_without_project(project)
    with locked(project), Audit(project.ledger) as ledger:
        chain = ledger.chain(noted)
        findings = [*ledger.unfit_seals(), *ledger.unfit_rows(), *ledger.unfit_file(quick)]
        if noted and chain.noted is None:
            findings.append(Unfit("seal", noted, Misfit.UNKNOWN_HEAD))
        store, kept = Store(project.objects), kept_store(project)
        objects = [sum(1 for _ in one.in_order()) for one in (store, kept)]
        findings += _objects(ledger.outputs(), "output", store, objects[0], quick, progress)
        findings += _objects(ledger.kept(), "export", kept, objects[1], quick, progress)
        there = _There(ledger, *_tree(ledger, project, output, store))
        findings += _files(there, store, quick, progress)
        return Audited(
            chain=chain,
            rows=ledger.rows(),
            objects=sum(objects),
            files=there.placed,
            root=there.root,
            recorded=there.recorded,
            strange=there.strange,
            examples=tuple(there.examples),
            findings=tuple(findings),
        )


def _tree(ledger: Audit, project: Project, chosen: Path | None, store: Store) -> tuple[Path, Path]:
    """Return the tree to audit, and where its files are on record: elsewhere, if they were moved."""
    here, last = project.output, Path(ledger.tree() or project.output)
    if chosen is not None:
        refuse_without_tree(here)
    elif is_there(project, str(last)):
        return last, last
    on_record = next(ledger.placements(str(here)), None)
    if not on_record and next(recognised(here, store.place, ledger.placements(str(last))), None):
        return here, last
    return (here, here) if chosen is not None else (last, last)


def _objects(
    rows: Iterable[tuple[int, str]], table: str, store: Store, count: int, quick: bool, progress: Progress
) -> Iterator[Unfit]:
    """Yield rows of a table without their object, and objects whose bytes are others."""
    for number, digest in missing(rows, store.in_order(), key=itemgetter(1)):
        yield Unfit(table, str(number), Misfit.NO_OBJECT, digest)
    if quick:
        return
    progress.begin("Auditing objects", count)
    for digest, whole in store.verify():
        if not whole:
            yield Unfit("object", digest, Misfit.BAD_OBJECT)
        progress.advance()
    progress.end()


class _There:
    """What lies in a tree beside what was placed there, folder by folder; counts what it went by."""

    def __init__(self, ledger: Audit, root: Path, recorded: Path) -> None:
        self._ledger = ledger
        self.root = root
        self.recorded = recorded
        self.examples: list[str] = []
        self.placed = self.strange = 0
        self.tables: dict[str, bytes] = {}
        self.has_sums = False

    def placements(self) -> Iterator[Placement]:
        """Yield what was placed, ordered by path."""
        return self._ledger.placements(str(self.recorded))

    def folders(self) -> Iterator[tuple[list[Placement], frozenset[str]]]:
        """Yield what was placed in each folder right below the root, and the files that lie there."""
        left = set(os.listdir(self.root)) if self.root.is_dir() else set()  # noqa: PTH208, names only
        for top, placed in groupby(self.placements(), key=lambda one: one.path.partition("/")[0]):
            left.discard(top)
            yield self._counted(list(placed), top)
        for top in sorted(left):
            yield self._counted([], top)

    def _counted(self, placed: list[Placement], top: str) -> tuple[list[Placement], frozenset[str]]:
        files = frozenset(Walk(self.root, [top]).files)
        self.placed += len(placed)
        others = files - {one.path for one in placed} - {DEMOGRAPHICS, MISSING, SUMS}
        self.strange += len(others)
        self.examples += sorted(others)[: NAMED - len(self.examples)]
        self.has_sums |= SUMS in files
        self.tables |= {name: (self.root / name).read_bytes() for name in files & {DEMOGRAPHICS, MISSING}}
        return placed, files


def _files(there: _There, store: Store, quick: bool, progress: Progress) -> Iterator[Unfit]:
    """Yield what is wrong with the files that the ledger says were placed."""
    progress.begin("Auditing files", None)
    for placed, files in there.folders():
        for one in placed:
            if one.path not in files:
                yield Unfit("file", one.path, Flaw.MISSING)
            elif not _shows(there.root / one.path, one, store, quick):
                yield Unfit("file", one.path, Flaw.ALTERED)
        progress.advance(len(placed))
    progress.end()
    if not (there.placed or there.tables):
        return
    if not there.has_sums:
        yield Unfit("file", SUMS, Flaw.MISSING)
    elif not holds(there.root / SUMS, checksums(there.placements(), there.tables)):
        yield Unfit("file", SUMS, Flaw.ALTERED)


def _shows(path: Path, wanted: Placement, store: Store, quick: bool) -> bool:
    """Tell whether a file is that of the placement; one that is its object needs no second reading."""
    found = path.lstat()
    if path.is_symlink() or found.st_size != wanted.size:
        return False
    original = store.path(wanted.object_digest)
    if quick or (original.is_file() and original.samefile(path)):
        return True
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == wanted.object_digest
    except OSError:
        return False
