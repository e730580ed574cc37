"""A run under way.

Owns: what its stages share, and nothing of what they do.
"""

from dataclasses import dataclass, field
from pathlib import Path

from anonledger.engine.policy import Policy, policy_of
from anonledger.engine.progress import Progress
from anonledger.engine.quick import QuickDigests
from anonledger.engine.request import Prepared, Request
from anonledger.engine.workers import Workers
from anonledger.ledger.clerk import Clerk
from anonledger.store import Store


@dataclass(frozen=True, slots=True)
class Course:
    """A run under way: what was asked for, and everything that its stages work with."""

    request: Request
    prepared: Prepared
    salt: bytes = field(repr=False)
    number: int
    clerk: Clerk
    store: Store
    scratch: Path
    crew: Workers
    progress: Progress
    quick: QuickDigests = field(default_factory=QuickDigests)

    @property
    def policy(self) -> Policy:
        """What is held back, by the settings and by what people decided until now."""
        return policy_of(self.request.settings, self.clerk.ledger.decisions())
