"""One process that forks, and one folder in which projects begin, for all tests of a worker.

Owns: the folder lies in memory where that can be had, for the tests wait for every sync.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stage import Stage
from tests.survive.kills import Lab

MEMORY = Path("/dev/shm")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what looks at processes, mounts and signals as Linux has them."""
    for item in items:
        if item.path.parent == Path(__file__).parent and sys.platform != "linux":
            item.add_marker(pytest.mark.skip(reason="processes, mounts and signals are those of Linux"))


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """Give the process that forks."""
    with Stage() as forking:
        yield forking


@pytest.fixture(scope="session")
def base() -> Iterator[Path]:
    """Give a folder in memory."""
    where = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="survive-", dir=where) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def lab(base: Path, stage: Stage) -> Lab:
    """Give the place where projects begin."""
    return Lab(base, stage)
