"""Take in what a run is given: the sources, and the table as it is on record.

Owns: nothing of those who are forgotten gets on record again.
"""

import logging

from anonledger.engine.course import Course
from anonledger.engine.gate import gate, open_gate, withdrawn_of
from anonledger.engine.request import own_paths
from anonledger.engine.survey import Scan, survey
from anonledger.records import Table
from anonledger.subjects.dialects import described

log = logging.getLogger(__name__)


def surveyed(course: Course) -> tuple[Table | None, Scan]:
    """Look through the sources, and take the table in; return it as it is on record."""
    request, clerk, number = course.request, course.clerk, course.number
    log.info("run %d: began, %d source(s), %d worker(s)", number, len(request.sources), request.jobs)
    clerk.keep_terms(number, course.prepared.terms)
    forgotten = withdrawn_of(clerk.ledger, course.salt) if clerk.ledger.marks() else None
    scan = survey(
        clerk,
        number,
        request.sources,
        own_paths(request),
        request.settings,
        course.scratch,
        course.crew,
        course.progress,
        gate(forgotten, course.salt, clerk.ledger.frozen()) if forgotten else open_gate,
        course.quick,
    )
    table = course.prepared.table or clerk.ledger.latest_table()
    if table is not None:
        log.info("run %d: table: %s", number, described(table))
        if forgotten:
            from anonledger.subjects.withdrawn import without

            table = without(table, forgotten)
        clerk.keep_table(number, table)
        table = clerk.ledger.table(table.digest)  # as it is on record: without those who are forgotten
    return table, scan
