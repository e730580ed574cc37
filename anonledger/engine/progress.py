"""How the hall tells whoever started it how far it is.

Owns: the engine prints nothing; it calls these.
"""

from typing import Protocol


class Progress(Protocol):
    """Watches one stage after the other. ``total`` is None when nobody knows yet how much there is."""

    def begin(self, stage: str, total: int | None) -> None:
        """A stage begins."""

    def advance(self, done: int = 1) -> None:
        """So many more pieces are done."""

    def end(self) -> None:
        """The stage is over."""


class Silent:
    """Watches and says nothing."""

    def begin(self, stage: str, total: int | None) -> None:
        """Say nothing."""

    def advance(self, done: int = 1) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""
