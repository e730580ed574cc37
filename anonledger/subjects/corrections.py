"""What holds of all that people corrected on who is who.

Owns: the order of the decisions decides; what was taken back holds no more.
"""

from collections.abc import Iterable, Mapping

from anonledger.outcomes import Correction, LinkStatus
from anonledger.records import Corrected, Link


def in_force(corrections: Iterable[Corrected]) -> tuple[Corrected, ...]:
    """Return the corrections that were not taken back, the oldest first."""
    every = tuple(corrections)
    undone = {one.undoes for one in every}
    return tuple(one for one in every if one.kind is not Correction.UNDO and one.id not in undone)


def latest(corrections: Iterable[Corrected], kind: Correction, subject: int, other: int) -> Corrected | None:
    """Return the latest correction in force of a kind between two subjects, None without one."""
    wanted = (kind, subject, other)
    found = [one for one in in_force(corrections) if (one.kind, one.subject, one.other) == wanted]
    return found[-1] if found else None


def merged_since(corrections: Iterable[Corrected], made: Corrected) -> Corrected | None:
    """Return the merge in force by which those who got files by a correction became others since."""
    given_to = made.subject if made.kind is Correction.MERGE else made.other
    later = (one for one in in_force(corrections) if one.id > made.id and one.kind is Correction.MERGE)
    return next((one for one in later if one.other == given_to), None)


def told_apart(corrections: Iterable[Corrected]) -> frozenset[frozenset[int]]:
    """Return the pairs of subjects of whom a person decided that they are two people."""
    apart = (Correction.SPLIT, Correction.APART)
    return frozenset(
        frozenset((one.subject, one.other)) for one in in_force(corrections) if one.kind in apart
    )


def awaiting(
    likenesses: Mapping[int, Link], corrections: Iterable[Corrected], known: frozenset[int]
) -> dict[int, Link]:
    """Return the likenesses that await a person, with the candidates that are left.

    ``known``: the subjects that are somebody still: not merged into another, not forgotten.
    """
    apart = told_apart(corrections)
    found = {}
    for subject, one in likenesses.items():
        left = tuple(c for c in one.candidates if c in known and frozenset((subject, c)) not in apart)
        if one.status is LinkStatus.REVIEW and subject in known and left:
            found[subject] = Link(subject, one.status, one.method, one.score, (), left, one.reasons)
    return found
