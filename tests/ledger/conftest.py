"""A made-up project whose ledger the tests write and read.

Owns: every name and number here is invented.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from anonledger.ledger.clerk import Clerk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the ledger of a new project lies."""
    return tmp_path / ".anonledger" / "ledger.sqlite3"


@pytest.fixture
def clerk(path: Path) -> Iterator[Clerk]:
    """Return a clerk over a new ledger."""
    with Clerk(path) as opened:
        yield opened
