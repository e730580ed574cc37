"""Write down who may be whom, and what people corrected on who is who.

Owns: a correction and all that it moves are one transaction, and can be taken back.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from anonledger.errors import CollisionError
from anonledger.ledger import events
from anonledger.ledger.models import assignment, correction, likeness, subject
from anonledger.ledger.rows import likeness_cells, likeness_of
from anonledger.ledger.statements import assigned_subject
from anonledger.ledger.writing import Writing
from anonledger.outcomes import Correction, Origin
from anonledger.records import Corrected, Link


class Correcting(Writing):
    """What the clerk writes on who is who."""

    def liken(self, run: int, likenesses: Sequence[tuple[int, Link]]) -> None:
        """Append whom subject ids are like, where it differs from what was found last."""
        with self._writing() as connection:
            rows = connection.execute(select(likeness).order_by(likeness.c.id))
            latest = {row.subject_id: likeness_of(row) for row in rows}
            cells = [likeness_cells(run, one, made) for one, made in likenesses]
            fresh = [
                row
                for row in cells
                if row["candidates"] and not _is_known(latest.get(row["subject_id"]), row)
            ]
            if fresh:
                connection.execute(insert(likeness), fresh)
            told_of: list[tuple[int | None, str]] = [
                (row["subject_id"], f"{row['status']}, subjects {row['candidates']}") for row in fresh
            ]
            events.append(connection, run, "likeness found", told_of)

    def correct(
        self,
        run: int,
        kind: Correction,
        one: int,
        other: int | tuple[str, str],
        identities: Sequence[tuple[int, int]] = (),
    ) -> int:
        """Keep a correction between two subjects, and assign identities (id, subject id; 0: the other).

        ``other`` may be the pseudonym and key hash of a subject to be added; return its id. Raises
        CollisionError when that pseudonym is taken.
        """
        with self._writing() as connection:
            number = other if isinstance(other, int) else self._added(connection, run, *other)
            moved = [(identity, target or number) for identity, target in identities]
            _assign(connection, run, moved)
            row = {"kind": kind, "subject_id": one, "other_id": number, "run_id": run}
            connection.execute(insert(correction).values(row))
            detail = f"subject {number}, {len(moved)} identities"
            events.append(connection, run, f"corrected: {kind}", [(one, detail)])
        return number

    def uncorrect(self, run: int, made: Corrected) -> list[int]:
        """Take a correction back; return the ids of the identities that go back to where they were.

        What a later decision gave to somebody else stays there.
        """
        merged = made.kind is Correction.MERGE
        target, back = (made.subject, made.other) if merged else (made.other, made.subject)
        with self._writing() as connection:
            by_it = (assignment.c.run_id == made.run) & (assignment.c.method == Origin.HUMAN)
            moved = select(assignment.c.identity_id).where(
                by_it, assigned_subject(assignment.c.identity_id) == target
            )
            identities = connection.scalars(moved.order_by(assignment.c.identity_id)).all()
            _assign(connection, run, [(identity, back) for identity in identities])
            row = {"subject_id": made.subject, "other_id": made.other, "undoes_id": made.id, "run_id": run}
            connection.execute(insert(correction).values(row | {"kind": Correction.UNDO}))
            detail = f"subject {made.other}, {made.kind}, {len(identities)} identities"
            events.append(connection, run, f"corrected: {Correction.UNDO}", [(made.subject, detail)])
        return list(identities)

    @staticmethod
    def _added(connection: Connection, run: int, pseudonym: str, key_hash: str) -> int:
        if connection.scalar(select(subject.c.id).where(subject.c.pseudonym == pseudonym)):
            raise CollisionError(f"{pseudonym} stands for another patient. Choose another --id-length.")
        row = {"pseudonym": pseudonym, "key_hash": key_hash, "date_shift": 0, "run_id": run}
        number = int(connection.execute(insert(subject).values(row)).lastrowid)
        events.append(connection, run, "subject added", [(number, pseudonym)])
        return number


def _is_known(latest: Link | None, row: dict[str, object]) -> bool:
    if latest is None:
        return False
    return (latest.status, list(latest.candidates)) == (row["status"], row["candidates"])


def _assign(connection: Connection, run: int, moved: Sequence[tuple[int, int]]) -> None:
    rows = [
        {"identity_id": identity, "subject_id": target, "method": Origin.HUMAN, "run_id": run}
        for identity, target in moved
    ]
    if rows:
        connection.execute(insert(assignment), rows)
    told_of: list[tuple[int | None, str]] = [
        (target, f"identity {identity}, by {Origin.HUMAN}") for identity, target in moved
    ]
    events.append(connection, run, "identity assigned", told_of)
