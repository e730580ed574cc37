"""Forget a subject: its evidence, rows and outputs go; that it happened, and salted marks, stay.

Owns: what is forgotten is in no page of the file any more when a withdrawal is finished.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    bindparam,
    cast,
    delete,
    exists,
    insert,
    literal,
    select,
    update,
)

from anonledger.ledger import events
from anonledger.ledger.columns import among
from anonledger.ledger.models import (
    assignment,
    decision,
    demographic,
    demographic_table,
    identity,
    instance,
    link,
    mark,
    output,
    placement,
    quarantine,
    ruling,
    source,
    standing,
    term,
    vocabulary,
    withdrawal,
)
from anonledger.ledger.rows import evidence_of, ruled_of
from anonledger.ledger.schema import told
from anonledger.ledger.statements import assigned_subject
from anonledger.ledger.writing import Writing
from anonledger.outcomes import MarkKind
from anonledger.records import Evidence, Table


@dataclass(frozen=True, slots=True)
class Eraser:
    """How what is about somebody is told: evidence of theirs, texts that name them, their rows of a table."""

    is_of: Callable[[Evidence], bool] = field(repr=False)
    names: Callable[[str], bool] = field(repr=False)
    without: Callable[[Table], Table] = field(repr=False)


class Forgetting(Writing):
    """What the clerk writes, and erases, when somebody is to be forgotten."""

    def withdraw(self, run: int, one: int, marks: Collection[tuple[MarkKind, str]]) -> None:
        """Note that a subject is to be forgotten: from now on its files are refused."""
        rows = [
            {"subject_id": one, "kind": kind, "digest": digest, "run_id": run}
            for kind, digest in sorted(marks)
        ]
        with self._writing() as connection:
            connection.execute(insert(withdrawal).values(subject_id=one, run_id=run))
            if rows:
                connection.execute(insert(mark), rows)
            events.append(connection, run, "withdrawn", [(one, f"{len(rows)} marks")])

    def erase(self, run: int, one: int, eraser: Eraser) -> None:
        """Take everything that is known of a subject out of every table; may be done again."""
        with self._writing(erasing=True) as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            tables = [
                self._table(digest) for digest in connection.scalars(select(demographic_table.c.digest))
            ]
            _erase_files(connection, one)
            _erase_evidence(connection, one, eraser)
            _erase_texts(connection, eraser)
            for before in tables:
                _erase_rows(connection, before, eraser.without(before))
            events.append(connection, run, "erased", [(one, "")])

    def unplace(self, pseudonyms: Iterable[str], absent: Collection[str]) -> None:
        """Take what was ever placed below the folders of pseudonyms off the record.

        What stands in a tree that is ``absent`` stays until it is there again, without what it was made of.
        """
        left = among(placement.c.tree, absent) & standing
        with self._writing(erasing=True) as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            for pseudonym in pseudonyms:
                below = placement.c.path.startswith(f"{pseudonym}/", autoescape=True)
                connection.execute(delete(placement).where(below, ~left))
                known = placement.c.source_digest != ""
                connection.execute(update(placement).where(below, known).values(source_digest=""))

    def scour(self) -> None:
        """Write the file anew, without what was deleted, and empty the log beside it."""
        with told(self._path), closing(self._writer.raw_connection()) as raw:
            cursor = raw.cursor()
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def forgot(self, run: int, one: int) -> None:
        """Note that all is gone."""
        still = (withdrawal.c.subject_id == one) & withdrawal.c.finished_run_id.is_(None)
        with self._writing() as connection:
            connection.execute(update(withdrawal).where(still).values(finished_run_id=run))
            events.append(connection, run, "forgotten", [(one, "")])

    def _table(self, digest: str) -> Table:
        found = self.ledger.table(digest)
        if found is None:
            raise LookupError(digest)
        return found


def _contents(one: int) -> Select[Any]:
    """Ask for the contents that are a subject's."""
    return select(instance.c.digest).where(assigned_subject(instance.c.identity_id) == one)


def _erase_files(connection: Connection, one: int) -> None:
    theirs = connection.scalars(_contents(one)).all()
    _look_again(connection, theirs)
    held = select(quarantine.c.id).where(among(quarantine.c.source_digest, theirs))
    for statement in (
        delete(decision).where(decision.c.quarantine_id.in_(held) | among(decision.c.source_digest, theirs)),
        delete(quarantine).where(among(quarantine.c.source_digest, theirs)),
        delete(output).where((output.c.subject_id == one) | among(output.c.source_digest, theirs)),
        delete(instance).where(among(instance.c.digest, theirs)),
    ):
        connection.execute(statement)
    # These may name the subject among the words of others' files; they are refused from now on.
    spoken = connection.scalars(
        select(mark.c.digest).where(mark.c.subject_id == one, mark.c.kind == MarkKind.CONTENT)
    ).all()
    _look_again(connection, spoken)
    connection.execute(update(instance).where(among(instance.c.digest, spoken)).values(vocabulary_id=None))
    used = exists().where(instance.c.vocabulary_id == vocabulary.c.id)
    connection.execute(delete(vocabulary).where(~used))


def _look_again(connection: Connection, contents: Sequence[str]) -> None:
    """Take contents out of the stat cache, so that the next run that finds them looks at them anew."""
    here = connection.execute(
        select(source.c.root, source.c.path).where(among(source.c.digest, contents), source.c.member != "")
    )
    for row in here.all():
        whole = (source.c.root == row.root) & (source.c.path == row.path) & (source.c.member == "")
        connection.execute(update(source).where(whole).values(mtime_ns=-1))
    connection.execute(delete(source).where(among(source.c.digest, contents)))
    previous = among(source.c.previous_digest, contents)
    connection.execute(update(source).where(previous).values(previous_digest=""))


def _erase_evidence(connection: Connection, one: int, eraser: Eraser) -> None:
    mine = select(assignment.c.identity_id).where(assigned_subject(assignment.c.identity_id) == one)
    theirs = set(connection.scalars(mine))
    unowned = select(identity).where(assigned_subject(identity.c.id).is_(None))
    theirs |= {row.id for row in connection.execute(unowned) if eraser.is_of(evidence_of(row))}
    connection.execute(delete(assignment).where(among(assignment.c.identity_id, theirs)))
    connection.execute(delete(identity).where(among(identity.c.id, theirs)))
    connection.execute(delete(link).where(link.c.subject_id == one))
    rulings = {
        row.id
        for row in connection.execute(select(ruling))
        if row.subject_id == one or eraser.is_of(ruled_of(row).who)
    }
    connection.execute(delete(ruling).where(among(ruling.c.id, rulings)))


def _erase_texts(connection: Connection, eraser: Eraser) -> None:
    """Take out terms, reasons and places that hold the name; a place that is still there is found again."""
    terms = [row.id for row in connection.execute(select(term)) if eraser.names(row.value)]
    connection.execute(delete(term).where(among(term.c.id, terms)))
    why = [row.id for row in connection.execute(select(decision)) if eraser.names(row.why)]
    connection.execute(update(decision).where(among(decision.c.id, why)).values(why="", secret=""))
    places = [source.c.root, source.c.path, source.c.member]
    gone = [
        row.id
        for row in connection.execute(select(source.c.id, *places))
        if eraser.names(f"{row.root}/{row.path}/{row.member}")
    ]
    connection.execute(delete(source).where(among(source.c.id, gone)))
    for table in (quarantine, decision):
        columns = [table.c.root, table.c.path, table.c.member]
        withheld = [
            {"b_id": row.id}
            for row in connection.execute(select(table.c.id, *columns))
            if eraser.names(f"{row.root}/{row.path}/{row.member}")
        ]
        if withheld:
            blank = update(table).where(table.c.id == bindparam("b_id"))
            numbered = literal("(withheld) ").concat(cast(table.c.id, Text))
            connection.execute(blank.values(root="", path=numbered, member=""), withheld)


def _erase_rows(connection: Connection, before: Table, after: Table) -> None:
    changed = [
        {"b_row": number, "cells": list(new)}
        for number, (old, new) in enumerate(zip(before.rows, after.rows, strict=True), start=1)
        if old != new
    ]
    here: ColumnElement[bool] = demographic.c.table_digest == before.digest
    if changed:
        connection.execute(
            update(demographic).where(here, demographic.c.row_number == bindparam("b_row")), changed
        )
