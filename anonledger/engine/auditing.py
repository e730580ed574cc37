"""Audit a project: the ledger's rows, the objects, and the shared tree against what was recorded.

Owns: nothing is written, and nothing that was tampered with stops the audit.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from anonledger.engine.progress import Progress
from anonledger.engine.project import Project, locked, project_at
from anonledger.engine.release import DEMOGRAPHICS, MISSING, SUMS
from anonledger.engine.status import refuse_without_project
from anonledger.errors import UsageError
from anonledger.ledger.audit import Audit
from anonledger.outcomes import Flaw, Misfit
from anonledger.records import Chain, Placement, Unfit
from anonledger.store import Store
from anonledger.tree import checksums, holds
from anonledger.tree.surveying import Walk

HEAD = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class Audited:
    """How much was looked at, and what does not fit; ``strange``: files that anonledger did not place."""

    chain: Chain
    rows: int
    objects: int
    files: int
    root: Path
    strange: int
    findings: tuple[Unfit, ...]


def audit(root: Path, output: Path | None, noted: str, quick: bool, progress: Progress) -> Audited:
    """Audit the project in a folder; ``noted`` is a head of the chain from earlier, or "".

    ``quick``: of objects and files look at presence and size only. Raises UsageError, LockedError.
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
        store = Store(project.objects)
        findings += _objects(ledger, store, quick, progress)
        tree = _tree(ledger, project, output)
        placed = ledger.placements(str(tree))
        walk = Walk(tree)
        findings += _files(placed, walk, tree, store, quick, progress)
        return Audited(
            chain=chain,
            rows=ledger.rows(),
            objects=len(store.known()),
            files=len(placed),
            root=tree,
            strange=len(walk.files - {one.path for one in placed} - {DEMOGRAPHICS, MISSING, SUMS}),
            findings=tuple(findings),
        )


def _tree(ledger: Audit, project: Project, chosen: Path | None) -> Path:
    last = ledger.tree()
    return Path(last) if last and chosen is None else project.output


def _objects(ledger: Audit, store: Store, quick: bool, progress: Progress) -> Iterator[Unfit]:
    """Yield outputs without their object, and objects whose bytes are others."""
    known = store.known()
    for number, digest in ledger.outputs():
        if digest not in known:
            yield Unfit("output", str(number), Misfit.NO_OBJECT, digest)
    if quick:
        return
    progress.begin("Auditing objects", len(known))
    for digest, whole in store.verify():
        if not whole:
            yield Unfit("object", digest, Misfit.BAD_OBJECT)
        progress.advance()
    progress.end()


def _files(
    placed: Iterable[Placement], there: Walk, root: Path, store: Store, quick: bool, progress: Progress
) -> Iterator[Unfit]:
    """Yield what is wrong with the files that the ledger says were placed."""
    placements = tuple(placed)
    progress.begin("Auditing files", len(placements))
    for one in placements:
        if one.path not in there.files:
            yield Unfit("file", one.path, Flaw.MISSING)
        elif not _shows(root / one.path, one, store, quick):
            yield Unfit("file", one.path, Flaw.ALTERED)
        progress.advance()
    progress.end()
    sums = root / SUMS
    tables = {name: (root / name).read_bytes() for name in (DEMOGRAPHICS, MISSING) if name in there.files}
    if not (placements or tables):
        return
    if SUMS not in there.files:
        yield Unfit("file", SUMS, Flaw.MISSING)
    elif not holds(sums, checksums(placements, tables)):
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
