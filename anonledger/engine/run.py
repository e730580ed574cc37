"""Run the main job from sources and a table to a shareable dataset.

Owns: the order of the stages, and what is on record when one of them fails.
"""

import logging
from dataclasses import dataclass, field, replace
from pathlib import Path

from anonledger.engine.cluster import cluster
from anonledger.engine.counting import count
from anonledger.engine.execute import execute
from anonledger.engine.exporting import Exports
from anonledger.engine.forcing import forcing
from anonledger.engine.forgetting import finish as finish_forgetting
from anonledger.engine.gate import gate, withdrawn_of
from anonledger.engine.merging import missing
from anonledger.engine.moving import recognise
from anonledger.engine.plan import Basis, Plan, make_plan
from anonledger.engine.policy import Policy, policy_of
from anonledger.engine.progress import Progress
from anonledger.engine.project import locked, make_private
from anonledger.engine.recipes import recipe_of_all, recipes, roster
from anonledger.engine.recording import begun, finish
from anonledger.engine.rehearsal import clear_rehearsals, rehearsed
from anonledger.engine.release import Released, release, telling_doubts, to_restore, to_rewrite
from anonledger.engine.request import Prepared, Request, own_paths, prepare
from anonledger.engine.resolve import Settled, resolve
from anonledger.engine.salt import FACT, check_salt, csg_salt, fingerprint, made_salt, new_salt
from anonledger.engine.strangers import Strangers
from anonledger.engine.survey import survey
from anonledger.engine.workers import Workers, workers
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.schema import copy_ledger
from anonledger.outcomes import ExitCode, RunStatus
from anonledger.records import Recipe
from anonledger.report import Report, exit_code
from anonledger.store import Store
from anonledger.subjects.tables import described
from anonledger.subjects.withdrawn import without

log = logging.getLogger(__name__)


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
class _Course:
    """A run under way: what was asked for, and everything that its stages work with."""

    request: Request
    prepared: Prepared
    salt: bytes = field(repr=False)
    number: int
    clerk: Clerk
    store: Store
    scratch: Path
    crew: Workers
    progress: Progress


def run(request: Request, progress: Progress) -> Outcome:
    """Do the main job. Raises AnonledgerError; what was recorded until then stands."""
    prepared = prepare(request)
    with (
        locked(request.project),
        cluster(request.executor, request.project.scratch, request.sources) as machines,
        workers(request.jobs, machines) as crew,
    ):
        check_salt(prepared.salt, request.project, request.project.ledger)
        salt = prepared.salt or made_salt(request.project)
        store = Store(request.project.objects)
        store.clear_temps()
        clear_rehearsals(request.project)
        with Clerk(request.project.ledger) as clerk, begun(clerk, request, prepared.rules) as number:
            clerk.keep_fact(number, FACT, fingerprint(salt))
            recognise(clerk, number, request.project)
            finish_forgetting(clerk, number, request.project, salt)
            scratch = request.project.scratch
            return _done(_Course(request, prepared, salt, number, clerk, store, scratch, crew, progress))


def dry_run(request: Request, progress: Progress) -> Outcome:
    """Return what a run would do, and write nothing: it works on a copy of the ledger in a private folder."""
    prepared = prepare(request)
    with rehearsed(request.project) as folder:
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
            begun(clerk, request, prepared.rules) as number,
        ):
            course = _Course(request, prepared, salt, number, clerk, store, project.scratch, crew, progress)
            plan, settled, known = _planned(course)
            report = count(clerk.ledger, number, plan, settled, _policy(course))
            lost = to_restore(clerk.ledger, project, store, known, request.settings.layout, salt)
            tables = to_rewrite(project, _exports(course, known))
        return Outcome(number, plan, report, settled, ExitCode.DONE, None, not prepared.salt, lost, tables)


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
    finish(clerk, number, RunStatus.DONE, code, report)
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


def _planned(course: _Course) -> tuple[Plan, Settled, dict[int, Recipe]]:
    """Survey the sources, settle who is who, and plan: all that a dry run and a run have in common."""
    request, clerk, number = course.request, course.clerk, course.number
    log.info("run %d: began, %d source(s), %d worker(s)", number, len(request.sources), request.jobs)
    clerk.keep_terms(number, course.prepared.terms)
    forgotten = withdrawn_of(clerk.ledger, course.salt)
    survey(
        clerk,
        number,
        request.sources,
        own_paths(request),
        request.settings,
        course.scratch,
        course.crew,
        course.progress,
        gate(forgotten, course.salt, clerk.ledger.frozen() if forgotten else ()),
    )
    table = course.prepared.table or clerk.ledger.latest_table()
    if table is not None:
        log.info("run %d: table: %s", number, described(table))
        clerk.keep_table(number, without(table, forgotten) if forgotten else table)
        table = clerk.ledger.table(table.digest)  # as it is on record: without those who are forgotten
    appended = csg_salt(request.project, course.salt) if course.prepared.salt else ""
    settled = resolve(clerk, number, request.settings, course.salt, table, appended)
    known = recipes(clerk.ledger, table)
    basis = Basis(
        course.prepared.rules,
        Strangers(known, clerk.ledger.words()),
        recipe_of_all(known.values(), table),
        frozenset(missing(clerk.ledger.object_digests(), course.store.in_order(), str)),
        _policy(course),
        forcing(clerk.ledger, request.forced, request.redone, request.settings, course.scratch),
    )
    plan = make_plan(clerk.ledger, number, basis)
    log.info("run %d: %d jobs, %d unchanged", number, len(plan.jobs), plan.unchanged)
    return plan, settled, known


def _policy(course: _Course) -> Policy:
    return policy_of(course.request.settings, course.clerk.ledger.decisions())
