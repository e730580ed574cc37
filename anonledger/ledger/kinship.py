"""Ask the ledger who may be whom, what people corrected, and who is forgotten.

Owns: what is handed out holds ids, pseudonyms and marks, and no name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from sqlalchemy import Select, exists, false, func, or_, select

from anonledger.ledger.columns import among
from anonledger.ledger.models import (
    assignment,
    correction,
    demographic_table,
    identity,
    instance,
    likeness,
    mark,
    output,
    placement,
    standing,
    subject,
    withdrawal,
)
from anonledger.ledger.reading import Reading
from anonledger.ledger.rows import corrected_of, likeness_of
from anonledger.ledger.statements import assigned_subject, held_job, of_folders, of_studies
from anonledger.outcomes import MarkKind
from anonledger.records import Corrected, Link, Mark, Subject

Places: TypeAlias = tuple[tuple[str, int], ...]


class Kinship(Reading):
    """Who is who, beyond what files and tables say."""

    def known_subjects(self) -> frozenset[int]:
        """Return the ids of the subjects that evidence is assigned to: not merged away, not forgotten."""
        # The latest assignment of each identity; an index on it makes this one pass.
        newest = select(assignment.c.identity_id, assignment.c.subject_id).order_by(assignment.c.id)
        return frozenset({row.identity_id: row.subject_id for row in self._stream(newest)}.values())

    def nobodies(self) -> tuple[Subject, ...]:
        """Return the subjects that nothing was ever known of: a program that was killed left them behind.

        It added subjects first and their evidence after, which are one transaction by now.
        """
        known = (
            assignment.c.subject_id,
            withdrawal.c.subject_id,
            correction.c.subject_id,
            correction.c.other_id,
            output.c.subject_id,
        )
        never = [subject.c.id.not_in(select(column).where(column.is_not(None))) for column in known]
        rows = self._all(select(subject).where(*never).order_by(subject.c.id))
        return tuple(Subject(row.id, row.pseudonym, row.key_hash, row.date_shift) for row in rows)

    def likenesses(self) -> dict[int, Link]:
        """Return the latest likeness of each subject; its rows and candidates are subject ids."""
        rows = self._all(select(likeness).order_by(likeness.c.id))
        return {row.subject_id: likeness_of(row) for row in rows}

    def corrections(self) -> tuple[Corrected, ...]:
        """Return what people corrected, the oldest first."""
        return tuple(map(corrected_of, self._all(select(correction).order_by(correction.c.id))))

    def instances_of(self, identities: Iterable[int]) -> int:
        """Return how many contents say that they are of one of these identities, by their ids."""
        asked = select(func.count()).select_from(instance).where(among(instance.c.identity_id, identities))
        with self._reading() as connection:
            return connection.scalar(asked) or 0

    def forgotten(self, *, finished: bool | None = None) -> dict[int, str]:
        """Return the pseudonyms of those who are forgotten, by subject id.

        ``finished``: only those of whom all is gone from the disk, or those of whom something may be left.
        """
        asked = select(subject.c.id, subject.c.pseudonym).join_from(withdrawal, subject)
        if finished is not None:
            gone = withdrawal.c.finished_run_id
            asked = asked.where(gone.is_not(None) if finished else gone.is_(None))
        return {row.id: row.pseudonym for row in self._all(asked.order_by(withdrawal.c.id))}

    def marks(self) -> tuple[Mark, ...]:
        """Return by what those are recognised who are forgotten."""
        rows = self._all(select(mark).order_by(mark.c.id))
        return tuple(Mark(row.subject_id, row.kind, row.digest) for row in rows)

    def frozen(self) -> frozenset[str]:
        """Return the published contents in which somebody who is forgotten may be named: they stay so."""
        made = exists().where(output.c.source_digest == mark.c.digest)
        asked = select(mark.c.digest).where(mark.c.kind == MarkKind.CONTENT, made)
        return frozenset(row.digest for row in self._all(asked.where(held_job(mark.c.digest).is_(None))))

    def studies(self) -> Iterator[tuple[str, int]]:
        """Yield the study UID and an identity id of each instance that is there, each pair once."""
        for row in self._stream(of_studies()):
            yield row.study, row.identity_id

    def folders(self) -> Iterator[tuple[str, int]]:
        """Yield the folder and an identity id of each instance that is there, each pair once."""
        for row in self._stream(of_folders()):
            inside = f"{row.path}!/{row.inner}" if row.member else row.folder
            yield f"{row.root.rstrip('/')}/{inside}".rstrip("/"), row.identity_id

    def of_several(self) -> tuple[Places, Places]:
        """Return those of both, studies and folders, in which there are several identities."""
        return self._unless_sealed(
            "of several",
            ("source", "instance"),
            lambda: (_of_several(self.studies()), _of_several(self.folders())),
        )

    def contents_with(self, vocabularies: Iterable[int] | None) -> tuple[tuple[str, int, int, str], ...]:
        """Return contents as (digest, vocabulary, subject id, patient name): with these words, None: all."""
        owner = assigned_subject(instance.c.identity_id)
        asked = select(instance.c.digest, instance.c.vocabulary_id, owner.label("owner"), identity.c.name)
        asked = asked.join_from(instance, identity, identity.c.id == instance.c.identity_id)
        if vocabularies is not None:
            asked = asked.where(among(instance.c.vocabulary_id, vocabularies))
        return tuple(
            (row.digest, row.vocabulary_id or 0, row.owner or 0, row.name) for row in self._all(asked)
        )

    def tables(self) -> tuple[str, ...]:
        """Return the digests of all demographics tables that are on record."""
        return tuple(row.digest for row in self._all(select(demographic_table.c.digest)))

    def trees(self, pseudonyms: Iterable[str]) -> frozenset[str]:
        """Return the folders to be shared in which files stand below the folders of pseudonyms."""
        return frozenset(row.tree for row in self._all(_below(select(placement.c.tree), pseudonyms)))

    def all_trees(self) -> frozenset[str]:
        """Return every folder to be shared in which files stand."""
        return frozenset(row.tree for row in self._all(select(placement.c.tree).where(standing).distinct()))

    def objects(self) -> frozenset[str]:
        """Return the digests of the objects that outputs are on record with."""
        return frozenset(row.object_digest for row in self._all(select(output.c.object_digest).distinct()))


def _of_several(pairs: Iterable[tuple[str, int]]) -> Places:
    there: dict[str, list[int]] = defaultdict(list)
    for place, one in pairs:
        there[place].append(one)
    return tuple((place, one) for place, here in there.items() if len(set(here)) > 1 for one in here)


def _below(asked: Select[Any], pseudonyms: Iterable[str]) -> Select[Any]:
    folders = [placement.c.path.startswith(f"{one}/", autoescape=True) for one in pseudonyms]
    return asked.where(standing, or_(false(), *folders))
