"""Say what is not released whatever the cleaning makes of it: by the settings, or as a person decided.

Owns: a decision holds for one reason in one spot of one content; all else of it is checked as ever.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anonledger.outcomes import BurnedIn, Decision, DropReason, Encapsulated, QuarantineReason
from anonledger.records import Decided, PlanRow, Waiver
from anonledger.settings import Settings

# What the settings may leave out, and as what it is counted then.
LEFT_OUT_AS = {
    QuarantineReason.BURNED_IN: DropReason.BURNED_IN,
    QuarantineReason.ENCAPSULATED: DropReason.ENCAPSULATED,
    QuarantineReason.DICOMDIR: DropReason.DICOMDIR,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What is refused and left out by reason, and what people released and dropped by source digest."""

    refused: frozenset[QuarantineReason]
    left_out: frozenset[QuarantineReason]
    released: Mapping[str, frozenset[Waiver]]
    dropped: Mapping[str, QuarantineReason]

    def waived(self, source_digest: str) -> frozenset[Waiver]:
        """Return what a person released a content in spite of."""
        return self.released.get(source_digest, frozenset())

    def refusal(self, row: PlanRow) -> QuarantineReason | None:
        """Return why a content is not even tried, None when it is."""
        if row.digest in self.dropped:
            return self.dropped[row.digest]
        waived = {reason for reason, _ in self.waived(row.digest)}
        return row.risk if row.risk in self.refused - waived else None


def policy_of(settings: Settings, decisions: Iterable[Decided]) -> Policy:
    """Return the policy of a run."""
    refused = {QuarantineReason.ENCAPSULATED}
    if settings.burned_in is not BurnedIn.KEEP:
        refused.add(QuarantineReason.BURNED_IN)
    left_out = set()
    if settings.burned_in is BurnedIn.DROP:
        left_out.add(QuarantineReason.BURNED_IN)
    if settings.encapsulated is Encapsulated.DROP:
        left_out |= {QuarantineReason.ENCAPSULATED, QuarantineReason.DICOMDIR}
    released: dict[str, set[Waiver]] = defaultdict(set)
    dropped: dict[str, QuarantineReason] = {}
    for one in decisions:
        if one.verdict is Decision.RELEASE:
            released[one.digest].add((one.reason, one.where))
        # The same bytes may be fine under a name that does not promise DICOM.
        elif one.digest and one.reason is not QuarantineReason.NOT_DICOM:
            dropped[one.digest] = one.reason
    waived = {source_digest: frozenset(waivers) for source_digest, waivers in released.items()}
    return Policy(frozenset(refused), frozenset(left_out), waived, dropped)
