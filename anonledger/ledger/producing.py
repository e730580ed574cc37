"""Write down what became of jobs, and where in which tree their outputs stand.

Owns: an output is only added to; of what stood somewhere, the row says until which run.
"""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import or_, update
from sqlalchemy.dialects.sqlite import insert

from anonledger.ledger import survey
from anonledger.ledger.bulk import Bulk, columns_of
from anonledger.ledger.columns import Spelled, among
from anonledger.ledger.models import output, placement, standing
from anonledger.ledger.rows import job_cells, output_cells, placement_cells
from anonledger.ledger.statements import copy_of_output
from anonledger.ledger.writing import Writing
from anonledger.records import Job, Placement, Verdict


class Producing(Writing):
    """What the clerk does with outputs."""

    def verdicts(self, run: int, batch: Sequence[tuple[Job, Verdict]], rules_digest: str) -> None:
        """Keep what became of jobs: an output closes the source's quarantine, trouble opens one."""
        made = [(job, verdict.output) for job, verdict in batch if verdict.output is not None]
        outputs = [{**job_cells(run, job, rules_digest), **output_cells(one)} for job, one in made]
        held = [
            (job.location, job.source_digest, job.job_digest, verdict.trouble, verdict.where)
            for job, verdict in batch
            if verdict.trouble is not None
        ]
        published = [(row["source_digest"], "", "") for row in outputs]
        with self._writing() as connection:
            _outputs().execute(connection, outputs)
            superseded = [(digest, job, str(reason)) for _, digest, job, reason, _ in held]
            survey.resolve_jobs(connection, run, published + superseded)
            survey.hold_back(connection, run, held)

    def adopt(self, run: int, jobs: Sequence[Job], rules_digest: str) -> None:
        """Make the newest output on record of each job digest current again, and close its quarantine."""
        cells = [job_cells(run, job, rules_digest) for job in jobs]
        rows = [{f"b_{name}": value for name, value in row.items()} for row in cells]
        with self._writing() as connection:
            if rows:
                connection.execute(copy_of_output(), rows)
            survey.resolve_jobs(connection, run, [(job.source_digest, "", "") for job in jobs])

    def placed(self, run: int, tree: str, added: Sequence[Placement], removed: Sequence[str]) -> None:
        """Note which files of a tree were put there and which taken away; one put anew replaces its row."""
        gone = (*removed, *(one.path for one in added))
        # Text that UTF-8 cannot hold is bytes in the ledger, and JSON cannot hold those.
        odd = [path for path in gone if isinstance(Spelled.stored(path), bytes)]
        these = or_(among(placement.c.path, gone), placement.c.path.in_(odd))
        superseded = update(placement).where(placement.c.tree == tree, these, standing)
        with self._writing() as connection:
            if gone:
                connection.execute(superseded.values(removed_run_id=run))
            _placements().execute(connection, [placement_cells(run, tree, one) for one in added])


@cache
def _outputs() -> Bulk:
    return Bulk(insert(output), columns_of(output))


@cache
def _placements() -> Bulk:
    return Bulk(insert(placement), [name for name in columns_of(placement) if name != "removed_run_id"])
