"""Tell whether a run finds everything as it was when nothing was left to do, and keep what it came to then.

Owns: stages are passed over only when all that they go by was looked at and is the same: the rows of the
ledger (by their seals), settings and rules, every source, every file of the dataset and every table.
"""

import json
import os
import platform
from dataclasses import asdict, astuple, dataclass
from hashlib import file_digest, sha256
from itertools import groupby

from anonledger import __version__
from anonledger.digests import digest
from anonledger.disk import telling
from anonledger.engine.course import Course
from anonledger.engine.outcome import Outcome, Plan, Released, Settled
from anonledger.engine.project import (
    DEMOGRAPHICS,
    MISSING,
    REPORT,
    SUMS,
    WRITTEN,
    Project,
    kept_store,
    make_private,
)
from anonledger.engine.salt import fingerprint
from anonledger.engine.survey import Scan
from anonledger.ledger.queries import Ledger
from anonledger.ledger.resting import RESTS
from anonledger.records import Table, Touched
from anonledger.report import exit_code, packed, unpacked
from anonledger.store import Store
from anonledger.tree import digest_of, stands, write_file


@dataclass(frozen=True, slots=True)
class Rest:
    """What was kept when nothing was left to do: what all was like then, and what such a run comes to.

    ``run`` saw so many rows of ``sources`` and left the ledger at this ``seal`` (id and digest), and nothing
    changed ``since`` a run before it, or itself; ``basis`` and ``written`` are digests of what it went by and
    of its tables, ``placing`` is one of all that decides, beside the ledger, where files stand. All else is
    of the outcome.
    """

    run: int
    since: int
    seal: tuple[int, str]
    basis: str
    written: str
    placing: str
    sources: int
    report: dict[str, object]
    doubts: dict[str, int]
    notes: tuple[str, ...]
    equal: int


def resting(course: Course, table: Table | None, scan: Scan) -> Rest | None:
    """Return what was kept of the last run, if this one finds all as it was then. Raises StoreError."""
    ledger, project = course.clerk.ledger, course.request.project
    rest = _read(ledger, project)
    if rest is None or rest.basis != _basis(course, table) or course.request.forced or course.request.redone:
        return None
    if (scan.changed, scan.unchanged) != (0, rest.sources) or not scan.since <= {rest.run}:
        return None
    as_it_was = (
        ledger.is_undisturbed(*rest.seal, (rest.run, course.number))
        and rest.written == _written(ledger, project)
        and _stands(ledger, project, course.store)
    )
    return rest if as_it_was else None


def touched_since(course: Course) -> Touched | None:
    """Return what of the outputs was written since every file stood as it is wanted, None if unknown."""
    ledger = course.clerk.ledger
    rest = _read(ledger, course.request.project)
    return ledger.touched_since(*rest.seal) if rest and rest.placing == _placing(course) else None


def rested(course: Course, rest: Rest) -> Outcome:
    """Return what a run comes to that finds all as it was."""
    report = unpacked(rest.report)
    unchanged, others = report.instances.unchanged + report.others.unchanged, report.others.unchanged
    nobody: frozenset[str] = frozenset()
    plan = Plan((), (), (), nobody, nobody, unchanged, others)
    settled = Settled(0, {}, report.unused_rows, rest.doubts, report.alike, tuple(rest.notes))
    released = Released(0, 0, 0, 0, rest.equal)
    made_salt = course.prepared.salt is None
    code = exit_code(report)
    return Outcome(course.number, plan, report, settled, code, released, made_salt, since=rest.since)


def is_idle(course: Course, outcome: Outcome) -> bool:
    """Tell whether a run that has ended changed nothing: another one behind it comes to the same."""
    nothing = outcome.released is not None and outcome.released.nothing
    return nothing and course.clerk.ledger.is_quiet(course.number)


def keep_rest(course: Course, table: Table | None, outcome: Outcome) -> None:
    """Keep that a run behind this one comes to this outcome, if it finds all as it is now."""
    clerk, project = course.clerk, course.request.project
    written = _written(clerk.ledger, project)
    if written and outcome.released is not None:
        rest = Rest(
            run=course.number,
            since=course.number if outcome.since is None else outcome.since,
            seal=clerk.ledger.last_seal(),
            basis=_basis(course, table),
            written=written,
            placing=_placing(course),
            sources=outcome.report.found,
            report=packed(outcome.report),
            doubts=dict(outcome.settled.doubts),
            notes=outcome.settled.notes,
            equal=outcome.released.equal,
        )
        content = json.dumps(asdict(rest)).encode()
        write_file(project.state, project.rest.name, content, private=True)
        clerk.event(course.number, RESTS, sha256(content).hexdigest())


def _read(ledger: Ledger, project: Project) -> Rest | None:
    """Return what was kept last, None unless it is what the ledger speaks of."""
    last = ledger.latest_event(RESTS)
    if last is None:
        return None
    try:
        content = project.rest.read_bytes() if project.rest.is_file() else b""
    except OSError:  # all is looked at then
        return None
    if last[1] != sha256(content).hexdigest():
        return None
    try:
        rest = Rest(**json.loads(content))
    except TypeError:  # of a version that kept it otherwise
        return None
    return rest if rest.run == last[0] else None


def _basis(course: Course, table: Table | None) -> str:
    """Return a digest of all that a run goes by, beside the ledger and what lies on the disk."""
    request, project = course.request, course.request.project
    return digest(
        "rest/1",
        [__version__, platform.python_version(), fingerprint(course.salt), course.prepared.rules.digest],
        [os.fsencode(project.root), os.fsencode(project.output), table.digest if table else ""],
        [repr(astuple(request.settings)), request.with_unused_rows],
    )


def _placing(course: Course) -> str:
    """Return a digest of all that decides, beside the ledger, where a file stands."""
    request = course.request
    versions = [__version__, platform.python_version()]
    where = [os.fsencode(request.project.output), str(request.settings.layout).encode()]
    return digest("placing/1", versions, fingerprint(course.salt), where)


def _written(ledger: Ledger, project: Project) -> str:
    """Return a digest of every table as it lies on the disk, "" if one of those that are kept is lost."""
    kept = kept_store(project)
    with telling(kept.root):
        for one in ledger.last_kept().values():
            if not kept.has(one.digest):
                return ""
            with kept.path(one.digest).open("rb") as stream:
                if file_digest(stream, "sha256").hexdigest() != one.digest:
                    return ""
    make_private(project.private)
    own = [digest_of(project.private, name, private=True) for name in sorted(WRITTEN - {REPORT})]
    return digest("written/1", own, [digest_of(project.output, one) for one in (SUMS, DEMOGRAPHICS, MISSING)])


def _stands(ledger: Ledger, project: Project, store: Store) -> bool:
    """Whether every file stands as it was placed: what is wanted was placed when nothing was left to do."""
    root = project.output
    with telling(root):
        strange = set(os.listdir(root)) if root.is_dir() else set()  # noqa: PTH208, only names are wanted
    for top, files in groupby(ledger.standing(str(root)), lambda one: one[0].partition("/")[0]):
        strange.discard(top)
        if not stands(root, store.place, files, {top}):
            return False
    return stands(root, store.place, (), strange)
