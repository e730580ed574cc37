"""Read what a person looks at after a run: how the dataset grew, its newest subjects, the sizes of files.

Owns: what is counted for a folder is what stands in it, whatever other folders were shared.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select

from anonledger.ledger.models import output, placement, run, source, standing, subject
from anonledger.ledger.reading import Reading
from anonledger.ledger.rows import location_of, run_of
from anonledger.ledger.statements import PLACE, is_present, last_runs
from anonledger.outcomes import Reason
from anonledger.records import Growth, Lying, Share, SourceCount

ZERO = literal(0)


class Overview(Reading):
    """The ledger of a project, open for what a report shows."""

    def growth(self, tree: str) -> tuple[Growth, ...]:
        """Return each run with what stood in a folder behind it, the oldest first."""
        size, here = func.sum(placement.c.size), placement.c.tree == tree
        added = self._by_run(placement.c.run_id, size, here)
        removed = self._by_run(placement.c.removed_run_id, size, here)
        subjects, done = self._by_run(subject.c.run_id), self._by_run(output.c.run_id)
        files, bytes_, people, told = 0, 0, 0, []
        for one in map(run_of, self._all(select(run).order_by(run.c.id))):
            files += added[one.id][0] - removed[one.id][0]
            bytes_ += added[one.id][1] - removed[one.id][1]
            people += subjects[one.id][0]
            told.append(Growth(one, done[one.id][0], files, bytes_, people))
        return tuple(told)

    def shares(self, tree: str, most: int) -> tuple[Share, ...]:
        """Return what stands in a folder of the newest subjects, the newest first."""
        newest = (subject.c.run_id.desc(), subject.c.pseudonym)
        return tuple(
            Share(row.id, row.pseudonym, row.run_id, *self._published(tree, row.pseudonym))
            for row in self._all(select(subject).order_by(*newest).limit(most))
        )

    def sizes(self, tree: str, bounds: Sequence[int]) -> tuple[int, ...]:
        """Return how many files of a folder are smaller than the first bound (bytes), the next, and so on."""
        reached = [case((placement.c.size >= bound, 1), else_=0) for bound in bounds]
        which: ColumnElement[int] = sum(reached[1:], reached[0])
        here = (placement.c.tree == tree, standing)
        rows = self._all(_counted(which).where(*here).group_by(which))
        many = {row.which: row.many for row in rows}
        return tuple(many.get(nth, 0) for nth in range(len(bounds) + 1))

    def kinds(self) -> tuple[SourceCount, ...]:
        """Return how many sources of each kind there are."""
        last = last_runs()
        kinds = (source.c.disposition, source.c.drop_reason, source.c.trouble)
        query = select(*kinds, func.count().label("many")).join(last, is_present(last)).group_by(*kinds)
        rows = self._all(query.order_by(*kinds))
        return tuple(SourceCount(row.disposition, row.drop_reason, row.trouble, row.many) for row in rows)

    def lying(self, digests: Collection[str]) -> tuple[Lying, ...]:
        """Return where contents were found last, once each, ordered by place."""
        query = select(source).where(source.c.digest.in_(digests))
        rows = self._all(query.order_by(source.c.last_seen_run_id.desc(), *PLACE))
        first = {row.digest: row for row in reversed(rows)}
        ordered = sorted(first.values(), key=lambda row: (row.root, row.path, row.member))
        return tuple(Lying(row.digest, location_of(row), row.size) for row in ordered)

    def made(self, run: int) -> dict[Reason, int]:
        """Return how many files a run made, by the reason for it."""
        rows = self._all(_counted(output.c.reason).where(output.c.run_id == run).group_by(output.c.reason))
        return {Reason(row.which): row.many for row in rows}

    def _by_run(
        self,
        which: ColumnElement[Any],
        amount: ColumnElement[int] = ZERO,
        *where: ColumnElement[bool],
    ) -> defaultdict[int, tuple[int, int]]:
        """Return how many rows name a run, and their amount."""
        query = _counted(which).add_columns(amount.label("amount")).where(which.is_not(None), *where)
        rows = self._all(query.group_by(which))
        return defaultdict(lambda: (0, 0), {row.which: (row.many, row.amount) for row in rows})

    def _published(self, tree: str, pseudonym: str) -> tuple[int, int]:
        inside = (placement.c.path >= f"{pseudonym}/", placement.c.path < f"{pseudonym}0")  # "0" follows "/"
        query = select(func.count(), func.coalesce(func.sum(placement.c.size), 0))
        ((files, size),) = self._all(query.where(placement.c.tree == tree, *inside, standing))
        return files, size


def _counted(which: ColumnElement[Any]) -> Select[Any]:
    return select(which.label("which"), func.count().label("many"))
