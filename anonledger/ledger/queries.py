"""Read the ledger: everything that the hall asks of it.

Owns: what is handed out is a record, in an order that depends on nothing but the rows; large answers stream.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import func, select

from anonledger.ledger import events
from anonledger.ledger.columns import among
from anonledger.ledger.heldback import HeldBack
from anonledger.ledger.kept import KeptExports
from anonledger.ledger.kinship import Kinship
from anonledger.ledger.models import (
    demographic,
    demographic_table,
    fact,
    identity,
    instance,
    output,
    placement,
    ruling,
    source,
    standing,
    subject,
    term,
    vocabulary,
)
from anonledger.ledger.models import (
    run as runs,
)
from anonledger.ledger.reading import AT_ONCE
from anonledger.ledger.released import Released
from anonledger.ledger.resting import Resting
from anonledger.ledger.rows import evidence_of, location_of, ruled_of, run_of, table_of
from anonledger.ledger.statements import (
    LATEST_TABLE,
    assigned_subject,
    current,
    is_dropped,
    latest_links,
    latest_statuses,
    places,
    plan,
    side_by_side,
)
from anonledger.ledger.sweeping import Sweeping
from anonledger.ledger.vocabularies import Vocabularies
from anonledger.outcomes import Disposition, LinkStatus
from anonledger.records import (
    CurrentOutput,
    Evidence,
    Identity,
    KnownSource,
    Link,
    MappingRow,
    Placement,
    PlanRow,
    Ruled,
    RunSummary,
    SourceCount,
    StatusCounts,
    Subject,
    Table,
    escaped,
)


class Ledger(HeldBack, KeptExports, Kinship, Released, Resting, Sweeping):
    """Everything there is to ask."""

    def fact(self, name: str) -> str | None:
        """Return the value of a fact, None when there is none of that name."""
        with self._reading() as connection:
            return connection.scalar(select(fact.c.value).where(fact.c.name == name))

    def subjects(self) -> tuple[Subject, ...]:
        """Return all subjects, the oldest first."""
        rows = self._all(select(subject).order_by(subject.c.id))
        return tuple(Subject(row.id, row.pseudonym, row.key_hash, row.date_shift) for row in rows)

    def identities(self) -> tuple[Identity, ...]:
        """Return all evidence that has a subject, with the subject it was assigned to last."""
        return self._unless_sealed("identities", ("identity", "assignment"), self._identities)

    def _identities(self) -> tuple[Identity, ...]:
        owner = assigned_subject(identity.c.id)
        rows = self._all(
            select(identity, owner.label("subject")).where(owner.is_not(None)).order_by(identity.c.id)
        )
        return tuple(Identity(row.id, evidence_of(row), row.subject) for row in rows)

    def unassigned(self) -> tuple[Evidence, ...]:
        """Return the evidence of instances that has no subject yet."""
        of_instance = select(instance.c.digest).where(instance.c.identity_id == identity.c.id).exists()
        nobody = assigned_subject(identity.c.id).is_(None)
        return tuple(
            map(evidence_of, self._all(select(identity).where(of_instance, nobody).order_by(identity.c.id)))
        )

    def terms(self) -> tuple[str, ...]:
        """Return what the user wants gone from every file, sorted."""
        return tuple(sorted(row.value for row in self._all(select(term.c.value))))

    def vocabularies(self) -> dict[int, frozenset[str]]:
        """Return the sets of words that stand in texts of instances, by their ids."""
        return {row.id: frozenset(row.words) for row in self._stream(select(vocabulary))}

    def words(self) -> Vocabularies:
        """Return the same, read when asked for."""
        return Vocabularies(self._path, self._engine)

    def subjects_of_instances(self) -> frozenset[int]:
        """Return the subjects that instances were found of, published or not."""
        owner = assigned_subject(identity.c.id)
        of_instance = select(instance.c.digest).where(instance.c.identity_id == identity.c.id).exists()
        asked = select(owner.label("subject")).select_from(identity).distinct()
        rows = self._all(asked.where(of_instance, owner.is_not(None)))
        return frozenset(row.subject for row in rows)

    def has_instances(self) -> bool:
        """Tell whether any instance was ever found."""
        return bool(self._all(select(instance.c.digest).limit(1)))

    def has_outputs(self) -> bool:
        """Tell whether anything was ever published."""
        return bool(self._all(select(output.c.id).limit(1)))

    def sources_seen(self, run: int) -> tuple[SourceCount, ...]:
        """Return how many sources of each kind a run saw."""
        return self._unless_sealed(f"seen by {run}", ("source", "decision"), lambda: self._seen(run))

    def _seen(self, run: int) -> tuple[SourceCount, ...]:
        kinds = (source.c.disposition, source.c.drop_reason, source.c.trouble, is_dropped().label("decided"))
        query = select(*kinds, func.count().label("many")).where(source.c.last_seen_run_id == run)
        rows = self._all(query.group_by(*kinds).order_by(*kinds))
        return tuple(
            SourceCount(row.disposition, row.drop_reason, row.trouble, row.many, bool(row.decided))
            for row in rows
        )

    def source_roots(self) -> tuple[str, ...]:
        """Return the folders of all sources that a run saw, as escaped."""
        return tuple(row.root for row in self._all(select(source.c.root).distinct().order_by(source.c.root)))

    def known_sources(self, root: str) -> Iterator[KnownSource]:
        """Yield the stat cache of one source root, ordered by path and member (as escaped)."""
        query = select(source).where(source.c.root == escaped(root)).order_by(source.c.path, source.c.member)
        for row in self._stream(query):
            yield KnownSource(
                row.id,
                location_of(row).path,
                row.member,
                row.size,
                row.mtime_ns,
                row.digest,
                row.disposition,
                row.drop_reason,
                row.trouble,
                row.last_seen_run_id,
            )

    def plan_rows(self, run: int, contents: Iterable[str] | None = None) -> Iterator[PlanRow]:
        """Yield each content to be published that a run saw, once, at its first place, ordered by place.

        ``contents``: only these, by their digests.
        """
        for row in self._stream(plan(run, contents)):
            made = row.object_digest is not None and row.held is None
            yield PlanRow(
                location=location_of(row),
                digest=row.digest,
                disposition=row.disposition,
                subject=row.subject,
                job_digest=row.job_digest if made else "",
                object_digest=row.object_digest if made else "",
                rules_digest=row.rules_digest if made else "",
                subject_digest=row.subject_digest if made else "",
                quarantined_job=row.held or "",
                previous_digest="" if row.previous_digest == row.digest else row.previous_digest,
                risk=row.risk,
                risk_where=row.risk_where or "",
                vocabulary=row.vocabulary_id,
            )

    def job_objects(self, job_digests: Iterable[str]) -> dict[str, str]:
        """Return the object digest on record, of any age, for those of the job digests that have one."""
        known = select(output.c.job_digest, output.c.object_digest).order_by(output.c.id)
        rows = self._all(known.where(among(output.c.job_digest, job_digests)))
        return {row.job_digest: row.object_digest for row in rows}

    def current_outputs(self) -> Iterator[CurrentOutput]:
        """Yield the newest output of each source digest that is not in quarantine, ordered by that digest."""
        with self._reading() as connection:
            streaming = connection.execution_options(yield_per=AT_ONCE)
            for row, place in side_by_side(streaming.execute(current()), streaming.execute(places())):
                yield CurrentOutput(
                    source_digest=row.source_digest,
                    object_digest=row.object_digest,
                    size=row.size,
                    subject=row.subject_id,
                    pseudonym=row.pseudonym or "",
                    study=row.study,
                    series=row.series,
                    instance=row.instance,
                    location=location_of(place) if place else None,
                    gone=not (place and place.present),
                    subject_digest=row.subject_digest,
                    vocabulary=row.vocabulary_id,
                )

    def placements(self, tree: str) -> tuple[Placement, ...]:
        """Return the files that stand in a tree, ordered by path."""
        query = select(placement).where(placement.c.tree == tree, standing).order_by(placement.c.path)
        rows = self._all(query)
        return tuple(Placement(row.path, row.source_digest, row.object_digest, row.size) for row in rows)

    def latest_table(self) -> Table | None:
        """Return the demographics table that the latest run with one used."""
        with self._reading() as connection:
            digest = connection.scalar(LATEST_TABLE)
        return None if digest is None else self.table(digest)

    def table(self, digest: str) -> Table | None:
        """Return a demographics table by its digest, None when the ledger does not hold it."""
        cells = select(demographic.c.cells).where(demographic.c.table_digest == digest)
        with self._reading() as connection:
            row = connection.execute(
                select(demographic_table).where(demographic_table.c.digest == digest)
            ).first()
            rows = connection.scalars(cells.order_by(demographic.c.row_number)).all()
        return None if row is None else table_of(row, tuple(map(tuple, rows)))

    def links(self, table_digest: str) -> dict[int, Link]:
        """Return the latest link with a table of each subject id; the link's person is that id."""
        with self._reading() as connection:
            return latest_links(connection, table_digest)

    def rulings(self) -> tuple[Ruled, ...]:
        """Return all that people decided on patients and rows, the oldest first."""
        return tuple(map(ruled_of, self._all(select(ruling).order_by(ruling.c.id))))

    def mapping_rows(self) -> Iterator[MappingRow]:
        """Yield every spelling of who stands behind a pseudonym, ordered by pseudonym, then by spelling."""
        told_by = [
            identity.c[name] for name in ("patient_id", "name", "birth_date", "issuer", "sex", "scope", "id")
        ]
        query = (
            select(identity, subject.c.pseudonym)
            .join_from(identity, subject, subject.c.id == assigned_subject(identity.c.id))
            .order_by(subject.c.pseudonym, *told_by)
        )
        for row in self._stream(query):
            yield MappingRow(row.pseudonym, evidence_of(row))

    def runs(self, limit: int = 20) -> tuple[RunSummary, ...]:
        """Return the latest runs, the newest first."""
        return tuple(map(run_of, self._all(select(runs).order_by(runs.c.id.desc()).limit(limit))))

    def run(self, number: int) -> RunSummary | None:
        """Return a run by its id, None when there is none of that id."""
        return next(map(run_of, self._all(select(runs).where(runs.c.id == number))), None)

    def status(self) -> StatusCounts:
        """Return how much the ledger holds."""
        known = self.known_subjects()
        with self._reading() as connection:
            links = [status for subject, status in latest_statuses(connection) if subject in known]
            return StatusCounts(
                subjects=len(known),
                instances=connection.scalar(select(func.count()).select_from(instance)) or 0,
                outputs=self.published(),
                quarantined=len(self.quarantined()),
                links={one: links.count(one) for one in LinkStatus},
                sources=self._present(),
                last_run=next(iter(self.runs(1)), None),
            )

    def _present(self) -> dict[Disposition, int]:
        """Return how many sources of each kind were there when their root was last looked through."""
        kinds = (source.c.root, source.c.last_seen_run_id, source.c.disposition)
        rows = self._all(select(*kinds, func.count().label("many")).group_by(*kinds))
        last: dict[str, int] = {}
        for row in rows:
            last[row.root] = max(last.get(row.root, 0), row.last_seen_run_id)
        there: Counter[Disposition] = Counter()
        for row in rows:
            if row.last_seen_run_id == last[row.root]:
                there[row.disposition] += row.many
        return there

    def broken_event(self) -> int | None:
        """Return the id of the first event that does not fit the chain, None when all do."""
        with self._reading() as connection:
            return events.first_broken(connection)
