"""Let one row of a table be one patient.

Owns: of patients who claim one row, at most the only one whose further fields are equal is linked to it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from anonledger.outcomes import LinkMethod, LinkStatus
from anonledger.records import Link

CLAIMED_TWICE = "two patients claim this row"


@dataclass(frozen=True, slots=True)
class Decision:
    """A link, the key of the person of the table that it claims, and how strong the claim is (0 is weak)."""

    link: Link
    row: int | None = None
    strength: int = 0


def settled(decisions: Sequence[Decision]) -> tuple[Link, ...]:
    """Return the links; those of patients who claim one person are for review, save that of the strongest."""
    claims: dict[int, list[int]] = defaultdict(list)
    for decision in decisions:
        if decision.row is not None:
            claims[decision.row].append(decision.strength)
    return tuple(
        decision.link
        if decision.row is None or _stands_out(decision.strength, claims[decision.row])
        else replace(
            decision.link,
            status=LinkStatus.REVIEW,
            method=LinkMethod.NONE,
            rows=(),
            reasons=(CLAIMED_TWICE, *decision.link.reasons),
        )
        for decision in decisions
    )


def _stands_out(strength: int, claims: Sequence[int]) -> bool:
    return len(claims) == 1 or (strength > 0 and strength == max(claims) and claims.count(strength) == 1)
