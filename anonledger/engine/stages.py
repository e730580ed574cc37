"""The stages of a run behind the survey, in their order.

Owns: what a dry run does, and what a run adds to that.
"""

import logging
from dataclasses import replace

from anonledger.engine.counting import count
from anonledger.engine.course import Course
from anonledger.engine.execute import execute
from anonledger.engine.exporting import Exports
from anonledger.engine.forcing import Forced, forcing, nothing
from anonledger.engine.merging import missing
from anonledger.engine.outcome import Outcome, Plan, Released, Settled
from anonledger.engine.plan import Basis, make_plan, plan_again
from anonledger.engine.recipes import recipe_of_all, recipes, roster
from anonledger.engine.release import release, telling_doubts, to_restore, to_rewrite
from anonledger.engine.resolve import resolve
from anonledger.engine.rest import touched_since
from anonledger.engine.salt import csg_salt
from anonledger.engine.strangers import Strangers
from anonledger.outcomes import ExitCode
from anonledger.records import Recipe, Table
from anonledger.report import exit_code

log = logging.getLogger(__name__)


def carried_out(course: Course, table: Table | None) -> tuple[Outcome, Strangers]:
    """Plan, have it done, and release it; return also who was looked for in the files of others."""
    clerk, number = course.clerk, course.number
    with telling_doubts(course.request.project):
        plan, settled, known, strangers = _planned(course, table)
    execute(
        clerk,
        number,
        plan,
        course.prepared.rules,
        roster(known.values()),
        course.store,
        course.scratch,
        course.crew,
        course.progress,
        course.request.settings,
        course.quick,
    )
    policy = course.policy
    clerk.leave_out(number, policy.left_out)
    released = _released(course, known)
    report = count(clerk.ledger, number, plan, settled, policy)
    log.info("run %d: %d placed, %d taken away", number, released.added, released.removed)
    made_salt = course.prepared.salt is None
    return Outcome(number, plan, report, settled, exit_code(report), released, made_salt), strangers


def foreseen(course: Course, table: Table | None) -> Outcome:
    """Return what a run would come to: of a dry run."""
    plan, settled, known, _ = _planned(course, table)
    clerk, project, layout = course.clerk, course.request.project, course.request.settings.layout
    report = count(clerk.ledger, course.number, plan, settled, course.policy)
    lost = to_restore(clerk.ledger, project, course.store, known, layout, course.salt)
    tables = to_rewrite(project, _exports(course, known))
    made_salt = not course.prepared.salt
    return Outcome(course.number, plan, report, settled, ExitCode.DONE, None, made_salt, lost, tables)


def next_one(course: Course, table: Table | None, outcome: Outcome, strangers: Strangers) -> Outcome | None:
    """Return what another run behind this one comes to, None if it finds anything to do.

    It is played through and taken back. Its tree is this run's: a name once given stays. So are its
    ``strangers``, unless more is known by now.
    """
    clerk, number = course.clerk, course.number
    with clerk.undone() as touched:
        settled = _resolved(course, table)
        if touched():
            return None
    known = recipes(clerk.ledger, table)
    if not (same := strangers.are(known)):
        strangers = Strangers(known, clerk.ledger.words())
    basis = _basis(course, table, known, strangers, frozenset(), nothing)
    plan = plan_again(clerk.ledger, number, basis, outcome.plan if same else None)
    if plan.jobs or plan.adopted or plan.refused:
        return None
    report = count(clerk.ledger, number, plan, settled, course.policy, again=True)
    released = Released(0, 0, 0, 0, outcome.released.equal) if outcome.released else None
    return replace(outcome, plan=plan, settled=settled, report=report, released=released)


def _planned(course: Course, table: Table | None) -> tuple[Plan, Settled, dict[int, Recipe], Strangers]:
    """Settle who is who, and plan: all that a dry run and a run have in common behind the survey."""
    request, clerk, number = course.request, course.clerk, course.number
    settled = _resolved(course, table)
    known = recipes(clerk.ledger, table)
    lost = frozenset(missing(clerk.ledger.object_digests(), course.store.in_order(), str))
    forced = forcing(clerk.ledger, request.forced, request.redone, request.settings, course.scratch)
    strangers = Strangers(known, clerk.ledger.words())
    plan = make_plan(clerk.ledger, number, _basis(course, table, known, strangers, lost, forced))
    log.info("run %d: %d jobs, %d unchanged", number, len(plan.jobs), plan.unchanged)
    return plan, settled, known, strangers


def _resolved(course: Course, table: Table | None) -> Settled:
    appended = csg_salt(course.request.project, course.salt) if course.prepared.salt else ""
    return resolve(course.clerk, course.number, course.request.settings, course.salt, table, appended)


def _basis(
    course: Course,
    table: Table | None,
    known: dict[int, Recipe],
    strangers: Strangers,
    lost: frozenset[str],
    forced: Forced,
) -> Basis:
    return Basis(
        course.prepared.rules,
        strangers,
        recipe_of_all(known.values(), table),
        lost,
        course.policy,
        forced,
    )


def _released(course: Course, known: dict[int, Recipe]) -> Released:
    request = course.request
    return release(
        course.clerk,
        course.number,
        request.project,
        course.store,
        known,
        _exports(course, known),
        request.settings.layout,
        course.salt,
        request.with_unused_rows,
        touched_since(course),
    )


def _exports(course: Course, known: dict[int, Recipe]) -> Exports:
    settings = course.request.settings
    return Exports(course.clerk.ledger, known, settings.drop_columns, settings.keep_columns)
