"""Run the main job from sources and a table to a shareable dataset.

Owns: the order of the stages, and what is on record when one of them fails.
"""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from anonledger import __version__
from anonledger.deid.profile import read_rules
from anonledger.engine.counting import count
from anonledger.engine.execute import execute
from anonledger.engine.exporting import Exports
from anonledger.engine.limits import told as told_limits
from anonledger.engine.newcomers import id_column
from anonledger.engine.plan import Plan, make_plan
from anonledger.engine.policy import Policy, policy_of
from anonledger.engine.progress import Progress
from anonledger.engine.project import Project, check_paths, locked, make_private, refuse_lost
from anonledger.engine.recipes import recipe_of_all, recipes, roster
from anonledger.engine.release import Released, release, telling_doubts, to_restore, to_rewrite
from anonledger.engine.resolve import Settled, resolve
from anonledger.engine.salt import FACT, check_salt, find_salt, fingerprint, made_salt, new_salt
from anonledger.engine.strangers import Strangers
from anonledger.engine.survey import survey
from anonledger.engine.workers import Workers, workers
from anonledger.errors import AnonledgerError, UsageError
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.schema import copy_ledger
from anonledger.outcomes import ExitCode, RunStatus
from anonledger.records import Recipe, Rules, Table
from anonledger.report import Report, exit_code
from anonledger.settings import Settings
from anonledger.sources.walk import walk
from anonledger.store import Store
from anonledger.subjects.tables import described, read_table
from anonledger.subjects.terms import read_terms

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for. ``command`` is kept in the ledger and must hold no secret."""

    project: Project
    sources: tuple[Path, ...]
    table: Path | None
    settings: Settings
    salt_file: Path | None = field(default=None, repr=False)
    identifiers: Path | None = field(default=None, repr=False)
    jobs: int = 1
    forced: bool = False
    with_unused_rows: bool = False
    command: str = field(default="run", repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did. ``released`` is None for a dry run; ``made_salt``: the program made the salt.

    Of a dry run: ``to_restore`` files of the dataset would be put back, and tables ``to_rewrite`` written.
    """

    run: int
    plan: Plan
    report: Report
    settled: Settled
    exit_code: ExitCode
    released: Released | None = None
    made_salt: bool = False
    to_restore: int = 0
    to_rewrite: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What was checked before anything is written."""

    rules: Rules
    table: Table | None
    terms: tuple[str, ...]
    salt: bytes | None


@dataclass(frozen=True, slots=True)
class _Course:
    """A run under way: what was asked for, and everything that its stages work with."""

    request: Request
    prepared: _Prepared
    salt: bytes = field(repr=False)
    number: int
    clerk: Clerk
    store: Store
    scratch: Path
    crew: Workers
    progress: Progress


def run(request: Request, progress: Progress) -> Outcome:
    """Do the main job. Raises AnonledgerError; what was recorded until then stands."""
    prepared = _prepare(request)
    with locked(request.project), workers(request.jobs) as crew:
        check_salt(prepared.salt, request.project, request.project.ledger)
        salt = prepared.salt or made_salt(request.project)
        store = Store(request.project.objects)
        store.clear_temps()
        with Clerk(request.project.ledger) as clerk, _begun(clerk, request, prepared.rules) as number:
            clerk.keep_fact(number, FACT, fingerprint(salt))
            scratch = request.project.scratch
            return _done(_Course(request, prepared, salt, number, clerk, store, scratch, crew, progress))


def dry_run(request: Request, progress: Progress) -> Outcome:
    """Return what a run would do, and write nothing: it works on a copy of the ledger in a private folder."""
    prepared = _prepare(request)
    folder = Path(tempfile.mkdtemp(prefix="anonledger-"))  # 0700
    try:
        project = replace(request.project, root=folder)
        make_private(project.scratch)
        if request.project.exists():
            copy_ledger(request.project.ledger, project.ledger)
            check_salt(prepared.salt, request.project, project.ledger)
        salt = prepared.salt or new_salt().encode()
        store = Store(request.project.objects if request.project.objects.exists() else project.objects)
        with (
            workers(request.jobs) as crew,
            Clerk(project.ledger) as clerk,
            _begun(clerk, request, prepared.rules) as number,
        ):
            course = _Course(request, prepared, salt, number, clerk, store, project.scratch, crew, progress)
            plan, settled, known = _planned(course)
            report = count(clerk.ledger, number, plan, settled, _policy(course))
            lost = to_restore(clerk.ledger, project, store, known, request.settings.layout, salt)
            tables = to_rewrite(project, _exports(course, known))
        return Outcome(number, plan, report, settled, ExitCode.DONE, None, not prepared.salt, lost, tables)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _done(course: _Course) -> Outcome:
    """Plan, have it done, release it, and close the run with what it comes to."""
    clerk, number, rules = course.clerk, course.number, course.prepared.rules
    with telling_doubts(course.request.project):
        plan, settled, known = _planned(course)
    execute(
        clerk,
        number,
        plan,
        rules,
        roster(known.values()),
        course.store,
        course.scratch,
        course.crew,
        course.progress,
        course.request.settings,
    )
    policy = _policy(course)
    clerk.leave_out(number, policy.left_out)
    released = _released(course, known)
    report = count(clerk.ledger, number, plan, settled, policy)
    code = exit_code(report)
    _finish(clerk, number, RunStatus.DONE, code, report)
    log.info("run %d: %d placed, %d taken away, exit %d", number, released.added, released.removed, code)
    return Outcome(number, plan, report, settled, code, released, course.prepared.salt is None)


def _released(course: _Course, known: dict[int, Recipe]) -> Released:
    settings = course.request.settings
    return release(
        course.clerk,
        course.number,
        course.request.project,
        course.store,
        known,
        _exports(course, known),
        settings.layout,
        course.salt,
        course.request.with_unused_rows,
    )


def _exports(course: _Course, known: dict[int, Recipe]) -> Exports:
    settings = course.request.settings
    return Exports(course.clerk.ledger, known, settings.drop_columns, settings.keep_columns)


def _prepare(request: Request) -> _Prepared:
    """Read and check everything that a user can get wrong. Raises UsageError."""
    if not request.sources and request.table is None:
        raise UsageError(
            "There is nothing to do: name a folder, a zip or a file with DICOM, or a table (-d)."
        )
    refuse_lost(request.project)
    check_paths(request.project, request.sources, request.table)
    walk(request.sources)  # raises for a source that is not there, before anything is written
    settings = request.settings
    rules = read_rules(
        settings.profile, settings.remove_tags, settings.keep_tags, without_staff=settings.remove_staff
    )
    table = read_table(request.table, settings) if request.table is not None else None
    if table is not None or not request.project.exists():
        id_column(settings, table)
    terms = read_terms(request.identifiers) if request.identifiers is not None else ()
    return _Prepared(rules, table, terms, find_salt(request.project, request.salt_file))


def _planned(course: _Course) -> tuple[Plan, Settled, dict[int, Recipe]]:
    """Survey the sources, settle who is who, and plan: all that a dry run and a run have in common."""
    request, clerk, number = course.request, course.clerk, course.number
    log.info("run %d: began, %d source(s), %d worker(s)", number, len(request.sources), request.jobs)
    clerk.keep_terms(number, course.prepared.terms)
    own = _own(request)
    survey(
        clerk, number, request.sources, own, request.settings, course.scratch, course.crew, course.progress
    )
    table = course.prepared.table or clerk.ledger.latest_table()
    if table is not None:
        log.info("run %d: table: %s", number, described(table))
        clerk.keep_table(number, table)
    settled = resolve(clerk, number, request.settings, course.salt, table)
    known = recipes(clerk.ledger, table)
    plan = make_plan(
        clerk.ledger,
        number,
        course.prepared.rules,
        Strangers(known, clerk.ledger.vocabularies()),
        recipe_of_all(known.values(), table),
        course.store.known(),
        _policy(course),
        request.forced,
    )
    log.info("run %d: %d jobs, %d unchanged", number, len(plan.jobs), len(plan.unchanged))
    return plan, settled, known


def _policy(course: _Course) -> Policy:
    return policy_of(course.request.settings, course.clerk.ledger.decisions())


def _own(request: Request) -> list[Path]:
    """Return the folders and files that are never sources, even where a link leads to them."""
    project = request.project
    given = (request.salt_file, request.identifiers, request.table)
    files = [path for path in given if path is not None]
    return [project.state, project.private, project.output, *files]


@contextmanager
def _begun(clerk: Clerk, request: Request, rules: Rules) -> Iterator[int]:
    number = clerk.begin(
        started=datetime.now(UTC),
        command=request.command,
        version=__version__,
        rules=rules,
        output_root=str(request.project.output),
        settings=_recorded(request.settings),
    )
    try:
        yield number
    except Exception as error:
        code = error.exit_code if isinstance(error, AnonledgerError) else ExitCode.ERROR
        with suppress(AnonledgerError):  # of a ledger on a full disk; what came first is told
            _finish(clerk, number, RunStatus.FAILED, code, Report())
        raise


def _recorded(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the settings that a later run or another command has to know of."""
    return {
        "drop_columns": settings.drop_columns,
        "id_from": (settings.id_from,),
        "keep_columns": settings.keep_columns,
        "limits": told_limits(settings),
        "refusals": (settings.burned_in, settings.encapsulated),
    }


def _finish(clerk: Clerk, number: int, status: RunStatus, code: ExitCode, report: Report) -> None:
    counts = {"found": report.found, "published": report.instances.published + report.others.published}
    counts["quarantined"] = report.quarantined.total()
    clerk.finish(number, finished=datetime.now(UTC), status=status, exit_code=code, counts=counts)
