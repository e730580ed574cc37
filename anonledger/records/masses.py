"""What many files have in common, so that they need not be looked at one by one.

Owns: a group stands for all its files; what is not the same of all of them is not in it.
"""

from dataclasses import dataclass

from anonledger.outcomes import Disposition, QuarantineReason


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """``count`` contents to be published that a run saw, with all that decides whether they are done.

    ``identity``: id of the evidence of who they are of; the digests are those of their latest output, ""
    where they have none, or are found as two kinds of file. ``single``: each is to be looked at by itself,
    for it is held back, was decided on, or lacks its object.
    """

    disposition: Disposition
    identity: int | None
    subject: int | None
    vocabulary: int | None
    risk: QuarantineReason | None
    rules_digest: str
    subject_digest: str
    single: bool
    count: int


@dataclass(frozen=True, slots=True)
class OutputGroup:
    """Current outputs of contents that a run did not see: of one subject, with the same words in them."""

    subject: int
    vocabulary: int | None
    subject_digest: str
    count: int


@dataclass(frozen=True, slots=True)
class Touched:
    """What may be published otherwise than it was: contents, subjects, and folders right below a tree."""

    contents: frozenset[str]
    subjects: frozenset[int]
    tops: frozenset[str]
