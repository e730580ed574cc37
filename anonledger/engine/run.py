"""Run the main job from sources and a table to a shareable dataset.

Owns: how a run begins and ends, and what is on record when one of its stages fails.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from anonledger.engine.cluster import cluster
from anonledger.engine.course import Course
from anonledger.engine.moving import recognise
from anonledger.engine.outcome import Outcome
from anonledger.engine.progress import Progress
from anonledger.engine.project import Project, locked, make_private
from anonledger.engine.recording import begun, finish
from anonledger.engine.rehearsal import clear_rehearsals, rehearsed
from anonledger.engine.request import Request, prepare
from anonledger.engine.rest import is_idle, keep_rest, rested, resting
from anonledger.engine.salt import FACT, check_salt, fingerprint, made_salt, new_salt
from anonledger.engine.surveyed import surveyed
from anonledger.engine.workers import workers
from anonledger.errors import AnonledgerError
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.schema import copy_ledger
from anonledger.outcomes import RunStatus
from anonledger.records import Table
from anonledger.store import Store

if TYPE_CHECKING:
    from anonledger.engine.strangers import Strangers

log = logging.getLogger(__name__)


def run(request: Request, progress: Progress) -> Outcome:
    """Do the main job. Raises AnonledgerError; what was recorded until then stands."""
    prepared = prepare(request)
    with (
        locked(request.project),
        cluster(request.executor, request.project.scratch, request.sources) as machines,
        workers(request.jobs, machines) as crew,
    ):
        if not request.project.ledger.exists():  # all files are new
            crew.expect_much()
        check_salt(prepared.salt, request.project, request.project.ledger)
        salt = prepared.salt or made_salt(request.project)
        store = Store(request.project.objects)
        store.clear_temps()
        clear_rehearsals(request.project)
        with Clerk(request.project.ledger) as clerk:
            with begun(clerk, request, prepared.rules) as number:
                clerk.keep_fact(number, FACT, fingerprint(salt))
                recognise(clerk, number, request.project)
                _finish_forgetting(clerk, number, request.project, salt)
                scratch = request.project.scratch
                course = Course(request, prepared, salt, number, clerk, store, scratch, crew, progress)
                table, scan = surveyed(course)
                rest = resting(course, table, scan)
                outcome, strangers = (rested(course, rest), None) if rest else _carried_out(course, table)
                finish(clerk, number, RunStatus.DONE, outcome.exit_code, outcome.report)
                log.info("run %d: exit %d", number, outcome.exit_code)
            with suppress(AnonledgerError):  # the run has ended well without it
                # What is told of the run before this one is not told of this one by the next.
                following: Outcome | None = outcome
                if strangers is not None and (outcome.settled.notes or not is_idle(course, outcome)):
                    following = _next_one(course, table, outcome, strangers)
                if following:
                    keep_rest(course, table, following)
    return outcome


# What follows is imported where it is needed: it takes longer than a run that has nothing to do.


def _finish_forgetting(clerk: Clerk, run: int, project: Project, salt: bytes) -> None:
    if clerk.ledger.forgotten():
        from anonledger.engine.forgetting import finish

        finish(clerk, run, project, salt)


def _carried_out(course: Course, table: Table | None) -> "tuple[Outcome, Strangers]":
    from anonledger.engine.stages import carried_out

    return carried_out(course, table)


def _next_one(
    course: Course, table: Table | None, outcome: Outcome, strangers: "Strangers"
) -> Outcome | None:
    from anonledger.engine.stages import next_one

    return next_one(course, table, outcome, strangers)


def dry_run(request: Request, progress: Progress) -> Outcome:
    """Return what a run would do, and write nothing: it works on a copy of the ledger in a private folder."""
    from anonledger.engine.stages import foreseen

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
            course = Course(request, prepared, salt, number, clerk, store, project.scratch, crew, progress)
            table, _ = surveyed(course)
            return foreseen(course, table)
