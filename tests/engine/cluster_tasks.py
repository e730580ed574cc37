"""Functions that the workers of a test's cluster are given, some of which end them.

Owns: what is imported by name in a worker's process.
"""

import os
import signal
from pathlib import Path


def doubled(number: int) -> int:
    """Return twice the number."""
    return 2 * number


def deadly_once(task: tuple[int, Path]) -> int:
    """Return twice the number; the first process that gets number 3 is killed while it does so."""
    number, mark = task
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def deadly(number: int) -> int:
    """Kill the process, whichever it is."""
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def refusing(name: str) -> int:
    """Raise an error whose text names somebody."""
    raise ValueError(f"{name} cannot be counted")
