"""Read what is held back, and what people decided on it.

Owns: every input held back is listed at each place it lies at, once; the latest decision counts.
"""

from typing import Any, TypeAlias

from sqlalchemy import func, select

from anonledger.ledger.models import decision, quarantine
from anonledger.ledger.reading import Reading
from anonledger.ledger.rows import decided_of, place_path
from anonledger.ledger.statements import held
from anonledger.outcomes import Decision, QuarantineReason
from anonledger.records import Decided, QuarantineRow

Key: TypeAlias = tuple[str, ...]


class HeldBack(Reading):
    """The quarantine of a project."""

    def quarantined(self, *, everything: bool = False) -> tuple[QuarantineRow, ...]:
        """Return what is held back and still lies among the sources, ordered by place.

        ``path`` is the source root and the path below it, escaped. What the settings leave out and what a
        person dropped are among them only if ``everything`` is asked for.
        """
        rows = self._unless_sealed("held", ("source", "quarantine", "decision"), self._held)
        return tuple(row for row in rows if everything or _is_listed(row))

    def _held(self) -> tuple[QuarantineRow, ...]:
        if not self._all(select(quarantine.c.id).where(quarantine.c.resolved_run_id.is_(None)).limit(1)):
            return ()  # what follows looks at every source
        decisions = self._decisions()
        places = {
            (row.id, row.root, row.path, row.member): row for query in held() for row in self._all(query)
        }
        ordered = sorted(
            places.values(), key=lambda row: (row.root, row.path, row.member, row.reason, row.id)
        )
        return tuple(_held_row(row, decisions.get(_key(row))) for row in ordered)

    def quarantine_row(self, one: int) -> QuarantineRow | None:
        """Return an entry of the quarantine by its id, open or not, at the place it was first found at."""
        (row,) = self._all(select(quarantine).where(quarantine.c.id == one)) or (None,)
        return None if row is None else _held_row(row, self._decisions().get(_key(row)), row.resolved_run_id)

    def decisions(self) -> tuple[Decided, ...]:
        """Return the decisions that hold, ordered by the entry they were taken on."""
        return tuple(sorted(self._decisions().values(), key=lambda one: one.quarantine))

    def _decisions(self) -> dict[Key, Decided]:
        latest = func.max(decision.c.id)
        content = (decision.c.source_digest, decision.c.reason, decision.c.where_)
        known = select(latest).where(decision.c.source_digest != "").group_by(*content)
        place = (decision.c.root, decision.c.path, decision.c.member, decision.c.reason, decision.c.where_)
        unknown = select(latest).where(decision.c.source_digest == "").group_by(*place)
        asked = select(decision).where(decision.c.id.in_(known.union_all(unknown)))
        rows = self._all(asked.where(decision.c.verdict != Decision.UNDO))
        return {_key(row): decided_of(row) for row in rows}


def _key(row: Any) -> Key:
    """Return what a decision holds for: a content or, where none is known, a place; one reason, one spot."""
    place = (row.root, row.path, row.member) if not row.source_digest else (row.source_digest,)
    return (*place, QuarantineReason(row.reason).value, row.where_)


def _held_row(row: Any, decided: Decided | None, resolved: int | None = None) -> QuarantineRow:
    return QuarantineRow(
        path=place_path(row),
        member=row.member,
        digest=row.source_digest,
        reason=row.reason,
        where=row.where_,
        run=row.run_id,
        id=row.id,
        left_out=bool(row.left_out),
        decision=decided,
        resolved=resolved,
    )


def _is_listed(row: QuarantineRow) -> bool:
    dropped = row.decision is not None and row.decision.verdict is Decision.DROP
    return not (row.left_out or dropped)
